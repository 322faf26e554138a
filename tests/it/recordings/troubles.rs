//! What stands between us and a recording, and how it ends.

use chrono::TimeDelta;
use rstest::rstest;
use serde_json::{Value, json};

use super::{SPEED, becomes, calls, plays, working};
use crate::{
    invariants,
    support::{Floor, TestApp, people},
};

/// Each passes, and then the sound is here.
#[rstest]
#[case::not_there_yet(json!({ "p404": 1.0 }))]
#[case::the_link_is_over(json!({ "p403": 1.0 }))]
#[case::the_storage_fails(json!({ "p500": 1.0 }))]
#[case::half_of_it(json!({ "half": 1.0 }))]
#[case::a_page_in_its_place(json!({ "page": 1.0 }))]
#[tokio::test]
async fn a_trouble_that_passes_is_waited_for(#[case] trouble: Value) {
    let (app, mut floor) = one_call(trouble).await;
    let tried = "select count(*) from provider_requests where command = 'download'";
    floor.until("it was tried twice", async || (floor.number(tried).await >= 2).then_some(())).await;
    assert_eq!(app.count("select count(*) from recordings where state = 'saved'").await, 1);
    assert_eq!(
        app.count("select count(*) from blobs where media_type like 'audio/%'").await,
        0,
        "nothing half is kept"
    );
    floor.carrier(calm()).await;
    becomes(&app, "stored").await;
    plays(&floor.boss, &calls(&app).await[0]).await;
    let books = floor.settle().await;
    invariants::hold(&floor.owner, &books).await;
}

#[tokio::test]
async fn what_cannot_be_had_is_lost_for_a_reason_and_found_when_operations_retries() {
    let (app, mut floor) = one_call(json!({ "page": 1.0 })).await;
    becomes(&app, "failed").await;
    let why = app.text("select failure from recordings").await;
    assert_eq!(why, "what came is no sound");
    let call = calls(&app).await.remove(0);
    let told = floor.boss.get(&format!("/api/calls/{call}/recording")).await.problem(404, "not-found");
    assert!(told["detail"].as_str().unwrap().contains("could not be had"), "{told}");
    let page = floor.boss.get(&format!("/workflows/{call}")).await.is(200).text;
    assert!(page.contains("No recording: what came is no sound"), "{page}");
    let ops = app.ops().await;
    let dead = ops.get("/api/jobs?kind=fetch_recording&state=dead").await.is(200).json();
    let job = dead["items"][0]["id"].as_str().unwrap_or_else(|| panic!("{dead}")).to_owned();
    assert!(!dead.to_string().contains("/sim/media/"), "a link is nothing for a job to tell: {dead}");
    floor.carrier(calm()).await;
    ops.post(&format!("/api/jobs/{job}/retry"), json!({})).await.is(201);
    becomes(&app, "stored").await;
    let books = floor.settle().await;
    invariants::hold(&floor.owner, &books).await;
}

#[tokio::test]
async fn a_link_that_is_over_is_asked_for_anew() {
    let (app, mut floor) = waiting().await;
    floor.set(floor.now().await + TimeDelta::minutes(11)).await;
    app.ops().await.post("/api/queues/media/resume", json!({})).await.is(200);
    becomes(&app, "stored").await;
    let asked = "select count(*) from provider_requests where command = 'recordings' and outcome = 'accepted'";
    assert_eq!(app.count(asked).await, 1);
    let books = floor.settle().await;
    invariants::hold(&floor.owner, &books).await;
}

#[tokio::test]
async fn a_recording_whose_webhook_is_lost_is_found_by_asking() {
    let app = working().await;
    let mut floor = Floor::open(&app, SPEED, 1).await;
    let list = floor.list(&people("0121", 1)).await;
    let campaign = floor.start(&list, json!({})).await;
    let running = "select count(*) from transcriptions where state = 'running'";
    floor.until("they talk and it is written down", async || (floor.number(running).await == 1).then_some(())).await;
    floor.carrier(json!({ "webhooks": { "drop": 1.0 } })).await;
    floor.ended(&campaign).await;
    becomes(&app, "stored").await;
    let told = "select count(*) from webhook_events where event_type = 'call.recording.saved'";
    assert_eq!(app.count(told).await, 0, "nobody told us");
    floor.carrier(json!({ "webhooks": { "drop": 0.0 } })).await;
    floor.quiet().await;
    floor.kept().await;
    let stats = floor.stats(&campaign).await;
    assert_eq!((&stats["connected"], &stats["unkept"]), (&json!(1), &json!(0)), "{stats}");
}

/// A call that has ended, while its recording cannot be had for this trouble.
async fn one_call(trouble: Value) -> (TestApp, Floor) {
    let app = working().await;
    let floor = Floor::open(&app, SPEED, 1).await;
    floor.carrier(json!({ "media": trouble })).await;
    let list = floor.list(&people("0121", 1)).await;
    let campaign = floor.start(&list, json!({})).await;
    floor.ended(&campaign).await;
    (app, floor)
}

fn calm() -> Value {
    json!({ "media": { "p404": 0.0, "p403": 0.0, "p500": 0.0, "half": 0.0, "page": 0.0 } })
}

/// A recording that is whole at the carrier, while nobody fetches it.
pub(super) async fn waiting() -> (TestApp, Floor) {
    let app = working().await;
    let floor = Floor::open(&app, SPEED, 1).await;
    app.ops().await.post("/api/queues/media/pause", json!({})).await.is(200);
    let list = floor.list(&people("0121", 1)).await;
    let campaign = floor.start(&list, json!({})).await;
    floor.ended(&campaign).await;
    becomes(&app, "saved").await;
    (app, floor)
}
