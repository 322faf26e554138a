//! `wib alerts`: the alerts as a file of Prometheus's rules.

use std::process::ExitCode;

use workflows::alert;

pub(super) fn run() -> ExitCode {
    print!("{}", alert::yaml());
    ExitCode::SUCCESS
}
