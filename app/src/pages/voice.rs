//! `/voice`: the dialer panel of one campaign, live.

pub(super) mod agent;
mod model;
pub(super) mod wall;

use axum::{Router, extract::State, http::HeaderMap, response::Response, routing::get};
use serde::Deserialize;
use web::{Nav, pages::voice};
use workflows::{id::CampaignId, identity::Principal};

use super::frame;
use crate::{
    extract::{Allowed, Params, SeeCampaigns},
    problem::Problem,
    state::App,
};

use model::load;
pub(super) use model::{because, capital, paused, state};

pub(super) fn router() -> Router<App> {
    Router::new().route("/voice", get(show)).merge(wall::router()).merge(agent::router())
}

#[derive(Debug, Default, Deserialize)]
struct Which {
    campaign: Option<CampaignId>,
}

async fn show(
    State(app): State<App>,
    caller: Allowed<SeeCampaigns>,
    Params(which): Params<Which>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let view = load(&app, &caller, which.campaign).await?;
    let mut shell = frame::shell(&app, &caller, "Voice Operations", Some(Nav::Voice), &headers).await?;
    shell.events = view.dialer.as_ref().map(|dialer| format!("/live/voice?campaign={}", dialer.id));
    let html = voice::page(&shell, &view);
    Ok(frame::page(&shell, html))
}

/// The parts that change.
pub(super) async fn fragments(app: &App, caller: &Principal, campaign: Option<CampaignId>) -> Result<String, Problem> {
    let view = load(app, caller, campaign).await?;
    Ok(voice::fragments(&frame::clock(app, caller).await?, &view))
}
