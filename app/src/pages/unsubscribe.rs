//! `/unsubscribe/{token}`: the way out of e-mails, for whoever has the link, and for their mail program (RFC 8058).

use axum::{
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use web::pages::unsubscribe::{self as page, UnsubscribeView};
use workflows::message;

use crate::{problem::Problem, state::App};

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(ask, end))
}

/// What mail programs send; the page's own form has no field.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it only describes the form")]
struct OneClick {
    /// `One-Click`
    #[schema(rename = "List-Unsubscribe")]
    list_unsubscribe: Option<String>,
}

/// A page with one button, for whoever has the link; it changes nothing
#[utoipa::path(get, path = "/unsubscribe/{token}", tag = "unsubscribe", params(("token" = String, Path)),
    responses((status = 200, description = "The page", content_type = "text/html"),
        (status = 404, description = "Nobody was sent this link", content_type = "text/html")))]
async fn ask(State(app): State<App>, Path(token): Path<String>) -> Result<Response, Problem> {
    let mut tx = app.db.system().await?;
    let agency = message::sender_of(&mut tx, &token).await?;
    tx.commit().await?;
    Ok(agency.map_or_else(unknown, |agency| shown(agency, &token, false)))
}

/// No more e-mails to whoever got the one with this link, from now on
#[utoipa::path(post, path = "/unsubscribe/{token}", tag = "unsubscribe", params(("token" = String, Path)),
    request_body(content = OneClick, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, description = "Done: blank for a mail program, a page for a person"),
        (status = 404, description = "Nobody was sent this link")))]
async fn end(State(app): State<App>, Path(token): Path<String>, body: Bytes) -> Result<Response, Problem> {
    // As a form or in parts: both are allowed, and nothing else is said in it.
    let program = String::from_utf8_lossy(&body).contains("One-Click");
    let mut tx = app.db.system().await?;
    let Some(agency) = message::sender_of(&mut tx, &token).await? else { return Ok(unknown()) };
    message::unsubscribe(&mut tx, &token, if program { "one_click" } else { "link" }).await?;
    tx.commit().await?;
    Ok(if program { StatusCode::OK.into_response() } else { shown(agency, &token, true) })
}

fn shown(agency: String, token: &str, done: bool) -> Response {
    Html(page::page(&UnsubscribeView { agency, action: format!("/unsubscribe/{token}"), done })).into_response()
}

fn unknown() -> Response {
    (StatusCode::NOT_FOUND, Html(page::unknown())).into_response()
}
