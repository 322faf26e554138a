//! The e-mail provider: all of its variables or none.

use secrecy::SecretString;
use url::Url;

use super::{Env, carrier::is_loopback};

const NAMES: [&str; 2] = ["RESEND_API_KEY", "RESEND_WEBHOOK_SECRET"];

/// How the e-mail provider is reached and how it proves that a webhook is its own.
#[derive(Clone, Debug)]
pub struct Mail {
    pub api_key: SecretString,
    /// `whsec_…`
    pub webhook_secret: SecretString,
    pub base_url: String,
    /// May it write to real people? Refused unless `WIB_ALLOW_LIVE_CALLS=yes`.
    pub live_allowed: bool,
}

impl Mail {
    pub(super) fn from_env(env: &mut Env) -> Option<Self> {
        let named = NAMES.iter().any(|name| env.text(name).is_some());
        named.then(|| Self::required(env))
    }

    /// With a fault for each of its variables that is missing.
    pub(super) fn required(env: &mut Env) -> Self {
        let base_url = env.text("RESEND_BASE_URL").unwrap_or_else(|| resend::client::PRODUCTION.to_owned());
        if Url::parse(&base_url).is_err() {
            env.fault("RESEND_BASE_URL is malformed: it has to be https://host".to_owned());
        }
        Self {
            api_key: env
                .required_secret("RESEND_API_KEY", "the e-mail provider's API key, beside the other of RESEND_"),
            webhook_secret: env.required_secret("RESEND_WEBHOOK_SECRET", "what its webhooks are signed with"),
            base_url: base_url.trim_end_matches('/').to_owned(),
            live_allowed: env.text("WIB_ALLOW_LIVE_CALLS").is_some_and(|v| v == "yes"),
        }
    }

    /// Is it the simulator? Only one on this machine is.
    #[must_use]
    pub fn simulated(&self) -> bool {
        is_loopback(&self.base_url)
    }
}
