//! Suppressions: who is not to be contacted, looked up, added, lifted, and brought in by file.

mod import;

use axum::{Json, extract::State, http::StatusCode, response::Response};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};
use workflows::{
    db::Tx,
    decision::To,
    email::Email,
    id::{ConsumerId, EntryId, OrgId},
    ledger::Lift,
    phone::E164,
    suppression::{self, Channel, Cursor, Kind, Search},
};

pub(crate) use self::import::{BODY, How, take};
use super::shapes::{SuppressionIn, SuppressionOut};
use crate::{
    extract::{Allowed, LiftEntries, Page, Params, SeeAccounts, Valid, WriteLedgers, at_most},
    idempotency::{Key, Once},
    problem::Problem,
    state::App,
};

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, add, lift)).merge(import::router())
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Which {
    /// Exactly this number or address.
    value: Option<String>,
    /// Of this person, whatever the number.
    #[param(value_type = Option<Uuid>)]
    consumer_id: Option<ConsumerId>,
    /// `internal`, `federal`, `state`, `litigator`, `wrong_number`, `reassigned`, `stop`, `unsubscribe`, `no_call`,
    /// `no_sms`, `no_email` or `employer_prohibits`.
    #[param(value_type = Option<String>)]
    kind: Option<Kind>,
    /// `call`, `sms`, `email` or `all`.
    #[param(value_type = Option<String>)]
    channel: Option<Channel>,
    /// In effect at this moment, or not.
    active: Option<bool>,
    /// How many, at most 200.
    limit: Option<u16>,
    /// The `next` of the slice before.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor>,
}

/// Suppressions, newest first; lifted and expired ones too
#[utoipa::path(get, path = "/api/suppressions", tag = "compliance", params(Which),
    responses((status = 200, body = Page<SuppressionOut>)))]
async fn list(
    State(app): State<App>,
    caller: Allowed<SeeAccounts>,
    Params(which): Params<Which>,
) -> Result<Json<Page<SuppressionOut>>, Problem> {
    let limit = at_most(which.limit);
    let value = which.value.as_deref().map(address).transpose()?;
    let search = Search {
        value: value.as_ref().map(To::as_str),
        kind: which.kind,
        channel: which.channel,
        consumer: which.consumer_id,
        active: which.active,
        after: which.cursor,
        limit,
    };
    let mut tx = app.db.tenant(caller.org).await?;
    let entries = suppression::list(&mut tx, caller.org, &search).await?;
    tx.commit().await?;
    let next = Page::<()>::cursor(&entries, limit, |entry| Cursor::of(entry).to_string());
    Ok(Json(Page { items: entries.into_iter().map(SuppressionOut::from).collect(), next }))
}

/// Suppress a number or address, a person, or a debt: nothing not yet sent leaves after this is answered
#[utoipa::path(post, path = "/api/suppressions", tag = "compliance", request_body = SuppressionIn,
    params(("idempotency-key" = Option<String>, Header)), responses((status = 201, body = SuppressionOut)))]
async fn add(
    State(app): State<App>,
    caller: Allowed<WriteLedgers>,
    key: Key,
    new: Valid<SuppressionIn>,
) -> Result<Response, Problem> {
    let digest = new.digest;
    let entry = new.body.entry(caller.actor)?;
    let mut tx = app.db.tenant(caller.org).await?;
    let first = match key.claim(&mut tx, caller.org, "POST /api/suppressions", &digest).await? {
        Once::First(first) => first,
        Once::Again(answer) => return Ok(answer),
    };
    let id = suppression::add(&mut tx, caller.org, &entry).await?;
    let out = read(&mut tx, caller.org, id).await?;
    first.answer(tx, StatusCode::CREATED, &out).await
}

/// Which entry is lifted, and why.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Lifting {
    /// The suppression.
    #[param(value_type = Uuid)]
    id: EntryId,
    /// Why it does not hold any more; kept with it.
    #[serde(default)]
    reason: String,
}

/// Lift a suppression: it is kept, with who lifted it and why
#[utoipa::path(delete, path = "/api/suppressions", tag = "compliance", params(Lifting),
    responses((status = 200, body = SuppressionOut)))]
async fn lift(
    State(app): State<App>,
    caller: Allowed<LiftEntries>,
    Params(lifting): Params<Lifting>,
) -> Result<Json<SuppressionOut>, Problem> {
    let Lifting { id, reason } = lifting;
    let why = Lift { reason, actor: caller.actor };
    let mut tx = app.db.tenant(caller.org).await?;
    suppression::lift(&mut tx, caller.org, id, &why).await?;
    let out = read(&mut tx, caller.org, id).await?;
    tx.commit().await?;
    Ok(Json(out))
}

async fn read(tx: &mut Tx, org: OrgId, id: EntryId) -> Result<SuppressionOut, Problem> {
    let found = suppression::find(tx, org, id).await?;
    found.map(SuppressionOut::from).ok_or_else(|| Problem::not_found("suppression"))
}

/// A number or an address as people write it.
pub(crate) fn address(text: &str) -> Result<To, Problem> {
    let fault = |message: String| Problem::field("value", message);
    match text.contains('@') {
        true => Email::parse(text).map(To::Email).map_err(|error| fault(error.to_string())),
        false => E164::parse(text).map(To::Phone).map_err(|error| fault(error.to_string())),
    }
}
