//! Whatever the provider posts is understood or kept, and never a panic.

use proptest::prelude::*;
use resend::event::{Error, Event, Kind};
use resend::wire::webhook::{BounceSubType, BounceType, EmailData, Tags, Webhook};
use rstest::rstest;
use serde_json::{Value, json};

use crate::shared::document;

const FILES: [&str; 2] = ["fixtures/resend_ingester_tests.json", "fixtures/resend_spec_examples.json"];

/// The recorded payloads beside the workspace.
fn recorded(name: &str) -> Vec<Value> {
    let fixtures = document(name).into_iter().flat_map(|document| document.as_array().unwrap().clone());
    fixtures.map(|fixture| fixture["payload"].clone()).collect()
}

fn all_recorded() -> impl Iterator<Item = Value> {
    FILES.into_iter().flat_map(recorded)
}

fn is_about_an_email(body: &Value) -> bool {
    body["type"].as_str().unwrap().starts_with("email.")
}

fn parse(body: &Value) -> Event {
    Event::parse("msg_1", body.to_string().as_bytes()).unwrap()
}

fn event(event_type: &str, data: Value) -> Event {
    parse(&json!({"type": event_type, "created_at": "2026-03-01T10:00:00.000Z", "data": data}))
}

#[test]
fn every_recorded_payload_is_parsed_and_kept_to_the_byte() {
    for body in all_recorded() {
        let text = serde_json::to_string_pretty(&body).unwrap();
        let event = Event::parse("msg_1", text.as_bytes()).unwrap();
        assert_eq!((event.raw.get(), event.id.as_str()), (text.as_str(), "msg_1"));
        assert_eq!(event.event_type, body["type"]);
        assert!(event.occurred_at.is_some());
    }
}

#[test]
fn every_recorded_email_event_has_its_own_kind_and_names_its_email() {
    for body in all_recorded().filter(is_about_an_email) {
        let event = parse(&body);
        assert!(!matches!(event.kind, Kind::Other(_)), "{}", event.event_type);
        assert_eq!(event.email.email_id.as_deref(), body["data"]["email_id"].as_str());
        assert_eq!(event.email.to.unwrap()[0].0, body["data"]["to"][0]);
        assert_eq!(event.email.from.unwrap().0, body["data"]["from"]);
        assert_eq!(event.email.subject.unwrap().0, body["data"]["subject"]);
    }
}

/// The data as our types would write it.
fn written(event: Event) -> Value {
    let mut data = serde_json::to_value(event.email).unwrap();
    let (name, detail) = match event.kind {
        Kind::Bounced(bounce) => ("bounce", serde_json::to_value(bounce)),
        Kind::Clicked(click) => ("click", serde_json::to_value(click)),
        Kind::Failed(failed) => ("failed", serde_json::to_value(failed)),
        Kind::Suppressed(suppressed) => ("suppressed", serde_json::to_value(suppressed)),
        _ => return data,
    };
    data[name] = detail.unwrap();
    data
}

/// Times are compared as times: ours have no trailing zeros. Attachments are fetched, not read from the event.
fn comparable(mut data: Value) -> Value {
    data.as_object_mut().unwrap().remove("attachments");
    for pointer in ["/created_at", "/click/timestamp"] {
        if let Some(place) = data.pointer_mut(pointer) {
            let time: chrono::DateTime<chrono::Utc> = place.as_str().unwrap().parse().unwrap();
            *place = json!(time);
        }
    }
    data
}

#[test]
fn our_types_have_every_field_of_the_published_examples() {
    for body in recorded("fixtures/resend_spec_examples.json").into_iter().filter(is_about_an_email) {
        let event_type = body["type"].clone();
        assert_eq!(written(parse(&body)), comparable(body["data"].clone()), "{event_type}");
    }
}

#[test]
fn an_event_written_with_our_types_is_read_with_the_same_words() {
    let data = EmailData {
        email_id: Some("one".into()),
        to: Some(vec!["jane.roe@example.com".into()]),
        tags: Some(Tags(json!({"attempt": "1"}))),
        ..EmailData::default()
    };
    let created_at = "2026-03-01T10:00:00.5Z".parse().unwrap();
    let webhook = Webhook { r#type: "email.opened".into(), created_at, data: data.clone() };
    let event = Event::parse("msg_1", &serde_json::to_vec(&webhook).unwrap()).unwrap();
    assert_eq!((event.occurred_at, &event.email, &event.kind), (Some(created_at), &data, &Kind::Opened));
    assert_eq!(event.tag("attempt"), Some("1"));
}

#[rstest]
#[case::object(json!({"attempt": "1", "run": "2"}), Some("1"))]
#[case::list(json!([{"name": "run", "value": "2"}, {"name": "attempt", "value": "1"}]), Some("1"))]
#[case::of_others(json!({"run": "2"}), None)]
#[case::list_of_others(json!([{"name": "run", "value": "2"}, 7, null]), None)]
#[case::a_number(json!({"attempt": 1}), None)]
#[case::empty_list(json!([]), None)]
#[case::null(json!(null), None)]
#[case::text(json!("attempt"), None)]
fn a_tag_is_found_by_its_name_in_either_shape(#[case] tags: Value, #[case] value: Option<&str>) {
    assert_eq!(event("email.sent", json!({"tags": tags})).tag("attempt"), value);
}

#[test]
fn a_bounce_says_whether_the_address_is_dead() {
    let bounce = json!({"type": "Permanent", "subType": "Suppressed", "message": "on the list"});
    let Kind::Bounced(bounce) = event("email.bounced", json!({"bounce": bounce})).kind else { panic!("no bounce") };
    assert_eq!((bounce.r#type, bounce.sub_type), (Some(BounceType::Permanent), Some(BounceSubType::Suppressed)));
    assert_eq!(bounce.message, Some("on the list".into()));
}

#[test]
fn a_bounce_with_null_and_mistyped_fields_is_still_a_bounce() {
    let data = json!({"email_id": "one", "to": "jane", "subject": null, "bounce": {"type": "hard", "message": 7}});
    let event = event("email.bounced", data);
    let Kind::Bounced(bounce) = event.kind else { panic!("no bounce") };
    assert_eq!((bounce.r#type, bounce.message), (Some(BounceType::Other("hard".into())), None));
    assert_eq!((event.email.email_id.as_deref(), event.email.to), (Some("one"), None));
}

#[test]
fn a_click_and_a_failure_have_their_details() {
    let Kind::Clicked(click) = event("email.clicked", json!({"click": {"link": "https://a.example/"}})).kind else {
        panic!("no click")
    };
    assert_eq!(click.link, Some("https://a.example/".into()));
    let failed = event("email.failed", json!({"failed": {"reason": "reached_daily_quota"}}));
    let Kind::Failed(failed) = failed.kind else { panic!("no failure") };
    assert_eq!(failed.reason.as_deref(), Some("reached_daily_quota"));
}

#[rstest]
#[case::of_a_contact("contact.created")]
#[case::of_tomorrow("email.teleported")]
fn an_unknown_event_is_kept_by_its_name(#[case] event_type: &str) {
    assert_eq!(event(event_type, json!(null)).kind, Kind::Other(event_type.to_owned()));
}

#[rstest]
#[case::nothing(b"".as_slice())]
#[case::half(b"{\"type\":")]
#[case::broken_text(b"{\"type\":\"\xff\"}")]
fn what_is_no_json_is_told(#[case] body: &[u8]) {
    assert!(matches!(Event::parse("msg_1", body), Err(Error::NotJson(_))));
}

#[rstest]
#[case::empty("{}")]
#[case::list("[]")]
#[case::text("\"type\"")]
#[case::mistyped("{\"type\":7}")]
fn what_is_no_event_is_told(#[case] body: &str) {
    assert!(matches!(Event::parse("msg_1", body.as_bytes()), Err(Error::NoEvent)));
}

/// Any JSON, often with the field names of an event.
fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<i64>().prop_map(Value::from),
        ".*".prop_map(Value::from),
        prop::sample::select(vec!["email.bounced", "email.sent", "2026-01-01T00:00:00Z"]).prop_map(Value::from),
    ];
    let name = prop::sample::select(vec!["type", "data", "tags", "bounce", "to", "name", "value", "created_at"]);
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
        let _ = Event::parse("msg_1", &body);
    }

    #[test]
    fn no_json_makes_the_parser_panic_and_none_is_altered(body in anything()) {
        let text = body.to_string();
        if let Ok(event) = Event::parse("msg_1", text.as_bytes()) {
            let _ = event.tag("name");
            prop_assert_eq!(event.raw.get(), text);
        }
    }
}
