//! The HTTP API: extract, call the domain, respond. A file per noun; the routes document themselves.

mod events;
mod health;
mod jobs;
mod queues;
mod workflows;

use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use crate::{openapi::Base, state::App};

/// Every operation there is.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Base::openapi())
        .merge(health::router())
        .merge(queues::router())
        .merge(jobs::router())
        .merge(workflows::router())
        .merge(events::router())
}
