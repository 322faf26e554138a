//! Whatever the carrier posts about messages is understood or kept.

use proptest::prelude::*;
use rstest::rstest;
use serde_json::{Value, json};
use telnyx::MessageEvent;
use telnyx::event::{Error, MessageKind};
use telnyx::wire::message::{Autoresponse, MessageDirection, MessageStatus, MessageType};

use crate::shared::document;

/// The recorded payloads of messages beside the workspace.
fn recorded(name: &str) -> Vec<Value> {
    let fixtures = document(name).into_iter().flat_map(|document| document.as_array().unwrap().clone());
    let payloads = fixtures.map(|fixture| fixture["payload"].clone());
    payloads.filter(|body| event_type(body).starts_with("message.")).collect()
}

fn all_recorded() -> impl Iterator<Item = Value> {
    ["fixtures/telnyx_docs.json", "fixtures/telnyx_spec_examples.json"].into_iter().flat_map(recorded)
}

fn event_type(body: &Value) -> &str {
    body["data"]["event_type"].as_str().unwrap_or_default()
}

fn parse(body: &Value) -> MessageEvent {
    MessageEvent::parse(body.to_string().as_bytes()).unwrap()
}

fn event(event_type: &str, payload: Value) -> MessageEvent {
    parse(&json!({"data": {"event_type": event_type, "id": "e1", "payload": payload}}))
}

fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let kept = map.iter().filter(|(_, inner)| !inner.is_null());
            kept.map(|(key, inner)| (key.clone(), without_nulls(inner))).collect()
        }
        Value::Array(items) => items.iter().map(without_nulls).collect(),
        other => other.clone(),
    }
}

#[test]
fn every_recorded_message_is_parsed_and_kept_to_the_byte() {
    for body in all_recorded() {
        let text = serde_json::to_string_pretty(&body).unwrap();
        let event = MessageEvent::parse(text.as_bytes()).unwrap();
        assert_eq!(event.raw.get(), text);
        assert_eq!(event.event_type, event_type(&body));
    }
}

#[test]
fn every_recorded_message_says_who_wrote_what_to_whom() {
    for body in all_recorded() {
        let (message, payload) = (parse(&body).message, &body["data"]["payload"]);
        assert_eq!(message.id.as_deref(), payload["id"].as_str());
        assert_eq!(message.sender(), payload["from"]["phone_number"].as_str());
        assert_eq!(message.text.as_ref().map(|text| text.0.as_str()), payload["text"].as_str());
        let to = message.recipient().and_then(|to| to.phone_number.as_ref());
        assert_eq!(to.map(|number| number.0.as_str()), payload["to"][0]["phone_number"].as_str());
        assert_eq!(message.parts.map(u64::from), payload["parts"].as_u64());
    }
}

#[test]
fn our_types_have_every_field_of_the_published_examples() {
    for body in recorded("fixtures/telnyx_spec_examples.json") {
        let written = serde_json::to_value(parse(&body).message).unwrap();
        assert_eq!(written, without_nulls(&body["data"]["payload"]), "{}", event_type(&body));
    }
}

#[test]
fn a_finalized_message_says_how_it_ended_and_finds_its_attempt() {
    let event = parse(&json!({
        "data": {"event_type": "message.finalized", "id": "e1", "occurred_at": "2026-03-01T10:00:00.129+00:00", "payload": {
            "id": "m1", "direction": "outbound", "type": "SMS", "cost": null, "to": [{"status": "delivery_failed"}],
            "errors": [{"code": "40008", "title": "Undeliverable"}]}},
        "meta": {"attempt": 2, "delivered_to": "https://example.com/webhooks?a=1"},
    }));
    assert_eq!((event.id.as_str(), event.kind), ("e1", MessageKind::Finalized));
    assert_eq!(event.occurred_at, "2026-03-01T10:00:00.129Z".parse().ok());
    assert_eq!(event.delivered_to.as_deref(), Some("https://example.com/webhooks?a=1"));
    let message = event.message;
    assert_eq!(message.error_code(), Some("40008"));
    assert_eq!(message.recipient().unwrap().status, Some(MessageStatus::DeliveryFailed));
    assert_eq!((message.direction, message.r#type), (Some(MessageDirection::Outbound), Some(MessageType::Sms)));
}

#[rstest]
#[case::stop("STOP", Autoresponse::Stop)]
#[case::start("START", Autoresponse::Start)]
#[case::help("HELP", Autoresponse::Help)]
#[case::new_word("PAUSE", Autoresponse::Other("PAUSE".into()))]
fn an_inbound_text_says_how_the_carrier_took_it(#[case] word: &str, #[case] taken: Autoresponse) {
    let event = event("message.received", json!({"autoresponse_type": word, "text": word}));
    assert_eq!((event.kind, event.message.autoresponse_type), (MessageKind::Received, Some(taken)));
}

#[test]
fn a_message_with_null_and_mistyped_fields_is_still_a_message() {
    let payload = json!({
        "id": null, "from": {"phone_number": "+12025550131", "line_type": "long_code", "status": "webhook_delivered"},
        "to": [{"phone_number": 7, "status": "teleported"}], "parts": "one", "errors": null, "sent_at": "just now",
    });
    let message = event("message.sent", payload).message;
    assert_eq!((message.id.as_deref(), message.parts, message.error_code()), (None, None, None));
    assert_eq!(message.sender(), Some("+12025550131"));
    assert_eq!(message.recipient().unwrap().status, Some(MessageStatus::Other("teleported".into())));
}

#[test]
fn an_unknown_event_is_kept_by_its_name() {
    assert_eq!(event("message.read", json!(null)).kind, MessageKind::Other("message.read".into()));
}

#[rstest]
#[case::nothing(b"".as_slice())]
#[case::half(b"{\"data\":{")]
fn what_is_no_json_is_told(#[case] body: &[u8]) {
    assert!(matches!(MessageEvent::parse(body), Err(Error::NotJson(_))));
}

#[test]
fn what_is_no_event_is_told() {
    assert!(matches!(MessageEvent::parse(b"{\"data\":[]}"), Err(Error::NoEvent)));
}

proptest! {
    #[test]
    fn no_bytes_make_the_parser_panic(body: Vec<u8>) {
        let _ = MessageEvent::parse(&body);
    }
}
