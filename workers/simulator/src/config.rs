//! What a simulator is started with.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// The configuration of one simulator.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen. Loopback only; port 0 takes a free one.
    pub bind: SocketAddr,
    /// Seeds every choice and the signing keys.
    pub seed: u64,
    /// Virtual seconds per real second; 0 stands still until advanced.
    pub speed: f64,
    /// Where webhooks go whose dial names no `webhook_url`.
    pub webhook_url: Option<String>,
    /// Where webhooks go of messages that come in, and of those sent without a `webhook_url`.
    pub messaging_webhook_url: Option<String>,
    /// Where the webhooks of emails go.
    pub resend_webhook_url: Option<String>,
    /// The caller ids of the account; empty accepts any number.
    pub numbers: Vec<String>,
    /// The bearer token that requests must carry; `None` accepts any.
    pub api_key: Option<String>,
    /// The same for emails.
    pub resend_api_key: Option<String>,
    /// The first number in ids (`v3:sim-<n>` and the names of the UUIDs). A caller that
    /// remembers ids over restarts of the simulator gives a higher one each time, such
    /// as the time in microseconds, or it would take new webhooks for old ones.
    pub first_id: u64,
    /// How many journal lines are kept.
    pub journal_capacity: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            bind: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 4010),
            seed: 7,
            speed: 1.0,
            webhook_url: None,
            messaging_webhook_url: None,
            resend_webhook_url: None,
            numbers: Vec::new(),
            api_key: None,
            resend_api_key: None,
            first_id: 1,
            journal_capacity: 200_000,
        }
    }
}
