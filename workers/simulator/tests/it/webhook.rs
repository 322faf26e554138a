//! Webhooks: signed, repeated, and misbehaving on request.

use std::collections::HashSet;

use axum::http::StatusCode;
use rstest::rstest;
use serde_json::json;

use crate::harness::Sim;

fn verified(sim: &Sim) -> Vec<Result<(), telnyx::signature::Error>> {
    let verifier = telnyx::Verifier::new(&sim.running.public_key_b64).unwrap();
    let received = sim.receiver.received();
    let check =
        |webhook: &crate::harness::Received| verifier.verify(&webhook.headers, &webhook.raw, chrono::Utc::now());
    received.iter().map(check).collect()
}

#[tokio::test]
async fn every_webhook_carries_a_signature_that_our_client_accepts() {
    let sim = Sim::standing().await;
    sim.dial("+12125550100", json!({"answering_machine_detection": "detect"})).await;
    sim.advance(200.0).await;
    let verdicts = verified(&sim);
    assert_eq!(verdicts.len(), 4);
    assert!(verdicts.iter().all(Result::is_ok));
    let keys = sim.look("/sim/keys").await;
    assert_eq!(keys["telnyx_public_key"], sim.running.public_key_b64);
}

#[rstest]
#[case::a_bad_signature("bad_signature", telnyx::signature::Error::Forged)]
#[case::a_stale_timestamp("stale_timestamp", telnyx::signature::Error::Stale)]
#[tokio::test]
async fn a_faulty_signature_is_refused_by_our_client(#[case] fault: &str, #[case] error: telnyx::signature::Error) {
    let sim = Sim::standing().await;
    sim.faults(json!({"webhooks": {fault: 1.0}})).await;
    sim.dial("+12125550109", json!({})).await;
    sim.advance(20.0).await;
    let verdicts = verified(&sim);
    assert_eq!(verdicts, vec![Err(error); 2]);
}

#[tokio::test]
async fn a_webhook_is_repeated_until_it_is_taken() {
    let sim = Sim::standing().await;
    sim.faults(json!({"webhooks": {"retries": [1, 1]}})).await;
    sim.receiver.answer_next_with(&[StatusCode::INTERNAL_SERVER_ERROR, StatusCode::TOO_MANY_REQUESTS]);
    let body = json!({"timeout_secs": 600});
    sim.dial("+12125550108", body).await;
    sim.advance(1.0).await;
    let received = sim.receiver.received();
    let attempts: Vec<_> = received.iter().map(|webhook| webhook.json["meta"]["attempt"].clone()).collect();
    assert_eq!(attempts, [1, 2, 3]);
    let ids: HashSet<String> = received.iter().map(|webhook| webhook.json["data"]["id"].to_string()).collect();
    assert_eq!(ids.len(), 1);
    assert!(verified(&sim).iter().all(Result::is_ok));
}

#[tokio::test]
async fn a_webhook_that_was_understood_and_refused_is_not_repeated() {
    let sim = Sim::standing().await;
    sim.receiver.answer_next_with(&[StatusCode::UNAUTHORIZED]);
    sim.dial("+12125550108", json!({"timeout_secs": 600})).await;
    sim.advance(1.0).await;
    assert_eq!(sim.receiver.received().len(), 1);
}

#[tokio::test]
async fn a_webhook_that_nobody_takes_is_given_up() {
    let sim = Sim::standing().await;
    sim.faults(json!({"webhooks": {"retries": [1]}})).await;
    let nowhere = json!({"webhook_url": "http://127.0.0.1:1/hook", "timeout_secs": 600});
    sim.dial("+12125550108", nowhere).await;
    sim.advance(1.0).await;
    assert_eq!(sim.look("/sim/state").await["webhooks"]["given_up"], 1);
}

#[tokio::test]
async fn duplicated_and_reordered_webhooks_keep_their_ids_and_lose_their_order() {
    let sim = Sim::standing().await;
    let rough = json!({"webhooks": {"duplicate": 1.0, "reorder": 1.0, "delay_ms": [0, 400]}});
    sim.faults(rough).await;
    for number in 0..20 {
        let to = format!("+1212{:03}0107", 300 + number);
        sim.dial(&to, json!({"answering_machine_detection": "detect"})).await;
    }
    for _ in 0..400 {
        sim.control("/sim/clock/advance", json!({"secs": 0.1})).await;
    }
    sim.advance(10.0).await;
    let received = sim.receiver.received();
    assert_eq!(received.len(), 20 * 3 * 2);
    let ids: HashSet<String> = received.iter().map(|webhook| webhook.json["data"]["id"].to_string()).collect();
    assert_eq!(ids.len(), 60);
    let hung_up_first = received.iter().enumerate().any(|(place, webhook)| {
        let call = &webhook.json["data"]["payload"]["call_control_id"];
        let earlier = |other: &crate::harness::Received, kind: &str| {
            other.json["data"]["payload"]["call_control_id"] == *call && other.json["data"]["event_type"] == kind
        };
        webhook.json["data"]["event_type"] == "call.hangup"
            && !received[..place].iter().any(|other| earlier(other, "call.answered"))
    });
    assert!(hung_up_first);
}

#[tokio::test]
async fn a_dropped_webhook_is_still_in_the_calls_history() {
    let sim = Sim::standing().await;
    sim.faults(json!({"webhooks": {"drop": 1.0}})).await;
    sim.dial("+12125550109", json!({})).await;
    sim.advance(20.0).await;
    assert!(sim.receiver.received().is_empty());
    assert_eq!(sim.get("/call_events?filter[type]=webhook").await["meta"]["total_results"], 2);
}
