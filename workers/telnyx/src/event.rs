//! An event: what the carrier says has happened to a leg, a conference or a message.
//!
//! Events come late, twice, out of order, and with fields that the schema does not know. So parsing refuses only what is no event
//! at all, keeps every byte, and leaves the judgement about order to whoever applies it.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::client_state::ClientState;
use crate::wire::webhook::Leg;

mod envelope;
mod kind;
mod message;

use envelope::Envelope;
pub use kind::Kind;
pub use message::{MessageEvent, MessageKind};

/// Why bytes are no event.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("webhook is not json")]
    NotJson(#[source] serde_json::Error),
    #[error("webhook has no event in it")]
    NoEvent,
}

/// One event of a call or a conference.
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
        let envelope = Envelope::open(body)?;
        Ok(Self {
            leg: Leg::deserialize(&envelope.payload).unwrap_or_default(),
            kind: Kind::read(&envelope.event_type, &envelope.payload),
            id: envelope.id,
            event_type: envelope.event_type,
            occurred_at: envelope.occurred_at,
            raw: envelope.raw,
        })
    }

    /// The note we gave the leg when we dialed it.
    pub fn client_state(&self) -> Option<ClientState> {
        ClientState::parse(self.leg.client_state.as_deref()?)
    }
}
