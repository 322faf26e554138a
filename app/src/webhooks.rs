//! Providers' webhooks: the signature over the raw bytes, then durably ours, then 200.
//!
//! 401 for a bad or stale signature, with nothing stored; 400 for a signed body that is no event; 503 at once when the
//! database is away, so that the carrier sends it again. Never 2xx before the commit (INVARIANTS W2).

use std::time::{Duration, Instant};

use axum::{
    body::Bytes,
    extract::{Query, State},
    http::{HeaderMap, StatusCode},
};
use chrono::{DateTime, Utc};
use secrecy::ExposeSecret;
use serde::Deserialize;
use telnyx::Verifier;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};
use workers::{error::Error, inbox};

use crate::state::App;

/// The carrier waits two seconds; within one it must know that it has to come back (INVARIANTS, c1).
const PATIENCE: Duration = Duration::from_millis(900);

/// What providers post to.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(voice)).routes(routes!(sms)).routes(routes!(resend))
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
    let (heard_at, began) = (Utc::now(), Instant::now());
    let status = match from_carrier(&app, &headers, &body, heard_at) {
        Ok(()) => stored(inbox::accept(&app.webhook_db, &body, heard_at)).await,
        Err(status) => status,
    };
    answered("telnyx", began, status)
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Note {
    /// The attempt that the text was sent for; whatever it says is only a hint.
    #[param(value_type = Option<Uuid>)]
    a: Option<String>,
}

/// What the text carrier posts: receipts, and what people write; verified and stored once as the voice carrier's
#[utoipa::path(post, path = "/webhooks/telnyx/sms", tag = "webhooks",
    request_body(content = Object, content_type = "application/json"),
    params(
        Note,
        ("telnyx-signature-ed25519" = String, Header, description = "Base64, over timestamp, `|` and body"),
        ("telnyx-timestamp" = String, Header, description = "Seconds; five minutes old at most"),
    ),
    responses(
        (status = 200, description = "Durably stored, or known already"),
        (status = 400, description = "Signed, but no event"),
        (status = 401, description = "No signature, a wrong one, or a stale one; nothing stored"),
        (status = 503, description = "Not stored; send it again"),
    ))]
async fn sms(State(app): State<App>, Query(note): Query<Note>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let (heard_at, began) = (Utc::now(), Instant::now());
    let note = note.a.and_then(|id| id.parse().ok());
    let status = match from_carrier(&app, &headers, &body, heard_at) {
        Ok(()) => stored(inbox::accept_text(&app.webhook_db, &body, note, heard_at)).await,
        Err(status) => status,
    };
    answered("telnyx_sms", began, status)
}

/// What the e-mail provider posts: verified by its signature over the raw body, stored once
#[utoipa::path(post, path = "/webhooks/resend", tag = "webhooks",
    request_body(content = Object, content_type = "application/json"),
    params(
        ("svix-id" = String, Header, description = "The event's id, the same at every delivery"),
        ("svix-timestamp" = String, Header, description = "Seconds; five minutes old at most"),
        ("svix-signature" = String, Header, description = "`v1,` and base64, over id, timestamp and body"),
    ),
    responses(
        (status = 200, description = "Durably stored, or known already"),
        (status = 400, description = "Signed, but no event"),
        (status = 401, description = "No signature, a wrong one, or a stale one; nothing stored"),
        (status = 503, description = "Not stored; send it again"),
    ))]
async fn resend(State(app): State<App>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let (heard_at, began) = (Utc::now(), Instant::now());
    let Some(mail) = &app.config.mail else { return StatusCode::NOT_FOUND };
    let verified =
        ::resend::Verifier::new(mail.webhook_secret.expose_secret()).map_err(|error| error.to_string()).and_then(
            |verifier| verifier.verify(&headers, &body, heard_at).map(str::to_owned).map_err(|error| error.to_string()),
        );
    let status = match verified {
        Ok(id) => stored(inbox::accept_mail(&app.webhook_db, &id, &body, heard_at)).await,
        Err(error) => refused(&error),
    };
    answered("resend", began, status)
}

/// Counts a delivery by what it was answered, and how long that took.
fn answered(provider: &'static str, began: Instant, status: StatusCode) -> StatusCode {
    let word = match status {
        StatusCode::OK => "stored",
        StatusCode::UNAUTHORIZED => "forged",
        StatusCode::BAD_REQUEST => "malformed",
        StatusCode::NOT_FOUND => "unconfigured",
        _ => "unavailable",
    };
    metrics::histogram!("wib_webhook_seconds", "provider" => provider, "answer" => word).record(began.elapsed());
    status
}

fn from_carrier(app: &App, headers: &HeaderMap, body: &Bytes, heard_at: DateTime<Utc>) -> Result<(), StatusCode> {
    let carrier = app.config.carrier.as_ref().ok_or(StatusCode::NOT_FOUND)?;
    Verifier::new(carrier.public_key.expose_secret())
        .map_err(|error| error.to_string())
        .and_then(|verifier| verifier.verify(headers, body, heard_at).map_err(|error| error.to_string()))
        .map_err(|error| refused(&error))
}

fn refused(error: &str) -> StatusCode {
    tracing::warn!(%error, "a webhook was refused");
    StatusCode::UNAUTHORIZED
}

async fn stored(accepted: impl Future<Output = Result<(), Error>>) -> StatusCode {
    match tokio::time::timeout(PATIENCE, accepted).await {
        Ok(Ok(())) => StatusCode::OK,
        Ok(Err(Error::Webhook(_) | Error::MailEvent(_))) => StatusCode::BAD_REQUEST,
        Ok(Err(error)) => unavailable(&error),
        Err(slow) => unavailable(&slow),
    }
}

fn unavailable(error: &dyn std::error::Error) -> StatusCode {
    tracing::error!(%error, "a webhook could not be stored; the carrier will send it again");
    StatusCode::SERVICE_UNAVAILABLE
}
