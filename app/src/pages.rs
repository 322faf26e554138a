//! The pages: extract, load one read model, render.

use axum::{Router, extract::{Request, State}, middleware::Next, response::Response};

use crate::state::App;

/// Every page there is.
pub fn router() -> Router<App> {
    Router::new()
}

/// Shows a browser its problems in words.
pub async fn in_words(State(_app): State<App>, request: Request, next: Next) -> Response {
    next.run(request).await
}
