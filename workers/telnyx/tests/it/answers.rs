//! The answers that the carrier publishes as examples are read, with every field that we name.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::Response;
use serde::Serialize;
use serde_json::{Map, Value, json};
use telnyx::client::CallEvents;
use telnyx::outcome::Outcome;
use telnyx::wire::conference::ConferenceCreate;
use telnyx::wire::credential::CredentialCreate;
use telnyx::wire::dial::Dial;
use telnyx::wire::message::SendMessage;

use crate::carrier::Carrier;
use crate::schema::{operation, resolve};
use crate::shared::document;

#[tokio::test]
async fn every_published_answer_is_read() {
    let Some(document) = document("telnyx.strict.openapi.json") else { return };
    let carrier = Carrier::answering(move |asked| {
        let responses = operation(&document, asked)["responses"].as_object().unwrap();
        let (_, response) = responses.iter().next().unwrap();
        let schema = &resolve(&document, response)["content"]["application/json"]["schema"];
        Response::new(Body::from(example(&document, schema).to_string()))
    })
    .await;
    let client = carrier.client();
    let fields = ["call_control_id", "call_leg_id", "call_session_id", "client_state", "is_alive", "record_type"];
    names(client.dial(&Dial::new("1", "+12025550100", "+12025550131")).await, &fields);
    names(client.call_status("v3:one").await, &fields);
    names(client.create_conference(&ConferenceCreate::default()).await, &["id", "name", "created_at", "status"]);
    names(client.create_credential(&CredentialCreate::default()).await, &["id", "sip_username", "sip_password"]);
    names(client.recording("one").await, &["id", "download_urls", "duration_millis", "channels"]);
    let message = SendMessage { to: "+12025550131".into(), ..SendMessage::default() };
    names(client.send_message(&message, "key").await, &["id", "to", "errors", "wait_seconds"]);
    names(client.message("one").await, &["id", "from", "to", "text", "type"]);
    names(client.probe().await, &["id", "application_name", "active"]);
    let first = client.active_calls().await.map(|calls| calls.into_iter().next().unwrap());
    names(first, &["call_control_id", "call_leg_id", "client_state", "call_duration"]);
    let first = client.call_events(&CallEvents::default()).await.map(|events| events.into_iter().next().unwrap());
    names(first, &["name", "type", "call_leg_id", "event_timestamp", "metadata"]);
}

/// The answer was accepted, and these fields of it were understood.
fn names<T: Serialize>(outcome: Outcome<T>, fields: &[&str]) {
    let answer = serde_json::to_value(outcome.accepted().expect("a published answer")).unwrap();
    let read: BTreeSet<_> = answer.as_object().unwrap().keys().map(String::as_str).collect();
    let missing: Vec<_> = fields.iter().filter(|field| !read.contains(*field)).collect();
    assert!(missing.is_empty(), "{missing:?} of {answer}");
}

/// What the schema gives as an example, or the plainest value it allows. Lists have one row and no further page, and of several
/// shapes it is the first.
fn example(document: &Value, schema: &Value) -> Value {
    let schema = resolve(document, schema);
    let schema = resolve(document, schema["oneOf"].get(0).unwrap_or(schema));
    match (schema.get("properties").and_then(Value::as_object), schema["type"].as_str()) {
        (Some(properties), _) => properties.iter().filter_map(|(name, inner)| field(document, name, inner)).collect(),
        (None, Some("array")) => json!([example(document, &schema["items"])]),
        (None, Some("object")) => Map::new().into(),
        (None, Some("string")) => schema.get("example").cloned().unwrap_or(json!("text")),
        _ => schema.get("example").cloned().unwrap_or(json!(null)),
    }
}

fn field(document: &Value, name: &str, schema: &Value) -> Option<(String, Value)> {
    let value = if name == "active" { json!(true) } else { example(document, schema) };
    (name != "meta").then(|| (name.to_owned(), value))
}
