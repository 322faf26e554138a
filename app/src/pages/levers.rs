//! Start, pause, resume, stop: what reaches people, or gives somebody up, is confirmed on a page of its own.

use axum::{
    Router,
    extract::{Path, State},
    http::HeaderMap,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use serde::Deserialize;
use web::{
    Nav,
    format::counted,
    pages::confirm::{self, Check, CheckResult, ConfirmView, Consequence},
};
use workflows::{
    campaign::{self, Campaign, Panel},
    db::Tx,
    id::CampaignId,
};

use super::{frame, words::field_errors};
use crate::{
    api::dialer::{self, Lever},
    extract::{Allowed, RunCampaigns, Submitted},
    problem::Problem,
    state::App,
};

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/campaigns/{id}/start", get(ask_start).post(start))
        .route("/campaigns/{id}/stop", get(ask_stop).post(stop))
        .route("/campaigns/{id}/pause", post(pause))
        .route("/campaigns/{id}/resume", post(resume))
}

#[derive(Debug, Default, Deserialize)]
struct Back {
    back: Option<String>,
}

type Asked = (State<App>, Allowed<RunCampaigns>, Path<String>, HeaderMap);

async fn ask_start(asked: (State<App>, Allowed<RunCampaigns>, Path<String>, HeaderMap)) -> Result<Response, Problem> {
    ask(asked, Lever::Start).await
}

async fn ask_stop(asked: (State<App>, Allowed<RunCampaigns>, Path<String>, HeaderMap)) -> Result<Response, Problem> {
    ask(asked, Lever::Stop).await
}

async fn ask((State(app), caller, Path(id), headers): Asked, lever: Lever) -> Result<Response, Problem> {
    let id = parse(&id)?;
    let mut tx = app.db.tenant(caller.org).await?;
    let found = campaign::find(&mut tx, caller.org, id).await?.ok_or_else(|| Problem::not_found("campaign"))?;
    let panel = campaign::panel(&mut tx, caller.org, &found).await?;
    let view = match lever {
        Lever::Start => start_view(&app, &mut tx, &found, &panel).await?,
        _ => stop_view(&found, &panel),
    };
    tx.commit().await?;
    let shell = frame::shell(&app, &caller, &view.question, Some(Nav::Voice), &headers).await?;
    let html = confirm::page(&shell, &view);
    Ok(frame::page(&shell, html))
}

async fn start_view(app: &App, tx: &mut Tx, found: &Campaign, panel: &Panel) -> Result<ConfirmView, Problem> {
    let people = counted(panel.callable, "person", "people");
    let later = found.state == campaign::State::Draft && (found.starts_at.is_some() || found.cron.is_some());
    let consequence = if later {
        format!("It waits for its time and then calls up to {people}, each checked again at the moment of dialing.")
    } else {
        format!("It calls up to {people} from now on, each checked again at the moment of dialing.")
    };
    Ok(ConfirmView {
        question: format!("Start {}?", found.name),
        consequence,
        shares: Vec::new(),
        balance: None,
        checks: checks(app, tx, found, later).await?,
        asks_reason: false,
        reason: String::new(),
        errors: Vec::new(),
        action: format!("/campaigns/{}/start", found.id),
        button: format!("Start, call {people}"),
        consequence_kind: Consequence::Contacts,
        back: panel_of(found.id),
    })
}

/// What a start would find, one line each.
async fn checks(app: &App, tx: &mut Tx, found: &Campaign, later: bool) -> Result<Vec<Check>, Problem> {
    let check = |result, words: String| Check { result, words, note: String::new() };
    let provider = match dialer::provider(app) {
        Ok(()) if app.simulated() => check(CheckResult::Passed, "The carrier is the simulator".to_owned()),
        Ok(()) => check(CheckResult::Passed, "The carrier is configured".to_owned()),
        Err(problem) => check(CheckResult::Blocks, problem.sentence()),
    };
    let ready = match campaign::ready(tx, found.id).await {
        Ok(()) => check(CheckResult::Passed, "An agent, a number and a list are there".to_owned()),
        Err(campaign::Error::NotReady(missing)) => {
            let result = if later { CheckResult::Noted } else { CheckResult::Blocks };
            check(result, missing.to_string())
        }
        Err(error) => return Err(error.into()),
    };
    Ok(vec![provider, ready])
}

fn stop_view(found: &Campaign, panel: &Panel) -> ConfirmView {
    let waiting = panel.callable + panel.retrying;
    let people = counted(waiting, "person", "people");
    ConfirmView {
        question: format!("Stop {}?", found.name),
        consequence: format!("Live calls end by themselves. {people} still waiting will not be called. This is final."),
        shares: Vec::new(),
        balance: None,
        checks: Vec::new(),
        asks_reason: false,
        reason: String::new(),
        errors: Vec::new(),
        action: format!("/campaigns/{}/stop", found.id),
        button: format!("Stop, give up {people}"),
        consequence_kind: Consequence::Loses,
        back: panel_of(found.id),
    }
}

async fn start(
    at: (State<App>, Allowed<RunCampaigns>, Path<String>, HeaderMap),
    form: Submitted<Back>,
) -> Result<Response, Problem> {
    pull(at, form, Lever::Start, "Started.").await
}

async fn stop(
    at: (State<App>, Allowed<RunCampaigns>, Path<String>, HeaderMap),
    form: Submitted<Back>,
) -> Result<Response, Problem> {
    pull(at, form, Lever::Stop, "Stopped. Live calls end by themselves.").await
}

async fn pause(
    at: (State<App>, Allowed<RunCampaigns>, Path<String>, HeaderMap),
    form: Submitted<Back>,
) -> Result<Response, Problem> {
    pull(at, form, Lever::Pause, "Paused. Nobody new is called; live calls go on.").await
}

async fn resume(
    at: (State<App>, Allowed<RunCampaigns>, Path<String>, HeaderMap),
    form: Submitted<Back>,
) -> Result<Response, Problem> {
    pull(at, form, Lever::Resume, "Resumed.").await
}

async fn pull(
    (State(app), caller, Path(id), headers): Asked,
    Submitted(form): Submitted<Back>,
    lever: Lever,
    done: &str,
) -> Result<Response, Problem> {
    let id = parse(&id)?;
    let mut tx = app.db.tenant(caller.org).await?;
    let pulled = dialer::pull(&app, &mut tx, &caller, id, lever).await;
    let own = panel_of(id);
    let back = frame::local(form.back.as_deref(), &own);
    match pulled {
        Ok(()) => {
            tx.commit().await?;
            Ok(frame::onward(back, done))
        }
        // A double click, or somebody was faster: the page shows how it is now.
        Err(problem) if problem.status() == 409 && lever != Lever::Start => Ok(Redirect::to(back).into_response()),
        Err(problem) if problem.status() == 409 => {
            tx.rollback().await?;
            blocked(&app, &caller, id, &headers, &problem).await
        }
        Err(problem) => Err(problem),
    }
}

/// The confirmation again, with what is in the way.
async fn blocked(
    app: &App,
    caller: &Allowed<RunCampaigns>,
    id: CampaignId,
    headers: &HeaderMap,
    problem: &Problem,
) -> Result<Response, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let found = campaign::find(&mut tx, caller.org, id).await?.ok_or_else(|| Problem::not_found("campaign"))?;
    let panel = campaign::panel(&mut tx, caller.org, &found).await?;
    let mut view = start_view(app, &mut tx, &found, &panel).await?;
    tx.commit().await?;
    view.errors = field_errors(problem);
    let shell = frame::shell(app, caller, &view.question, Some(Nav::Voice), headers).await?;
    let html = confirm::page(&shell, &view);
    Ok((problem.status(), frame::page(&shell, html)).into_response())
}

fn panel_of(id: CampaignId) -> String {
    format!("/voice?campaign={id}")
}

fn parse(id: &str) -> Result<CampaignId, Problem> {
    id.parse().map_err(|_| Problem::not_found("campaign"))
}
