//! `wib bench throttle`: many limits under backlog on one queue, and a slow one with thousands of jobs at the head.
//! What executes says when; no window of a limit's period may hold more than the limit, and hardly less.

use std::{
    collections::HashMap,
    process::ExitCode,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use clap::Args as ClapArgs;
use serde_json::{Value, json};
use workers::registry::Registry;
use workflows::throttle;

use super::{
    jobs::quantile,
    load::{Draw, Load},
};
use crate::commands::serve;

const PERIOD: Duration = Duration::from_secs(1);
/// Nobody waits for these.
const SLOW: &str = "bench:slow";
const WIDE: &str = "bench:wide";

/// How much.
#[derive(Debug, ClapArgs)]
pub(in crate::commands) struct Args {
    #[arg(long, default_value_t = 1_000)]
    keys: i32,
    /// The least permits a second of a key
    #[arg(long, default_value_t = 2)]
    from: i32,
    /// The most
    #[arg(long, default_value_t = 20)]
    to: i32,
    /// Jobs under a key of one permit a minute, ahead of all others
    #[arg(long, default_value_t = 5_000)]
    slow: i32,
    /// Each job draws on a wide limit, too, of so many permits a second
    #[arg(long)]
    wide: Option<i32>,
    #[arg(long, default_value_t = 30)]
    seconds: i32,
    #[arg(long, default_value_t = 1)]
    workers: usize,
}

/// When each key's jobs started.
type Starts = HashMap<String, Vec<Instant>>;

pub(super) async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let load = Load::new(serve::database().await?, 32);
    let measured = measure(&load, &args).await;
    load.clean().await?;
    let figures = measured?;
    println!("{figures}");
    Ok(if figures["windows_over"] == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn measure(load: &Load, args: &Args) -> anyhow::Result<Value> {
    prepare(load, args).await?;
    let starts: Arc<Mutex<Starts>> = Arc::default();
    let (begun, length) = (Instant::now(), Duration::from_secs(u64::from(args.seconds.unsigned_abs())));
    let workers: Vec<_> = (0..args.workers).map(|_| load.worker(recording(starts.clone()))).collect();
    tokio::time::sleep(length).await;
    let ended = Instant::now();
    for worker in workers {
        worker.stop().await?;
    }
    let starts = std::mem::take(&mut *starts.lock().unwrap_or_else(PoisonError::into_inner));
    Ok(judge(args, starts, begun, ended))
}

fn recording(starts: Arc<Mutex<Starts>>) -> Registry {
    Registry::new().on(move |_, job: Draw| {
        let now = Instant::now();
        if let Some(key) = job.keys.into_iter().next_back() {
            starts.lock().unwrap_or_else(PoisonError::into_inner).entry(key).or_default().push(now);
        }
        async {}
    })
}

/// Permits a second of a key.
fn permits(args: &Args, key: i32) -> i32 {
    args.from + key % (args.to - args.from + 1).max(1)
}

fn name(key: i32) -> String {
    format!("bench:{key}")
}

async fn prepare(load: &Load, args: &Args) -> anyhow::Result<()> {
    let mut tx = load.db.tenant(load.org).await?;
    throttle::set(&mut tx, SLOW, 1, 60_000).await?;
    if let Some(wide) = args.wide {
        throttle::set(&mut tx, WIDE, wide, 1_000).await?;
    }
    for key in 0..args.keys {
        throttle::set(&mut tx, &name(key), permits(args, key), 1_000).await?;
    }
    tx.commit().await?;
    fill(load, args).await
}

/// The slow key's jobs, then everybody's for the whole run and a while longer, in no order.
async fn fill(load: &Load, args: &Args) -> anyhow::Result<()> {
    let wide = args.wide.map(|_| WIDE);
    let mut tx = load.db.tenant(load.org).await?;
    sqlx::query!(
        "insert into jobs (org_id, queue, kind, run_at, args, created_at)
         select $1, 'bench', 'bench_draw', now(), jsonb_build_object('keys', array[$2::text]), now() from generate_series(1, $3::int)",
        load.org.0,
        SLOW,
        args.slow,
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "insert into jobs (org_id, queue, kind, run_at, args, created_at)
         select $1, 'bench', 'bench_draw', now(), jsonb_build_object('keys', array_remove(array[$2::text, 'bench:' || k], null)), now()
         from generate_series(0, $3::int - 1) k, generate_series(1, ($4::int + k % $5::int) * ($6::int + 5)) order by random()",
        load.org.0,
        wide,
        args.keys,
        args.from,
        (args.to - args.from + 1).max(1),
        args.seconds,
    )
    .execute(&mut *tx)
    .await?;
    Ok(tx.commit().await?)
}

fn judge(args: &Args, mut starts: Starts, begun: Instant, ended: Instant) -> Value {
    let slow = starts.remove(SLOW).unwrap_or_default();
    let (mut used, mut first, mut over, mut total) = (Vec::new(), Vec::new(), 0, 0);
    for key in 0..args.keys {
        let mut uses = starts.remove(&name(key)).unwrap_or_default();
        uses.sort_unstable();
        let most = permits(args, key);
        over += crowded(&uses, most);
        total += uses.len();
        let began = uses.first().copied().unwrap_or(ended);
        first.push((began - begun).as_secs_f64() * 1e3);
        let had = uses.iter().filter(|at| **at <= ended).count();
        let length = (ended - begun).as_secs_f64();
        used.push(f64::from(u32::try_from(had).unwrap_or(u32::MAX)) / (f64::from(most) * length));
    }
    used.sort_by(f64::total_cmp);
    first.sort_by(f64::total_cmp);
    json!({
        "keys": args.keys, "seconds": args.seconds, "workers": args.workers, "wide": args.wide, "starts": total,
        "windows_over": over + crowded(&slow, 1), "slow_starts": slow.len(),
        "used": { "least": used.first(), "p1": quantile(&used, 0.01), "median": quantile(&used, 0.5) },
        "first_start_ms": { "median": quantile(&first, 0.5), "last": first.last() },
    })
}

/// Windows of the period with more starts than the limit.
fn crowded(starts: &[Instant], most: i32) -> usize {
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    starts.windows(most + 1).filter(|window| window[most] - window[0] < PERIOD).count()
}
