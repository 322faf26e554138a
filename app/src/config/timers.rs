//! The timers of the call flow, all configurable, so that a whole shift can be tested in a minute.

use std::time::Duration;

use super::Env;

macro_rules! timers {
    ($($(#[$doc:meta])* $name:ident = $variable:literal $millis:literal,)+) => {
        /// How long things may take. Ring time-out, verdict deadline and wrap-up are a campaign's own; these are the
        /// platform's.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct Timers {
            $($(#[$doc])* #[doc = concat!(" `", $variable, "`.")] pub $name: Duration,)+
        }

        impl Default for Timers {
            fn default() -> Self {
                Self { $($name: Duration::from_millis($millis),)+ }
            }
        }

        impl Timers {
            /// The variables, with their defaults in milliseconds.
            pub const VARIABLES: &[(&str, u64)] = &[$(($variable, $millis),)+];

            pub(super) fn from_env(env: &mut Env) -> Self {
                Self { $($name: millis(env, $variable, $millis),)+ }
            }
        }
    };
}

timers! {
    /// Real: an intent older than this is void: decided again, never dialed.
    intent_expiry = "WIB_INTENT_EXPIRY_MS" 2_000,
    /// Real: an agent unheard of for this long is lost.
    agent_grace = "WIB_AGENT_GRACE_MS" 15_000,
    /// The one clock: a live call without news for this long is asked after.
    reconcile_after = "WIB_RECONCILE_AFTER_MS" 30_000,
    /// The one clock: a call the carrier has not heard of after this long was never dialed.
    absent_after = "WIB_ABSENT_AFTER_MS" 60_000,
    /// The one clock: an outcome that could not be learned for this long is given up.
    give_up_after = "WIB_GIVE_UP_AFTER_MS" 3_600_000,
    /// Real: how often stuck calls and lost agents are looked for.
    sweep_every = "WIB_SWEEP_EVERY_MS" 2_000,
    /// Real: how often the carrier's live calls are compared with ours.
    compare_every = "WIB_COMPARE_EVERY_MS" 10_000,
    /// Real: the longest a pacer sleeps without a hint.
    pace_every = "WIB_PACE_EVERY_MS" 250,
    /// Real: a pacer that is gone for this long is replaced.
    pacer_lease = "WIB_PACER_LEASE_MS" 10_000,
    /// Real: told to stop, a server goes on for so long and says that it is not ready: what balancers need to notice.
    drain = "WIB_DRAIN_MS" 0,
    /// Real: what a process may still finish once told to stop.
    shutdown = "WIB_SHUTDOWN_MS" 20_000,
}

fn millis(env: &mut Env, name: &str, default: u64) -> Duration {
    Duration::from_millis(env.parsed(name, default, "a number of milliseconds"))
}
