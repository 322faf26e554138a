//! What was said on a call, and by whom it is known.

use serde_json::{Value, json};

use crate::support::{Floor, Setting, TestApp, people};

const SPEED: f64 = 20.0;

/// A call to somebody whose number ends in `fate`, once it is over.
async fn over(floor: &Floor, fate: &str) -> Value {
    floor.list(&people(fate, 1)).await;
    let accounts = floor.boss.get("/api/accounts").await.is(200).json();
    let promised =
        floor.boss.post("/api/calls", json!({ "account_id": accounts["items"][0]["id"] })).await.is(202).json();
    let path = format!("/api/calls/{}", promised["id"].as_str().unwrap());
    floor
        .until("the call is over", async || {
            let call = floor.boss.get(&path).await.is(200).json();
            (call["state"] == "ended").then_some(call)
        })
        .await
}

#[tokio::test]
async fn a_disclosure_is_written_down_once_and_on_the_timeline() {
    let app = TestApp::with(Setting { speed: SPEED, ..Setting::default() }).await;
    app.work();
    let mut floor = Floor::open(&app, SPEED, 1).await;
    let call = over(&floor, "0121").await;
    let path = format!("/api/calls/{}/disclosures", call["id"].as_str().unwrap());
    let first = floor.boss.post(&path, json!({})).await.is(201).json();
    assert_eq!((&first["how"], &first["kind"]), (&json!("ticked"), &json!("mini_miranda")));
    assert_eq!(floor.boss.post(&path, json!({ "how": "ticked" })).await.is(201).json(), first);
    floor.boss.post(&path, json!({ "how": "whispered" })).await.problem(422, "invalid-body");
    app.agent().await.post(&path, json!({})).await.problem(403, "forbidden");
    app.neighbour().await.post(&path, json!({})).await.problem(404, "not-found");
    let timeline = format!("/api/accounts/{}/timeline", call["account_id"].as_str().unwrap());
    let lines = floor.boss.get(&timeline).await.is(200).json();
    let told = lines["items"].as_array().unwrap().iter().any(|line| line["facts"]["disclosed"] == true);
    assert!(told, "{lines}");
    assert_eq!(app.count("select count(*) from audit_log where action = 'call.disclosure'").await, 1);
    floor.settle().await;
}

#[tokio::test]
async fn nothing_is_disclosed_to_nobody() {
    let app = TestApp::with(Setting { speed: SPEED, ..Setting::default() }).await;
    app.work();
    let mut floor = Floor::open(&app, SPEED, 0).await;
    let call = over(&floor, "0108").await;
    let path = format!("/api/calls/{}/disclosures", call["id"].as_str().unwrap());
    floor.boss.post(&path, json!({})).await.problem(409, "illegal-transition");
    floor.settle().await;
}
