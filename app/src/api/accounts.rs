//! Accounts: who owes what, and what happened so far.

use axum::{Json, extract::State, http::StatusCode, response::Response};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};
use workflows::{
    account::{self, Search},
    id::{AccountId, CreditorId, ImportId, OrgId},
    timeline,
};

use super::shapes::{AccountIn, AccountOut, AccountPatch, EntryOut};
use crate::{
    extract::{Allowed, Id, ManageAccounts, Page, Params, SeeAccounts, Valid, at_most},
    idempotency::{Key, Once},
    problem::{Kind, Problem},
    state::App,
};

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(get, patch)).routes(routes!(timeline_of))
}

impl From<account::Error> for Problem {
    fn from(error: account::Error) -> Self {
        match error {
            account::Error::NotFound => Self::not_found("account"),
            account::Error::NumberTaken => Self::new(Kind::AlreadyExists).detail(error),
            account::Error::Invalid { field, message } => Self::field(field, message),
            account::Error::Database(error) => error.into(),
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Which {
    /// A name from its beginning; a phone or account number anywhere.
    #[serde(default)]
    q: String,
    #[param(value_type = Option<Uuid>)]
    creditor_id: Option<CreditorId>,
    #[param(value_type = Option<Uuid>)]
    import_id: Option<ImportId>,
    /// How many, at most 200.
    limit: Option<u16>,
    /// The `next` of the slice before.
    #[param(value_type = Option<Uuid>)]
    cursor: Option<AccountId>,
}

/// Accounts, newest first
#[utoipa::path(get, path = "/api/accounts", tag = "accounts", params(Which), responses((status = 200, body = Page<AccountOut>)))]
async fn list(
    State(app): State<App>,
    caller: Allowed<SeeAccounts>,
    Params(which): Params<Which>,
) -> Result<Json<Page<AccountOut>>, Problem> {
    let search = Search {
        text: &which.q,
        creditor: which.creditor_id,
        import: which.import_id,
        after: which.cursor,
        limit: at_most(which.limit),
    };
    let mut tx = app.db.tenant(caller.org).await?;
    let page = account::list(&mut tx, caller.org, &search).await?;
    account::searched(&mut tx, caller.org, page.items.len(), &caller.actor).await?;
    tx.commit().await?;
    let items = page.items.into_iter().map(AccountOut::from).collect();
    Ok(Json(Page { items, next: page.next.map(|id| id.to_string()) }))
}

/// Add one account
#[utoipa::path(post, path = "/api/accounts", tag = "accounts", request_body = AccountIn,
    params(("idempotency-key" = Option<String>, Header)), responses((status = 201, body = AccountOut)))]
async fn create(
    State(app): State<App>,
    caller: Allowed<ManageAccounts>,
    key: Key,
    new: Valid<AccountIn>,
) -> Result<Response, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let first = match key.claim(&mut tx, caller.org, "POST /api/accounts", &new.digest).await? {
        Once::First(first) => first,
        Once::Again(answer) => return Ok(answer),
    };
    let id = account::create(&mut tx, caller.org, &new.body.into(), caller.actor).await?;
    let out = read(&mut tx, caller.org, id).await?;
    first.answer(tx, StatusCode::CREATED, &out).await
}

/// One account
#[utoipa::path(get, path = "/api/accounts/{id}", tag = "accounts", params(("id" = Uuid, Path)),
    responses((status = 200, body = AccountOut)))]
async fn get(
    State(app): State<App>,
    caller: Allowed<SeeAccounts>,
    Id(id): Id<AccountId>,
) -> Result<Json<AccountOut>, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let out = read(&mut tx, caller.org, id).await?;
    account::viewed(&mut tx, caller.org, id, &caller.actor).await?;
    tx.commit().await?;
    Ok(Json(out))
}

/// Change an account and what is known of its person
#[utoipa::path(patch, path = "/api/accounts/{id}", tag = "accounts", params(("id" = Uuid, Path)),
    request_body = AccountPatch, responses((status = 200, body = AccountOut)))]
async fn patch(
    State(app): State<App>,
    caller: Allowed<ManageAccounts>,
    Id(id): Id<AccountId>,
    change: Valid<AccountPatch>,
) -> Result<Json<AccountOut>, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    account::patch(&mut tx, caller.org, id, &change.body.into(), caller.actor).await?;
    let out = read(&mut tx, caller.org, id).await?;
    tx.commit().await?;
    Ok(Json(out))
}

async fn read(tx: &mut workflows::db::Tx, org: OrgId, id: AccountId) -> Result<AccountOut, Problem> {
    let found = account::find(tx, org, id).await?;
    found.map(AccountOut::from).ok_or_else(|| Problem::not_found("account"))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Before {
    /// The `next` of the slice before.
    cursor: Option<chrono::DateTime<chrono::Utc>>,
    /// How many, at most 200.
    limit: Option<u16>,
}

/// Calls, verdicts, retries to come and messages of an account, newest first
#[utoipa::path(get, path = "/api/accounts/{id}/timeline", tag = "accounts", params(("id" = Uuid, Path), Before),
    responses((status = 200, body = Page<EntryOut>)))]
async fn timeline_of(
    State(app): State<App>,
    caller: Allowed<SeeAccounts>,
    Id(id): Id<AccountId>,
    Params(before): Params<Before>,
) -> Result<Json<Page<EntryOut>>, Problem> {
    let limit = at_most(before.limit);
    let mut tx = app.db.tenant(caller.org).await?;
    read(&mut tx, caller.org, id).await?;
    let entries = timeline::of_account(&mut tx, caller.org, id, before.cursor, limit).await?;
    account::viewed(&mut tx, caller.org, id, &caller.actor).await?;
    tx.commit().await?;
    let next =
        Page::<()>::cursor(&entries, limit, |entry| entry.at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true));
    Ok(Json(Page { items: entries.into_iter().map(EntryOut::from).collect(), next }))
}
