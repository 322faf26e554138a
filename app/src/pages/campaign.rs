//! `/campaigns/{id}`: one campaign's list, what became of everybody on it and why, live.

mod model;
mod outcomes;
mod outlook;
mod recipients;
mod settings;

use axum::{Router, extract::State, http::HeaderMap, response::Response, routing::get};
use serde::Deserialize;
use web::{Nav, pages::campaign as page, state::RecipientState};
use workflows::{id::CampaignId, identity::Principal};

use super::frame;
use crate::{
    extract::{Allowed, Id, Params, SeeCampaigns},
    problem::Problem,
    state::App,
};

pub(super) fn router() -> Router<App> {
    Router::new().route("/campaigns/{id}", get(show))
}

/// Whom of the list. A filter form sends an empty value for "all".
#[derive(Clone, Debug, Default, Deserialize)]
struct Which {
    state: Option<String>,
    after: Option<i32>,
}

/// Of which campaign: the parameters of the live page.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Asked {
    pub(super) id: CampaignId,
    state: Option<String>,
    after: Option<i32>,
}

impl Asked {
    fn state(&self) -> Option<RecipientState> {
        self.state.as_deref().and_then(RecipientState::named)
    }

    /// The stream shows what the page shows.
    fn stream(&self) -> String {
        let state = self.state().map(|state| format!("&state={}", state.name())).unwrap_or_default();
        let after = self.after.map(|after| format!("&after={after}")).unwrap_or_default();
        format!("/live/campaign?id={}{state}{after}", self.id)
    }
}

async fn show(
    State(app): State<App>,
    caller: Allowed<SeeCampaigns>,
    Id(id): Id<CampaignId>,
    Params(Which { state, after }): Params<Which>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let asked = Asked { id, state, after };
    let view = model::load(&app, &caller, &asked).await?;
    let mut shell = frame::shell(&app, &caller, &view.name, Some(Nav::Campaigns), &headers).await?;
    shell.events = Some(asked.stream());
    let html = page::page(&shell, &view);
    Ok(frame::page(&shell, html))
}

/// The parts that change.
pub(super) async fn fragments(app: &App, caller: &Principal, asked: &Asked) -> Result<String, Problem> {
    let view = model::load(app, caller, asked).await?;
    Ok(page::fragments(&frame::clock(app, caller).await?, &view))
}
