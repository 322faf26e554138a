//! An event: what the carrier says has happened to a leg or a conference.
//!
//! Events come late, twice, out of order, and with fields that the schema does not know. So parsing refuses only what is no event
//! at all, keeps every byte, and leaves the judgement about order to whoever applies it.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::client_state::ClientState;
use crate::wire::webhook::Leg;

mod kind;

pub use kind::Kind;

/// Why bytes are no event.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("webhook is not json")]
    NotJson(#[source] serde_json::Error),
    #[error("webhook has no event in it")]
    NoEvent,
}

/// One event.
pub struct Event {
    /// The same for every delivery of the event: what duplicates are told by.
    pub id: String,
    /// In the carrier's words, for example `call.hangup`.
    pub event_type: String,
    /// When it happened, by the carrier's clock.
    pub occurred_at: Option<DateTime<Utc>>,
    /// Which leg it is about.
    pub leg: Leg,
    pub kind: Kind,
    /// The whole body as it came. Store it as `json` or text: `jsonb` refuses `\u0000`, and alters the rest.
    pub raw: Box<RawValue>,
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event")
            .field("id", &self.id)
            .field("event_type", &self.event_type)
            .field("occurred_at", &self.occurred_at)
            .finish_non_exhaustive()
    }
}

impl Event {
    pub fn parse(body: &[u8]) -> Result<Self, Error> {
        let raw: Box<RawValue> = serde_json::from_slice(body).map_err(Error::NotJson)?;
        let body: Value = serde_json::from_str(raw.get()).map_err(Error::NotJson)?;
        let data = data(&body).ok_or(Error::NoEvent)?;
        let event_type = event_type(data).to_owned();
        let payload = &data["payload"];
        Ok(Self {
            id: id(data),
            occurred_at: occurred_at(data),
            leg: Leg::deserialize(payload).unwrap_or_default(),
            kind: Kind::read(&event_type, payload),
            event_type,
            raw,
        })
    }

    /// The note we gave the leg when we dialed it.
    pub fn client_state(&self) -> Option<ClientState> {
        ClientState::parse(self.leg.client_state.as_deref()?)
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
