//! Evidence: exports asked for, looked at and taken; legal holds.

use axum::{
    Json,
    body::Body,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures::{Stream, stream};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use workflows::{
    blob,
    db::{Db, Tx},
    evidence::{self, Export, Scope},
    id::{AccountId, BlobId, CampaignId, ExportId, OrgId},
};

use crate::{
    extract::{Allowed, Check, Id, Params, SeeAudit, Valid},
    idempotency::{Key, Once},
    problem::{Kind, Problem},
    state::App,
};

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(create, list))
        .routes(routes!(get))
        .routes(routes!(download))
        .routes(routes!(hold, lift))
        .routes(routes!(retention, retain))
}

impl From<evidence::Error> for Problem {
    fn from(error: evidence::Error) -> Self {
        match error {
            evidence::Error::NotFound(noun) => Self::not_found(noun),
            evidence::Error::Nothing(why) => Self::new(Kind::InvalidBody).detail(why),
            evidence::Error::HeldAlready | evidence::Error::NotHeld => Self::new(Kind::IllegalTransition).detail(error),
            evidence::Error::Years => Self::field("years", error.to_string()),
            evidence::Error::Database(error) => error.into(),
            other => Self::internal(other),
        }
    }
}

/// A page of exports.
const ROWS: i64 = 50;

/// Exactly one of an account, a campaign, or a period with both ends.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ExportIn {
    #[schema(value_type = Option<Uuid>)]
    account_id: Option<AccountId>,
    #[schema(value_type = Option<Uuid>)]
    campaign_id: Option<CampaignId>,
    from: Option<DateTime<Utc>>,
    /// Not this moment any more.
    to: Option<DateTime<Utc>>,
}

impl Check for ExportIn {}

impl ExportIn {
    fn scope(&self) -> Result<Scope, Problem> {
        match (self.account_id, self.campaign_id, self.from, self.to) {
            (Some(account_id), None, None, None) => Ok(Scope::Account { account_id }),
            (None, Some(campaign_id), None, None) => Ok(Scope::Campaign { campaign_id }),
            (None, None, Some(from), Some(to)) if from < to => Ok(Scope::Period { from, to }),
            (None, None, Some(_), Some(_)) => Err(Problem::field("to", "has to be after from")),
            _ => Err(Problem::new(Kind::InvalidBody).detail("give account_id, or campaign_id, or from and to")),
        }
    }
}

/// An export.
#[derive(Debug, Serialize, ToSchema)]
struct ExportOut {
    #[schema(value_type = Uuid)]
    id: ExportId,
    /// `{account_id}`, `{campaign_id}` or `{from, to}`.
    #[schema(value_type = Object)]
    scope: Scope,
    /// `queued`, `running`, `ready` or `failed`.
    #[schema(value_type = String)]
    state: evidence::State,
    /// Calls and messages in scope when it was asked for.
    contacts: i64,
    /// Files written, of how many.
    done: i32,
    total: i32,
    size: Option<i64>,
    /// In hexadecimal.
    sha256: Option<String>,
    /// Where the file is, until it expires.
    download: Option<String>,
    expires_at: Option<DateTime<Utc>>,
    /// Why it failed.
    failure: Option<String>,
    requested_by: String,
    requested_at: DateTime<Utc>,
    finished_at: Option<DateTime<Utc>>,
}

impl From<Export> for ExportOut {
    fn from(export: Export) -> Self {
        Self {
            id: export.id,
            scope: export.scope,
            state: export.state,
            contacts: export.contacts,
            done: export.done,
            total: export.total,
            size: export.size,
            sha256: export.sha256.map(|sum| sum.iter().map(|byte| format!("{byte:02x}")).collect()),
            download: export.blob.map(|_| format!("/api/evidence-exports/{}/file", export.id)),
            expires_at: export.expires_at,
            failure: export.failure,
            requested_by: export.requested_by,
            requested_at: export.requested_at,
            finished_at: export.finished_at,
        }
    }
}

/// Ask for a signed archive of everything done to an account, by a campaign or in a period
#[utoipa::path(post, path = "/api/evidence-exports", tag = "compliance", request_body = ExportIn,
    params(("idempotency-key" = Option<String>, Header)),
    responses((status = 202, body = ExportOut, headers(("location" = String)))))]
async fn create(
    State(app): State<App>,
    caller: Allowed<SeeAudit>,
    key: Key,
    asked: Valid<ExportIn>,
) -> Result<Response, Problem> {
    let scope = asked.body.scope()?;
    signed(&app)?;
    let mut tx = app.db.tenant(caller.org).await?;
    let first = match key.claim(&mut tx, caller.org, "POST /api/evidence-exports", &asked.digest).await? {
        Once::First(first) => first,
        Once::Again(answer) => return Ok(answer),
    };
    let id = evidence::request(&mut tx, caller.org, scope, caller.actor).await?;
    let out = read(&mut tx, caller.org, id).await?;
    let mut response = first.answer(tx, StatusCode::ACCEPTED, &out).await?;
    let location = HeaderValue::try_from(format!("/api/evidence-exports/{id}")).map_err(Problem::internal)?;
    response.headers_mut().insert(header::LOCATION, location);
    Ok(response)
}

/// Without a key an archive would prove nothing.
pub(crate) fn signed(app: &App) -> Result<(), Problem> {
    let told = || Problem::new(Kind::NotReady).detail("nothing can be signed here: set WIB_SIGNING_KEY");
    app.config.keys.signer.as_ref().map(|_| ()).ok_or_else(told)
}

/// Which exports.
#[derive(Debug, Deserialize, IntoParams)]
struct Which {
    /// The last one's id of the page before.
    #[param(value_type = Option<Uuid>)]
    before: Option<ExportId>,
}

/// Exports, newest first.
#[derive(Debug, Serialize, ToSchema)]
struct ExportsOut {
    items: Vec<ExportOut>,
    /// The `before` of the next page.
    #[schema(value_type = Option<Uuid>)]
    next: Option<ExportId>,
}

/// Every export that was asked for
#[utoipa::path(get, path = "/api/evidence-exports", tag = "compliance", params(Which),
    responses((status = 200, body = ExportsOut)))]
async fn list(
    State(app): State<App>,
    caller: Allowed<SeeAudit>,
    Params(which): Params<Which>,
) -> Result<Json<ExportsOut>, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let exports = evidence::list(&mut tx, caller.org, which.before, ROWS).await?;
    tx.commit().await?;
    let full = i64::try_from(exports.len()).is_ok_and(|n| n == ROWS);
    let next = exports.last().filter(|_| full).map(|export| export.id);
    Ok(Json(ExportsOut { items: exports.into_iter().map(ExportOut::from).collect(), next }))
}

/// How far an export is
#[utoipa::path(get, path = "/api/evidence-exports/{id}", tag = "compliance", params(("id" = Uuid, Path)),
    responses((status = 200, body = ExportOut)))]
async fn get(
    State(app): State<App>,
    caller: Allowed<SeeAudit>,
    Id(id): Id<ExportId>,
) -> Result<Json<ExportOut>, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let out = read(&mut tx, caller.org, id).await?;
    tx.commit().await?;
    Ok(Json(out))
}

async fn read(tx: &mut Tx, org: OrgId, id: ExportId) -> Result<ExportOut, Problem> {
    let export = evidence::find(tx, org, id).await?;
    export.map(ExportOut::from).ok_or_else(|| Problem::not_found("export"))
}

/// The archive of an export, until it expires
#[utoipa::path(get, path = "/api/evidence-exports/{id}/file", tag = "compliance", params(("id" = Uuid, Path)),
    responses((status = 200, body = Vec<u8>, content_type = "application/zip")))]
async fn download(
    State(app): State<App>,
    caller: Allowed<SeeAudit>,
    Id(id): Id<ExportId>,
) -> Result<Response, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let file = evidence::find_file(&mut tx, caller.org, id).await?.ok_or_else(|| Problem::not_found("file"))?;
    evidence::downloaded(&mut tx, caller.org, id, caller.actor).await?;
    tx.commit().await?;
    let headers = [
        (header::CONTENT_TYPE, "application/zip".to_owned()),
        (header::CONTENT_LENGTH, file.size.to_string()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}\"", file.name)),
    ];
    Ok((headers, Body::from_stream(chunks(app.db, caller.org, BlobId(file.id)))).into_response())
}

/// A chunk at a time, each in a transaction of its own: a slow reader holds nothing.
fn chunks(db: Db, org: OrgId, id: BlobId) -> impl Stream<Item = Result<Bytes, sqlx::Error>> {
    stream::try_unfold(0, move |seq| {
        let db = db.clone();
        async move {
            let mut tx = db.tenant(org).await?;
            let chunk = blob::chunk(&mut tx, org, id, seq).await?;
            tx.commit().await?;
            Ok(chunk.map(|bytes| (Bytes::from(bytes), seq + 1)))
        }
    })
}

/// Why a hold is placed or lifted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReasonIn {
    reason: String,
}

impl Check for ReasonIn {
    fn wrong(&self) -> Vec<crate::problem::FieldError> {
        reason("reason", &self.reason).err().map(|problem| problem.errors().to_vec()).unwrap_or_default()
    }
}

/// A reason that says something.
pub(crate) fn reason<'a>(field: &str, typed: &'a str) -> Result<&'a str, Problem> {
    let typed = typed.trim();
    match typed.chars().count() {
        1..=1000 => Ok(typed),
        _ => Err(Problem::field(field, "is needed, in at most 1,000 characters")),
    }
}

/// Place a legal hold: nothing of the account is deleted while it stands
#[utoipa::path(post, path = "/api/accounts/{id}/legal-hold", tag = "compliance", params(("id" = Uuid, Path)),
    request_body = ReasonIn, responses((status = 201)))]
async fn hold(
    State(app): State<App>,
    caller: Allowed<SeeAudit>,
    Id(id): Id<AccountId>,
    reason: Valid<ReasonIn>,
) -> Result<Response, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    evidence::place_hold(&mut tx, caller.org, id, reason.body.reason.trim(), caller.actor).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(json!({ "account_id": id, "held": true }))).into_response())
}

/// Lift a legal hold
#[utoipa::path(delete, path = "/api/accounts/{id}/legal-hold", tag = "compliance", params(("id" = Uuid, Path)),
    request_body = ReasonIn, responses((status = 200)))]
async fn lift(
    State(app): State<App>,
    caller: Allowed<SeeAudit>,
    Id(id): Id<AccountId>,
    reason: Valid<ReasonIn>,
) -> Result<Response, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    evidence::lift_hold(&mut tx, caller.org, id, reason.body.reason.trim(), caller.actor).await?;
    tx.commit().await?;
    Ok(Json(json!({ "account_id": id, "held": false })).into_response())
}

/// How long what was said is kept.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Retention {
    /// After an account's last activity: 3, or 7.
    years: i16,
}

impl Check for Retention {}

/// How long what was said is kept
#[utoipa::path(get, path = "/api/compliance/retention", tag = "compliance", responses((status = 200, body = Retention)))]
async fn retention(State(app): State<App>, caller: Allowed<SeeAudit>) -> Result<Json<Retention>, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let years = evidence::retention(&mut tx, caller.org).await?;
    tx.commit().await?;
    Ok(Json(Retention { years }))
}

/// Change how long what was said is kept
#[utoipa::path(put, path = "/api/compliance/retention", tag = "compliance", request_body = Retention,
    responses((status = 200, body = Retention)))]
async fn retain(
    State(app): State<App>,
    caller: Allowed<SeeAudit>,
    asked: Valid<Retention>,
) -> Result<Json<Retention>, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    evidence::set_retention(&mut tx, caller.org, asked.body.years, caller.actor).await?;
    tx.commit().await?;
    Ok(Json(asked.body))
}
