//! `/cockpit`: an agent's own page. Each form posts, changes something through the API's own functions, and comes back.

mod model;

use axum::{
    Router,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use serde::Deserialize;
use web::{Nav, pages::cockpit};
use workflows::{
    agent::{self, LONGEST_ADVANCE_SECS},
    call::{self, Said},
    id::{AccountId, AgentId, CallId, RecipientId},
    identity::Principal,
    phone::E164,
};

use super::frame;
use crate::{
    api::{
        agents::own,
        calls,
        shapes::{CallIn, StateIn},
    },
    extract::{Allowed, Check, Id, Submitted, WorkCalls},
    problem::{Kind, Problem},
    state::App,
};

const HERE: &str = "/cockpit";

pub(super) fn router() -> Router<App> {
    Router::new()
        .route(HERE, get(show))
        .route("/cockpit/state", post(set_state))
        .route("/cockpit/settings", post(set_settings))
        .route("/cockpit/call", post(call))
        .route("/cockpit/stay", post(stay))
        .route("/cockpit/hangup", post(hang_up))
        .route("/cockpit/note", post(keep_note))
        .route("/cockpit/disposition", post(dispose))
        .route("/accounts/{id}/call", post(call_account))
}

async fn show(State(app): State<App>, caller: Allowed<WorkCalls>, headers: HeaderMap) -> Result<Response, Problem> {
    let view = model::load(&app, &caller, own(&caller)?).await?;
    let mut shell = frame::shell(&app, &caller, "Cockpit", Some(Nav::Cockpit), &headers).await?;
    shell.events = Some("/live/cockpit".to_owned());
    let html = cockpit::page(&shell, &view);
    Ok(frame::page(&shell, html))
}

/// The parts that change.
pub(super) async fn fragments(app: &App, caller: &Principal, me: AgentId) -> Result<String, Problem> {
    let view = model::load(app, caller, me).await?;
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

#[derive(Debug, Deserialize)]
struct CallForm {
    account_id: AccountId,
    recipient_id: Option<RecipientId>,
    /// The countdown sent it, and not a hand.
    #[serde(default)]
    auto: String,
}

async fn call(
    State(app): State<App>,
    caller: Allowed<WorkCalls>,
    Submitted(form): Submitted<CallForm>,
) -> Result<Response, Problem> {
    let me = own(&caller)?;
    let new = CallIn { account_id: form.account_id, phone: None, recipient_id: form.recipient_id };
    let tx = app.db.tenant(caller.org).await?;
    match calls::place(&app, tx, &caller, new).await {
        Ok((tx, _)) => {
            tx.commit().await?;
            Ok(back())
        }
        // Stored, and shown on the page with its reason.
        Err(problem) if problem.is(Kind::ContactNotAllowed) => Ok(back()),
        Err(problem) if problem.is(Kind::ChangedMeanwhile) => {
            go_on(&app, &caller, me).await?;
            Ok(frame::onward(HERE, "Not called: another agent was faster. Here is the next."))
        }
        // Another window of the same agent was faster: the page shows its call.
        Err(problem) if problem.is(Kind::NotReady) && !form.auto.is_empty() => {
            stop(&app, &caller, me).await?;
            Ok(back())
        }
        Err(problem) if problem.status() == 409 => {
            Ok(frame::onward(HERE, &format!("Not called: {}.", problem.sentence())))
        }
        Err(problem) => Err(problem),
    }
}

async fn go_on(app: &App, caller: &Principal, me: AgentId) -> Result<(), Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    agent::go_on(&mut tx, caller.org, me).await?;
    Ok(tx.commit().await?)
}

async fn stop(app: &App, caller: &Principal, me: AgentId) -> Result<(), Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    agent::stay(&mut tx, caller.org, me).await?;
    Ok(tx.commit().await?)
}

async fn stay(State(app): State<App>, caller: Allowed<WorkCalls>) -> Result<Response, Problem> {
    let me = own(&caller)?;
    stop(&app, &caller, me).await?;
    Ok(back())
}

#[derive(Debug, Deserialize)]
struct OfCall {
    call_id: CallId,
    #[serde(default)]
    code: String,
    note: Option<String>,
}

impl OfCall {
    /// A browser sends its line ends as the net does.
    fn note(&self) -> Result<Option<String>, Problem> {
        let note = self.note.as_ref().map(|note| note.replace("\r\n", "\n"));
        match &note {
            Some(note) if note.chars().count() > 4_000 => Err(Problem::field("note", "has at most 4,000 characters")),
            _ => Ok(note),
        }
    }
}

async fn hang_up(
    State(app): State<App>,
    caller: Allowed<WorkCalls>,
    Submitted(form): Submitted<OfCall>,
) -> Result<Response, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let done = calls::let_go(&mut tx, &caller, form.call_id).await;
    tx.commit().await?;
    answered(done.map(|_| ()))
}

async fn keep_note(
    State(app): State<App>,
    caller: Allowed<WorkCalls>,
    Submitted(form): Submitted<OfCall>,
) -> Result<Response, Problem> {
    let note = form.note()?.unwrap_or_default();
    let mut tx = app.db.tenant(caller.org).await?;
    call::keep_note(&mut tx, form.call_id, &note, calls::reach(&caller)).await?;
    tx.commit().await?;
    Ok(back())
}

async fn dispose(
    State(app): State<App>,
    caller: Allowed<WorkCalls>,
    Submitted(form): Submitted<OfCall>,
) -> Result<Response, Problem> {
    let note = form.note()?;
    let mut tx = app.db.tenant(caller.org).await?;
    let said = Said { code: &form.code, note: note.as_deref(), reach: calls::reach(&caller), actor: caller.actor };
    if let Err(error) = call::dispose(&mut tx, form.call_id, &said).await {
        tx.rollback().await?;
        return answered(Err(error.into()));
    }
    tx.commit().await?;
    Ok(back())
}

/// From an account's own page: outside any list.
async fn call_account(
    State(app): State<App>,
    caller: Allowed<WorkCalls>,
    Id(id): Id<AccountId>,
    Submitted(form): Submitted<Chosen>,
) -> Result<Response, Problem> {
    let there = format!("/accounts/{id}");
    let phone = match form.phone.as_deref().map(E164::parse).transpose() {
        Ok(phone) => phone,
        Err(error) => return Ok(frame::onward(&there, &format!("Not called: {error}."))),
    };
    let tx = app.db.tenant(caller.org).await?;
    match calls::place(&app, tx, &caller, CallIn { account_id: id, phone, recipient_id: None }).await {
        Ok((mut tx, _)) => {
            let agent = agent::find(&mut tx, caller.org, own(&caller)?).await?;
            tx.commit().await?;
            // Whoever is no agent has no cockpit.
            Ok(match agent {
                Some(_) => back(),
                None => frame::onward(&there, "Dialling. The first agent who is free will talk."),
            })
        }
        Err(problem) if problem.status() == 409 => {
            Ok(frame::onward(&there, &format!("Not called: {}.", problem.sentence())))
        }
        Err(problem) => Err(problem),
    }
}

#[derive(Debug, Default, Deserialize)]
struct Chosen {
    phone: Option<String>,
}
