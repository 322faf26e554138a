//! The carrier: all of its variables or none.

use secrecy::SecretString;
use url::{Host, Url};

use super::Env;

const NAMES: [&str; 3] = ["TELNYX_API_KEY", "TELNYX_CALL_CONTROL_APP_ID", "TELNYX_PUBLIC_KEY"];

/// How the carrier is reached and how it proves that a webhook is its own.
#[derive(Clone, Debug)]
pub struct Carrier {
    pub api_key: SecretString,
    /// The Call Control application calls are made with; carriers call it the connection.
    pub connection_id: String,
    /// The credential connection that agents' browsers register with; the same application unless set.
    pub credential_connection_id: String,
    /// Base64 of the ed25519 key webhooks are signed with.
    pub public_key: SecretString,
    pub base_url: String,
    /// What texts are sent under, where the account has several.
    pub messaging_profile: Option<String>,
    /// May it call real people? Refused unless `WIB_ALLOW_LIVE_CALLS=yes`.
    pub live_allowed: bool,
}

impl Carrier {
    pub(super) fn from_env(env: &mut Env) -> Option<Self> {
        let named = NAMES.iter().any(|name| env.text(name).is_some());
        named.then(|| Self::required(env))
    }

    /// With a fault for each of its variables that is missing.
    pub(super) fn required(env: &mut Env) -> Self {
        let base_url = env.text("TELNYX_BASE_URL").unwrap_or_else(|| "https://api.telnyx.com/v2".to_owned());
        if Url::parse(&base_url).is_err() {
            env.fault("TELNYX_BASE_URL is malformed: it has to be https://host/v2".to_owned());
        }
        let connection_id = env.required("TELNYX_CALL_CONTROL_APP_ID", "the id of the Call Control application");
        let credentials = env.text("TELNYX_CREDENTIAL_CONNECTION_ID");
        Self {
            api_key: env.required_secret("TELNYX_API_KEY", "the carrier's API key, beside the others of TELNYX_"),
            credential_connection_id: credentials.unwrap_or_else(|| connection_id.clone()),
            connection_id,
            public_key: env.required_secret("TELNYX_PUBLIC_KEY", "the key the carrier signs its webhooks with"),
            base_url: base_url.trim_end_matches('/').to_owned(),
            messaging_profile: env.text("TELNYX_MESSAGING_PROFILE_ID"),
            live_allowed: env.text("WIB_ALLOW_LIVE_CALLS").is_some_and(|v| v == "yes"),
        }
    }

    /// Is it the simulator? Only one on this machine is: the clock may be moved for it and for nobody else.
    #[must_use]
    pub fn simulated(&self) -> bool {
        is_loopback(&self.base_url)
    }
}

/// Does the address lead to this machine?
pub(super) fn is_loopback(base_url: &str) -> bool {
    let Ok(url) = Url::parse(base_url) else { return false };
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::the_simulator("http://127.0.0.1:4010/v2", true)]
    #[case::the_carrier("https://api.telnyx.com/v2", false)]
    #[case::a_name_that_looks_like_it("http://127.0.0.1.example.com/v2", false)]
    fn only_this_machine_is_a_simulator(#[case] base_url: &str, #[case] simulated: bool) {
        let carrier = Carrier {
            api_key: "k".into(),
            connection_id: "1".into(),
            credential_connection_id: "1".into(),
            public_key: "p".into(),
            base_url: base_url.into(),
            messaging_profile: None,
            live_allowed: false,
        };
        assert_eq!(carrier.simulated(), simulated);
    }
}
