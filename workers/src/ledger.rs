//! Asks the carrier and keeps what it said for the run's timeline.

use std::time::Instant;

use telnyx::Outcome;
use workflows::provider::Request;

/// Runs one request and describes its outcome.
pub(crate) async fn ask<T>(command: &'static str, request: impl Future<Output = Outcome<T>>) -> (Outcome<T>, Request) {
    let started = Instant::now();
    let outcome = request.await;
    let (word, code) = describe(&outcome);
    (outcome, Request { provider: "telnyx", command, outcome: word, code, took: started.elapsed() })
}

/// The same of the e-mail provider.
pub(crate) async fn ask_mail<T>(
    command: &'static str,
    request: impl Future<Output = resend::Outcome<T>>,
) -> (resend::Outcome<T>, Request) {
    let started = Instant::now();
    let outcome = request.await;
    let (word, code) = match &outcome {
        resend::Outcome::Accepted(_) => ("accepted", None),
        resend::Outcome::Refused(refusal) => ("refused", refusal.name.clone()),
        resend::Outcome::RateLimited { refusal, .. } => ("rate_limited", refusal.name.clone()),
        resend::Outcome::NotSent(_) => ("not_sent", None),
        resend::Outcome::Unknown(doubt) => ("unknown", Some(doubt.to_string())),
    };
    (outcome, Request { provider: "resend", command, outcome: word, code, took: started.elapsed() })
}

fn describe<T>(outcome: &Outcome<T>) -> (&'static str, Option<String>) {
    match outcome {
        Outcome::Accepted(_) => ("accepted", None),
        Outcome::AlreadyDone => ("already_done", None),
        Outcome::Refused(refusal) => ("refused", refusal.code.clone()),
        Outcome::RateLimited { refusal, .. } => ("rate_limited", refusal.code.clone()),
        Outcome::NotSent(_) => ("not_sent", None),
        Outcome::Unknown(doubt) => ("unknown", Some(doubt.to_string())),
    }
}
