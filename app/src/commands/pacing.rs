//! `wib pacing`: the pacing engine by itself, and its decisions done again.

mod drive;
mod replay;

use std::process::ExitCode;

use clap::Subcommand;

/// What to do with it.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Pace a simulation that speaks JSON lines on the standard input and output
    Drive(drive::Args),
    /// Do every stored decision again and compare: the numbers follow from what was looked at, or this says which do not
    Replay(replay::Args),
}

pub(super) async fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Drive(args) => drive::run(&args),
        Command::Replay(args) => replay::run(args).await,
    }
}
