//! Consents: what people allowed and took back.

use axum::{Json, extract::State, http::StatusCode, response::Response};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};
use workflows::{
    consent::{self, Kind, Search},
    id::{AccountId, ConsumerId, EntryId},
    ledger,
};

use super::shapes::{ConsentIn, ConsentOut};
use crate::{
    extract::{Allowed, Page, Params, SeeAccounts, Valid, WriteLedgers, at_most},
    idempotency::{Key, Once},
    problem::Problem,
    state::App,
};

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, record))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Which {
    /// Of the person of this account.
    #[param(value_type = Option<Uuid>)]
    account_id: Option<AccountId>,
    #[param(value_type = Option<Uuid>)]
    consumer_id: Option<ConsumerId>,
    /// `tcpa`, `sms`, `email`, `more_calls` or `work_email`.
    #[param(value_type = Option<String>)]
    kind: Option<Kind>,
    /// How many, at most 200.
    limit: Option<u16>,
    /// The `next` of the slice before.
    #[param(value_type = Option<Uuid>)]
    cursor: Option<EntryId>,
}

/// Consents, the last written down first; of each kind the latest word stands
#[utoipa::path(get, path = "/api/consents", tag = "compliance", params(Which),
    responses((status = 200, body = Page<ConsentOut>)))]
async fn list(
    State(app): State<App>,
    caller: Allowed<SeeAccounts>,
    Params(which): Params<Which>,
) -> Result<Json<Page<ConsentOut>>, Problem> {
    let limit = at_most(which.limit);
    let mut tx = app.db.tenant(caller.org).await?;
    let consumer = match which.account_id {
        Some(account) => Some(ledger::person(&mut tx, caller.org, account).await?),
        None => which.consumer_id,
    };
    let search = Search { consumer, kind: which.kind, after: which.cursor, limit };
    let consents = consent::list(&mut tx, caller.org, &search).await?;
    tx.commit().await?;
    let next = Page::<()>::cursor(&consents, limit, |consent| consent.id.to_string());
    Ok(Json(Page { items: consents.into_iter().map(ConsentOut::from).collect(), next }))
}

/// Write down that a person allowed something, or took it back
#[utoipa::path(post, path = "/api/consents", tag = "compliance", request_body = ConsentIn,
    params(("idempotency-key" = Option<String>, Header)), responses((status = 201, body = ConsentOut)))]
async fn record(
    State(app): State<App>,
    caller: Allowed<WriteLedgers>,
    key: Key,
    new: Valid<ConsentIn>,
) -> Result<Response, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let first = match key.claim(&mut tx, caller.org, "POST /api/consents", &new.digest).await? {
        Once::First(first) => first,
        Once::Again(answer) => return Ok(answer),
    };
    let id = consent::record(&mut tx, caller.org, &new.body.word(caller.actor)).await?;
    let consent = consent::find(&mut tx, caller.org, id).await?.ok_or_else(|| Problem::not_found("consent"))?;
    first.answer(tx, StatusCode::CREATED, &ConsentOut::from(consent)).await
}
