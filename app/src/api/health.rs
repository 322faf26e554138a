//! Is it alive, is it ready, how does it do.

use axum::{extract::State, response::Response};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{metrics, readiness::Ready, state::App};

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(healthz)).routes(routes!(readyz)).routes(routes!(metrics_text))
}

/// The process is alive
#[utoipa::path(get, path = "/healthz", tag = "health", responses((status = 200, body = String)))]
async fn healthz() -> &'static str {
    "alive\n"
}

/// Database and schema, which decide; and by name worker, pacer, provider, webhooks and what waits
#[utoipa::path(get, path = "/readyz", tag = "health",
    responses((status = 200, body = Ready), (status = 503, body = Ready, description = "Not ready")))]
async fn readyz(State(app): State<App>) -> Ready {
    Ready::of_server(&app).await
}

/// Figures for Prometheus
#[utoipa::path(get, path = "/metrics", tag = "health", responses((status = 200, body = String, content_type = "text/plain")))]
async fn metrics_text(State(app): State<App>) -> Response {
    metrics::text(&app).await
}
