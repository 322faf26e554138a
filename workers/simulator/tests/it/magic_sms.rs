//! The last four digits of a number choose what becomes of a message.

use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};

use crate::harness::{Sim, answer, code};

#[rstest]
#[case::delivered("0100", &["message.sent", "message.finalized"], "delivered", None)]
#[case::not_confirmed("0102", &["message.sent", "message.finalized"], "delivery_unconfirmed", None)]
#[case::not_delivered("0103", &["message.sent", "message.finalized"], "delivery_failed", Some("40008"))]
#[case::a_landline("0104", &["message.finalized"], "sending_failed", Some("40001"))]
#[case::spam("0105", &["message.finalized"], "sending_failed", Some("40003"))]
#[case::the_daily_cap("0111", &["message.sent", "message.finalized"], "delivery_failed", Some("40016"))]
#[tokio::test]
async fn a_message_ends_in_its_status(
    #[case] suffix: &str,
    #[case] kinds: &[&str],
    #[case] status: &str,
    #[case] error: Option<&str>,
) {
    let sim = Sim::standing().await;
    let id = sim.text(&format!("+1212555{suffix}")).await;
    assert_eq!(sim.get(&format!("/messages/{id}")).await["data"]["to"][0]["status"], "queued");
    sim.live(5).await;
    assert_eq!(sim.receiver.types(), kinds);
    let last = sim.receiver.received().pop().unwrap();
    let read = sim.get(&format!("/messages/{id}")).await;
    for payload in [&last.json["data"]["payload"], &read["data"]] {
        assert_eq!(payload["to"][0]["status"], status);
        assert_eq!(payload["errors"][0]["code"].as_str(), error);
    }
    assert_eq!(sim.look("/sim/state").await["messages"]["by_status"][status], 1);
}

#[tokio::test]
async fn a_late_message_is_delivered_after_twenty_seconds() {
    let sim = Sim::standing().await;
    sim.text("+12125550101").await;
    sim.advance(19.9).await;
    assert_eq!(sim.receiver.types(), ["message.sent"]);
    sim.advance(0.1).await;
    assert_eq!(sim.receiver.types(), ["message.sent", "message.finalized"]);
}

#[rstest]
#[case::yes("0106", "YES", Value::Null)]
#[case::the_keyword("0107", "STOP", json!("STOP"))]
#[case::a_sentence("0108", "stop calling me", Value::Null)]
#[tokio::test]
async fn somebody_writes_back(#[case] suffix: &str, #[case] text: &str, #[case] autoresponse: Value) {
    let sim = Sim::standing().await;
    sim.text(&format!("+1212555{suffix}")).await;
    sim.live(5).await;
    assert_eq!(sim.receiver.types(), ["message.sent", "message.finalized"]);
    sim.live(5).await;
    let reply = sim.receiver.received().pop().unwrap().json["data"].clone();
    assert_eq!((&reply["event_type"], &reply["payload"]["text"]), (&json!("message.received"), &json!(text)));
    assert_eq!(reply["payload"]["autoresponse_type"], autoresponse);
    assert_eq!(reply["payload"]["to"][0]["phone_number"], crate::harness::FROM);
}

#[tokio::test]
async fn whoever_wrote_stop_is_not_written_to_again() {
    let sim = Sim::standing().await;
    sim.text("+12125550107").await;
    sim.advance(20.0).await;
    let (status, json) = answer(sim.message("+12125550107", "k").send().await.unwrap()).await;
    assert_eq!((status, code(&json)), (400, "40300"));
}

#[rstest]
#[case::a_bad_number("0109", "40310")]
#[case::a_blocked_number("0110", "40300")]
#[tokio::test]
async fn a_message_is_refused_at_once(#[case] suffix: &str, #[case] expected: &str) {
    let sim = Sim::standing().await;
    let (status, json) = answer(sim.message(&format!("+1212555{suffix}"), "k").send().await.unwrap()).await;
    assert_eq!((status, code(&json)), (400, expected));
    sim.advance(10.0).await;
    assert!(sim.receiver.received().is_empty());
}

#[tokio::test]
async fn the_end_arrives_before_the_beginning() {
    let sim = Sim::standing().await;
    sim.text("+12125550112").await;
    while sim.receiver.received().len() < 2 {
        sim.advance(0.04).await;
    }
    assert_eq!(sim.receiver.types(), ["message.finalized", "message.sent"]);
}

#[rstest]
#[case::three_times("0113", 3)]
#[case::never("0114", 0)]
#[tokio::test]
async fn every_webhook_arrives_as_often_as_the_number_says(#[case] suffix: &str, #[case] times: usize) {
    let sim = Sim::standing().await;
    let id = sim.text(&format!("+1212555{suffix}")).await;
    sim.advance(10.0).await;
    for kind in ["message.sent", "message.finalized"] {
        assert_eq!(sim.receiver.types().iter().filter(|seen| *seen == kind).count(), times, "{kind}");
    }
    assert_eq!(sim.get(&format!("/messages/{id}")).await["data"]["to"][0]["status"], "delivered");
}

#[rstest]
#[case::a_500("0115", 500, None)]
#[case::a_429("0117", 429, Some("2"))]
#[tokio::test]
async fn a_first_request_fails_and_its_repetition_does_not(
    #[case] suffix: &str,
    #[case] status: u16,
    #[case] reset: Option<&str>,
) {
    let sim = Sim::standing().await;
    let send = || sim.message(&format!("+1212555{suffix}"), "k").send();
    let reply = send().await.unwrap();
    assert_eq!(reply.status(), status);
    assert_eq!(reply.headers().get("x-ratelimit-reset").map(|value| value.to_str().unwrap()), reset);
    assert_eq!(send().await.unwrap().status(), 200);
    assert_eq!(sim.look("/sim/state").await["messages"]["by_status"]["queued"], 1);
}

#[tokio::test]
async fn a_message_whose_reply_is_lost_is_sent_and_its_repetition_is_replayed() {
    let sim = Sim::standing().await;
    let send = || sim.message("+12125550116", "k").timeout(Duration::from_secs(5)).send();
    let error = send().await.unwrap_err();
    assert!(!error.is_timeout() && !error.is_connect(), "{error:?}");
    let reply = send().await.unwrap();
    assert_eq!(reply.headers()["idempotent-replayed"], "true");
    let id = answer(reply).await.1["data"]["id"].as_str().unwrap().to_owned();
    sim.live(5).await;
    assert_eq!(sim.receiver.types(), ["message.sent", "message.finalized"]);
    assert_eq!(sim.notes("message", &id).await.len(), 3);
}
