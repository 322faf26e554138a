//! When and where a person does not want to be contacted.

use axum::{Json, extract::State, http::StatusCode, response::Response};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};
use workflows::{
    db::Tx,
    id::{AccountId, EntryId, OrgId},
    ledger::Lift,
    preference,
};

use super::shapes::{PreferenceIn, PreferenceOut};
use crate::{
    extract::{Allowed, Id, LiftEntries, Page, Params, SeeAccounts, Valid, WriteLedgers},
    idempotency::{Key, Once},
    problem::Problem,
    state::App,
};

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, add, lift))
}

/// The preferences of an account's person, what holds first
#[utoipa::path(get, path = "/api/accounts/{id}/preferences", tag = "compliance", params(("id" = Uuid, Path)),
    responses((status = 200, body = Page<PreferenceOut>)))]
async fn list(
    State(app): State<App>,
    caller: Allowed<SeeAccounts>,
    Id(id): Id<AccountId>,
) -> Result<Json<Page<PreferenceOut>>, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let all = preference::list(&mut tx, caller.org, id).await?;
    tx.commit().await?;
    Ok(Json(Page { items: PreferenceOut::among(&all), next: None }))
}

/// Add hours at which a person does not want to be contacted, by their own clock
///
/// Overlapping ones are allowed: each holds, and `remarks` tells of it.
#[utoipa::path(post, path = "/api/accounts/{id}/preferences", tag = "compliance", request_body = PreferenceIn,
    params(("id" = Uuid, Path), ("idempotency-key" = Option<String>, Header)),
    responses((status = 201, body = PreferenceOut)))]
async fn add(
    State(app): State<App>,
    caller: Allowed<WriteLedgers>,
    Id(account): Id<AccountId>,
    key: Key,
    new: Valid<PreferenceIn>,
) -> Result<Response, Problem> {
    let digest = new.digest;
    let preference = new.body.preference(account, caller.actor)?;
    let mut tx = app.db.tenant(caller.org).await?;
    let route = format!("POST /api/accounts/{account}/preferences");
    let first = match key.claim(&mut tx, caller.org, &route, &digest).await? {
        Once::First(first) => first,
        Once::Again(answer) => return Ok(answer),
    };
    let id = preference::add(&mut tx, caller.org, &preference).await?;
    let out = read(&mut tx, caller.org, account, id).await?;
    first.answer(tx, StatusCode::CREATED, &out).await
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Lifting {
    /// The preference.
    #[param(value_type = Uuid)]
    preference_id: EntryId,
    /// Why it does not hold any more; kept with it.
    #[serde(default)]
    reason: String,
}

/// Lift a preference: it is kept, with who lifted it and why
#[utoipa::path(delete, path = "/api/accounts/{id}/preferences", tag = "compliance",
    params(("id" = Uuid, Path), Lifting), responses((status = 200, body = PreferenceOut)))]
async fn lift(
    State(app): State<App>,
    caller: Allowed<LiftEntries>,
    Id(account): Id<AccountId>,
    Params(lifting): Params<Lifting>,
) -> Result<Json<PreferenceOut>, Problem> {
    let Lifting { preference_id: id, reason } = lifting;
    let why = Lift { reason, actor: caller.actor };
    let mut tx = app.db.tenant(caller.org).await?;
    preference::lift(&mut tx, caller.org, account, id, &why).await?;
    let out = read(&mut tx, caller.org, account, id).await?;
    tx.commit().await?;
    Ok(Json(out))
}

async fn read(tx: &mut Tx, org: OrgId, account: AccountId, id: EntryId) -> Result<PreferenceOut, Problem> {
    let all = preference::list(tx, org, account).await?;
    let found = PreferenceOut::among(&all).into_iter().find(|preference| preference.id == id.0);
    found.ok_or_else(|| Problem::not_found("preference"))
}
