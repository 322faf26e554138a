//! Calls: one placed by hand, looked at, hung up, written down.

use axum::{Json, extract::State, http::StatusCode, response::Response};
use utoipa_axum::{router::OpenApiRouter, routes};
use workflows::{
    account, agent,
    call::{self, Ask, Call, Declined, HangUp, PlaceCall, Reach, Said, Target},
    campaign,
    compliance::Verdict,
    db::Tx,
    id::{AgentId, CallId, OrgId},
    identity::{Principal, Right},
    job::{self, Filter, Job},
    recipient,
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
            call::Error::StillLive | call::Error::NotAnswered => Self::new(Kind::IllegalTransition).detail(error),
            call::Error::NotYours => Self::new(Kind::Forbidden).detail(error),
            call::Error::WrittenDown => Self::new(Kind::IllegalTransition).detail(error),
            call::Error::NotOnList => Self::field("recipient_id", "is not a place of this account on a list"),
            call::Error::UnknownDisposition => Self::field("code", "is not one of the organisation's dispositions"),
            call::Error::Illegal(illegal) => Self::new(Kind::IllegalTransition).detail(illegal),
            call::Error::Agent(error) => error.into(),
            call::Error::Campaign(error) => error.into(),
            call::Error::Database(error) => error.into(),
            call::Error::Recipient(error) => Self::internal(error),
        }
    }
}

/// Call an account, or the next person of a list that agents dial: checked now, dialed at once
///
/// 202 with the call, whose id is the carrier's command id. A rule that forbids it is 409 `contact-not-allowed`, and the
/// refusal is stored; a person whom somebody else has just taken from the list is 409 `changed-meanwhile`.
#[utoipa::path(post, path = "/api/calls", tag = "dialer", request_body = CallIn,
    params(("idempotency-key" = Option<String>, Header)), responses((status = 202, body = CallOut)))]
async fn create(
    State(app): State<App>,
    caller: Allowed<WorkCalls>,
    key: Key,
    new: Valid<CallIn>,
) -> Result<Response, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let first = match key.claim(&mut tx, caller.org, "POST /api/calls", &new.digest).await? {
        Once::First(first) => first,
        Once::Again(answer) => return Ok(answer),
    };
    let account = new.body.account_id;
    let (tx, id) = place(&app, tx, &caller, new.body).await?;
    first.answer(tx, StatusCode::ACCEPTED, &CallOut::promised(id, account)).await
}

/// Asks for a call; the caller commits it. A refusal is committed here, for it is stored.
pub(crate) async fn place(app: &App, mut tx: Tx, caller: &Principal, new: CallIn) -> Result<(Tx, CallId), Problem> {
    dialer::provider(app, campaign::Kind::Voice)?;
    let account = new.account_id;
    account::find(&mut tx, caller.org, account).await?.ok_or_else(|| Problem::not_found("account"))?;
    let agent = speaker(&mut tx, caller).await?;
    let ask = Ask { account, phone: new.phone, recipient: new.recipient_id, agent };
    match call::request(&mut tx, caller.org, &ask, caller.actor).await? {
        Ok(id) => Ok((tx, id)),
        Err(Declined::Refused(verdict)) => {
            tx.commit().await?;
            Err(forbidden(&verdict))
        }
        Err(Declined::Taken) => Err(Problem::new(Kind::ChangedMeanwhile)
            .detail("somebody else has just taken this person from the list: ask for the next account")),
        Err(Declined::NotNow(why)) => Err(Problem::new(Kind::NotReady).detail(why)),
    }
}

/// Who will talk: whoever asks, if they are an agent.
async fn speaker(tx: &mut Tx, caller: &Principal) -> Result<Option<AgentId>, Problem> {
    let Some(user) = caller.user() else { return Ok(None) };
    let agent = agent::find(tx, caller.org, AgentId(user.0)).await?;
    Ok(agent.map(|agent| agent.id))
}

/// Whose calls somebody may hang up and write down: who runs campaigns everybody's, others their own.
pub(crate) fn reach(caller: &Principal) -> Reach {
    match caller.may(Right::RunCampaigns) {
        true => Reach::Any,
        false => Reach::Own(caller.user().map(|user| AgentId(user.0))),
    }
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
    let account = match promise.map(|job| job.target) {
        Some(Target::Account { account, .. }) => Some(account),
        Some(Target::Recipient { recipient, agent: Some(_), .. }) => recipient::account(tx, recipient).await?,
        _ => None,
    };
    account.map(|account| CallOut::promised(id, account)).ok_or_else(|| Problem::not_found("call"))
}

/// Hang up: an agent their own call, a supervisor any
#[utoipa::path(post, path = "/api/calls/{id}/hangup", tag = "dialer", params(("id" = Uuid, Path)),
    responses((status = 202, body = CallOut)))]
async fn hang_up(
    State(app): State<App>,
    caller: Allowed<WorkCalls>,
    Id(id): Id<CallId>,
) -> Result<(StatusCode, Json<CallOut>), Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let call = let_go(&mut tx, &caller, id).await?;
    tx.commit().await?;
    Ok((StatusCode::ACCEPTED, Json(call.into())))
}

/// Hanging up what has ended is what was asked for.
pub(crate) async fn let_go(tx: &mut Tx, caller: &Principal, id: CallId) -> Result<Call, Problem> {
    let call = call::find(tx, id).await?.ok_or_else(|| Problem::not_found("call"))?;
    reach(caller).to(call.agent_id)?;
    if !call.state.is_final() {
        job::enqueue(tx, caller.org, &HangUp::call(id)).await?;
    }
    Ok(call)
}

/// Write down what a call came to: an agent their own, once; a supervisor any, replacing what was said before
#[utoipa::path(post, path = "/api/calls/{id}/disposition", tag = "dialer", params(("id" = Uuid, Path)),
    request_body = DispositionIn, responses((status = 200, body = CallOut)))]
async fn dispose(
    State(app): State<App>,
    caller: Allowed<WorkCalls>,
    Id(id): Id<CallId>,
    said: Valid<DispositionIn>,
) -> Result<Json<CallOut>, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let DispositionIn { code, note } = &said.body;
    let said = Said { code, note: note.as_deref(), reach: reach(&caller), actor: caller.actor };
    call::dispose(&mut tx, id, &said).await?;
    let out = read(&mut tx, caller.org, id).await?;
    tx.commit().await?;
    Ok(Json(out))
}
