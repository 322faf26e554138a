//! An event: what the provider says has happened to an e-mail.
//!
//! Events come late, twice and out of order, and with fields that the schema does not know. So parsing refuses only what is no
//! event at all, keeps every byte, and leaves the judgement about order to whoever applies it.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::wire::webhook::EmailData;

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
    /// The same for every delivery of the event: what duplicates are told by. It came in a header.
    pub id: String,
    /// In the provider's words, for example `email.bounced`.
    pub event_type: String,
    /// When it happened, by the provider's clock.
    pub occurred_at: Option<DateTime<Utc>>,
    /// Which e-mail it is about.
    pub email: EmailData,
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
    /// The id is what [`Verifier::verify`](crate::Verifier::verify) answered.
    pub fn parse(id: &str, body: &[u8]) -> Result<Self, Error> {
        let raw: Box<RawValue> = serde_json::from_slice(body).map_err(Error::NotJson)?;
        let body: Value = serde_json::from_str(raw.get()).map_err(Error::NotJson)?;
        let event_type = body["type"].as_str().ok_or(Error::NoEvent)?;
        Ok(Self {
            id: id.to_owned(),
            event_type: event_type.to_owned(),
            occurred_at: body["created_at"].as_str().and_then(|at| at.parse().ok()),
            email: EmailData::deserialize(&body["data"]).unwrap_or_default(),
            kind: Kind::read(event_type, &body["data"]),
            raw,
        })
    }

    /// What we tagged the e-mail with under that name.
    pub fn tag(&self, name: &str) -> Option<&str> {
        self.email.tags.as_ref()?.get(name)
    }
}
