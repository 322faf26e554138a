//! Emails: accepted, and what becomes of each.
//!
//! ```text
//! queued ──▶ sent ──▶ (delayed) ──▶ delivered ──▶ opened ──▶ clicked
//!    │         └─────▶ bounced          └──────▶ complained
//!    └──▶ failed | suppressed
//! ```

mod address;
mod event;
mod fate;
mod json;
mod life;
mod link;
mod submit;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Map, Value};
use uuid::Uuid;

pub(crate) use self::address::mailbox;
pub(crate) use self::fate::{Fate, Quirk};
pub(crate) use self::life::Step;
pub(crate) use self::submit::Draft;

/// One email, as it was handed in.
#[derive(Debug)]
pub(crate) struct Email {
    pub(crate) id: Uuid,
    pub(crate) from: String,
    pub(crate) to: Vec<String>,
    pub(crate) cc: Vec<String>,
    pub(crate) bcc: Vec<String>,
    pub(crate) reply_to: Vec<String>,
    pub(crate) subject: String,
    pub(crate) html: Option<String>,
    pub(crate) text: Option<String>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) tags: Map<String, Value>,
    pub(crate) idempotency_key: Option<String>,
    pub(crate) created_at: DateTime<Utc>,
    /// What became of it last.
    pub(crate) last_event: &'static str,
}

/// What became of emails, counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Tally {
    pub(crate) by_status: BTreeMap<&'static str, u64>,
    /// Everything that was reported.
    pub(crate) events: BTreeMap<&'static str, u64>,
}

impl Email {
    /// What the sender would know it by: its tags.
    pub(crate) fn reference(&self) -> Option<String> {
        let tag = |(name, value): (&String, &Value)| format!("{name}={}", value.as_str().unwrap_or_default());
        let tags: Vec<String> = self.tags.iter().map(tag).collect();
        (!tags.is_empty()).then(|| tags.join("&"))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

impl Tally {
    /// Counts an email from one last event into another.
    pub(crate) fn moved(&mut self, from: Option<&str>, to: &'static str) {
        if let Some(count) = from.and_then(|from| self.by_status.get_mut(from)) {
            *count = count.saturating_sub(1);
        }
        *self.by_status.entry(to).or_default() += 1;
    }
}
