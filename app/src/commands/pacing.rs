//! `wib pacing`: the pacing engine by itself, without database or carrier.

mod drive;

use std::process::ExitCode;

use clap::Subcommand;

/// What to do with it.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Pace a simulation that speaks JSON lines on the standard input and output
    Drive(drive::Args),
}

pub(super) fn run(command: &Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Drive(args) => drive::run(args),
    }
}
