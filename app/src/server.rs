//! The router with everything around it, and the loop that serves it.
//!
//! From the outside in: a span and an id for each request, panics caught, security headers, compression, cross-site
//! forms refused, NULs refused, bodies bounded; then the routes.

mod forms;
mod headers;
mod observe;
pub mod worker;

use std::time::Duration;

use axum::{Router, body::Body, extract::DefaultBodyLimit, http::Response, middleware, response::IntoResponse};
use tokio::net::TcpListener;
use tower_http::{catch_panic::CatchPanicLayer, compression::CompressionLayer};

use crate::{
    api, metrics, pages,
    problem::{Kind, Problem},
    state::App,
};

/// What a body may hold, but for uploads, which say so themselves.
const BODY: usize = 256 * 1024;

/// Everything there is to ask for.
pub fn router(app: App) -> Router {
    let (api, document) = api::router().split_for_parts();
    api.merge(pages::router())
        .merge(crate::openapi::router(document))
        .fallback(|| async { Problem::new(Kind::NotFound) })
        .method_not_allowed_fallback(|| async { Problem::new(Kind::MethodNotAllowed) })
        .layer(middleware::from_fn_with_state(app.clone(), pages::in_words))
        .layer(DefaultBodyLimit::max(BODY))
        .layer(middleware::from_fn(forms::without_nul))
        .layer(forms::same_site(&app.config.http))
        .layer(CompressionLayer::new())
        .layer(middleware::from_fn_with_state(app.clone(), headers::secure))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn(observe::request))
        .with_state(app)
}

/// Serves until told to stop, then finishes what is in flight.
///
/// # Errors
/// When the listener breaks.
pub async fn serve(app: App, listener: TcpListener) -> std::io::Result<()> {
    let (stop, grace) = (app.stop.clone(), app.config.timers.shutdown);
    metrics::install();
    tokio::spawn(metrics::upkeep(stop.clone()));
    app.realtime.start(app.db.clone(), stop.clone());
    let router = router(app);
    let stopped = stop.clone();
    let server = axum::serve(listener, router).with_graceful_shutdown(async move { stopped.cancelled().await });
    tokio::select! {
        done = server => done,
        () = late(stop, grace) => Ok(()),
    }
}

/// A client that never hangs up does not keep the process alive.
async fn late(stop: tokio_util::sync::CancellationToken, grace: Duration) {
    stop.cancelled().await;
    tokio::time::sleep(grace).await;
    tracing::warn!("some requests were not finished in time");
}

fn panicked(panic: Box<dyn std::any::Any + Send>) -> Response<Body> {
    let said = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    Problem::internal(format!("a handler panicked: {}", said.unwrap_or("without words"))).into_response()
}
