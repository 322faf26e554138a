//! What an agent does about calls: the next one, or none for now; the end of this one, and what came of it.

use axum::{extract::State, response::Response};
use serde::Deserialize;
use workflows::{
    agent,
    call::{self, Said},
    disclosure::{self, How},
    id::{AccountId, AgentId, CallId, RecipientId},
    identity::Principal,
    phone::E164,
};

use super::{HERE, answered, back};
use crate::{
    api::{agents::own, calls, shapes::CallIn},
    extract::{Allowed, Id, Submitted, WorkCalls},
    pages::frame,
    problem::{Kind, Problem},
    state::App,
};

#[derive(Debug, Deserialize)]
pub(super) struct CallForm {
    account_id: AccountId,
    recipient_id: Option<RecipientId>,
    /// The countdown sent it, and not a hand.
    #[serde(default)]
    auto: String,
}

pub(super) async fn place(
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

pub(super) async fn stay(State(app): State<App>, caller: Allowed<WorkCalls>) -> Result<Response, Problem> {
    let me = own(&caller)?;
    stop(&app, &caller, me).await?;
    Ok(back())
}

#[derive(Debug, Deserialize)]
pub(super) struct OfCall {
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

pub(super) async fn hang_up(
    State(app): State<App>,
    caller: Allowed<WorkCalls>,
    Submitted(form): Submitted<OfCall>,
) -> Result<Response, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let done = calls::let_go(&mut tx, &caller, form.call_id).await;
    tx.commit().await?;
    answered(done.map(|_| ()))
}

pub(super) async fn disclose(
    State(app): State<App>,
    caller: Allowed<WorkCalls>,
    Submitted(form): Submitted<OfCall>,
) -> Result<Response, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let done = disclosure::note(&mut tx, form.call_id, How::Ticked, calls::reach(&caller), caller.actor).await;
    if done.is_ok() {
        tx.commit().await?;
    }
    answered(done.map(|_| ()).map_err(Problem::from))
}

pub(super) async fn keep_note(
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

pub(super) async fn dispose(
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
pub(super) async fn place_to_account(
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
pub(super) struct Chosen {
    phone: Option<String>,
}
