//! The records of an account: asked for as an archive, kept by a legal hold.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use web::pages::account::records::Records;
use workflows::{
    db::Tx,
    evidence::{self, Scope},
    id::AccountId,
    identity::{Principal, Right},
};

use super::{Asked, frame, render};
use crate::{
    api::evidence::{reason, signed},
    extract::{Allowed, Id, SeeAudit, Submitted},
    pages::words::field_errors,
    problem::Problem,
    state::App,
};

/// What somebody means to do about the hold.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    what: String,
    hold_reason: String,
}

/// A reason that was none, and what was wrong with it.
pub(super) struct Holding {
    reason: String,
    problem: Problem,
}

/// The card, for whoever keeps the records.
pub(super) async fn of(
    tx: &mut Tx,
    caller: &Principal,
    id: AccountId,
    holding: Option<Holding>,
) -> Result<Option<Records>, Problem> {
    if !caller.may(Right::SeeAudit) {
        return Ok(None);
    }
    let hold = evidence::hold_of(tx, caller.org, id).await?;
    let years = evidence::retention(tx, caller.org).await?;
    let (reason, errors) = match holding {
        Some(Holding { reason, problem }) => (reason, field_errors(&problem)),
        None => Default::default(),
    };
    let hold = hold.map(|hold| (hold.reason, hold.placed_by, hold.placed_at));
    Ok(Some(Records { hold, years, reason, errors }))
}

pub(super) async fn archive(
    State(app): State<App>,
    caller: Allowed<SeeAudit>,
    Id(id): Id<AccountId>,
) -> Result<Response, Problem> {
    signed(&app)?;
    let mut tx = app.db.tenant(caller.org).await?;
    evidence::request(&mut tx, caller.org, Scope::Account { account_id: id }, caller.actor).await?;
    tx.commit().await?;
    Ok(frame::onward("/evidence", "Asked for. It is here as soon as it is written."))
}

pub(super) async fn hold(
    State(app): State<App>,
    caller: Allowed<SeeAudit>,
    Id(id): Id<AccountId>,
    headers: HeaderMap,
    Submitted(typed): Submitted<Typed>,
) -> Result<Response, Problem> {
    let problem = match store(&app, &caller, id, &typed).await {
        Ok(words) => return Ok(frame::onward(&format!("/accounts/{id}"), words)),
        Err(problem) => problem,
    };
    let status = problem.status();
    if !matches!(status, StatusCode::CONFLICT | StatusCode::UNPROCESSABLE_ENTITY) {
        return Err(problem);
    }
    let holding = Some(Holding { reason: typed.hold_reason, problem });
    let page = render(&app, &caller, id, &headers, Asked { holding, ..Asked::default() }).await?;
    Ok((status, page).into_response())
}

/// Places it or lifts it; answers what to say.
async fn store(app: &App, caller: &Principal, id: AccountId, typed: &Typed) -> Result<&'static str, Problem> {
    let reason = reason("hold_reason", &typed.hold_reason)?;
    let mut tx = app.db.tenant(caller.org).await?;
    let words = match typed.what.as_str() {
        "place" => {
            evidence::place_hold(&mut tx, caller.org, id, reason, caller.actor).await?;
            "Held. Nothing of this account is deleted until the hold is lifted."
        }
        "lift" => {
            evidence::lift_hold(&mut tx, caller.org, id, reason, caller.actor).await?;
            "Lifted. It stays on file that it stood."
        }
        _ => return Err(Problem::field("what", "is neither place nor lift")),
    };
    tx.commit().await?;
    Ok(words)
}
