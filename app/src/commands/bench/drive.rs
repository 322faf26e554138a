//! `wib bench drive w1=… w4s=… w2=… w3=…`: one contender among other job systems, driven phase by phase.
//!
//! For each phase it prints `@begin PHASE`, reads a line, works, prints `@end PHASE {"n":…,"s":…}` and reads a line:
//! whoever drives samples processor time at both marks. `DATABASE_URL` is an empty database.

use std::{
    io::{BufRead, Write},
    process::ExitCode,
    time::{Duration, Instant},
};

use clap::Args as ClapArgs;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};
use workflows::{db::Db, hub::Hub};

use super::{load::Load, plain};
use crate::{
    config::{Database, Env},
    migrate,
};

/// What every contender runs with.
const CONCURRENCY: usize = 32;

/// How much of each.
#[derive(Debug, ClapArgs)]
pub(in crate::commands) struct Args {
    /// PHASE=N: w1 no-op jobs, w4s single enqueues, w2 pickups, w3 workflows of three steps
    phases: Vec<String>,
    /// w1 by the plain batch loop instead of a worker: claim, finish, claim, nothing run
    #[arg(long)]
    plain: bool,
}

impl Args {
    fn size(&self, phase: &str) -> u64 {
        let of =
            |arg: &String| arg.split_once('=').filter(|(name, _)| *name == phase).and_then(|(_, n)| n.parse().ok());
        self.phases.iter().find_map(of).unwrap_or(0)
    }
}

pub(super) async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let database = Database::alone(Env::process())?;
    migrate::run(database.migrate_url.expose_secret()).await?;
    let url = as_app(database.url.expose_secret()).await?;
    let load = Load::new(Db::connect(&url, 8, Hub::default()).await?, CONCURRENCY);
    throughput(&load, args.size("w1"), args.plain).await?;
    singles(&load, args.size("w4s")).await?;
    pickup(&load, args.size("w2")).await?;
    workflows(&load, args.size("w3")).await?;
    say(&format!("@note left {}", load.left().await?));
    Ok(ExitCode::SUCCESS)
}

/// The same database as the runtime role, where there is one and it is let in without a password.
async fn as_app(url: &str) -> anyhow::Result<String> {
    let mut app: url::Url = url.parse()?;
    if app.set_username("wib_app").is_ok() && works(app.as_str()).await.is_ok() {
        return Ok(app.into());
    }
    say("@note logged in as the owner; transactions step down by themselves");
    Ok(url.to_owned())
}

async fn works(url: &str) -> Result<(), sqlx::Error> {
    let mut db = PgConnection::connect(url).await?;
    sqlx::query("select isolation from installation").execute(&mut db).await?;
    db.close().await
}

async fn throughput(load: &Load, n: u64, plain: bool) -> anyhow::Result<()> {
    if n > 0 {
        let begun = begin("w4b").await?;
        load.fill(n).await?;
        end("w4b", n, begun.elapsed(), &[]).await?;
        begin("w1").await?;
        let took = if plain { plain::drain(load).await? } else { load.drain(n).await? };
        end("w1", n, took, &[]).await?;
        say(&format!("@note left {}", load.left().await?));
    }
    Ok(())
}

async fn singles(load: &Load, n: u64) -> anyhow::Result<()> {
    if n > 0 {
        let begun = begin("w4s").await?;
        load.fill_singly(n).await?;
        end("w4s", n, begun.elapsed(), &[]).await?;
        load.drain(n).await?;
    }
    Ok(())
}

async fn pickup(load: &Load, n: u64) -> anyhow::Result<()> {
    if n > 0 {
        let begun = begin("w2").await?;
        let latencies = load.pickup(n).await?;
        end("w2", n, begun.elapsed(), &latencies).await?;
    }
    Ok(())
}

async fn workflows(load: &Load, n: u64) -> anyhow::Result<()> {
    if n > 0 {
        load.fill_chains(n).await?;
        begin("w3").await?;
        let took = load.drain_chains(n).await?;
        end("w3", n, took, &[]).await?;
    }
    Ok(())
}

async fn begin(phase: &str) -> anyhow::Result<Instant> {
    say(&format!("@begin {phase}"));
    wait().await?;
    Ok(Instant::now())
}

async fn end(phase: &str, n: u64, took: Duration, latencies: &[f64]) -> anyhow::Result<()> {
    let mut figures = json!({ "n": n, "s": took.as_secs_f64() });
    if !latencies.is_empty() {
        figures["lat"] = Value::from(latencies);
    }
    say(&format!("@end {phase} {figures}"));
    wait().await
}

fn say(line: &str) {
    println!("{line}");
    // Whoever drives waits for it; a closed pipe is seen at the next line read.
    let _ = std::io::stdout().flush();
}

async fn wait() -> anyhow::Result<()> {
    tokio::task::spawn_blocking(|| std::io::stdin().lock().read_line(&mut String::new())).await??;
    Ok(())
}
