//! Asks the carrier and keeps what it said for the run's timeline.

use std::time::{Duration, Instant};

use telnyx::Outcome;
use tracing::Instrument;
use workflows::provider::Request;

use crate::outcome as job;

/// Runs one request and describes its outcome.
pub(crate) async fn ask<T>(command: &'static str, request: impl Future<Output = Outcome<T>>) -> (Outcome<T>, Request) {
    let started = Instant::now();
    let span = tracing::info_span!("provider request", provider = "telnyx", operation = command);
    let outcome = request.instrument(span).await;
    let (word, code) = (outcome.word(), code(&outcome));
    (outcome, Request { provider: "telnyx", command, outcome: word, code, took: started.elapsed() })
}

/// The same of the e-mail provider.
pub(crate) async fn ask_mail<T>(
    command: &'static str,
    request: impl Future<Output = resend::Outcome<T>>,
) -> (resend::Outcome<T>, Request) {
    let started = Instant::now();
    let span = tracing::info_span!("provider request", provider = "resend", operation = command);
    let outcome = request.instrument(span).await;
    let code = match &outcome {
        resend::Outcome::Accepted(_) | resend::Outcome::NotSent(_) => None,
        resend::Outcome::Refused(refusal) | resend::Outcome::RateLimited { refusal, .. } => refusal.name.clone(),
        resend::Outcome::Unknown(doubt) => Some(doubt.to_string()),
    };
    let word = outcome.word();
    (outcome, Request { provider: "resend", command, outcome: word, code, took: started.elapsed() })
}

/// What becomes of a job whose command has not been done, or perhaps has: it is sent again, for its command id makes a
/// repeat harmless.
pub(crate) fn again<T>(reply: Outcome<T>, pause: Duration) -> job::Outcome {
    match reply {
        Outcome::Accepted(_) | Outcome::AlreadyDone => job::Outcome::Done,
        Outcome::Refused(refusal) => job::Outcome::retry(refusal),
        Outcome::RateLimited { after, .. } => job::Outcome::retry_after(after, "rate limited"),
        Outcome::NotSent(why) => job::Outcome::retry_after(pause, why),
        Outcome::Unknown(doubt) => job::Outcome::retry_after(pause, doubt),
    }
}

fn code<T>(outcome: &Outcome<T>) -> Option<String> {
    match outcome {
        Outcome::Accepted(_) | Outcome::AlreadyDone | Outcome::NotSent(_) => None,
        Outcome::Refused(refusal) | Outcome::RateLimited { refusal, .. } => refusal.code.clone(),
        Outcome::Unknown(doubt) => Some(doubt.to_string()),
    }
}
