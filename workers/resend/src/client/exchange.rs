//! One request and its answer, and the only place that says what an answer proves.

use std::error::Error as _;
use std::time::{Duration, Instant};

use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{RequestBuilder, Response};
use tracing::debug;

use crate::outcome::{Doubt, Outcome};
use crate::refusal::{Kind, Refusal};

/// Waited after a rate limit that does not say how long.
const DEFAULT_PAUSE: Duration = Duration::from_secs(1);
/// Waited after a used-up quota that does not say how long. No stated pause is believed beyond it.
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
    let status = response.status().as_u16();
    let headers = response.headers().clone();
    let body = response.bytes().await;
    match status {
        200..=299 => body.map_or_else(lost, |bytes| Outcome::Accepted(bytes.to_vec())),
        408 => Outcome::Unknown(Doubt::TimedOut),
        400..=499 => refused(Refusal::read(status, &body.unwrap_or_default()), &headers),
        failed @ 500..=599 => Outcome::Unknown(Doubt::ServerFailed(failed)),
        other => Outcome::Unknown(Doubt::Unexpected(other)),
    }
}

/// A refusal is one by its status, even if its body got lost. In progress is the one that does not say that nothing happens.
fn refused(refusal: Refusal, headers: &HeaderMap) -> Outcome<Vec<u8>> {
    match refusal.kind {
        Kind::InProgress => Outcome::Unknown(Doubt::InProgress),
        kind if kind.is_limit() => Outcome::RateLimited { after: pause(kind, headers), refusal },
        _ => Outcome::Refused(refusal),
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

/// How long a limit asks us to wait, in seconds: <https://resend.com/docs/api-reference/rate-limit>. The reset is that of the
/// rate, and says nothing about a quota.
fn pause(kind: Kind, headers: &HeaderMap) -> Duration {
    let stated = |name: &str| headers.get(name).and_then(|value| seconds(value.to_str().ok()?));
    let (reset, default) = match kind {
        Kind::RateLimit => (stated("ratelimit-reset"), DEFAULT_PAUSE),
        _ => (None, LONGEST_PAUSE),
    };
    stated(RETRY_AFTER.as_str()).or(reset).unwrap_or(default).min(LONGEST_PAUSE)
}

fn seconds(text: &str) -> Option<Duration> {
    Duration::try_from_secs_f64(text.trim().parse().ok()?).ok()
}

fn report(name: &'static str, took: Duration, outcome: &Outcome<Vec<u8>>) {
    let took_ms = took.as_millis() as u64;
    metrics::counter!("wib_provider_requests_total", "provider" => "resend", "operation" => name, "outcome" => outcome.word())
        .increment(1);
    metrics::histogram!("wib_provider_request_seconds", "provider" => "resend", "operation" => name)
        .record(took.as_secs_f64());
    match outcome {
        Outcome::Accepted(_) => debug!(resend.request = name, took_ms, "resend accepted {name}"),
        Outcome::Refused(refusal) | Outcome::RateLimited { refusal, .. } => {
            debug!(resend.request = name, took_ms, "resend {refusal}: {name}");
        }
        Outcome::NotSent(why) => debug!(resend.request = name, took_ms, "{name} was not sent: {why}"),
        Outcome::Unknown(doubt) => debug!(resend.request = name, took_ms, "outcome of {name} is unknown: {doubt}"),
    }
}
