//! `wib bench`: what the platform does in a second, measured with the code that ships.

mod decide;
mod drive;
mod fair;
mod history;
mod jobs;
mod limited;
mod load;
mod pages;
mod plain;
mod plans;
mod steady;
mod throttle;

use std::process::ExitCode;

use clap::Subcommand;

/// What to measure.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Jobs a second, pickup latency and 3-step workflows, beside a plain batch loop
    Jobs(jobs::Args),
    /// Decisions of the rules a second, on one core; needs no database
    Decide(decide::Args),
    /// Whether limits are kept and used, over many keys under backlog
    Throttle(throttle::Args),
    /// What limits that do not bind cost: no-op jobs under a global and one of 1,000 keys, beside none
    Limited(limited::Args),
    /// How long another organisation's jobs wait behind a backlog, and what the lowest priority gets
    Fair(fair::Args),
    /// The same load again and again in one database, whose history grows
    Steady(steady::Args),
    /// How long pages take to render over a short and over a long history
    Pages(pages::Args),
    /// What the hot statements read, over a short and over a long history
    Plans(plans::Args),
    /// The same work step by step, as a contender in a comparison with other job systems
    Drive(drive::Args),
}

pub(super) async fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Jobs(args) => jobs::run(args).await,
        Command::Decide(args) => decide::run(&args),
        Command::Throttle(args) => throttle::run(args).await,
        Command::Limited(args) => limited::run(args).await,
        Command::Fair(args) => fair::run(args).await,
        Command::Steady(args) => steady::run(args).await,
        Command::Pages(args) => pages::run(args).await,
        Command::Plans(args) => plans::run(args).await,
        Command::Drive(args) => drive::run(args).await,
    }
}
