//! Files of numbers not to be contacted: tried, taken, sent again.

use rstest::rstest;
use serde_json::json;
use workflows::identity::Role;

use super::items;
use crate::support::TestApp;

const PATH: &str = "/api/suppressions/import?kind=federal";
const FILE: &str =
    "\u{feff}phone;name\r\n(915) 555-0100;Maria\r\n915-555-0101;John\r\n12;Nobody\r\n9155550100;Maria\r\n";

#[tokio::test]
async fn a_dry_run_writes_the_report_and_nothing_else() {
    let app = TestApp::start().await;
    let officer = app.role(Role::Compliance).await;
    let report = officer.import(&format!("{PATH}&dry_run=true"), FILE).await.is(200).json();
    for (field, n) in [("good", 3), ("rejected", 1), ("created", 2), ("skipped", 1)] {
        assert_eq!(report[field], n, "{field}: {report}");
    }
    assert_eq!(
        (&report["report"][0]["line"], &report["report"][0]["column"]),
        (&json!(4), &json!("phone")),
        "{report}"
    );
    assert_eq!(app.count("select count(*) from suppressions").await, 0);
    assert_eq!(app.count("select count(*) from audit_log where action = 'suppression.import'").await, 0);
}

#[tokio::test]
async fn a_file_is_taken_once_however_often_it_is_sent() {
    let app = TestApp::start().await;
    let boss = app.supervisor().await;
    let first = boss.import(PATH, FILE).await.is(201).json();
    assert_eq!((&first["created"], &first["skipped"], &first["rejected"]), (&json!(2), &json!(1), &json!(1)));
    let again = boss.import(PATH, FILE).await.is(201).json();
    assert_eq!((&again["created"], &again["skipped"]), (&json!(0), &json!(3)));
    let found = items(&boss, "/api/suppressions?value=9155550101").await;
    assert_eq!((&found[0]["kind"], &found[0]["source"]), (&json!("federal"), &json!("file")));
    assert_eq!(app.count("select count(*) from audit_log where action = 'suppression.import'").await, 2);
}

#[tokio::test]
async fn a_file_that_lasts_longer_goes_on_where_the_last_one_ends() {
    let app = TestApp::start().await;
    let boss = app.supervisor().await;
    let until = |day: &str| format!("{PATH}&expires_at={day}&effective_at=2026-11-01");
    assert_eq!(boss.import(&until("2026-12-01"), FILE).await.is(201).json()["created"], 2);
    assert_eq!(boss.import(&until("2026-11-30"), FILE).await.is(201).json()["created"], 0);
    assert_eq!(boss.import(&until("2027-01-01"), FILE).await.is(201).json()["created"], 2);
}

#[tokio::test]
async fn a_file_of_many_batches_is_taken_whole() {
    let app = TestApp::start().await;
    let lines: String = (0..12_000).map(|n| format!("212,{}\n", 5_550_000 + n)).collect();
    let report = app.supervisor().await.import(PATH, lines).await.is(201).json();
    assert_eq!((&report["good"], &report["created"]), (&json!(12_000), &json!(12_000)));
    assert_eq!(app.count("select count(distinct value) from suppressions").await, 12_000);
}

/// Not part of every run: how fast, how large, how much memory. `cargo nextest run --run-ignored all measure`.
#[tokio::test]
#[ignore = "a measurement"]
async fn measure_a_million_numbers() {
    let app = TestApp::start().await;
    let boss = app.supervisor().await;
    let before = resident();
    let lines = futures::stream::iter((0..1_000_000u32).step_by(10_000).map(|from| {
        let lines: String = (from..from + 10_000)
            .map(|n| format!("{},{}\n", 212 + n / 800_000, 2_000_000 + n % 800_000 * 10))
            .collect();
        Ok::<_, std::io::Error>(lines)
    }));
    let part = reqwest::multipart::Part::stream(reqwest::Body::wrap_stream(lines)).file_name("dnc.csv");
    let form = reqwest::multipart::Form::new().part("file", part);
    let began = std::time::Instant::now();
    let report = boss.send(boss.request(reqwest::Method::POST, PATH).multipart(form)).await.is(201).json();
    let took = began.elapsed().as_secs_f64();
    let sizes = "select pg_indexes_size('suppressions') / 1048576";
    let table = "select pg_table_size('suppressions') / 1048576";
    println!(
        "{} created in {took:.1} s, {:.0} a second; resident {before} to {} MB; indexes {} MB, table {} MB",
        report["created"],
        report["created"].as_f64().unwrap() / took,
        resident(),
        app.count(sizes).await,
        app.count(table).await
    );
}

/// Of this process, in MB, at its most.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1_024
}

#[rstest]
#[case::no_kind("/api/suppressions/import", FILE.as_bytes(), "kind")]
#[case::an_unknown_kind("/api/suppressions/import?kind=nuisance", FILE.as_bytes(), "kind")]
#[case::a_wish("/api/suppressions/import?kind=no_call", FILE.as_bytes(), "kind")]
#[case::an_unknown_channel("/api/suppressions/import?kind=federal&channel=fax", FILE.as_bytes(), "channel")]
#[case::an_impossible_date("/api/suppressions/import?kind=federal&expires_at=2026-02-30", FILE.as_bytes(), "expires_at")]
#[case::over_before_it_began("/api/suppressions/import?kind=federal&expires_at=2020-01-01", FILE.as_bytes(), "expires_at")]
#[case::neither_true_nor_false("/api/suppressions/import?kind=federal&dry_run=maybe", FILE.as_bytes(), "dry_run")]
#[case::an_empty_file(PATH, b"".as_slice(), "file")]
#[case::only_a_header(PATH, b"phone\n".as_slice(), "file")]
#[case::a_workbook(PATH, b"PK\x03\x04".as_slice(), "file")]
#[case::no_column(PATH, b"name,since\nMaria,2020\n".as_slice(), "file")]
#[tokio::test]
async fn a_bad_file_is_refused_by_field(#[case] path: &str, #[case] file: &[u8], #[case] field: &str) {
    let app = TestApp::start().await;
    let problem = app.supervisor().await.import(path, file).await.problem(422, "invalid-body");
    assert_eq!(problem["errors"][0]["field"], field, "{problem}");
    assert_eq!(app.count("select count(*) from imports").await, 0);
}

#[tokio::test]
async fn an_agent_brings_in_no_files() {
    let app = TestApp::start().await;
    app.agent().await.import(PATH, FILE).await.problem(403, "forbidden");
}
