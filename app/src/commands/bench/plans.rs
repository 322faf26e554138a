//! `wib bench plans`: what the hot statements read and how long they take, over a short and over a long history. Neither
//! may grow with what was done before.
//!
//! It needs a database of its own, and leaves an organisation and its history in it: drop it afterwards.

use std::process::ExitCode;

use clap::Args as ClapArgs;
use secrecy::ExposeSecret;
use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use workflows::identity::org;

use super::history::History;
use crate::{
    commands::serve,
    config::{Database, Env},
    migrate,
};

/// How much.
#[derive(Debug, ClapArgs)]
pub(in crate::commands) struct Args {
    /// Finished jobs of the short history
    #[arg(long, default_value_t = 1_000_000)]
    short: u64,
    /// And of the long one
    #[arg(long, default_value_t = 10_000_000)]
    long: u64,
}

/// Each is run in a transaction that is taken back, with 1,000 jobs due, and 500 of them claimed.
const STATEMENTS: [(&str, &str); 6] = [
    (
        "claim 500",
        "select * from job_claim_fair(array['bench'], array[500], array[0::bigint], array_fill('00000000-0000-0000-0000-000000000000'::uuid, array[4]), array[true], array_fill(null::timestamptz, array[4]), array_fill(null::bigint, array[4]), $lease)",
    ),
    (
        "finish 500",
        "select job_finish(ids, fences, tids, null, $lease) from (select array_agg(id) ids, array_agg(fence) fences, array_agg(ctid::text) tids from jobs where lease = $lease) held",
    ),
    (
        "requeue 500",
        "select job_requeue(ids, fences, array_fill(2::smallint, array[500]), array_fill(60000::bigint, array[500]), array_fill(null::timestamptz, array[500]), array_fill(null::text, array[500]), $lease) from (select array_agg(id) ids, array_agg(fence) fences from jobs where lease = $lease) held",
    ),
    ("look", "select * from job_look(array['live', 'dial', 'send', 'webhook', 'media', 'default'], true)"),
    ("search, all", "select * from job_search($org, '{}', 9223372036854775807, 50)"),
    ("search, dead", "select * from job_search($org, '{\"state\": \"dead\"}', 9223372036854775807, 50)"),
];

/// Milliseconds and pages of 8 kB.
type Cost = (f64, i64);

pub(super) async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let owner = Database::alone(Env::process())?.migrate_url.expose_secret().to_owned();
    migrate::run(&owner).await?;
    let db = serve::database().await?;
    let org = org::add(&db, &format!("plans-{}", std::process::id()), "Plans").await?;
    let mut history = History::of(org);
    history.prepare(&owner).await?;
    history.grow(&owner, args.short).await?;
    let short = costs(&owner, &history).await?;
    history.grow(&owner, args.long).await?;
    let long = costs(&owner, &history).await?;
    println!("| statement | {} rows | | {} rows | |\n|---|---|---|---|---|", args.short, args.long);
    for (((name, _), short), long) in STATEMENTS.iter().zip(short).zip(long) {
        println!("| {name} | {:.2} ms | {} pages | {:.2} ms | {} pages |", short.0, short.1, long.0, long.1);
    }
    Ok(ExitCode::SUCCESS)
}

async fn costs(url: &str, history: &History) -> anyhow::Result<Vec<Cost>> {
    let mut costs = Vec::new();
    for (_, statement) in STATEMENTS {
        costs.push(cost(url, history, statement).await?);
    }
    Ok(costs)
}

async fn cost(url: &str, history: &History, statement: &str) -> anyhow::Result<Cost> {
    let mut db = PgConnection::connect(url).await?;
    let mut tx = db.begin().await?;
    sqlx::raw_sql("set local role wib_system").execute(&mut *tx).await?;
    let lease: i32 = sqlx::query_scalar(
        "insert into leases (worker, expires_at) values ('bench', clock_timestamp() + interval '1 hour') returning id",
    )
    .fetch_one(&mut *tx)
    .await?;
    let due = format!(
        "insert into jobs (org_id, queue, kind, run_at, args, created_at) select '{}', 'bench', 'bench_noop', wib_now(), '{{}}', wib_now() from generate_series(1, 1000)",
        history.org
    );
    sqlx::raw_sql(AssertSqlSafe(due)).execute(&mut *tx).await?;
    let filled = |text: &str| text.replace("$lease", &lease.to_string()).replace("$org", &format!("'{}'", history.org));
    if !statement.contains("job_claim_fair") {
        sqlx::raw_sql(AssertSqlSafe(filled(STATEMENTS[0].1))).execute(&mut *tx).await?;
    }
    // Once before, and taken back: the first time reads the catalogue and plans.
    let first = format!("savepoint first; {}; rollback to first", filled(statement));
    sqlx::raw_sql(AssertSqlSafe(first)).execute(&mut *tx).await?;
    let explained = format!("explain (analyze, buffers, format json) {}", filled(statement));
    let plan: Value = sqlx::query_scalar(AssertSqlSafe(explained)).fetch_one(&mut *tx).await?;
    let (top, pages) = (&plan[0], &plan[0]["Plan"]);
    let read = |name: &str| pages[name].as_i64().unwrap_or_default();
    Ok((top["Execution Time"].as_f64().unwrap_or_default(), read("Shared Hit Blocks") + read("Shared Read Blocks")))
}
