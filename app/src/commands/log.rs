//! Where the process writes what it does: to the standard error, as lines for people or as JSON for machines.

use std::io::{self, IsTerminal};

use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt};

/// `RUST_LOG` chooses what; a terminal gets lines, anything else JSON, unless `WIB_LOG` says `lines` or `json`.
pub(super) fn init() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn,tower_http=warn"));
    let json = match std::env::var("WIB_LOG").as_deref() {
        Ok("json") => true,
        Ok("lines") => false,
        _ => !io::stderr().is_terminal(),
    };
    let lines = fmt::layer().with_writer(io::stderr).with_ansi(io::stderr().is_terminal());
    let all = tracing_subscriber::registry().with(filter);
    #[cfg(feature = "otel")]
    let all = all.with(crate::trace::layer());
    // A second initialisation, as in tests, changes nothing.
    let _ = if json { all.with(lines.json()).try_init() } else { all.with(lines.with_target(false)).try_init() };
}
