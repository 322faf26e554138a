//! What operators see of the installation: figures, readiness, alerts.

use std::collections::{BTreeMap, BTreeSet};

use secrecy::ExposeSecret;
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};
use workflows::alert;

use crate::support::{
    Floor, Setting, TestApp, people,
    process::{Wib, free_port, provider},
    until,
};

/// Virtual seconds in a real one.
const BRISK: f64 = 20.0;
const OPERATIONS: &str = include_str!("../../docs/OPERATIONS.md");

#[tokio::test]
async fn every_figure_is_documented_and_there_after_a_call_and_names_nobody() {
    let app = TestApp::with(Setting { speed: BRISK, ..Setting::default() }).await;
    app.work();
    let mut floor = Floor::open(&app, BRISK, 2).await;
    let list = floor.list(&[people("0121", 8), people("0102", 1)].concat()).await;
    let campaign = floor.start(&list, json!({})).await;
    floor.over(&campaign).await;
    floor.settle().await;
    // On a busy machine the deadline connects most of them before the verdict does; one is enough.
    let first = scrape(&app.url).await;
    let documented = documented();
    let told: BTreeSet<&str> = first.keys().map(|series| name(series)).collect();
    assert_eq!(told, documented.keys().copied().collect(), "the table in docs/OPERATIONS.md and /metrics differ");
    for series in first.keys() {
        let strange: Vec<&str> = labels(series).filter(|label| !documented[name(series)].contains(label)).collect();
        assert!(strange.is_empty(), "{series} has {strange:?}");
        let digits = series.as_bytes().windows(5).any(|five| five.iter().all(u8::is_ascii_digit));
        assert!(!digits && !series.contains('@'), "somebody is named: {series}");
    }
    assert!(first.len() < 400, "{} series", first.len());
}

#[tokio::test]
async fn a_server_whose_database_only_reads_is_not_ready_and_one_without_workers_is() {
    let app = TestApp::start().await;
    let anybody = app.stranger();
    let ready = anybody.get("/readyz").await.is(200).json();
    assert_eq!((&ready["checks"]["worker"]["ok"], &ready["checks"]["writable"]["ok"]), (&json!(false), &json!(true)));
    let mut owner = PgConnection::connect(app.app.config.database.url.expose_secret()).await.unwrap();
    let name: String = sqlx::query_scalar("select current_database()").fetch_one(&mut owner).await.unwrap();
    let read_only = format!("alter database {name} set default_transaction_read_only = on");
    sqlx::raw_sql(sqlx::AssertSqlSafe(read_only)).execute(&mut owner).await.unwrap();
    let others = "select count(pg_terminate_backend(pid)) from pg_stat_activity
                  where datname = current_database() and pid <> pg_backend_pid()";
    sqlx::query(others).execute(&mut owner).await.unwrap();
    let refused = until("the server says that nothing is written", || async {
        let answer = anybody.get("/readyz").await;
        (answer.status == 503).then(|| answer.json()).filter(|ready| !ready["checks"]["writable"].is_null())
    })
    .await;
    assert!(refused["checks"]["writable"]["detail"].as_str().unwrap().contains("read_only"), "{refused}");
}

#[tokio::test]
async fn a_server_that_was_told_to_stop_says_so_before_it_ends() {
    let app = TestApp::start().await;
    let directory = tempfile::tempdir().unwrap();
    let port = free_port();
    let drain = [("PORT", port.to_string()), ("WIB_DRAIN_MS", "2000".to_owned())];
    let server = Wib::start(directory.path(), &["serve"], &environment(&app, drain));
    let ready = format!("http://127.0.0.1:{port}/readyz");
    until("it is ready", || async { (status(&ready).await == Some(200)).then_some(()) }).await;
    server.terminate();
    until("it says that it is leaving", || async { (status(&ready).await == Some(503)).then_some(()) }).await;
    until("it is gone", || async { status(&ready).await.is_none().then_some(()) }).await;
}

#[tokio::test]
async fn a_worker_that_cannot_keep_its_lease_is_not_ready_until_it_can() {
    let app = TestApp::start().await;
    let directory = tempfile::tempdir().unwrap();
    let origin = format!("127.0.0.1:{}", free_port());
    let environment = environment(&app, [("WIB_METRICS_ADDR", origin.clone())]);
    let _worker = Wib::start(directory.path(), &["work"], &environment);
    let ready = format!("http://{origin}/readyz");
    until("it is ready", || async { (status(&ready).await == Some(200)).then_some(()) }).await;
    assert!(scrape(&format!("http://{origin}")).await.keys().any(|series| series.starts_with("wib_lease_renewals")));

    let mut owner = PgConnection::connect(app.app.config.database.url.expose_secret()).await.unwrap();
    let mut tx = owner.begin().await.unwrap();
    sqlx::query("lock table leases in exclusive mode").execute(&mut *tx).await.unwrap();
    let lost = until("its lease ran out", || async {
        let answer: Value = reqwest::get(&ready).await.ok()?.json().await.ok()?;
        (answer["ready"] == false).then_some(answer)
    })
    .await;
    assert_eq!(lost["checks"]["lease"]["ok"], false, "{lost}");
    tx.rollback().await.unwrap();
    until("it has another", || async { (status(&ready).await == Some(200)).then_some(()) }).await;
}

#[test]
fn the_rules_file_is_fresh_and_asks_only_for_figures_there_are() {
    let committed = include_str!("../../docs/alerts.yml");
    assert!(committed == alert::yaml(), "run `cargo run -- alerts > docs/alerts.yml`");
    let figures = documented();
    for rule in &alert::RULES {
        assert!(OPERATIONS.contains(&format!("| `{}` |", rule.name)), "docs/OPERATIONS.md lacks {}", rule.name);
        let asked =
            rule.expr.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|word| word.starts_with("wib_"));
        let unknown: Vec<&str> = asked.filter(|name| !figures.contains_key(name)).collect();
        assert!(unknown.is_empty(), "{} asks for {unknown:?}", rule.name);
    }
}

#[tokio::test]
async fn the_page_of_alerts_says_that_no_worker_is_alive_until_one_is() {
    let app = TestApp::start().await;
    let ops = app.ops().await;
    let page = ops.get("/jobs/alerts").await.is(200).text;
    let line = |page: &str| {
        let row = page.split("<tr").find(|row| row.contains("WibNoWorker")).unwrap();
        (row.contains("Firing"), row.contains("Start wib work"))
    };
    assert_eq!(line(&page), (true, true), "{page}");
    assert!(page.contains("Not known here"), "only processes know of their leases");
    app.agent().await.get("/jobs/alerts").await.is(403);
    app.work();
    until("a worker is alive", || async {
        let page = ops.get("/jobs/alerts").await.is(200).text;
        (!line(&page).0).then_some(())
    })
    .await;
}

fn environment<const N: usize>(app: &TestApp, more: [(&'static str, String); N]) -> Vec<(&'static str, String)> {
    let url = app.app.config.database.url.expose_secret().to_owned();
    provider(&app.sim).into_iter().chain([("DATABASE_URL", url)]).chain(more).collect()
}

async fn status(url: &str) -> Option<u16> {
    reqwest::get(url).await.ok().map(|answer| answer.status().as_u16())
}

/// Every series with its value; the parts of a histogram are one.
async fn scrape(origin: &str) -> BTreeMap<String, f64> {
    let text = reqwest::get(format!("{origin}/metrics")).await.unwrap().text().await.unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    lines.filter(|line| !line.contains("_bucket") && !line.contains("_sum")).map(series).collect()
}

fn series(line: &str) -> (String, f64) {
    let (series, value) = line.rsplit_once(' ').unwrap();
    let (name, labels) = series.split_once('{').unwrap_or((series, ""));
    (format!("{}{{{labels}", name.trim_end_matches("_count")), value.parse().unwrap())
}

fn name(series: &str) -> &str {
    series.split('{').next().unwrap()
}

fn labels(series: &str) -> impl Iterator<Item = &str> {
    let (_, labels) = series.split_once('{').unwrap();
    labels.trim_end_matches('}').split("\",").filter_map(|pair| pair.split_once("=\"")).map(|(label, _)| label)
}

/// The figures of the table in the operators' book, each with its labels.
fn documented() -> BTreeMap<&'static str, Vec<&'static str>> {
    let rows = OPERATIONS.lines().filter(|line| line.starts_with("| `wib_"));
    let cells = rows.map(|row| row.split('|').map(str::trim).collect::<Vec<_>>());
    let quoted = |cell: &'static str| cell.split('`').skip(1).step_by(2).collect::<Vec<_>>();
    cells.map(|cells| (quoted(cells[1])[0], quoted(cells[2]))).collect()
}
