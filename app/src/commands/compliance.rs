//! `wib compliance …`: what the rules say, without a page.

mod check;
mod explain;

use std::process::ExitCode;

use clap::Subcommand;

/// What to ask.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Decide the cases of a CSV with the rules that decide every contact; needs no database
    Check(check::Args),
    /// May the person of an account be contacted: the verdict in words, rule by rule
    Explain(explain::Args),
}

pub(super) async fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Check(args) => check::run(&args),
        Command::Explain(args) => explain::run(args).await,
    }
}
