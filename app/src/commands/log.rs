//! Where the process writes what it does: to the standard error, as lines for people or as JSON for machines.

use std::io::{self, IsTerminal};

use tracing_subscriber::EnvFilter;

/// `RUST_LOG` chooses what; a terminal gets lines, anything else JSON, unless `WIB_LOG` says `lines` or `json`.
pub(super) fn init() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn,tower_http=warn"));
    let json = match std::env::var("WIB_LOG").as_deref() {
        Ok("json") => true,
        Ok("lines") => false,
        _ => !io::stderr().is_terminal(),
    };
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    let lines = lines.with_ansi(io::stderr().is_terminal());
    // A second initialisation, as in tests, changes nothing.
    let _ = if json { lines.json().try_init() } else { lines.with_target(false).try_init() };
}
