//! Webhooks on their way: signed, posted, retried.
//!
//! ```text
//! event ─(virtual delay, faults)─▶ attempt 1 ─┬─2xx────────────────▶ delivered
//!                                             ├─4xx but 408, 429───▶ given up
//!                                             └─else─(real delay)──▶ attempt 2 …
//! ```
//!
//! The delay before the first attempt belongs to the carrier and is virtual. Time-out and
//! retry delays are between two machines and real, so that a receiver that restarts
//! has as long for it as in production, whatever the clock's speed.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::json;
use serde_json::value::RawValue;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::UnboundedReceiver;
use uuid::Uuid;

use crate::clock::real_now;
use crate::journal::{Kind, Line};
use crate::leg::LegNo;
use crate::server::Shared;
use crate::shape::Body;
use crate::signature::Key;

/// Where a leg's webhooks go, as its dial said.
#[derive(Clone, Debug, Default)]
pub(crate) struct Target {
    url: Option<String>,
    urls: HashMap<String, String>,
    retries: HashMap<String, Vec<u64>>,
}

/// One webhook that is to be sent.
#[derive(Clone, Debug)]
pub(crate) struct Delivery {
    pub(crate) event_type: &'static str,
    pub(crate) event_id: Uuid,
    pub(crate) leg: LegNo,
    pub(crate) url: String,
    pub(crate) data: Arc<RawValue>,
    pub(crate) timeout_ms: u64,
    pub(crate) retries_ms: Vec<u64>,
    pub(crate) bad_signature: bool,
    pub(crate) stale: bool,
}

/// Sockets to the receiver at once.
const CONCURRENCY: usize = 256;

/// Older than the five minutes that a receiver accepts.
const STALE_SECS: i64 = 600;

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

/// Sends everything that is handed over, until the simulator stops.
pub(crate) async fn send_all(shared: Arc<Shared>, mut due: UnboundedReceiver<Delivery>) {
    let sockets = Arc::new(Semaphore::new(CONCURRENCY));
    while let Some(delivery) = due.recv().await {
        let (shared, sockets) = (shared.clone(), sockets.clone());
        tokio::spawn(async move {
            let stop = shared.stop.clone();
            stop.run_until_cancelled_owned(send(&shared, &sockets, &delivery)).await;
        });
    }
}

/// Attempts a delivery until it is accepted, refused for good or given up.
async fn send(shared: &Shared, sockets: &Semaphore, delivery: &Delivery) {
    let waits = std::iter::once(0).chain(delivery.retries_ms.iter().copied());
    for (attempt, wait) in (1..).zip(waits) {
        if wait > 0 {
            tokio::time::sleep(Duration::from_millis(wait)).await;
        }
        let Ok(_socket) = sockets.acquire().await else {
            return;
        };
        let started = Instant::now();
        let outcome = post(shared, delivery, attempt).await;
        let line = delivery.line(attempt, &outcome, started.elapsed());
        shared.world().note_attempt(line, accepted(&outcome));
        if !worth_repeating(&outcome) {
            return shared.world().note_delivered(false);
        }
    }
    shared.world().note_delivered(true);
}

async fn post(shared: &Shared, delivery: &Delivery, attempt: usize) -> Result<u16, String> {
    let body = delivery.body(attempt);
    let timestamp = delivery.timestamp();
    let signature = delivery.signature(&shared.key, timestamp, &body);
    let reply = shared
        .http
        .post(&delivery.url)
        .header("content-type", "application/json")
        .header("user-agent", "telnyx-webhooks")
        .header("telnyx-timestamp", timestamp.to_string())
        .header("telnyx-signature-ed25519", signature)
        .timeout(Duration::from_millis(delivery.timeout_ms))
        .body(body)
        .send()
        .await
        .map_err(|error| error.without_url().to_string())?;
    let status = reply.status().as_u16();
    // Read to the end, so that the connection can be used again.
    drop(reply.bytes().await);
    Ok(status)
}

fn accepted(outcome: &Result<u16, String>) -> bool {
    matches!(outcome, Ok(200..=299))
}

/// Voice webhooks are repeated unless the receiver took or understood and refused them.
fn worth_repeating(outcome: &Result<u16, String>) -> bool {
    match outcome {
        Ok(408 | 429) => true,
        Ok(200..=299 | 400..=499) => false,
        _ => true,
    }
}

impl Delivery {
    fn body(&self, attempt: usize) -> String {
        let meta = json!({ "attempt": attempt, "delivered_to": self.url });
        format!(r#"{{"data":{},"meta":{meta}}}"#, self.data.get())
    }

    fn timestamp(&self) -> i64 {
        let now = real_now().timestamp();
        if self.stale { now - STALE_SECS } else { now }
    }

    /// Faults come after signing: the signature is right for what it signs.
    fn signature(&self, key: &Key, timestamp: i64, body: &str) -> String {
        match self.bad_signature {
            true => key.sign(timestamp, "another body"),
            false => key.sign(timestamp, body),
        }
    }

    fn line(&self, attempt: usize, outcome: &Result<u16, String>, took: Duration) -> Line {
        Line {
            kind: Kind::WebhookAttempt,
            call_control_id: Some(self.leg.control_id()),
            event_type: Some(self.event_type),
            event_id: Some(self.event_id),
            attempt: Some(attempt),
            status: outcome.as_ref().ok().copied(),
            took_ms: u64::try_from(took.as_millis()).ok(),
            note: self.note(outcome),
            ..Line::default()
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
