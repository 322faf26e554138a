//! `wib bench fair`: one organisation's backlog against another's ten jobs, and the highest priority against the lowest.

use std::{
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use clap::Args as ClapArgs;
use serde_json::json;
use tokio::sync::mpsc;
use workers::registry::Registry;
use workflows::{db::Db, id::OrgId};

use super::load::{Load, Noop};
use crate::commands::serve;

/// What the other organisation enqueues at once.
const FEW: u64 = 10;

/// How much.
#[derive(Debug, ClapArgs)]
pub(in crate::commands) struct Args {
    /// The backlog
    #[arg(long, default_value_t = 100_000)]
    jobs: u64,
    /// How often the other organisation comes
    #[arg(long, default_value_t = 20)]
    visits: usize,
    /// How long a handler takes; 0 is a no-op
    #[arg(long, default_value_t = 2)]
    handler_ms: u64,
}

pub(super) async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let db = serve::database().await?;
    let (big, small) = (Load::new(db.clone(), 32), Load::new(db.clone(), 32));
    let waits = waits(&big, &small, &args).await?;
    big.clean().await?;
    small.clean().await?;
    let low = lowest(&db, &args).await?;
    println!(
        "{}",
        json!({ "backlog": args.jobs, "handler_ms": args.handler_ms, "others_waited_ms": waits, "lowest_priority_share": low })
    );
    Ok(ExitCode::SUCCESS)
}

/// How long the last of the ten waited, each time they came.
async fn waits(big: &Load, small: &Load, args: &Args) -> anyhow::Result<Vec<f64>> {
    big.fill(args.jobs).await?;
    let (heard, mut seen) = mpsc::unbounded_channel();
    let (org, pause) = (small.org, Duration::from_millis(args.handler_ms));
    let worker = big.worker(Registry::new().on(move |ctx: workers::registry::Ctx, _: Noop| {
        if ctx.org() == org {
            let _ = heard.send(Instant::now());
        }
        work(pause)
    }));
    let mut waits = Vec::new();
    for _ in 0..args.visits {
        tokio::time::sleep(Duration::from_millis(100)).await;
        let begun = Instant::now();
        small.fill(FEW).await?;
        let mut last = begun;
        for _ in 0..FEW {
            last = seen.recv().await.unwrap_or(last).max(last);
        }
        waits.push((last - begun).as_secs_f64() * 1e3);
    }
    anyhow::ensure!(big.left().await? > 0, "the backlog did not last: more --jobs");
    worker.stop().await?;
    Ok(waits)
}

async fn work(pause: Duration) {
    if !pause.is_zero() {
        tokio::time::sleep(pause).await;
    }
}

/// What part of the starts priority 3 has while priority 0 never runs dry.
async fn lowest(db: &Db, args: &Args) -> anyhow::Result<f64> {
    let load = Load::new(db.clone(), 32);
    load.fill(args.jobs).await?;
    let mut tx = load.db.tenant(load.org).await?;
    sqlx::query!("update jobs set priority = case when id % 2 = 0 then 0 else 3 end where org_id = $1", load.org.0)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    let starts = Arc::new(AtomicU64::new(0));
    let (counted, pause) = (starts.clone(), Duration::from_millis(args.handler_ms));
    let worker = load.worker(Registry::new().on(move |_, _: Noop| {
        counted.fetch_add(1, Relaxed);
        work(pause)
    }));
    while starts.load(Relaxed) < args.jobs / 4 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    worker.stop().await?;
    let share = share(db, load.org).await?;
    load.clean().await?;
    Ok(share)
}

async fn share(db: &Db, org: OrgId) -> anyhow::Result<f64> {
    let mut tx = db.tenant(org).await?;
    let share = sqlx::query_scalar!(
        r#"select (avg((priority = 3)::int))::double precision as "share!" from job_history where org_id = $1"#,
        org.0
    );
    Ok(share.fetch_one(&mut *tx).await?)
}
