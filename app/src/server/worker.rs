//! What a worker process says of itself over HTTP, where `WIB_METRICS_ADDR` asks for it: alive, ready, figures.

use axum::{Router, extract::State, response::Response, routing::get};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use workers::vital::Vital;

use crate::{metrics, readiness::Ready, state::App};

/// A worker process, as its listener sees it.
#[derive(Clone)]
struct Worker {
    app: App,
    vital: Vital,
}

/// Answers until `done`, and while the process lets its jobs end, too: that it is leaving is an answer.
///
/// # Errors
/// When the listener breaks.
pub async fn answer(app: App, vital: Vital, listener: TcpListener, done: CancellationToken) -> std::io::Result<()> {
    metrics::install();
    tokio::spawn(metrics::upkeep(done.clone()));
    let router = Router::new()
        .route("/healthz", get(|| async { "alive\n" }))
        .route("/readyz", get(readyz))
        .route("/metrics", get(figures))
        .with_state(Worker { app, vital });
    axum::serve(listener, router).with_graceful_shutdown(done.cancelled_owned()).await
}

async fn readyz(State(worker): State<Worker>) -> Ready {
    Ready::of_worker(&worker.app, &worker.vital).await
}

async fn figures(State(worker): State<Worker>) -> Response {
    metrics::text(&worker.app).await
}
