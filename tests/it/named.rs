//! The five journeys that everything else stands on.

use chrono::{TimeDelta, Utc};
use serde_json::json;

use crate::{
    invariants,
    support::{Floor, Setting, TestApp, in_california, in_new_york, people},
};

/// Virtual seconds in a real one, where conversations may pass quickly.
const BRISK: f64 = 20.0;
/// Where the verdict's two seconds matter.
const CALM: f64 = 5.0;

#[tokio::test]
async fn happy_path() {
    let app = working(BRISK).await;
    let mut floor = Floor::open(&app, BRISK, 4).await;
    let list = floor.list(&people("0121", 10)).await;
    let campaign = floor.start(&list, json!({})).await;
    let stats = floor.over(&campaign).await;
    let books = floor.settle().await;
    assert_eq!((&stats["recipients"]["planned"], &stats["recipients"]["done"]), (&json!(10), &json!(10)), "{stats}");
    assert_eq!((&stats["connected"], &stats["recordings"]), (&json!(10), &json!(10)), "{stats}");
    assert_eq!((books.dials().len(), books.recorded().len()), (10, 10));
    assert_eq!(floor.campaign(&campaign).await["state"], "completed");
    invariants::hold(&floor.owner, &books).await;
}

#[tokio::test]
async fn pause_resume() {
    let app = working(BRISK).await;
    let mut floor = Floor::open(&app, BRISK, 3).await;
    let list = floor.list(&people("0121", 10)).await;
    let campaign = floor.start(&list, json!({})).await;
    floor.until("somebody was dialed", async || (floor.books().await.requests().len() >= 2).then_some(())).await;
    floor.pull(&campaign, "pause").await;
    let quiet_from = Utc::now() + TimeDelta::seconds(1);
    floor
        .until("agents are free again and the pacer had its chances", async || {
            let idle = floor.number("select count(*) from agents where state <> 'available'").await == 0;
            (idle && Utc::now() > quiet_from + TimeDelta::seconds(1)).then_some(())
        })
        .await;
    let late: Vec<_> = floor.books().await.requests().into_iter().filter(|at| *at > quiet_from).collect();
    assert!(late.is_empty(), "dialed later than a second after the pause: {late:?}");
    let stats = floor.stats(&campaign).await;
    assert!(stats["recipients"]["queued"].as_i64().unwrap() > 0, "{stats}");
    assert_eq!(stats["live"], 0);
    floor.pull(&campaign, "resume").await;
    let stats = floor.over(&campaign).await;
    assert_eq!((&stats["recipients"]["done"], &stats["recipients"]["skipped"]), (&json!(10), &json!(0)), "{stats}");
    let books = floor.settle().await;
    invariants::hold(&floor.owner, &books).await;
}

#[tokio::test]
async fn compliance_pre_dial() {
    let app = working(BRISK).await;
    let mut floor = Floor::open(&app, BRISK, 2).await;
    floor.at("2026-11-17 09:30", "America/New_York").await;
    let (open, stop) = (in_new_york("+12125560121"), in_new_york("+12125570121").who_said_stop());
    // Half past six in the morning there.
    let early = in_california("+12135580121");
    let list = floor.list(&[open, stop, early]).await;
    let campaign = floor.start(&list, json!({})).await;
    let refused = "select count(*) from facts.attempts where state = 'skipped'";
    floor.until("two are refused", async || (floor.number(refused).await == 2).then_some(())).await;
    let people = floor.recipients(&campaign).await;
    assert_eq!(
        (&people[1]["state"], &people[1]["outcome"]),
        (&json!("suppressed"), &json!("DNC_NUMBER")),
        "{people:?}"
    );
    assert_eq!(people[2]["state"], "retry_wait", "{people:?}");
    // Eight o'clock in Los Angeles.
    assert_eq!(people[2]["next_at"].as_str().unwrap().get(..16), Some("2026-11-17T16:00"), "{people:?}");
    for refused in &people[1..] {
        assert!(refused["explanation"].as_str().unwrap().len() > 20, "{refused}");
    }
    let stats = floor.over(&campaign).await;
    assert_eq!((&stats["recipients"]["done"], &stats["recipients"]["suppressed"]), (&json!(2), &json!(1)), "{stats}");
    let books = floor.settle().await;
    assert_eq!(books.dials().len(), 2);
    invariants::hold(&floor.owner, &books).await;
}

#[tokio::test]
async fn amd() {
    let app = working(CALM).await;
    let mut floor = Floor::open(&app, CALM, 1).await;
    let mut list = people("0102", 3);
    list.extend(people("0121", 1));
    let list = floor.list(&list).await;
    let hang_up_on_machines = json!({ "verdict_deadline_ms": 5_000 });
    let campaign = floor.start(&list, hang_up_on_machines).await;
    let stats = floor.over(&campaign).await;
    assert_eq!((&stats["voicemail"], &stats["connected"]), (&json!(3), &json!(1)), "{stats}");
    let talked_to_machines =
        "select count(*) from facts.attempts where answered_by = 'machine' and bridged_at is not null";
    assert_eq!(floor.number(talked_to_machines).await, 0);
    let on_call =
        "select count(*) from transitions where noun = 'agent' and to_state = 'on_call' and from_state <> 'on_call'";
    assert_eq!(floor.number(on_call).await, 1, "an agent talked to somebody else than the one person");
    let books = floor.settle().await;
    assert_eq!(books.dials().len(), 4, "the next call was dialed");
    invariants::hold(&floor.owner, &books).await;
}

#[tokio::test]
async fn errors_of_the_network_fail_the_attempt_and_schedule_a_retry() {
    let app = working(BRISK).await;
    let mut floor = Floor::open(&app, BRISK, 1).await;
    let list = floor.list(&people("0114", 1)).await;
    let campaign = floor.start(&list, json!({ "max_attempts": 2 })).await;
    floor.until("the attempt failed", async || (floor.stats(&campaign).await["failed"] == 1).then_some(())).await;
    let person = &floor.recipients(&campaign).await[0];
    assert_eq!((&person["state"], &person["explanation"]), (&json!("retry_wait"), &json!("failed")), "{person}");
    assert_eq!(person["attempts_used"], 0, "the network's trouble is not the person's: {person}");
    let waiting = "select count(*) from facts.jobs where kind = 'retry_call' and state = 'pending'";
    assert_eq!(floor.number(waiting).await, 1);
    floor.pull(&campaign, "stop").await;
    floor.over(&campaign).await;
    let books = floor.settle().await;
    invariants::hold(&floor.owner, &books).await;
}

#[tokio::test]
async fn errors_for_want_of_agents_pause_the_campaign_until_somebody_is_there() {
    let app = working(BRISK).await;
    let mut floor = Floor::open(&app, BRISK, 1).await;
    let list = floor.list(&people("0121", 4)).await;
    // Whom the agent leaves ringing is abandoned, and tried again tomorrow.
    let campaign = floor.start(&list, json!({ "max_attempts": 2 })).await;
    floor.until("somebody was dialed", async || (!floor.books().await.dials().is_empty()).then_some(())).await;
    floor.sign_off().await;
    let paused = async || {
        let now = floor.campaign(&campaign).await;
        (now["state"] == "paused" && now["pause_reason"] == "no_agents").then_some(())
    };
    floor.until("the campaign paused itself", paused).await;
    floor.sign_on().await;
    let stats = floor.over(&campaign).await;
    assert_eq!(stats["recipients"]["done"], 4, "{stats}");
    let books = floor.settle().await;
    invariants::hold(&floor.owner, &books).await;
}

#[tokio::test]
async fn errors_of_time_are_resolved_by_asking_and_the_person_is_dialed_once() {
    let app = working(CALM).await;
    let mut floor = Floor::open(&app, CALM, 1).await;
    // The carrier takes the call and never answers us.
    let list = floor.list(&people("0118", 1)).await;
    let campaign = floor.start(&list, json!({})).await;
    let stats = floor.over(&campaign).await;
    assert_eq!((&stats["connected"], &stats["unknown"], &stats["dials"]), (&json!(1), &json!(0), &json!(1)), "{stats}");
    let books = floor.settle().await;
    assert_eq!(books.requests().len(), 1);
    invariants::hold(&floor.owner, &books).await;
}

async fn working(speed: f64) -> TestApp {
    let app = TestApp::with(Setting { speed, ..Setting::default() }).await;
    app.work();
    app
}
