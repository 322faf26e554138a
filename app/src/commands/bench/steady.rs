//! `wib bench steady`: the same load again and again in one database. A rate that falls means that a job's cost grows
//! with what was done before.

use std::process::ExitCode;

use clap::Args as ClapArgs;
use serde_json::json;

use super::{jobs::rate, load::Load};
use crate::commands::serve;

/// How much.
#[derive(Debug, ClapArgs)]
pub(in crate::commands) struct Args {
    /// No-op jobs a run
    #[arg(long, default_value_t = 200_000)]
    jobs: u64,
    #[arg(long, default_value_t = 5)]
    runs: usize,
}

pub(super) async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let load = Load::new(serve::database().await?, 32);
    let mut rates = Vec::new();
    for _ in 0..args.runs {
        load.fill(args.jobs).await?;
        rates.push(rate(args.jobs, load.drain(args.jobs).await?));
    }
    let left = load.left().await?;
    load.clean().await?;
    println!("{}", json!({ "jobs": args.jobs, "jobs_per_s": rates, "left": left }));
    Ok(if left == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
