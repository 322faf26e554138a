//! `/compliance`: the rules, what they refused, a question to them, and the agency's own policy.

mod ask;
mod model;
mod policy;
mod refusals;

use axum::{
    Router,
    extract::State,
    http::HeaderMap,
    response::Response,
    routing::{get, post},
};
use web::{Nav, pages::compliance as page};

use self::ask::Question;
use super::frame;
use crate::{
    extract::{Allowed, Params, SeeCompliance},
    problem::Problem,
    state::App,
};

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/compliance", get(show))
        .route("/compliance/refusals", get(refusals::show))
        .route("/compliance/policy", post(policy::set))
}

async fn show(
    State(app): State<App>,
    caller: Allowed<SeeCompliance>,
    Params(question): Params<Question>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let shell = frame::shell(&app, &caller, "Compliance", Some(Nav::Compliance), &headers).await?;
    let mut view = model::load(&app, &caller).await?;
    (view.ask, view.answer) = ask::answer(&app, &caller, question).await?;
    let html = page::page(&shell, &view);
    Ok(frame::page(&shell, html))
}
