//! Calls: one placed by hand, looked at, hung up, written down.

use axum::{Json, extract::State, http::StatusCode, response::Response};
use utoipa_axum::{router::OpenApiRouter, routes};
use workflows::{
    account, agent,
    call::{self, HangUp, PlaceCall, Placed, Target},
    compliance::Verdict,
    db::Tx,
    id::{AgentId, CallId, OrgId},
    identity::Principal,
    job::{self, Filter, Job},
};

use super::{
    dialer,
    shapes::{CallIn, CallOut, DispositionIn},
};
use crate::{
    extract::{Allowed, Id, SeeAccounts, Valid, WorkCalls},
    idempotency::{Key, Once},
    problem::{Kind, Problem},
    state::App,
};

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(create)).routes(routes!(get)).routes(routes!(hang_up)).routes(routes!(dispose))
}

impl From<call::Error> for Problem {
    fn from(error: call::Error) -> Self {
        match error {
            call::Error::NotFound => Self::not_found("call"),
            call::Error::StillLive => Self::new(Kind::IllegalTransition).detail(error),
            call::Error::UnknownDisposition => Self::field("code", "is not one of the organisation's dispositions"),
            call::Error::Illegal(illegal) => Self::new(Kind::IllegalTransition).detail(illegal),
            call::Error::Agent(error) => error.into(),
            call::Error::Campaign(error) => error.into(),
            call::Error::Database(error) => error.into(),
            call::Error::Recipient(error) => Self::internal(error),
        }
    }
}

/// Call an account: checked now, dialed at once
///
/// 202 with the call, whose id is the carrier's command id. A rule that forbids it is 409 `contact-not-allowed`, and
/// the refusal is stored.
#[utoipa::path(post, path = "/api/calls", tag = "dialer", request_body = CallIn,
    params(("idempotency-key" = Option<String>, Header)), responses((status = 202, body = CallOut)))]
async fn create(
    State(app): State<App>,
    caller: Allowed<WorkCalls>,
    key: Key,
    new: Valid<CallIn>,
) -> Result<Response, Problem> {
    dialer::provider(&app)?;
    let mut tx = app.db.tenant(caller.org).await?;
    let first = match key.claim(&mut tx, caller.org, "POST /api/calls", &new.digest).await? {
        Once::First(first) => first,
        Once::Again(answer) => return Ok(answer),
    };
    let account = new.body.account_id;
    account::find(&mut tx, caller.org, account).await?.ok_or_else(|| Problem::not_found("account"))?;
    let agent = speaker(&mut tx, &caller).await?;
    match call::request(&mut tx, caller.org, account, new.body.phone, agent).await? {
        Ok(id) => first.answer(tx, StatusCode::ACCEPTED, &CallOut::promised(id, account)).await,
        Err(Placed::Refused(verdict)) => {
            tx.commit().await?;
            Err(forbidden(&verdict))
        }
        Err(Placed::NotNow(why)) => Err(Problem::new(Kind::NotReady).detail(why)),
        Err(Placed::Already(_) | Placed::Dial(_)) => Err(Problem::internal("a new call was there before it was made")),
    }
}

/// Who will talk: whoever asks, if they are an agent.
async fn speaker(tx: &mut Tx, caller: &Principal) -> Result<Option<AgentId>, Problem> {
    let Some(user) = caller.user() else { return Ok(None) };
    let agent = agent::find(tx, caller.org, AgentId(user.0)).await?;
    Ok(agent.map(|agent| agent.id))
}

pub(super) fn forbidden(verdict: &Verdict) -> Problem {
    let reason = verdict.primary().map(|r| format!("{} ({}; {})", r.sentence, r.code.as_str(), r.citation));
    let next = verdict.earliest_next.map(|at| format!("; the earliest lawful moment is {}", at.to_rfc3339()));
    let detail = reason.unwrap_or_default() + &next.unwrap_or_default();
    Problem::new(Kind::ContactNotAllowed).detail(detail)
}

/// One call
#[utoipa::path(get, path = "/api/calls/{id}", tag = "dialer", params(("id" = Uuid, Path)),
    responses((status = 200, body = CallOut)))]
async fn get(
    State(app): State<App>,
    caller: Allowed<SeeAccounts>,
    Id(id): Id<CallId>,
) -> Result<Json<CallOut>, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let out = read(&mut tx, caller.org, id).await?;
    tx.commit().await?;
    Ok(Json(out))
}

/// A call; or the promise of one, while its job has not yet written the intent.
async fn read(tx: &mut Tx, org: OrgId, id: CallId) -> Result<CallOut, Problem> {
    if let Some(call) = call::find(tx, id).await? {
        return Ok(call.into());
    }
    let filter = Filter { kind: Some(PlaceCall::KIND.to_owned()), run: Some(id.0), ..Filter::default() };
    let jobs = job::list(tx, org, &filter, None, 1).await?;
    let promise = jobs.into_iter().find_map(|job| serde_json::from_value::<PlaceCall>(job.args).ok());
    match promise.map(|job| job.target) {
        Some(Target::Account { account, .. }) => Ok(CallOut::promised(id, account)),
        _ => Err(Problem::not_found("call")),
    }
}

/// Hang up
#[utoipa::path(post, path = "/api/calls/{id}/hangup", tag = "dialer", params(("id" = Uuid, Path)),
    responses((status = 202, body = CallOut)))]
async fn hang_up(
    State(app): State<App>,
    caller: Allowed<WorkCalls>,
    Id(id): Id<CallId>,
) -> Result<(StatusCode, Json<CallOut>), Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let call = call::find(&mut tx, id).await?.ok_or_else(|| Problem::not_found("call"))?;
    // Hanging up what has ended is what was asked for.
    if !call.state.is_final() {
        job::enqueue(&mut tx, caller.org, &HangUp::call(id)).await?;
    }
    tx.commit().await?;
    Ok((StatusCode::ACCEPTED, Json(call.into())))
}

/// Write down what a call came to; a later disposition replaces an earlier one
#[utoipa::path(post, path = "/api/calls/{id}/disposition", tag = "dialer", params(("id" = Uuid, Path)),
    request_body = DispositionIn, responses((status = 200, body = CallOut)))]
async fn dispose(
    State(app): State<App>,
    caller: Allowed<WorkCalls>,
    Id(id): Id<CallId>,
    said: Valid<DispositionIn>,
) -> Result<Json<CallOut>, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    call::dispose(&mut tx, id, &said.body.code, said.body.note.as_deref(), caller.actor).await?;
    let out = read(&mut tx, caller.org, id).await?;
    tx.commit().await?;
    Ok(Json(out))
}
