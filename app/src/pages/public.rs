//! `/`, `/pricing`, `/compare`, `/case-studies/pilot-agency`: for whoever is not signed in, and for everybody else too but
//! the first, which takes a person to their work.

use axum::{
    Router,
    extract::State,
    http::HeaderMap,
    response::{Html, IntoResponse, Redirect, Response},
    routing::get,
};
use serde::Deserialize;
use web::pages::public::{case_study, compare, landing, pricing};

use super::frame;
use crate::{extract::Params, problem::Problem, session, state::App};

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/", get(home))
        .route("/pricing", get(prices))
        .route("/compare", get(|| async { Html(compare::page(compare::all())) }))
        .route("/case-studies/pilot-agency", get(|| async { Html(case_study::page()) }))
}

#[derive(Deserialize)]
struct Size {
    agents: Option<String>,
}

/// Where the role lands; to a stranger, what this is.
async fn home(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    let caller = session::principal(&app.db, &headers).await?;
    Ok(match caller {
        Some(caller) => Redirect::to(frame::role(&caller).home()).into_response(),
        None => Html(landing::page()).into_response(),
    })
}

async fn prices(Params(size): Params<Size>) -> Html<String> {
    Html(pricing::page(&pricing::PricingView { asked: size.agents }))
}
