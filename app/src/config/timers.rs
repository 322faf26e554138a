//! The timers of the call flow, all configurable, so that a whole shift can be tested in a minute.

use std::time::Duration;

use super::Env;

/// How long things may take. Ring time-out and wrap-up are a campaign's own; these are the platform's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timers {
    /// An intent older than this is void: decided again, never dialed (`WIB_INTENT_EXPIRY_MS`).
    pub intent_expiry: Duration,
    /// A person who answered is with an agent within this, or counted as abandoned (`WIB_CONNECT_DEADLINE_MS`).
    pub connect_deadline: Duration,
    /// An agent unheard of for this long is lost (`WIB_AGENT_GRACE_MS`).
    pub agent_grace: Duration,
    /// A live call without news for this long is asked after (`WIB_RECONCILE_AFTER_MS`).
    pub reconcile_after: Duration,
    /// How often stuck work is looked for (`WIB_SWEEP_EVERY_MS`).
    pub sweep_every: Duration,
    /// What a process may still finish once told to stop (`WIB_SHUTDOWN_MS`).
    pub shutdown: Duration,
}

impl Default for Timers {
    fn default() -> Self {
        Self {
            intent_expiry: Duration::from_millis(2_000),
            connect_deadline: Duration::from_millis(2_000),
            agent_grace: Duration::from_millis(15_000),
            reconcile_after: Duration::from_millis(30_000),
            sweep_every: Duration::from_millis(5_000),
            shutdown: Duration::from_millis(20_000),
        }
    }
}

impl Timers {
    pub(super) fn from_env(env: &mut Env) -> Self {
        let default = Self::default();
        Self {
            intent_expiry: millis(env, "WIB_INTENT_EXPIRY_MS", default.intent_expiry),
            connect_deadline: millis(env, "WIB_CONNECT_DEADLINE_MS", default.connect_deadline),
            agent_grace: millis(env, "WIB_AGENT_GRACE_MS", default.agent_grace),
            reconcile_after: millis(env, "WIB_RECONCILE_AFTER_MS", default.reconcile_after),
            sweep_every: millis(env, "WIB_SWEEP_EVERY_MS", default.sweep_every),
            shutdown: millis(env, "WIB_SHUTDOWN_MS", default.shutdown),
        }
    }
}

fn millis(env: &mut Env, name: &str, default: Duration) -> Duration {
    let default = u64::try_from(default.as_millis()).expect("the defaults are seconds");
    Duration::from_millis(env.parsed(name, default, "a number of milliseconds"))
}
