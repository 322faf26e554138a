//! Webhooks on their way: signed, posted, retried.
//!
//! ```text
//! event ─(virtual delay, faults)─▶ attempt 1 ─┬─2xx────────────────▶ delivered
//!                                             ├─4xx but 408, 429───▶ given up (not so an email's)
//!                                             └─else─(real delay)──▶ attempt 2 …
//! ```
//!
//! The delay before the first attempt belongs to the carrier and is virtual. Time-out and
//! retry delays are between two machines and real, so that a receiver that restarts
//! has as long for it as in production, whatever the clock's speed.

mod seal;
mod send;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::value::RawValue;
use uuid::Uuid;

pub(crate) use self::send::send_all;
use crate::journal::{Kind, Line};
use crate::leg::LegNo;
use crate::shape::Body;

/// Where a leg's webhooks go, as its dial said.
#[derive(Clone, Debug, Default)]
pub(crate) struct Target {
    url: Option<String>,
    urls: HashMap<String, String>,
    retries: HashMap<String, Vec<u64>>,
}

/// What a webhook is about, and so who sends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    Leg(LegNo),
    Message(Uuid),
    Email(Uuid),
    /// No webhook: the recipient of this email unsubscribes with one click.
    OneClick(Uuid),
}

/// One webhook that is to be sent.
#[derive(Clone, Debug)]
pub(crate) struct Delivery {
    pub(crate) event_type: &'static str,
    pub(crate) event_id: Uuid,
    pub(crate) subject: Subject,
    pub(crate) url: String,
    pub(crate) data: Arc<RawValue>,
    pub(crate) timeout_ms: u64,
    pub(crate) retries_ms: Vec<u64>,
    pub(crate) bad_signature: bool,
    pub(crate) stale: bool,
}

impl Target {
    pub(crate) fn of_dial(dial: &Body, fallback: Option<&str>) -> Self {
        let urls = dial.object("webhook_urls");
        let policies = dial.object("webhook_retries_policies");
        let text = |(event, url): (&String, &serde_json::Value)| Some((event.clone(), url.as_str()?.to_owned()));
        Self {
            url: dial.owned("webhook_url").or_else(|| fallback.map(str::to_owned)),
            urls: urls.as_map().iter().filter_map(text).collect(),
            retries: policies
                .as_map()
                .iter()
                .filter_map(|(event, policy)| {
                    let waits = policy.get("retries_ms")?.as_array()?;
                    let waits = waits.iter().filter_map(serde_json::Value::as_u64);
                    Some((event.clone(), waits.collect()))
                })
                .collect(),
        }
    }

    pub(crate) fn url(&self, event: &str) -> Option<&str> {
        self.urls.get(event).or(self.url.as_ref()).map(String::as_str)
    }

    pub(crate) fn retries(&self, event: &str) -> Option<&[u64]> {
        self.retries.get(event).map(Vec::as_slice)
    }
}

impl Delivery {
    fn line(&self, attempt: usize, outcome: &Result<u16, String>, took: Duration) -> Line {
        let kind = match self.subject {
            Subject::OneClick(_) => Kind::OneClick,
            _ => Kind::WebhookAttempt,
        };
        Line {
            kind,
            event_type: Some(self.event_type),
            event_id: Some(self.event_id),
            attempt: Some(attempt),
            status: outcome.as_ref().ok().copied(),
            took_ms: u64::try_from(took.as_millis()).ok(),
            note: self.note(outcome),
            ..Line::about(self.subject)
        }
    }

    fn note(&self, outcome: &Result<u16, String>) -> Option<String> {
        let fault = match (self.bad_signature, self.stale) {
            (true, _) => Some("bad_signature".to_owned()),
            (_, true) => Some("stale_timestamp".to_owned()),
            _ => None,
        };
        outcome.as_ref().err().cloned().or(fault)
    }
}
