//! `wib bench`: what the platform does in a second, measured with the code that ships.

mod decide;
mod drive;
mod jobs;
mod load;
mod plain;

use std::process::ExitCode;

use clap::Subcommand;

/// What to measure.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Jobs a second, pickup latency and 3-step workflows, beside a plain batch loop
    Jobs(jobs::Args),
    /// Decisions of the rules a second, on one core; needs no database
    Decide(decide::Args),
    /// The same work step by step, as a contender in a comparison with other job systems
    Drive(drive::Args),
}

pub(super) async fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Jobs(args) => jobs::run(args).await,
        Command::Decide(args) => decide::run(&args),
        Command::Drive(args) => drive::run(args).await,
    }
}
