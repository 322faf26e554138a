//! Campaigns: made, changed, begun, held, ended; and how they do.

use axum::{Json, extract::State, http::StatusCode, response::Response};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};
use workflows::{
    campaign,
    db::Tx,
    id::{CampaignId, OrgId},
    recipient,
};

use super::shapes::{CampaignIn, CampaignOut, CampaignPatch, RecipientOut, StatsOut, Wanted};
use crate::{
    extract::{Allowed, Id, Page, Params, RunCampaigns, SeeCampaigns, Valid, at_most},
    idempotency::{Key, Once},
    problem::{Kind, Problem},
    state::App,
};

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, patch))
        .routes(routes!(stats))
        .routes(routes!(recipients))
}

impl From<campaign::Error> for Problem {
    fn from(error: campaign::Error) -> Self {
        match error {
            campaign::Error::NotFound => Self::not_found("campaign"),
            campaign::Error::Illegal(illegal) => Self::new(Kind::IllegalTransition).detail(illegal),
            campaign::Error::NotReady(missing) => Self::new(Kind::NotReady).detail(missing),
            campaign::Error::Invalid(fault) => Self::field(fault.field, fault.message),
            campaign::Error::Database(error) => error.into(),
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Which {
    /// How many, at most 200.
    limit: Option<u16>,
    /// The `next` of the slice before.
    #[param(value_type = Option<Uuid>)]
    cursor: Option<CampaignId>,
}

/// Campaigns, newest first
#[utoipa::path(get, path = "/api/campaigns", tag = "campaigns", params(Which), responses((status = 200, body = Page<CampaignOut>)))]
async fn list(
    State(app): State<App>,
    caller: Allowed<SeeCampaigns>,
    Params(which): Params<Which>,
) -> Result<Json<Page<CampaignOut>>, Problem> {
    let limit = at_most(which.limit);
    let mut tx = app.db.tenant(caller.org).await?;
    let campaigns = campaign::list(&mut tx, caller.org, None, which.cursor, limit).await?;
    tx.commit().await?;
    let next = Page::<()>::cursor(&campaigns, limit, |campaign| campaign.id.to_string());
    Ok(Json(Page { items: campaigns.into_iter().map(CampaignOut::from).collect(), next }))
}

/// Make a campaign; it is a draft until it is started
#[utoipa::path(post, path = "/api/campaigns", tag = "campaigns", request_body = CampaignIn,
    params(("idempotency-key" = Option<String>, Header)), responses((status = 201, body = CampaignOut)))]
async fn create(
    State(app): State<App>,
    caller: Allowed<RunCampaigns>,
    key: Key,
    new: Valid<CampaignIn>,
) -> Result<Response, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let first = match key.claim(&mut tx, caller.org, "POST /api/campaigns", &new.digest).await? {
        Once::First(first) => first,
        Once::Again(answer) => return Ok(answer),
    };
    let id = match new.body.wanted() {
        Some(Wanted::Voice(new)) => campaign::create(&mut tx, caller.org, &new, caller.actor).await?,
        Some(Wanted::Blast(new)) => campaign::create_blast(&mut tx, caller.org, &new, caller.actor).await?,
        None => return Err(Problem::field("caller_id", "is needed: one of your numbers")),
    };
    let out = read(&mut tx, caller.org, id).await?;
    first.answer(tx, StatusCode::CREATED, &out).await
}

/// One campaign
#[utoipa::path(get, path = "/api/campaigns/{id}", tag = "campaigns", params(("id" = Uuid, Path)),
    responses((status = 200, body = CampaignOut)))]
async fn get(
    State(app): State<App>,
    caller: Allowed<SeeCampaigns>,
    Id(id): Id<CampaignId>,
) -> Result<Json<CampaignOut>, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let out = read(&mut tx, caller.org, id).await?;
    tx.commit().await?;
    Ok(Json(out))
}

/// Change a campaign that has not ended; its list and its schedule stay
#[utoipa::path(patch, path = "/api/campaigns/{id}", tag = "campaigns", params(("id" = Uuid, Path)),
    request_body = CampaignPatch, responses((status = 200, body = CampaignOut)))]
async fn patch(
    State(app): State<App>,
    caller: Allowed<RunCampaigns>,
    Id(id): Id<CampaignId>,
    change: Valid<CampaignPatch>,
) -> Result<Json<CampaignOut>, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    campaign::patch(&mut tx, caller.org, id, &change.body.into(), caller.actor).await?;
    let out = read(&mut tx, caller.org, id).await?;
    tx.commit().await?;
    Ok(Json(out))
}

/// Its people and its calls, counted
#[utoipa::path(get, path = "/api/campaigns/{id}/stats", tag = "campaigns", params(("id" = Uuid, Path)),
    responses((status = 200, body = StatsOut)))]
async fn stats(
    State(app): State<App>,
    caller: Allowed<SeeCampaigns>,
    Id(id): Id<CampaignId>,
) -> Result<Json<StatsOut>, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let found = campaign::find(&mut tx, caller.org, id).await?.ok_or_else(|| Problem::not_found("campaign"))?;
    let stats = campaign::stats(&mut tx, id).await?;
    let outlook = campaign::outlook(&mut tx, caller.org, &found, &stats.recipients).await?;
    tx.commit().await?;
    Ok(Json(StatsOut::new(stats, outlook)))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Whom {
    /// `queued`, `claimed`, `retry_wait`, `done`, `failed`, `suppressed` or `skipped`.
    #[param(value_type = Option<String>)]
    state: Option<recipient::State>,
    /// How many, at most 200.
    limit: Option<u16>,
    /// The `next` of the slice before.
    #[param(value_type = Option<String>)]
    cursor: Option<i32>,
}

/// The people on its list, in its order
#[utoipa::path(get, path = "/api/campaigns/{id}/recipients", tag = "campaigns", params(("id" = Uuid, Path), Whom),
    responses((status = 200, body = Page<RecipientOut>)))]
async fn recipients(
    State(app): State<App>,
    caller: Allowed<SeeCampaigns>,
    Id(id): Id<CampaignId>,
    Params(whom): Params<Whom>,
) -> Result<Json<Page<RecipientOut>>, Problem> {
    let limit = at_most(whom.limit);
    let mut tx = app.db.tenant(caller.org).await?;
    read(&mut tx, caller.org, id).await?;
    let people = recipient::page(&mut tx, id, whom.state, whom.cursor.unwrap_or(0), limit).await?;
    tx.commit().await?;
    let next = Page::<()>::cursor(&people, limit, |person| person.position.to_string());
    Ok(Json(Page { items: people.into_iter().map(RecipientOut::from).collect(), next }))
}

pub(super) async fn read(tx: &mut Tx, org: OrgId, id: CampaignId) -> Result<CampaignOut, Problem> {
    let found = campaign::find(tx, org, id).await?;
    found.map(CampaignOut::from).ok_or_else(|| Problem::not_found("campaign"))
}
