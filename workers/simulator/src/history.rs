//! The events of the last day, as `GET /call_events` reads them: commands and webhooks,
//! whether or not a webhook ever arrived.

use std::collections::VecDeque;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::value::RawValue;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::event::stamp;
use crate::journal::to_raw;
use crate::leg::Leg;

/// "All events of the last 24 hours."
const KEPT: TimeDelta = TimeDelta::hours(24);

/// A bound for fast clocks, where a day passes in minutes.
const MOST: usize = 200_000;

#[derive(Debug, Default)]
pub(crate) struct History(VecDeque<Happening>);

#[derive(Debug)]
pub(crate) struct Happening {
    pub(crate) at: DateTime<Utc>,
    pub(crate) leg_id: Uuid,
    pub(crate) session_id: Uuid,
    pub(crate) name: String,
    pub(crate) kind: &'static str,
    metadata: Option<Arc<RawValue>>,
}

impl History {
    pub(crate) fn add_webhook(&mut self, at: DateTime<Utc>, leg: &Leg, name: &str, payload: &Value) {
        self.add(at, leg, name, "webhook", payload);
    }

    pub(crate) fn add_command(&mut self, at: DateTime<Utc>, leg: &Leg, name: &str, body: &Value) {
        self.add(at, leg, name, "command", body);
    }

    /// Newest first, as the carrier lists them.
    pub(crate) fn newest_first(&self) -> impl Iterator<Item = &Happening> {
        self.0.iter().rev()
    }

    fn add(&mut self, at: DateTime<Utc>, leg: &Leg, name: &str, kind: &'static str, of: &Value) {
        let old = |first: &Happening| at - first.at > KEPT;
        while self.0.len() >= MOST || self.0.front().is_some_and(old) {
            self.0.pop_front();
        }
        self.0.push_back(Happening {
            at,
            leg_id: leg.leg_id,
            session_id: leg.session_id,
            name: name.to_owned(),
            kind,
            metadata: to_raw(of),
        });
    }
}

impl Happening {
    pub(crate) fn json(&self) -> Value {
        let metadata = self.metadata.as_deref().map(RawValue::get);
        let metadata = metadata.and_then(|text| serde_json::from_str::<Value>(text).ok());
        json!({
            "record_type": "call_event",
            "call_leg_id": self.leg_id,
            "call_session_id": self.session_id,
            "event_timestamp": stamp(self.at),
            "name": self.name,
            "type": self.kind,
            "metadata": metadata.unwrap_or_else(|| json!({})),
        })
    }
}
