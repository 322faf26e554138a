//! Lists are read to their end, or they are no answer.

use axum::body::Body;
use axum::http::Response;
use serde_json::{Value, json};
use telnyx::client::CallEvents;
use telnyx::outcome::{Doubt, Outcome};

use crate::carrier::{Asked, Carrier};

fn answer(body: Value) -> Response<Body> {
    Response::new(Body::from(body.to_string()))
}

fn asked_for<'a>(asked: &'a Asked, key: &str) -> Option<&'a str> {
    asked.query.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
}

fn legs(ids: &[&str]) -> Value {
    ids.iter().map(|id| json!({"call_control_id": id, "client_state": null, "call_duration": 5})).collect()
}

#[tokio::test]
async fn active_calls_are_followed_from_cursor_to_cursor() {
    let carrier = Carrier::answering(|asked| match asked_for(asked, "page[after]") {
        None => answer(json!({"data": legs(&["a", "b"]), "meta": {"cursors": {"after": "2"}, "total_items": 3}})),
        Some("2") => answer(json!({"data": legs(&["c"]), "meta": {"cursors": {"after": "3"}, "total_items": 3}})),
        Some(_) => answer(json!({"data": [], "meta": {"cursors": {"after": null}, "total_items": 3}})),
    })
    .await;
    let calls = carrier.client().active_calls().await.accepted().unwrap();
    let ids: Vec<_> = calls.iter().map(|call| call.call_control_id.as_str()).collect();
    assert_eq!(ids, ["a", "b", "c"]);
}

#[tokio::test]
async fn a_list_with_more_rows_than_pages_is_no_answer() {
    let carrier = Carrier::answering(|_| answer(json!({"data": legs(&["a"]), "meta": {"total_items": 2}}))).await;
    assert_eq!(carrier.client().active_calls().await, Outcome::Unknown(Doubt::Unfinished));
}

#[tokio::test]
async fn a_cursor_that_leads_nowhere_ends_the_list() {
    let carrier =
        Carrier::answering(|_| answer(json!({"data": legs(&["a"]), "meta": {"cursors": {"after": "x"}}}))).await;
    assert!(carrier.client().active_calls().await.is_done());
    assert_eq!(carrier.asked().len(), 2);
}

#[tokio::test]
async fn a_list_that_fails_half_way_is_no_answer() {
    let carrier = Carrier::answering(|asked| match asked_for(asked, "page[after]") {
        None => answer(json!({"data": legs(&["a"]), "meta": {"cursors": {"after": "2"}}})),
        Some(_) => Response::builder().status(502).body(Body::empty()).unwrap(),
    })
    .await;
    assert_eq!(carrier.client().active_calls().await, Outcome::Unknown(Doubt::ServerFailed(502)));
}

#[tokio::test]
async fn call_events_are_followed_from_page_to_page_and_find_our_note() {
    let carrier = Carrier::answering(|asked| {
        let number: u64 = asked_for(asked, "page[number]").unwrap_or("1").parse().unwrap();
        let metadata = json!({"raw": [{"payload": {"client_state": format!("note {number}")}}]});
        let row = json!({"name": "call.hangup", "type": "webhook", "metadata": metadata});
        answer(json!({"data": [row], "meta": {"page_number": number, "total_pages": 3, "total_results": 3}}))
    })
    .await;
    let wanted = CallEvents { name: Some("call.hangup".into()), ..CallEvents::default() };
    let events = carrier.client().call_events(&wanted).await.accepted().unwrap();
    let notes: Vec<_> = events.iter().filter_map(|event| event.text("client_state")).collect();
    assert_eq!(notes, ["note 1", "note 2", "note 3"]);
    assert!(carrier.asked().iter().all(|asked| asked_for(asked, "filter[name]") == Some("call.hangup")));
}
