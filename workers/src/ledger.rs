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
