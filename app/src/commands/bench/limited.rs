//! `wib bench limited`: what limits cost that do not bind. Runs with and without take turns in one database.

use std::{process::ExitCode, sync::Arc, time::Duration};

use clap::Args as ClapArgs;
use serde_json::json;
use workers::registry::Registry;
use workflows::throttle;

use super::{
    jobs::rate,
    load::{Draw, Load, Seen},
};
use crate::commands::serve;

/// As many keys besides the global one.
const KEYS: u64 = 1_000;

/// How much.
#[derive(Debug, ClapArgs)]
pub(in crate::commands) struct Args {
    /// Jobs a run
    #[arg(long, default_value_t = 100_000)]
    jobs: u64,
    /// Pairs of runs
    #[arg(long, default_value_t = 3)]
    pairs: usize,
}

pub(super) async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let load = Load::new(serve::database().await?, 32);
    set_limits(&load).await?;
    let (mut without, mut with) = (Vec::new(), Vec::new());
    for _ in 0..args.pairs {
        load.fill(args.jobs).await?;
        without.push(rate(args.jobs, load.drain(args.jobs).await?));
        load.enqueue_all(args.jobs, draw).await?;
        with.push(rate(args.jobs, drain(&load, args.jobs).await?));
    }
    let left = load.left().await?;
    load.clean().await?;
    let shares: Vec<f64> = with.iter().zip(&without).map(|(with, without)| with / without).collect();
    println!("{}", json!({ "jobs_per_s": without, "limited_jobs_per_s": with, "shares": shares, "left": left }));
    Ok(if left == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn set_limits(load: &Load) -> anyhow::Result<()> {
    let mut tx = load.db.tenant(load.org).await?;
    throttle::set(&mut tx, "bench:all", 100_000_000, 1_000).await?;
    for key in 0..KEYS {
        throttle::set(&mut tx, &format!("bench:{key}"), 1_000_000, 1_000).await?;
    }
    Ok(tx.commit().await?)
}

fn draw(i: u64) -> Draw {
    Draw { keys: vec!["bench:all".to_owned(), format!("bench:{}", i % KEYS)] }
}

async fn drain(load: &Load, n: u64) -> anyhow::Result<Duration> {
    load.work_off(n, |seen: Arc<Seen>| {
        Registry::new().on(move |_, _: Draw| {
            seen.hit();
            async {}
        })
    })
    .await
}
