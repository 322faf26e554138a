//! The carrier's webhooks: the signature over the raw bytes, then durably ours, then 200.
//!
//! 401 for a bad or stale signature, with nothing stored; 400 for a signed body that is no event; 503 at once when the
//! database is away, so that the carrier sends it again. Never 2xx before the commit (INVARIANTS W2).

use std::time::Duration;

use axum::{
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
};
use chrono::Utc;
use secrecy::ExposeSecret;
use telnyx::Verifier;
use utoipa_axum::{router::OpenApiRouter, routes};
use workers::inbox;

use crate::state::App;

/// The carrier waits two seconds; within one it must know that it has to come back (INVARIANTS, c1).
const PATIENCE: Duration = Duration::from_millis(900);

/// `POST /webhooks/telnyx/voice`.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(voice))
}

/// What the voice carrier posts: verified by its signature over the raw body, stored once
#[utoipa::path(post, path = "/webhooks/telnyx/voice", tag = "webhooks",
    request_body(content = Object, content_type = "application/json"),
    params(
        ("telnyx-signature-ed25519" = String, Header, description = "Base64, over timestamp, `|` and body"),
        ("telnyx-timestamp" = String, Header, description = "Seconds; five minutes old at most"),
    ),
    responses(
        (status = 200, description = "Durably stored, or known already"),
        (status = 400, description = "Signed, but no event"),
        (status = 401, description = "No signature, a wrong one, or a stale one; nothing stored"),
        (status = 503, description = "Not stored; send it again"),
    ))]
async fn voice(State(app): State<App>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let heard_at = Utc::now();
    let Some(carrier) = &app.config.carrier else { return StatusCode::NOT_FOUND };
    let verified = Verifier::new(carrier.public_key.expose_secret())
        .map_err(|error| error.to_string())
        .and_then(|verifier| verifier.verify(&headers, &body, heard_at).map_err(|error| error.to_string()));
    if let Err(error) = verified {
        tracing::warn!(%error, "a webhook was refused");
        return StatusCode::UNAUTHORIZED;
    }
    match tokio::time::timeout(PATIENCE, inbox::accept(&app.webhook_db, &body, heard_at)).await {
        Ok(Ok(())) => StatusCode::OK,
        Ok(Err(workers::error::Error::Webhook(_))) => StatusCode::BAD_REQUEST,
        Ok(Err(error)) => unavailable(&error),
        Err(slow) => unavailable(&slow),
    }
}

fn unavailable(error: &dyn std::error::Error) -> StatusCode {
    tracing::error!(%error, "a webhook could not be stored; the carrier will send it again");
    StatusCode::SERVICE_UNAVAILABLE
}
