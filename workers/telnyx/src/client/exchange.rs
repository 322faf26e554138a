//! One request and its answer, and the only place that says what an answer proves.

use std::error::Error as _;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{RequestBuilder, Response, StatusCode};
use tracing::debug;

use crate::outcome::{Doubt, Outcome};
use crate::refusal::Refusal;

/// Waited after a 429 that does not say how long.
const DEFAULT_PAUSE: Duration = Duration::from_secs(1);
/// No stated pause is believed beyond this.
const LONGEST_PAUSE: Duration = Duration::from_secs(3600);

/// Sends once. The body of a success, or why there is none.
pub(super) async fn send(name: &'static str, request: RequestBuilder) -> Outcome<Vec<u8>> {
    let started = Instant::now();
    let outcome = match request.send().await {
        Ok(response) => judge(response).await,
        Err(error) => unanswered(error),
    };
    report(name, started.elapsed(), &outcome);
    outcome
}

/// A refusal proves that nothing happened; a failure on their side, or half an answer, proves nothing.
async fn judge(response: Response) -> Outcome<Vec<u8>> {
    let status = response.status();
    let after = pause(response.headers());
    let body = response.bytes().await;
    match status.as_u16() {
        200..=299 => body.map_or_else(lost, |bytes| Outcome::Accepted(bytes.to_vec())),
        429 => Outcome::RateLimited { after, refusal: refusal(status, body) },
        408 => Outcome::Unknown(Doubt::TimedOut),
        400..=499 => Outcome::Refused(refusal(status, body)),
        failed @ 500..=599 => Outcome::Unknown(Doubt::ServerFailed(failed)),
        other => Outcome::Unknown(Doubt::Unexpected(other)),
    }
}

/// A refusal is one by its status, even if its body got lost.
fn refusal<B: AsRef<[u8]>>(status: StatusCode, body: Result<B, reqwest::Error>) -> Refusal {
    match body {
        Ok(bytes) => Refusal::read(status.as_u16(), bytes.as_ref()),
        Err(_) => Refusal::read(status.as_u16(), b""),
    }
}

/// Without a connection, not a byte of the request left: refused, unresolvable, or no handshake in time.
fn unanswered(error: reqwest::Error) -> Outcome<Vec<u8>> {
    if error.is_connect() || error.is_builder() { Outcome::NotSent(root_cause(&error)) } else { lost(error) }
}

fn lost(error: reqwest::Error) -> Outcome<Vec<u8>> {
    Outcome::Unknown(if error.is_timeout() { Doubt::TimedOut } else { Doubt::ConnectionLost })
}

/// The innermost error. The outer ones repeat the address, which has ids in it.
fn root_cause(error: &reqwest::Error) -> String {
    let mut cause = error.source();
    let mut text = "request cannot be built".to_owned();
    while let Some(inner) = cause {
        text = inner.to_string();
        cause = inner.source();
    }
    text
}

/// How long a 429 asks us to wait. `x-ratelimit-reset` is in seconds:
/// <https://developers.telnyx.com/development/api-fundamentals/rate-limiting>.
pub(super) fn pause(headers: &HeaderMap) -> Duration {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    text(RETRY_AFTER.as_str())
        .and_then(|value| seconds(value).or_else(|| until(value)))
        .or_else(|| text("x-ratelimit-reset").and_then(seconds))
        .unwrap_or(DEFAULT_PAUSE)
        .min(LONGEST_PAUSE)
}

fn seconds(text: &str) -> Option<Duration> {
    Duration::try_from_secs_f64(text.trim().parse().ok()?).ok()
}

/// `Retry-After` may be a date, too.
fn until(text: &str) -> Option<Duration> {
    let at = DateTime::parse_from_rfc2822(text.trim()).ok()?;
    (at.to_utc() - Utc::now()).to_std().ok()
}

fn report(name: &'static str, took: Duration, outcome: &Outcome<Vec<u8>>) {
    let took_ms = took.as_millis() as u64;
    metrics::counter!("wib_provider_requests_total", "provider" => "telnyx", "operation" => name, "outcome" => outcome.word())
        .increment(1);
    metrics::histogram!("wib_provider_request_seconds", "provider" => "telnyx", "operation" => name)
        .record(took.as_secs_f64());
    match outcome {
        Outcome::Accepted(_) | Outcome::AlreadyDone => {
            debug!(carrier.command = name, took_ms, "carrier accepted {name}")
        }
        Outcome::Refused(refusal) | Outcome::RateLimited { refusal, .. } => {
            debug!(carrier.command = name, took_ms, "carrier {refusal}: {name}");
        }
        Outcome::NotSent(why) => debug!(carrier.command = name, took_ms, "{name} was not sent: {why}"),
        Outcome::Unknown(doubt) => debug!(carrier.command = name, took_ms, "outcome of {name} is unknown: {doubt}"),
    }
}
