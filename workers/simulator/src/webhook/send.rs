//! The sender: posts what is handed over, and again until somebody takes it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;
use tokio::sync::mpsc::UnboundedReceiver;

use super::{Delivery, Subject};
use crate::server::Shared;

/// Sockets to the receiver at once.
const CONCURRENCY: usize = 256;

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
        if !worth_repeating(delivery.subject, &outcome) {
            return shared.world().note_delivered(false);
        }
    }
    shared.world().note_delivered(true);
}

async fn post(shared: &Shared, delivery: &Delivery, attempt: usize) -> Result<u16, String> {
    let sealed = delivery.sealed(shared, attempt);
    let mut request = shared.http.post(&delivery.url).timeout(Duration::from_millis(delivery.timeout_ms));
    for (name, value) in sealed.headers {
        request = request.header(name, value);
    }
    let reply = request.body(sealed.body).send().await.map_err(|error| error.without_url().to_string())?;
    let status = reply.status().as_u16();
    // Read to the end, so that the connection can be used again.
    drop(reply.bytes().await);
    Ok(status)
}

fn accepted(outcome: &Result<u16, String>) -> bool {
    matches!(outcome, Ok(200..=299))
}

/// The carrier's webhooks are repeated unless the receiver took or understood and refused
/// them; those of emails unless it took them.
fn worth_repeating(subject: Subject, outcome: &Result<u16, String>) -> bool {
    match (subject, outcome) {
        (_, Ok(200..=299)) => false,
        (Subject::Email(_), _) | (_, Ok(408 | 429)) => true,
        (_, Ok(400..=499)) => false,
        _ => true,
    }
}
