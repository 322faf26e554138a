//! What is around every event, whatever it is about.

use chrono::{DateTime, Utc};
use serde_json::Value;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::Error;

/// An opened webhook.
pub(super) struct Envelope {
    pub(super) id: String,
    pub(super) event_type: String,
    pub(super) occurred_at: Option<DateTime<Utc>>,
    pub(super) delivered_to: Option<String>,
    pub(super) payload: Value,
    pub(super) raw: Box<RawValue>,
}

impl Envelope {
    pub(super) fn open(body: &[u8]) -> Result<Self, Error> {
        let raw: Box<RawValue> = serde_json::from_slice(body).map_err(Error::NotJson)?;
        let body: Value = serde_json::from_str(raw.get()).map_err(Error::NotJson)?;
        let delivered_to = body["meta"]["delivered_to"].as_str().map(str::to_owned);
        let data = data(&body).ok_or(Error::NoEvent)?;
        Ok(Self {
            id: id(data),
            event_type: event_type(data).to_owned(),
            occurred_at: occurred_at(data),
            delivered_to,
            payload: data["payload"].clone(),
            raw,
        })
    }
}

/// The event itself. Connections of the older API version, and some pages of the documentation, have no envelope around it.
fn data(body: &Value) -> Option<&Value> {
    let data = body.get("data").filter(|data| data.is_object());
    data.or_else(|| body.get("event_type").map(|_| body))
}

/// Messaging-registry events have a `type`, and some nothing but a record type.
fn event_type(data: &Value) -> &str {
    let names = ["event_type", "type", "record_type"];
    names.into_iter().find_map(|name| data[name].as_str()).unwrap_or("unknown")
}

/// An event without an id is known by its content.
fn id(data: &Value) -> String {
    let given = data["id"].as_str().or_else(|| data["webhook_id"].as_str());
    let given = given.filter(|id| !id.is_empty());
    given.map_or_else(|| content_id(data), str::to_owned)
}

fn content_id(data: &Value) -> String {
    Uuid::new_v5(&Uuid::NAMESPACE_OID, data.to_string().as_bytes()).to_string()
}

/// Conference events may say it inside the payload only.
fn occurred_at(data: &Value) -> Option<DateTime<Utc>> {
    let places = [&data["occurred_at"], &data["payload"]["occurred_at"], &data["created_at"]];
    places.into_iter().find_map(|place| place.as_str()?.parse().ok())
}
