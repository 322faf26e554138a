//! `/cockpit`: an agent's own page. Each form posts, changes something through the API's own functions, and comes back.

mod call;
mod model;

use axum::{
    Router,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use serde::Deserialize;
use uuid::Uuid;
use web::{Nav, pages::cockpit};
use workflows::{
    agent::{self, LONGEST_ADVANCE_SECS},
    id::{AgentId, ThreadId},
    identity::Principal,
    thread,
};

use super::frame;
use crate::{
    api::{agents::own, shapes::StateIn},
    extract::{Allowed, Check, Params, Submitted, WorkCalls},
    problem::{Kind, Problem},
    state::App,
};

const HERE: &str = "/cockpit";

pub(super) fn router() -> Router<App> {
    Router::new()
        .route(HERE, get(show))
        .route("/cockpit/state", post(set_state))
        .route("/cockpit/settings", post(set_settings))
        .route("/cockpit/call", post(call::place))
        .route("/cockpit/stay", post(call::stay))
        .route("/cockpit/hangup", post(call::hang_up))
        .route("/cockpit/note", post(call::keep_note))
        .route("/cockpit/note-read", post(note_read))
        .route("/cockpit/disclosure", post(call::disclose))
        .route("/cockpit/disposition", post(call::dispose))
        .route("/accounts/{id}/call", post(call::place_to_account))
}

/// What is open beside the call.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub(super) struct Beside {
    thread: Option<ThreadId>,
}

async fn show(
    State(app): State<App>,
    caller: Allowed<WorkCalls>,
    Params(beside): Params<Beside>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    if let Some(thread) = beside.thread {
        seen(&app, &caller, thread).await?;
    }
    let view = model::load(&app, &caller, own(&caller)?, beside.thread).await?;
    let mut shell = frame::shell(&app, &caller, "Cockpit", Some(Nav::Cockpit), &headers).await?;
    let open = beside.thread.map(|thread| format!("?thread={thread}")).unwrap_or_default();
    shell.events = Some(format!("/live/cockpit{open}"));
    let html = cockpit::page(&shell, &view);
    Ok(frame::page(&shell, html))
}

/// Whoever opens a conversation has read it.
async fn seen(app: &App, caller: &Principal, id: ThreadId) -> Result<(), Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    if !thread::read(&mut tx, caller.org, id).await? {
        return Err(Problem::not_found("thread"));
    }
    Ok(tx.commit().await?)
}

/// The parts that change.
pub(super) async fn fragments(app: &App, caller: &Principal, me: AgentId, beside: Beside) -> Result<String, Problem> {
    let view = model::load(app, caller, me, beside.thread).await?;
    Ok(cockpit::fragments(&frame::clock(app, caller).await?, &view))
}

fn back() -> Response {
    Redirect::to(HERE).into_response()
}

/// Done; or, where the moment for it has passed, said so on the page.
fn answered(done: Result<(), Problem>) -> Result<Response, Problem> {
    match done {
        Ok(()) => Ok(back()),
        Err(problem) if matches!(problem.status().as_u16(), 403 | 409 | 422) => {
            Ok(frame::onward(HERE, &format!("Not done: {}.", problem.sentence())))
        }
        Err(problem) => Err(problem),
    }
}

async fn set_state(
    State(app): State<App>,
    caller: Allowed<WorkCalls>,
    Submitted(asked): Submitted<StateIn>,
) -> Result<Response, Problem> {
    let me = own(&caller)?;
    if let Some(wrong) = asked.wrong().into_iter().next() {
        return answered(Err(Problem::new(Kind::InvalidBody).fields(vec![wrong])));
    }
    let mut tx = app.db.tenant(caller.org).await?;
    agent::touch(&mut tx, me).await?;
    let changed = agent::record(&mut tx, me, asked.into(), caller.actor).await;
    tx.commit().await?;
    answered(changed.map(|_| ()).map_err(Problem::from))
}

#[derive(Debug, Deserialize)]
struct ReadForm {
    id: Uuid,
}

async fn note_read(
    State(app): State<App>,
    caller: Allowed<WorkCalls>,
    Submitted(form): Submitted<ReadForm>,
) -> Result<Response, Problem> {
    let me = own(&caller)?;
    let mut tx = app.db.tenant(caller.org).await?;
    let theirs = agent::seen(&mut tx, caller.org, me, form.id).await?;
    tx.commit().await?;
    if theirs { Ok(back()) } else { Err(Problem::not_found("note")) }
}

#[derive(Debug, Deserialize)]
struct SettingsForm {
    /// Empty: never by itself.
    #[serde(default)]
    auto_advance_secs: String,
}

async fn set_settings(
    State(app): State<App>,
    caller: Allowed<WorkCalls>,
    Submitted(form): Submitted<SettingsForm>,
) -> Result<Response, Problem> {
    let secs = match form.auto_advance_secs.trim() {
        "" => None,
        text => match text.parse().ok().filter(|secs| (0..=LONGEST_ADVANCE_SECS).contains(secs)) {
            Some(secs) => Some(secs),
            None => return answered(Err(Problem::field("auto_advance_secs", "is 0 to 30 seconds, or off"))),
        },
    };
    let mut tx = app.db.tenant(caller.org).await?;
    agent::set_auto_advance(&mut tx, caller.org, own(&caller)?, secs).await?;
    tx.commit().await?;
    Ok(back())
}
