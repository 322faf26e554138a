//! Start, pause, resume, stop: what reaches people, or gives somebody up, is confirmed on a page of its own.

mod ask;
pub(super) mod checklist;

use axum::{
    Router,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use serde::Deserialize;
use web::pages::confirm;
use workflows::{campaign, id::CampaignId};

use super::{frame, words::field_errors};
use crate::{
    api::dialer::{self, Lever},
    extract::{Allowed, Id, RunCampaigns, Submitted},
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

/// Who asks for which campaign.
type Asked = (State<App>, Allowed<RunCampaigns>, Id<CampaignId>, HeaderMap);

async fn ask_start(asked: Asked) -> Result<Response, Problem> {
    ask(asked, Lever::Start).await
}

async fn ask_stop(asked: Asked) -> Result<Response, Problem> {
    ask(asked, Lever::Stop).await
}

async fn ask((State(app), caller, Id(id), headers): Asked, lever: Lever) -> Result<Response, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let found = campaign::find(&mut tx, caller.org, id).await?.ok_or_else(|| Problem::not_found("campaign"))?;
    let panel = campaign::panel(&mut tx, caller.org, &found).await?;
    let view = match lever {
        Lever::Start => ask::start(&app, &caller, &mut tx, &found, &panel).await?,
        _ => ask::stop(&found, &panel),
    };
    tx.commit().await?;
    let shell = frame::shell(&app, &caller, &view.question, Some(ask::nav(&found)), &headers).await?;
    let html = confirm::page(&shell, &view);
    Ok(frame::page(&shell, html))
}

async fn start(at: Asked, form: Submitted<Back>) -> Result<Response, Problem> {
    pull(at, form, Lever::Start, "Started.").await
}

async fn stop(at: Asked, form: Submitted<Back>) -> Result<Response, Problem> {
    pull(at, form, Lever::Stop, "Stopped. What is under way ends by itself.").await
}

async fn pause(at: Asked, form: Submitted<Back>) -> Result<Response, Problem> {
    pull(at, form, Lever::Pause, "Paused. Nobody new is reached; what is under way goes on.").await
}

async fn resume(at: Asked, form: Submitted<Back>) -> Result<Response, Problem> {
    pull(at, form, Lever::Resume, "Resumed.").await
}

async fn pull(
    (State(app), caller, Id(id), headers): Asked,
    Submitted(form): Submitted<Back>,
    lever: Lever,
    done: &str,
) -> Result<Response, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let found = campaign::find(&mut tx, caller.org, id).await?.ok_or_else(|| Problem::not_found("campaign"))?;
    let pulled = dialer::pull(&app, &mut tx, &caller, id, lever).await;
    let own = ask::panel_of(&found);
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
    let mut view = ask::start(app, caller, &mut tx, &found, &panel).await?;
    tx.commit().await?;
    view.errors = field_errors(problem);
    let shell = frame::shell(app, caller, &view.question, Some(ask::nav(&found)), headers).await?;
    let html = confirm::page(&shell, &view);
    Ok((problem.status(), frame::page(&shell, html)).into_response())
}
