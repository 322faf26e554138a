//! What may not come in: forms of other sites, and NULs in addresses.

use axum::{extract::Request, http::Response, middleware::Next, response::IntoResponse};
use tower_http::csrf::{CsrfLayer, ProtectionError};

use crate::{
    config::Http,
    problem::{Kind, Problem},
};

/// Refuses what a browser sends on behalf of another site (`Sec-Fetch-Site`, `Origin`). Carriers and programs send
/// neither header; webhooks prove themselves by signature.
pub(super) fn same_site(
    http: &Http,
) -> CsrfLayer<impl FnMut(ProtectionError) -> Response<axum::body::Body> + Clone + use<>> {
    let layer = CsrfLayer::new();
    // Behind a proxy that rewrites Host, the origin browsers know is this one.
    let layer = layer.clone().add_trusted_origin(&http.public_url).unwrap_or(layer);
    // A mail program's one click comes from the mail's site; what it may do is in the address (RFC 8058).
    let layer = layer.with_insecure_bypass(|_, uri| is_way_out(uri.path()));
    layer.with_rejection_response(|_: ProtectionError| Problem::new(Kind::CrossSite).into_response())
}

fn is_way_out(path: &str) -> bool {
    path.strip_prefix("/unsubscribe/").is_some_and(|token| !token.contains('/'))
}

/// No text of ours holds a NUL, so an address with one names nothing.
pub(super) async fn without_nul(request: Request, next: Next) -> axum::response::Response {
    let nul = |text: &str| text.contains("%00");
    if nul(request.uri().path()) || request.uri().query().is_some_and(nul) {
        return Problem::new(Kind::InvalidQuery).detail("an address must not contain NUL (%00)").into_response();
    }
    next.run(request).await
}
