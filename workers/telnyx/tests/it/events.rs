//! Whatever the carrier posts is understood or kept, and never a panic.

use proptest::prelude::*;
use rstest::rstest;
use serde_json::{Value, json};
use telnyx::event::{Error, Event, Kind};
use telnyx::wire::webhook::{
    AmdResult, EventData, GreetingResult, Hangup, HangupCause, HangupSource, Leg, Meta, Payload, Webhook,
};
use telnyx::{ClientState, HangupClass, classify_hangup};
use uuid::Uuid;

use crate::shared::document;

/// The recorded payloads beside the workspace.
fn recorded() -> Vec<Value> {
    let files = ["fixtures/telnyx_docs.json", "fixtures/telnyx_spec_examples.json"];
    let documents = files.into_iter().filter_map(document);
    documents.flat_map(|document| document.as_array().unwrap().clone()).collect()
}

fn parse(body: &Value) -> Event {
    Event::parse(body.to_string().as_bytes()).unwrap()
}

fn event(event_type: &str, payload: Value) -> Event {
    parse(&json!({"data": {"event_type": event_type, "id": "e1", "payload": payload}}))
}

#[test]
fn every_recorded_payload_is_parsed_and_kept_to_the_byte() {
    for fixture in recorded() {
        let text = serde_json::to_string_pretty(&fixture["payload"]).unwrap();
        let event = Event::parse(text.as_bytes()).unwrap();
        assert_eq!(event.raw.get(), text);
        if let Some(event_type) = fixture["event_type"].as_str() {
            assert_eq!(event.event_type, event_type);
        }
    }
}

#[test]
fn every_recorded_call_event_names_its_leg_and_time() {
    for fixture in recorded() {
        let event = parse(&fixture["payload"]);
        if event.event_type.starts_with("call.") && fixture["payload"]["data"]["payload"].is_object() {
            let context = &fixture["payload"];
            assert!(event.leg.call_leg_id.is_some(), "{context}");
            assert!(event.occurred_at.is_some(), "{context}");
        }
    }
}

#[test]
fn every_recorded_event_that_we_act_on_has_its_own_kind() {
    let ours = ["initiated", "answered", "bridged", "hangup", "machine", "recording", "transcription", "cost"];
    for fixture in recorded() {
        let event = parse(&fixture["payload"]);
        let mut words = event.event_type.split('.');
        if words.next() == Some("call") && words.next().is_some_and(|word| ours.contains(&word)) {
            assert!(!matches!(event.kind, Kind::Other(_)), "{}", event.event_type);
        }
    }
}

/// The payload as our types would write it.
fn written(event: Event) -> Option<Value> {
    let leg = event.leg;
    let written = match event.kind {
        Kind::CallInitiated(detail) => serde_json::to_value(Payload { leg, detail }),
        Kind::CallAnswered(detail) => serde_json::to_value(Payload { leg, detail }),
        Kind::CallBridged => serde_json::to_value(leg),
        Kind::CallHangup(detail) => serde_json::to_value(Payload { leg, detail }),
        Kind::AmdEnded(detail) | Kind::PremiumAmdEnded(detail) => serde_json::to_value(Payload { leg, detail }),
        Kind::AmdGreetingEnded(detail) | Kind::PremiumGreetingEnded(detail) => {
            serde_json::to_value(Payload { leg, detail })
        }
        Kind::RecordingSaved(detail) | Kind::ConferenceRecordingSaved(detail) => {
            serde_json::to_value(Payload { leg, detail })
        }
        Kind::RecordingError(detail) => serde_json::to_value(Payload { leg, detail }),
        Kind::RecordingTranscriptionSaved(detail) => serde_json::to_value(Payload { leg, detail }),
        Kind::Transcription(detail) => serde_json::to_value(Payload { leg, detail }),
        Kind::PlaybackStarted(detail) | Kind::PlaybackEnded(detail) => serde_json::to_value(Payload { leg, detail }),
        Kind::SpeakStarted(detail) | Kind::SpeakEnded(detail) => serde_json::to_value(Payload { leg, detail }),
        Kind::Cost(detail) => serde_json::to_value(Payload { leg, detail }),
        Kind::ConferenceCreated(detail) | Kind::ConferenceEnded(detail) => {
            serde_json::to_value(Payload { leg, detail })
        }
        Kind::ConferenceParticipantJoined(detail) | Kind::ConferenceParticipantLeft(detail) => {
            serde_json::to_value(Payload { leg, detail })
        }
        Kind::CallScreeningDetected | Kind::Other(_) => return None,
    };
    Some(written.unwrap())
}

#[test]
fn our_types_have_every_field_of_the_published_examples() {
    let Some(examples) = document("fixtures/telnyx_spec_examples.json") else { return };
    let mut compared = 0;
    for example in examples.as_array().unwrap() {
        let event = parse(&example["payload"]);
        let event_type = event.event_type.clone();
        if let Some(written) = written(event) {
            assert_eq!(written, example["payload"]["data"]["payload"], "{event_type}");
            compared += 1;
        }
    }
    assert!(compared >= 20, "{compared}");
}

#[test]
fn an_event_written_with_our_types_is_read_with_the_same_words() {
    let id = Uuid::from_u128(9);
    let leg = Leg {
        call_control_id: Some("v3:one".into()),
        client_state: Some(ClientState::Attempt(id).encode()),
        from: Some("+12025550100".into()),
        ..Leg::default()
    };
    let detail = Hangup {
        hangup_cause: Some(HangupCause::UserBusy),
        hangup_source: Some(HangupSource::Callee),
        sip_hangup_cause: Some("486".into()),
        ..Hangup::default()
    };
    let webhook = Webhook {
        data: EventData {
            record_type: "event".into(),
            event_type: "call.hangup".into(),
            id: "e1".into(),
            occurred_at: "2026-03-01T10:00:00.5Z".parse().ok(),
            payload: Payload { leg: leg.clone(), detail: detail.clone() },
        },
        meta: Some(Meta { attempt: 1, delivered_to: "http://127.0.0.1/".into() }),
    };
    let event = Event::parse(&serde_json::to_vec(&webhook).unwrap()).unwrap();
    assert_eq!(event.client_state(), Some(ClientState::Attempt(id)));
    assert_eq!((event.id.as_str(), event.occurred_at), ("e1", webhook.data.occurred_at));
    assert_eq!((event.leg, event.kind), (leg, Kind::CallHangup(detail)));
}

#[test]
fn a_hangup_with_null_and_mistyped_fields_is_still_a_hangup() {
    let payload = json!({
        "call_leg_id": "leg", "client_state": null, "to": ["+12025550131"], "start_time": "just now",
        "hangup_cause": "solar_flare", "hangup_source": 7, "sip_hangup_cause": "503", "call_quality_stats": null,
    });
    let Kind::CallHangup(hangup) = event("call.hangup", payload).kind else { panic!("not a hangup") };
    assert_eq!(hangup.hangup_cause, Some(HangupCause::Other("solar_flare".into())));
    assert_eq!(hangup.hangup_source, None);
    let sip = hangup.sip_hangup_cause.as_deref();
    let class = classify_hangup(hangup.hangup_cause.as_ref(), hangup.hangup_source.as_ref(), sip, false);
    assert_eq!(class, HangupClass::CarrierFailure);
}

#[rstest]
#[case::human("human", AmdResult::Human)]
#[case::at_home("human_residence", AmdResult::HumanResidence)]
#[case::at_work("human_business", AmdResult::HumanBusiness)]
#[case::machine("machine", AmdResult::Machine)]
#[case::silence("silence", AmdResult::Silence)]
#[case::fax("fax_detected", AmdResult::FaxDetected)]
#[case::not_sure("not_sure", AmdResult::NotSure)]
#[case::new_word("parrot", AmdResult::Other("parrot".into()))]
fn a_detection_keeps_its_result(#[case] word: &str, #[case] result: AmdResult) {
    for event_type in ["call.machine.detection.ended", "call.machine.premium.detection.ended"] {
        let (Kind::AmdEnded(detection) | Kind::PremiumAmdEnded(detection)) =
            event(event_type, json!({"result": word})).kind
        else {
            panic!("not a detection")
        };
        assert_eq!(detection.result.as_ref(), Some(&result));
    }
}

#[test]
fn an_early_beep_is_a_greeting_and_no_detection() {
    let event = event("call.machine.premium.greeting.ended", json!({"result": "beep_detected"}));
    let Kind::PremiumGreetingEnded(greeting) = event.kind else { panic!("not a greeting") };
    assert_eq!(greeting.result, Some(GreetingResult::BeepDetected));
}

#[test]
fn an_unknown_event_is_kept_by_its_name() {
    assert_eq!(event("call.teleported", json!(null)).kind, Kind::Other("call.teleported".into()));
}

#[test]
fn an_event_without_an_id_has_the_same_one_at_every_delivery() {
    let delivery = |attempt: u32| parse(&json!({"data": {"event_type": "call.x"}, "meta": {"attempt": attempt}}));
    assert_eq!(delivery(1).id, delivery(2).id);
    assert!(!delivery(1).id.is_empty());
}

#[rstest]
#[case::nothing(b"")]
#[case::half(b"{\"data\":{")]
#[case::two(b"{} {}")]
#[case::broken_text(b"{\"data\":{\"event_type\":\"\xff\"}}")]
fn what_is_no_json_is_told(#[case] body: &[u8]) {
    assert!(matches!(Event::parse(body), Err(Error::NotJson(_))));
}

#[rstest]
#[case::empty("{}")]
#[case::list("[]")]
#[case::text("\"data\"")]
#[case::null_data("{\"data\":null}")]
#[case::list_of_events("{\"data\":[]}")]
fn what_is_no_event_is_told(#[case] body: &str) {
    assert!(matches!(Event::parse(body.as_bytes()), Err(Error::NoEvent)));
}

#[test]
fn a_body_nested_beyond_reason_is_refused() {
    let body = format!(r#"{{"data":{{"payload":{}{}}}}}"#, "[".repeat(100_000), "]".repeat(100_000));
    assert!(Event::parse(body.as_bytes()).is_err());
}

/// Any JSON, often with the field names of an event.
fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".*".prop_map(Value::from),
        prop::sample::select(vec!["call.hangup", "conference.ended", "2026-01-01T00:00:00Z"]).prop_map(Value::from),
    ];
    let name = prop::sample::select(vec!["data", "payload", "event_type", "id", "occurred_at", "to", "hangup_cause"]);
    leaf.prop_recursive(4, 32, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map(name.clone().prop_map(str::to_owned), inner, 0..5)
                .prop_map(|map| map.into_iter().collect()),
        ]
    })
}

proptest! {
    #[test]
    fn no_bytes_make_the_parser_panic(body: Vec<u8>) {
        let _ = Event::parse(&body);
    }

    #[test]
    fn no_json_makes_the_parser_panic_and_none_is_altered(body in anything()) {
        let text = body.to_string();
        if let Ok(event) = Event::parse(text.as_bytes()) {
            prop_assert_eq!(event.raw.get(), text);
        }
    }

    #[test]
    fn no_note_makes_the_reader_panic(text in ".*") {
        let _ = ClientState::parse(&text);
    }
}
