//! Style sheets, scripts and fonts, below an address that changes with their content.

use axum::{
    Router,
    extract::Path,
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};

use crate::{problem::Problem, state::App};

pub(super) fn router() -> Router<App> {
    Router::new().route("/assets/{version}/{*name}", get(file))
}

async fn file(Path((version, name)): Path<(String, String)>) -> Result<Response, Problem> {
    let asset = web::assets::get(&version, &name).ok_or_else(|| Problem::not_found("file"))?;
    let cache = if asset.immutable { "public, max-age=31536000, immutable" } else { "no-cache" };
    let headers = [(header::CONTENT_TYPE, asset.content_type), (header::CACHE_CONTROL, cache.to_owned())];
    Ok((headers, asset.bytes.into_owned()).into_response())
}
