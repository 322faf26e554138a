//! The last four digits of a number choose what becomes of the call.

use rstest::rstest;
use serde_json::{Value, json};

use crate::harness::Sim;

async fn lived(suffix: &str, amd: &str) -> Vec<Value> {
    let sim = Sim::standing().await;
    let call = sim.dial(&format!("+1212555{suffix}"), json!({"answering_machine_detection": amd})).await;
    sim.advance(300.0).await;
    sim.events(&call).await
}

fn payload<'a>(events: &'a [Value], kind: &str) -> Option<&'a Value> {
    events.iter().find(|event| event["event_type"] == kind).map(|event| &event["payload"])
}

#[rstest]
#[case::a_busy_line("0109", "user_busy", "486")]
#[case::nobody_answers("0108", "timeout", "487")]
#[case::an_invalid_number("0110", "not_found", "404")]
#[case::a_declined_call("0111", "call_rejected", "603")]
#[case::a_call_blocked_as_spam("0112", "call_rejected", "607")]
#[case::a_caller_id_problem("0113", "call_rejected", "403")]
#[case::congestion("0114", "unspecified", "503")]
#[tokio::test]
async fn an_unanswered_call_ends_with_its_cause(#[case] suffix: &str, #[case] cause: &str, #[case] sip: &str) {
    let events = lived(suffix, "detect").await;
    assert!(payload(&events, "call.answered").is_none());
    let hangup = payload(&events, "call.hangup").unwrap();
    assert_eq!(hangup["hangup_cause"], cause);
    assert_eq!(hangup["sip_hangup_cause"], sip);
}

#[rstest]
#[case::a_person_at_home("0100", Some("human"), Some("human_residence"))]
#[case::a_person_at_work("0101", Some("human"), Some("human_business"))]
#[case::voicemail_with_a_beep("0102", Some("machine"), Some("machine"))]
#[case::voicemail_without_a_beep("0103", Some("machine"), Some("machine"))]
#[case::somebody_hard_to_tell("0104", Some("not_sure"), Some("not_sure"))]
#[case::silence("0105", Some("machine"), Some("silence"))]
#[case::a_fax("0106", Some("machine"), Some("fax_detected"))]
#[case::a_person_who_hangs_up_at_once("0107", None, None)]
#[case::a_leg_that_stays("0121", Some("human"), Some("human_residence"))]
#[case::a_screening_phone("0122", Some("machine"), Some("machine"))]
#[tokio::test]
async fn an_answered_call_gets_its_verdict(
    #[case] suffix: &str,
    #[case] standard: Option<&str>,
    #[case] premium: Option<&str>,
) {
    for (mode, kind, verdict) in [
        ("detect", "call.machine.detection.ended", standard),
        ("premium", "call.machine.premium.detection.ended", premium),
    ] {
        let events = lived(suffix, mode).await;
        assert!(payload(&events, "call.answered").is_some());
        let found = payload(&events, kind).map(|payload| payload["result"].as_str().unwrap());
        assert_eq!(found, verdict, "{mode}");
    }
}

#[tokio::test]
async fn a_beep_is_reported_eight_seconds_after_the_answer() {
    let events = lived("0102", "premium").await;
    let greeting = payload(&events, "call.machine.premium.greeting.ended").unwrap();
    assert_eq!(greeting["result"], "beep_detected");
    let at = |kind: &str| {
        let event = events.iter().find(|event| event["event_type"] == kind).unwrap();
        event["occurred_at"].as_str().unwrap().parse::<chrono::DateTime<chrono::Utc>>().unwrap()
    };
    let wait = at("call.machine.premium.greeting.ended") - at("call.answered");
    assert_eq!(wait, chrono::TimeDelta::seconds(8));
}

#[tokio::test]
async fn a_screening_phone_is_a_machine_and_then_a_person() {
    let events = lived("0122", "premium_ios_call_screening_detection").await;
    let kinds: Vec<&str> = events.iter().map(|event| event["event_type"].as_str().unwrap()).collect();
    let results: Vec<&Value> = events.iter().map(|event| &event["payload"]["result"]).collect();
    assert_eq!(
        kinds[2..5],
        [
            "call.machine.premium.detection.ended",
            "call.machine.premium.call_screening.detected",
            "call.machine.premium.detection.ended",
        ]
    );
    assert_eq!(results[4], "human_residence");
}

#[tokio::test]
async fn webhooks_arrive_in_reverse_for_the_number_that_asks_for_it() {
    let sim = Sim::standing().await;
    sim.faults(json!({"answer_ms": [1_000, 1_000]})).await;
    sim.dial("+12125550115", json!({"answering_machine_detection": "detect"})).await;
    sim.advance(61.0).await;
    assert!(sim.receiver.received().is_empty());
    while sim.receiver.received().len() < 4 {
        sim.advance(0.04).await;
    }
    assert_eq!(
        sim.receiver.types(),
        ["call.hangup", "call.machine.detection.ended", "call.answered", "call.initiated"]
    );
}

#[rstest]
#[case::three_times("0116", 3)]
#[case::never("0120", 0)]
#[tokio::test]
async fn every_webhook_arrives_as_often_as_the_number_says(#[case] suffix: &str, #[case] times: usize) {
    let sim = Sim::standing().await;
    sim.dial(&format!("+1212555{suffix}"), json!({})).await;
    sim.advance(200.0).await;
    for kind in ["call.initiated", "call.answered", "call.hangup"] {
        let seen = sim.receiver.types().iter().filter(|seen| *seen == kind).count();
        assert_eq!(seen, times, "{kind}");
    }
}

#[tokio::test]
async fn a_call_is_placed_although_its_dial_was_answered_with_500() {
    let sim = Sim::standing().await;
    let (status, _) = sim.post("/calls", crate::harness::dial_body("+12125550117", json!({"command_id": "c"}))).await;
    assert_eq!(status, 500);
    assert_eq!(sim.get("/connections/1/active_calls").await["data"].as_array().unwrap().len(), 1);
    let (status, _) = sim.post("/calls", crate::harness::dial_body("+12125550117", json!({"command_id": "c"}))).await;
    assert_eq!(status, 200);
    assert_eq!(sim.look("/sim/state").await["counts"]["dials"], 1);
}

#[tokio::test]
async fn the_first_dial_of_the_throttled_number_is_refused() {
    let sim = Sim::standing().await;
    let body = crate::harness::dial_body("+12125550119", json!({}));
    let (status, json) = sim.post("/calls", body.clone()).await;
    assert_eq!((status, crate::harness::code(&json)), (429, "90103"));
    assert_eq!(sim.post("/calls", body).await.0, 200);
}
