//! An event of a text message.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Envelope, Error};
use crate::wire::message::Message;

/// One event, as lenient as [`Event`](super::Event).
pub struct MessageEvent {
    /// The same for every delivery of the event: what duplicates are told by.
    pub id: String,
    /// In the carrier's words, for example `message.finalized`.
    pub event_type: String,
    /// When it happened, by the carrier's clock.
    pub occurred_at: Option<DateTime<Utc>>,
    pub kind: MessageKind,
    pub message: Message,
    /// The address of ours that it was posted to, with the query that we gave the message.
    pub delivered_to: Option<String>,
    /// The whole body as it came. Store it as `json` or text: `jsonb` refuses `\u0000`, and alters the rest.
    pub raw: Box<RawValue>,
}

impl fmt::Debug for MessageEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MessageEvent")
            .field("id", &self.id)
            .field("event_type", &self.event_type)
            .field("occurred_at", &self.occurred_at)
            .finish_non_exhaustive()
    }
}

impl MessageEvent {
    pub fn parse(body: &[u8]) -> Result<Self, Error> {
        let envelope = Envelope::open(body)?;
        Ok(Self {
            kind: MessageKind::read(&envelope.event_type),
            message: Message::deserialize(&envelope.payload).unwrap_or_default(),
            id: envelope.id,
            event_type: envelope.event_type,
            occurred_at: envelope.occurred_at,
            delivered_to: envelope.delivered_to,
            raw: envelope.raw,
        })
    }
}

/// What happened to the message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MessageKind {
    /// The carrier has passed it on.
    Sent,
    /// Nothing more will come: delivered, failed, or nobody can tell.
    Finalized,
    /// Somebody wrote to us.
    Received,
    /// Any other, by its event type.
    Other(String),
}

impl MessageKind {
    fn read(event_type: &str) -> Self {
        match event_type {
            "message.sent" => Self::Sent,
            "message.finalized" => Self::Finalized,
            "message.received" => Self::Received,
            other => Self::Other(other.to_owned()),
        }
    }
}
