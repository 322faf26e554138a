//! `/voice/pacing?campaign=ID`: why so many lines are out, and what other settings would do.

mod ask;
mod words;

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use web::{
    Nav,
    pages::pacing::{self as page, DecisionRow, PacingView},
    parts::field::FieldError,
};
use workflows::{
    agent,
    campaign::{self, Campaign, Kind},
    db::Tx,
    id::CampaignId,
    identity::{Principal, Right},
    pacing::{self, Known},
};

use self::ask::{Asked, Wanted};
use super::{frame, words::field_errors};
use crate::{
    extract::{Allowed, Id, Params, RunCampaigns, SeeCampaigns, Submitted},
    problem::Problem,
    state::App,
};

const DECISIONS: i64 = 30;

pub(super) fn router() -> Router<App> {
    Router::new().route("/voice/pacing", get(show)).route("/campaigns/{id}/pacing", post(apply))
}

async fn show(
    State(app): State<App>,
    caller: Allowed<SeeCampaigns>,
    Params(asked): Params<Asked>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (view, known) = read(&app, &caller, asked.campaign).await?;
    let view = match asked.wants() {
        true => rehearsed(view, known, asked).await?,
        false => view,
    };
    let status = if view.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    render(&app, &caller, &headers, status, &view).await
}

/// What is asked for, from now on.
async fn apply(
    State(app): State<App>,
    caller: Allowed<RunCampaigns>,
    Id(id): Id<CampaignId>,
    headers: HeaderMap,
    Submitted(asked): Submitted<Asked>,
) -> Result<Response, Problem> {
    let done = match asked.wanted() {
        Ok(wanted) => change(&app, &caller, id, &wanted).await,
        Err(wrong) => Err(wrong),
    };
    match done {
        Ok(()) => Ok(frame::onward(&format!("/voice/pacing?campaign={id}"), "Applied. The next decision follows it.")),
        Err(problem) if problem.status().is_client_error() => {
            let (view, _) = read(&app, &caller, id).await?;
            let view = PacingView { values: asked.values(), errors: field_errors(&problem), ..view };
            render(&app, &caller, &headers, problem.status(), &view).await
        }
        Err(problem) => Err(problem),
    }
}

async fn change(app: &App, caller: &Principal, id: CampaignId, wanted: &Wanted) -> Result<(), Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    voice(&mut tx, caller, id).await?;
    campaign::patch(&mut tx, caller.org, id, &wanted.patch(), caller.actor).await?;
    Ok(tx.commit().await?)
}

async fn render(
    app: &App,
    caller: &Principal,
    headers: &HeaderMap,
    status: StatusCode,
    view: &PacingView,
) -> Result<Response, Problem> {
    let mut shell = frame::shell(app, caller, "Pacing", Some(Nav::Voice), headers).await?;
    // What was typed is not taken away by news.
    shell.events = view.errors.is_empty().then(|| format!("/live/pacing?campaign={}", view.campaign));
    let html = page::page(&shell, view);
    Ok((status, frame::page(&shell, html)).into_response())
}

async fn voice(tx: &mut Tx, caller: &Principal, id: CampaignId) -> Result<Campaign, Problem> {
    let found = campaign::find(tx, caller.org, id).await?.filter(|found| found.kind == Kind::Voice);
    found.ok_or_else(|| Problem::not_found("campaign"))
}

/// The page as things are, and what a rehearsal needs.
async fn read(app: &App, caller: &Principal, id: CampaignId) -> Result<(PacingView, Known), Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let campaign = voice(&mut tx, caller, id).await?;
    let known = Known::read(&mut tx, id).await?;
    let made = pacing::why(&mut tx, id, DECISIONS).await?;
    let present = agent::list(&mut tx, caller.org).await?;
    tx.commit().await?;
    let here = present.iter().filter(|agent| agent.state != agent::State::Offline).count();
    let view = PacingView {
        campaign: id.0,
        name: campaign.name.clone(),
        now: words::now(&campaign, made.first()),
        habits: words::habits(&known.habits(), &campaign),
        guessed: known.guessed,
        values: ask::in_force(&campaign, here),
        modes: ask::modes(),
        decisions: made.iter().map(decision).collect(),
        may_change: caller.may(Right::RunCampaigns) && !campaign.state.is_final(),
        ..PacingView::default()
    };
    Ok((view, known))
}

fn decision(made: &pacing::Made) -> DecisionRow {
    let looked_at = made.inputs().map(|inputs| words::looked_at(&inputs)).unwrap_or_default();
    DecisionRow { at: made.at, dial: made.dial.into(), because: made.because.clone(), looked_at }
}

/// An hour of the settings in force beside an hour of those asked about. It takes a processor, so not this thread's.
async fn rehearsed(view: PacingView, known: Known, asked: Asked) -> Result<PacingView, Problem> {
    let typed = |errors: Vec<FieldError>, values| PacingView { values, errors, ..view.clone() };
    let wanted = match asked.wanted() {
        Ok(wanted) => wanted,
        Err(problem) => return Ok(typed(field_errors(&problem), asked.values())),
    };
    let hours = tokio::task::spawn_blocking(move || {
        let then = known.rehearse(wanted.settings(known.settings), wanted.agents)?;
        let now = known.rehearse(known.settings, wanted.agents)?;
        Ok::<_, pacing::Invalid>([
            words::hour("As it is", &now, known.settings.cap),
            words::hour("As asked", &then, wanted.cap()),
        ])
    });
    match hours.await.map_err(Problem::internal)? {
        Ok(hours) => Ok(PacingView { rehearsed: Some(hours), ..typed(Vec::new(), asked.values()) }),
        Err(wrong) => Ok(typed(vec![FieldError::new(wrong.field, wrong.must)], asked.values())),
    }
}

/// The parts that change.
pub(super) async fn fragments(app: &App, caller: &Principal, campaign: CampaignId) -> Result<String, Problem> {
    let (view, _) = read(app, caller, campaign).await?;
    Ok(page::fragments(&frame::clock(app, caller).await?, &view))
}
