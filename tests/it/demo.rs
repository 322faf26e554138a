//! The demonstration, to its end: what the page, the API, the database and the carrier say of it is the same.

use std::{process::Stdio, time::Duration};

use app::config::Timers;
use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use chrono_tz::America::New_York;
use rstest::rstest;
use serde_json::{Value, json};

use crate::{
    invariants,
    support::{Floor, Place, Setting, TestApp, database, process::wib},
};

#[tokio::test]
async fn the_demo_of_fifty_accounts_holds_every_equation_and_exits_0() {
    let (database, directory) = (database().await, tempfile::tempdir().unwrap());
    let environment = [("DATABASE_URL", database.url.clone())];
    let arguments = ["demo", "--calls", "50", "--json", "--speed", "20"];
    let mut command = wib(directory.path(), &arguments, &environment);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let ended = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let (said, complained) = (String::from_utf8_lossy(&ended.stdout), String::from_utf8_lossy(&ended.stderr));
    assert_eq!(ended.status.code(), Some(0), "{said}{complained}");
    let report: Value = serde_json::from_str(&said).unwrap();
    assert!(report["checks"].as_array().unwrap().iter().all(|check| check["holds"] == true), "{report}");
    assert_eq!((&report["stats"]["recipients"]["planned"], &report["calls"]), (&json!(50), &json!(50)), "{report}");
}

#[tokio::test]
async fn page_api_database_and_carrier_agree_on_the_demo() {
    const SPEED: f64 = 20.0;
    let app = working(SPEED).await;
    let (mut floor, list) = Floor::demo(Place::of(&app, SPEED), 50, 8).await;
    floor.sign_on().await;
    let campaign = floor.start(&list, json!({})).await;
    floor.over(&campaign).await;
    let books = floor.settle().await;
    let stats = floor.stats(&campaign).await;
    invariants::hold(&floor.owner, &books).await;
    invariants::connected_is_recorded(&floor.owner, &books).await;

    let people = &stats["recipients"];
    let finished: i64 = ["done", "failed", "suppressed", "skipped"].iter().map(|s| people[s].as_i64().unwrap()).sum();
    assert_eq!((people["planned"].as_i64(), finished, &stats["balances"]), (Some(50), 50, &json!(true)), "{stats}");
    let count = async |sql: &'static str| json!(floor.number(sql).await);
    let sql = [
        ("dials", count("select count(*) from facts.attempts where provider_ref is not null").await),
        ("connected", count("select count(*) from facts.attempts where bridged_at is not null").await),
        ("recordings", count("select count(*) from recordings where state = 'stored'").await),
        ("transcripts", count("select count(*) from transcriptions where state = 'done'").await),
        ("unkept", json!(0)),
        ("abandoned", count("select count(*) from facts.attempts where abandoned").await),
        ("refused", count("select count(*) from facts.attempts where state = 'skipped'").await),
        ("live", json!(0)),
        ("unknown", json!(0)),
    ];
    for (name, counted) in sql {
        assert_eq!(stats[name], counted, "{name} of {stats}");
    }
    assert_eq!(stats["dials"], books.dials().len());
    assert_eq!(stats["connected"], books.recorded().len());
    assert_eq!(stats["connected"], books.joined().len());
    assert_eq!(stats["connected"], stats["transcripts"]);
    page_says(&floor, &campaign, &stats).await;
}

/// The campaigns' page adds up to the numbers of the API.
async fn page_says(floor: &Floor, campaign: &str, stats: &Value) {
    let page = floor.boss.get("/campaigns").await.is(200).text;
    assert!(page.contains(campaign), "{page}");
    let people = &stats["recipients"];
    let lines = [
        ("done", "done"),
        ("failed", "failed"),
        ("suppressed", "blocked"),
        ("skipped", "skipped"),
        ("planned", "planned"),
    ];
    for (name, word) in lines {
        let said = format!(">{} {word}<", people[name]);
        assert!(page.contains(&said), "{said} is not in {page}");
    }
}

/// Whatever the hour, nobody is called before eight or after nine where they may be, and everybody is dealt with.
#[rstest]
#[case::after_midnight("2026-11-17", 0..6)]
#[case::in_the_morning("2026-11-17", 6..12)]
#[case::in_the_afternoon("2026-11-17", 12..18)]
#[case::in_the_evening("2026-11-17", 18..24)]
#[case::before_clocks_spring_forward("2026-03-08", 1..2)]
#[case::after_clocks_sprang_forward("2026-03-08", 19..20)]
#[case::before_clocks_fall_back("2026-11-01", 0..1)]
#[case::after_clocks_fell_back("2026-11-01", 19..20)]
#[tokio::test]
async fn a_demo_that_starts_at_any_hour_calls_within_the_law(#[case] day: &str, #[case] hours: std::ops::Range<i64>) {
    const SPEED: f64 = 60.0;
    const PEOPLE: usize = 12;
    let app = working(SPEED).await;
    let (mut floor, list) = Floor::demo(Place::of(&app, SPEED), PEOPLE, 6).await;
    for (week, hour) in hours.enumerate() {
        // A week later: the clock of a database goes forward.
        let moment = midnight(day) + TimeDelta::hours(hour) + TimeDelta::weeks(i64::try_from(week).unwrap());
        floor.sign_off().await;
        floor.set(moment).await;
        floor.sign_on().await;
        let campaign = floor.start(&list, json!({})).await;
        let stats = floor.over(&campaign).await;
        assert_eq!((&stats["recipients"]["planned"], &stats["balances"]), (&json!(PEOPLE), &json!(true)), "{stats}");
    }
    let unexplained = "select count(*) from calls c left join compliance_decisions d on d.id = c.decision_id
                       where c.state = 'skipped' and (d.allowed is distinct from false or jsonb_array_length(d.reasons) = 0)";
    assert_eq!(floor.number(unexplained).await, 0);
    let books = floor.settle().await;
    invariants::hold(&floor.owner, &books).await;
}

fn midnight(day: &str) -> DateTime<Utc> {
    let day: chrono::NaiveDate = day.parse().unwrap();
    New_York.from_local_datetime(&day.and_hms_opt(0, 0, 0).unwrap()).earliest().unwrap().to_utc()
}

async fn working(speed: f64) -> TestApp {
    // At this speed a minute is a second, and a second is soon over on a busy machine.
    let timers = Timers { absent_after: Duration::from_mins(10), ..Timers::default() };
    let app = TestApp::with(Setting { speed, timers, ..Setting::default() }).await;
    app.work();
    app
}
