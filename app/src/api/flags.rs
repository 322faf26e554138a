//! Flags of an account and its person: deceased, bankrupt, attorney, ceased, dispute, and a person's wishes.

use axum::{Json, extract::State, http::StatusCode, response::Response};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};
use workflows::{
    db::Tx,
    flag,
    id::{AccountId, EntryId, OrgId},
    ledger::{self, Lift},
};

use super::shapes::{FlagIn, FlagOut};
use crate::{
    extract::{Allowed, Id, LiftEntries, Page, Params, SeeAccounts, Valid, WriteLedgers},
    idempotency::{Key, Once},
    problem::Problem,
    state::App,
};

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, raise, lower))
}

/// Everything on file that bears on contacting an account's person, what holds first
///
/// Flags, disputes, suppressions of the person, their debt, numbers and addresses, the latest word on each consent, and
/// preferences.
#[utoipa::path(get, path = "/api/accounts/{id}/flags", tag = "compliance", params(("id" = Uuid, Path)),
    responses((status = 200, body = Page<FlagOut>)))]
async fn list(
    State(app): State<App>,
    caller: Allowed<SeeAccounts>,
    Id(id): Id<AccountId>,
) -> Result<Json<Page<FlagOut>>, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    ledger::person(&mut tx, caller.org, id).await?;
    let entries = ledger::of_account(&mut tx, caller.org, id).await?;
    tx.commit().await?;
    Ok(Json(Page { items: entries.into_iter().map(FlagOut::from).collect(), next: None }))
}

/// Raise a flag: nothing not yet sent to the person leaves after this is answered
#[utoipa::path(post, path = "/api/accounts/{id}/flags", tag = "compliance", request_body = FlagIn,
    params(("id" = Uuid, Path), ("idempotency-key" = Option<String>, Header)), responses((status = 201, body = FlagOut)))]
async fn raise(
    State(app): State<App>,
    caller: Allowed<WriteLedgers>,
    Id(account): Id<AccountId>,
    key: Key,
    new: Valid<FlagIn>,
) -> Result<Response, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let route = format!("POST /api/accounts/{account}/flags");
    let first = match key.claim(&mut tx, caller.org, &route, &new.digest).await? {
        Once::First(first) => first,
        Once::Again(answer) => return Ok(answer),
    };
    let id = flag::raise(&mut tx, caller.org, &new.body.flag(account, caller.actor)).await?;
    let out = read(&mut tx, caller.org, account, id).await?;
    first.answer(tx, StatusCode::CREATED, &out).await
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Lowering {
    /// The flag.
    #[param(value_type = Uuid)]
    flag_id: EntryId,
    /// Why it does not hold any more; kept with it.
    #[serde(default)]
    reason: String,
    /// Of a dispute: verification of the debt was sent. Otherwise it was withdrawn.
    #[serde(default)]
    verified: bool,
}

/// Take a flag down: it is kept, with who took it down and why
#[utoipa::path(delete, path = "/api/accounts/{id}/flags", tag = "compliance", params(("id" = Uuid, Path), Lowering),
    responses((status = 200, body = FlagOut)))]
async fn lower(
    State(app): State<App>,
    caller: Allowed<LiftEntries>,
    Id(account): Id<AccountId>,
    Params(lowering): Params<Lowering>,
) -> Result<Json<FlagOut>, Problem> {
    let Lowering { flag_id, reason, verified } = lowering;
    let why = Lift { reason, actor: caller.actor };
    let mut tx = app.db.tenant(caller.org).await?;
    flag::lower(&mut tx, caller.org, account, flag_id, verified, &why).await?;
    let out = read(&mut tx, caller.org, account, flag_id).await?;
    tx.commit().await?;
    Ok(Json(out))
}

async fn read(tx: &mut Tx, org: OrgId, account: AccountId, id: EntryId) -> Result<FlagOut, Problem> {
    let entries = ledger::of_account(tx, org, account).await?;
    let found = entries.into_iter().find(|entry| entry.id == id);
    found.map(FlagOut::from).ok_or_else(|| Problem::not_found("flag"))
}
