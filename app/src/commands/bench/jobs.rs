//! `wib bench jobs`: the job platform on `DATABASE_URL`, one JSON object.

use std::{process::ExitCode, time::Duration};

use clap::Args as ClapArgs;
use serde_json::{Value, json};

use super::{load::Load, plain};
use crate::commands::serve;

/// Waits at an idle worker that are measured.
const PICKUPS: u64 = 100;

/// How much.
#[derive(Debug, ClapArgs)]
pub(in crate::commands) struct Args {
    /// No-op jobs to work off; a tenth as many workflows of three steps
    #[arg(long, default_value_t = 20_000)]
    jobs: u64,
    /// Handlers at once
    #[arg(long, default_value_t = 32)]
    concurrency: usize,
    /// One JSON object instead of lines
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let load = Load::new(serve::database().await?, args.concurrency);
    let measured = measure(&load, &args).await;
    load.clean().await?;
    let (figures, left) = measured?;
    if args.json {
        println!("{figures}");
    } else {
        tell(&figures);
    }
    Ok(if left == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn measure(load: &Load, args: &Args) -> anyhow::Result<(Value, i64)> {
    load.fill(args.jobs).await?;
    let plain = plain::drain(load).await?;
    load.fill(args.jobs).await?;
    let ours = load.drain(args.jobs).await?;
    let mut pickups = load.pickup(PICKUPS).await?;
    pickups.sort_by(f64::total_cmp);
    let workflows = (args.jobs / 10).max(1);
    load.fill_chains(workflows).await?;
    let chains = load.drain_chains(workflows).await?;
    let left = load.left().await?;
    let figures = json!({
        "jobs": args.jobs,
        "concurrency": args.concurrency,
        "jobs_per_s": rate(args.jobs, ours),
        "plain_loop_jobs_per_s": rate(args.jobs, plain),
        "of_plain_loop": plain.as_secs_f64() / ours.as_secs_f64(),
        "pickup_ms": { "samples": PICKUPS, "p50": quantile(&pickups, 0.5), "p99": quantile(&pickups, 0.99) },
        "workflows_of_3_steps_per_s": rate(workflows, chains),
        "left": left,
    });
    Ok((figures, left))
}

fn tell(figures: &Value) {
    println!("no-op jobs       {:>10.0} a second", figures["jobs_per_s"].as_f64().unwrap_or_default());
    println!("plain batch loop {:>10.0} a second", figures["plain_loop_jobs_per_s"].as_f64().unwrap_or_default());
    println!("3-step workflows {:>10.0} a second", figures["workflows_of_3_steps_per_s"].as_f64().unwrap_or_default());
    println!(
        "pickup p50, p99  {:>10.2} {:.2} ms",
        figures["pickup_ms"]["p50"].as_f64().unwrap_or_default(),
        figures["pickup_ms"]["p99"].as_f64().unwrap_or_default()
    );
    println!("jobs left behind {:>10}", figures["left"]);
}

#[expect(clippy::cast_precision_loss, reason = "a rate")]
pub(super) fn rate(n: u64, took: Duration) -> f64 {
    n as f64 / took.as_secs_f64()
}

#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an index")]
pub(super) fn quantile(sorted: &[f64], q: f64) -> Option<f64> {
    sorted.get(((sorted.len() as f64 * q) as usize).min(sorted.len().saturating_sub(1))).copied()
}
