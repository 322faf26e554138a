//! Everything that went in and out, in the order it happened.
//!
//! Bounded: the oldest lines go first, and a gap shows in the sequence numbers.

use std::collections::VecDeque;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::clock::real_now;
use crate::webhook::Subject;

/// What a line is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// A request to the carrier's API.
    #[default]
    Request,
    /// What it was answered with.
    Reply,
    /// Something happened that the carrier reports.
    Webhook,
    /// One attempt to deliver it.
    WebhookAttempt,
    /// A leg changed: dialled, answered, joined, left, ended.
    Leg,
    /// A message was accepted, sent, finalized or received.
    Message,
    /// An email was accepted, or something became of it.
    Email,
    /// A recipient's mail program unsubscribed with one click.
    OneClick,
    /// Somebody used the control API.
    Control,
}

/// One line; what does not apply is left out.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Line {
    pub(crate) kind: Kind,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) request: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) method: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) call_control_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) command_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) message_id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) email_id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) idempotency_key: Option<String>,
    /// What the sender would know it by: the query of a message's webhook address, an email's tags.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reference: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) client_state: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) event_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) event_id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) attempt: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) took_ms: Option<u64>,
    /// What chance or a magic number decided, or why an attempt failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) note: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "raw")]
    pub(crate) body: Option<Arc<RawValue>>,
}

impl Line {
    /// An empty line about something.
    pub(crate) fn about(subject: Subject) -> Self {
        match subject {
            Subject::Leg(leg) => Self { call_control_id: Some(leg.control_id()), ..Self::default() },
            Subject::Message(id) => Self { message_id: Some(id), ..Self::default() },
            Subject::Email(id) | Subject::OneClick(id) => Self { email_id: Some(id), ..Self::default() },
        }
    }
}

/// A line with its place and times.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Entry {
    pub(crate) seq: u64,
    pub(crate) virtual_at: DateTime<Utc>,
    pub(crate) real_at: DateTime<Utc>,
    #[serde(flatten)]
    pub(crate) line: Line,
}

#[derive(Debug)]
pub(crate) struct Journal {
    entries: VecDeque<Entry>,
    capacity: usize,
    last: u64,
}

impl Journal {
    pub(crate) fn new(capacity: usize) -> Self {
        Self { entries: VecDeque::new(), capacity, last: 0 }
    }

    /// Writes a line and returns its number.
    pub(crate) fn write(&mut self, virtual_at: DateTime<Utc>, line: Line) -> u64 {
        self.last += 1;
        if self.entries.len() >= self.capacity {
            self.entries.pop_front();
        }
        self.entries.push_back(Entry { seq: self.last, virtual_at, real_at: real_now(), line });
        self.last
    }

    /// The lines after a number, oldest first.
    pub(crate) fn since(&self, seq: u64, limit: usize) -> Vec<Entry> {
        let from = self.entries.partition_point(|entry| entry.seq <= seq);
        self.entries.range(from..).take(limit).cloned().collect()
    }

    pub(crate) fn last(&self) -> u64 {
        self.last
    }
}

/// Keeps a JSON text as it is.
pub(crate) fn raw_json(text: &[u8]) -> Option<Arc<RawValue>> {
    serde_json::from_slice::<Box<RawValue>>(text).ok().map(Arc::from)
}

/// A value as JSON text.
pub(crate) fn to_raw(value: &serde_json::Value) -> Option<Arc<RawValue>> {
    serde_json::value::to_raw_value(value).ok().map(Arc::from)
}

fn raw<S: Serializer>(body: &Option<Arc<RawValue>>, to: S) -> Result<S::Ok, S::Error> {
    body.as_deref().serialize(to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_lines_go_first_and_the_numbers_go_on() {
        let mut journal = Journal::new(2);
        for _ in 0..3 {
            journal.write(DateTime::UNIX_EPOCH, Line::default());
        }
        let numbers = |since| journal.since(since, 9).iter().map(|entry| entry.seq).collect::<Vec<_>>();
        assert_eq!(numbers(0), [2, 3]);
        assert_eq!(numbers(2), [3]);
    }
}
