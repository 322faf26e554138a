//! Single calls, and what each leaves among the jobs; campaigns that start by the clock.

use serde_json::{Value, json};
use telnyx::wire::conference::Join;

use crate::{
    invariants,
    support::{self, Floor, Setting, TestApp, people},
};

const SPEED: f64 = 20.0;

#[tokio::test]
async fn a_call_by_hand_is_dialed_and_keeps_the_carriers_id() {
    let app = working(Setting::default()).await;
    let mut floor = Floor::open(&app, SPEED, 1).await;
    floor.list(&people("0121", 1)).await;
    let account = account(&floor).await;
    let promised = floor.boss.post("/api/calls", json!({ "account_id": account })).await.is(202).json();
    assert_eq!((&promised["state"], &promised["account_id"]), (&json!("intent"), &json!(account)));
    let path = format!("/api/calls/{}", promised["id"].as_str().unwrap());
    let ended = floor
        .until("the call ended", async || {
            let call = floor.boss.get(&path).await.is(200).json();
            (call["state"] == "ended").then_some(call)
        })
        .await;
    assert!(ended["call_control_id"].as_str().unwrap().starts_with("v3:"), "{ended}");
    assert_eq!((&ended["result"], &ended["amd_result"]), (&json!("connected"), &json!("human")), "{ended}");
    let books = floor.settle().await;
    let dialed: Vec<String> = books.dials().keys().map(ToString::to_string).collect();
    assert_eq!(json!(dialed), json!([promised["id"]]));
    invariants::hold(&floor.owner, &books).await;
}

#[tokio::test]
async fn a_refused_dial_leaves_a_failed_call_its_cause_and_its_retry() {
    let elsewhere = Setting { numbers: vec!["+13035550100".to_owned()], ..Setting::default() };
    let app = working(elsewhere).await;
    let mut floor = Floor::open(&app, SPEED, 0).await;
    floor.list(&people("0121", 1)).await;
    let account = account(&floor).await;
    let promised = floor.boss.post("/api/calls", json!({ "account_id": account })).await.is(202).json();
    let path = format!("/api/calls/{}", promised["id"].as_str().unwrap());
    let failed = floor
        .until("the dial was refused", async || {
            let call = floor.boss.get(&path).await.is(200).json();
            (call["state"] == "failed").then_some(call)
        })
        .await;
    assert_eq!((&failed["failure"], &failed["result"]), (&json!("10010"), &json!("failed")), "{failed}");
    assert_eq!((&failed["outcome"], &failed["call_control_id"]), (&json!("known"), &Value::Null), "{failed}");
    let jobs = jobs(&floor, "retry_call").await;
    assert_eq!((jobs.len(), &jobs[0]["state"]), (1, &json!("scheduled")), "{jobs:?}");
    assert_eq!(jobs[0]["args"]["next"]["target"]["account"]["attempt_no"], 2, "{jobs:?}");
    let books = floor.settle().await;
    assert_eq!((books.dials().len(), books.requests().len()), (0, 1));
    invariants::hold(&floor.owner, &books).await;
}

#[tokio::test]
async fn each_attempt_each_retry_and_each_verdict_is_one_job() {
    let app = working(Setting::default()).await;
    let mut floor = Floor::open(&app, SPEED, 2).await;
    let list: Vec<_> = ["0121", "0102", "0108", "0109"].iter().flat_map(|fate| people(fate, 2)).collect();
    let list = floor.list(&list).await;
    let retries = json!({ "max_attempts": 2, "retry_minutes": { "no_answer": 5, "busy": 5, "voicemail": 5 } });
    let campaign = floor.start(&list, retries).await;
    floor.over(&campaign).await;
    let books = floor.settle().await;
    invariants::hold(&floor.owner, &books).await;
    let pairs = [
        ("place_call", "select count(*) from facts.attempts"),
        ("retry_call", "select count(*) from transitions where noun = 'recipient' and event = 'wait'"),
        ("amd_outcome", "select count(*) from facts.attempts where answered_by is not null"),
    ];
    for (kind, of) in pairs {
        let (jobs, wanted) = (jobs(&floor, kind).await, floor.number(of).await);
        assert!(wanted > 2, "{kind}: there is something to count");
        assert_eq!(i64::try_from(jobs.len()).unwrap(), wanted, "{kind}");
        assert!(jobs.iter().all(|job| job["state"] == "done"), "{kind}: {jobs:?}");
    }
    let doubled = "select count(*) from (select from job_history where kind in ('place_call', 'amd_outcome')
                   group by kind, run_id having count(*) > 1) d";
    assert_eq!(floor.number(doubled).await, 0);
}

#[tokio::test]
async fn a_campaign_on_a_cron_window_starts_once_although_two_workers_watch_the_clock() {
    let app = working(Setting::default()).await;
    app.work();
    let mut floor = Floor::open(&app, SPEED, 1).await;
    floor.at("2026-11-17 09:59", "America/New_York").await;
    let list = floor.list(&people("0121", 2)).await;
    let daily =
        json!({ "kind": "recurring", "cron": "0 10 * * *", "timezone": "America/New_York", "window_minutes": 60 });
    let campaign = floor.draft(&list, json!({ "schedule": daily })).await;
    floor.pull(&campaign, "start").await;
    assert_eq!(floor.campaign(&campaign).await["state"], "scheduled");
    let stats = floor.over(&campaign).await;
    assert_eq!(stats["recipients"]["done"], 2, "{stats}");
    let started = floor.campaign(&campaign).await["started_at"].as_str().unwrap().to_owned();
    assert!(started.starts_with("2026-11-17T15:00:"), "ten o'clock in New York, and not {started}");
    assert_eq!(floor.number("select count(*) from facts.campaign_events where kind = 'start'").await, 1);
    assert_eq!(floor.number("select count(*) from facts.cron_ticks").await, 1);
    assert_eq!(floor.number("select count(*) from facts.jobs where kind = 'start_campaign'").await, 1);
    let books = floor.settle().await;
    invariants::hold(&floor.owner, &books).await;
}

/// The worker that joins also asks for the recording. Here it dies in between: the test is the worker.
#[tokio::test]
async fn a_call_whose_worker_died_between_join_and_recording_is_recorded_all_the_same() {
    let app = working(Setting::default()).await;
    let mut floor = Floor::open(&app, SPEED, 1).await;
    let ops = app.ops().await;
    ops.post("/api/queues/live/pause", json!({})).await.is(200);
    let list = floor.list(&people("0121", 1)).await;
    let campaign = floor.start(&list, json!({})).await;
    let verdict = "select count(*) from facts.jobs where kind = 'amd_outcome'";
    floor.until("a person answered", async || (floor.number(verdict).await == 1).then_some(())).await;
    let mut db = support::owner(&floor.owner).await.unwrap();
    let (leg, conference): (String, String) =
        sqlx::query_as("select c.call_control_id, a.conference_id from calls c join agents a on a.call_id = c.id")
            .fetch_one(&mut db)
            .await
            .unwrap();
    let join = Join { call_control_id: leg, ..Join::default() };
    let joined = app.app.carrier.as_ref().unwrap().join(&conference, &join).await;
    assert!(matches!(joined, telnyx::Outcome::Accepted(())), "{joined:?}");
    let bridged = "select count(*) from facts.attempts where state = 'bridged'";
    floor.until("the carrier told us", async || (floor.number(bridged).await == 1).then_some(())).await;
    ops.post("/api/queues/live/resume", json!({})).await.is(200);
    floor.ended(&campaign).await;
    let books = floor.settle().await;
    let stats = floor.stats(&campaign).await;
    assert_eq!((&stats["connected"], &stats["recordings"]), (&json!(1), &json!(1)), "{stats}");
    invariants::hold(&floor.owner, &books).await;
    invariants::connected_is_recorded(&floor.owner, &books).await;
}

async fn account(floor: &Floor) -> String {
    let list = floor.boss.get("/api/accounts").await.is(200).json();
    list["items"][0]["id"].as_str().unwrap().to_owned()
}

/// The jobs of a kind, as the API lists them.
async fn jobs(floor: &Floor, kind: &str) -> Vec<Value> {
    let list = floor.boss.get(&format!("/api/jobs?kind={kind}&limit=200")).await.is(200).json();
    list["items"].as_array().unwrap().clone()
}

async fn working(setting: Setting) -> TestApp {
    let app = TestApp::with(Setting { speed: SPEED, ..setting }).await;
    app.work();
    app
}
