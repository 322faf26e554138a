//! Where we listen, and what the outside calls us.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use url::Url;

use super::Env;

/// The HTTP edge.
#[derive(Clone, Debug)]
pub struct Http {
    pub bind: IpAddr,
    pub port: u16,
    /// What browsers and carriers reach us by, without a slash at the end.
    pub public_url: String,
    /// Where `wib work` answers probes and scrapes; none: nowhere.
    pub metrics_addr: Option<SocketAddr>,
}

impl Http {
    pub(super) fn from_env(env: &mut Env) -> Self {
        let bind =
            env.parsed("WIB_BIND", IpAddr::V4(Ipv4Addr::LOCALHOST), "an IP address such as 127.0.0.1 or 0.0.0.0");
        let port = env.parsed("PORT", 8080, "a port number between 0 and 65535");
        let public_url = env.text("WIB_PUBLIC_URL").map(|given| public(env, &given));
        let public_url = public_url.unwrap_or_else(|| format!("http://127.0.0.1:{port}"));
        Self { bind, port, public_url, metrics_addr: metrics_addr(env) }
    }

    /// Where to listen.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        SocketAddr::new(self.bind, self.port)
    }

    /// Do browsers reach us over TLS? Then cookies are for TLS only.
    #[must_use]
    pub fn secure(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}

fn metrics_addr(env: &mut Env) -> Option<SocketAddr> {
    let given = env.text("WIB_METRICS_ADDR")?;
    let address = given.trim().parse().ok();
    if address.is_none() {
        env.fault(
            "WIB_METRICS_ADDR is malformed: it has to be an address and a port such as 127.0.0.1:9090".to_owned(),
        );
    }
    address
}

fn public(env: &mut Env, given: &str) -> String {
    let fits = Url::parse(given).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.path() == "/");
    if !fits {
        env.fault("WIB_PUBLIC_URL is malformed: it has to be http(s)://host, without a path".to_owned());
    }
    given.trim_end_matches('/').to_owned()
}
