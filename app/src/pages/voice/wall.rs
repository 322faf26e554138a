//! `/voice/wall`: the whole floor at a glance, live, for a screen that everybody sees.

use axum::{Router, extract::State, http::HeaderMap, response::Response, routing::get};
use web::{
    Nav,
    pages::voice::wall::{self as page, CampaignTile, WallView},
};
use workflows::{
    agent, alert,
    identity::{Principal, Right},
    wall::{self, AtWork},
};

use super::model::{agent_row, capital, paused, state};
use crate::{
    extract::{Allowed, SeeCampaigns},
    pages::frame,
    problem::Problem,
    state::App,
};

pub(super) fn router() -> Router<App> {
    Router::new().route("/voice/wall", get(show))
}

async fn show(State(app): State<App>, caller: Allowed<SeeCampaigns>, headers: HeaderMap) -> Result<Response, Problem> {
    let view = load(&app, &caller).await?;
    let mut shell = frame::shell(&app, &caller, "Wall board", Some(Nav::Voice), &headers).await?;
    shell.events = Some("/live/wall".to_owned());
    let html = page::page(&shell, &view);
    Ok(frame::page(&shell, html))
}

/// The parts that change.
pub(in crate::pages) async fn fragments(app: &App, caller: &Principal) -> Result<String, Problem> {
    let view = load(app, caller).await?;
    Ok(page::fragments(&frame::clock(app, caller).await?, &view))
}

async fn load(app: &App, caller: &Principal) -> Result<WallView, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let board = wall::wall(&mut tx, caller.org, frame::zone(caller).name()).await?;
    let mut agents = agent::list(&mut tx, caller.org).await?;
    let now = tx.now().await?;
    tx.commit().await?;
    agents.retain(|agent| agent.state != agent::State::Offline);
    // Who is free is looked for first.
    agents.sort_by_key(|agent| (agent.state != agent::State::Available, agent.since));
    let campaigns: Vec<CampaignTile> = board.campaigns.into_iter().map(tile).collect();
    let alerts = alerts(app, caller, &campaigns).await?;
    Ok(WallView {
        // Whom they talk to is nothing for a wall.
        agents: agents.iter().map(|agent| agent_row(agent, false, now)).collect(),
        waiting: board.waiting,
        waiting_since: board.waiting_since,
        connects: board.connects,
        agent_secs: board.agent_secs,
        campaigns,
        alerts,
    })
}

fn tile(at: AtWork) -> CampaignTile {
    let because = match at.pause_reason.as_deref() {
        Some(reason) => paused(reason),
        None => at.waiting_for.unwrap_or_default(),
    };
    CampaignTile {
        name: at.name,
        mode: capital(&at.mode),
        state: state(at.state),
        because,
        lines: at.lines,
        talking: at.talking,
        pending: at.pending,
        abandoned: at.abandoned,
        answered: at.answered,
        cap: at.abandon_cap,
    }
}

/// What the floor itself shows, then what the platform's own alerts say to those who see its jobs.
async fn alerts(app: &App, caller: &Principal, campaigns: &[CampaignTile]) -> Result<Vec<String>, Problem> {
    let over = campaigns.iter().filter(|tile| tile.is_over());
    let mut alerts: Vec<String> = over.map(|tile| format!("{}: abandoned calls are at their cap", tile.name)).collect();
    if caller.may(Right::SeeJobs) {
        let figures = app.figures.get().await?;
        let firing = alert::RULES.iter().filter(|rule| matches!(rule.state(&figures), alert::State::Firing(_)));
        alerts.extend(firing.map(|rule| rule.title.to_owned()));
    }
    Ok(alerts)
}
