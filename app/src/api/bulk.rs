//! Bulk actions: an order over every job that a filter finds, tried first, then watched, stopped and resumed.

mod shapes;

use axum::{
    Json,
    body::Body,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures::{Stream, StreamExt, stream};
use utoipa_axum::{router::OpenApiRouter, routes};
use workflows::{
    bulk,
    db::{Db, Tx},
    id::{BulkId, OrgId},
};

use self::shapes::{BulkIn, BulkOut, RehearsalOut};
pub(crate) use self::shapes::{FilterIn, everything, refused, unreasoned};
use crate::{
    extract::{Allowed, Id, ManageJobs, Page, Params, SeeJobs, Valid, at_most},
    idempotency::{Key, Once},
    problem::{Kind, Problem},
    state::App,
};

/// Lines of the result that are read at once.
const LINES: i64 = 1_000;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get))
        .routes(routes!(stop))
        .routes(routes!(resume))
        .routes(routes!(download))
}

impl From<bulk::Error> for Problem {
    fn from(error: bulk::Error) -> Self {
        match error {
            bulk::Error::NotFound => Self::not_found("bulk action"),
            bulk::Error::NothingMatches => {
                Self::field("filter", "matches no job: loosen it, and look with GET /api/jobs what it would find")
            }
            bulk::Error::TooMany => {
                Self::field("filter", "matches more than 100,000 jobs: narrow it, by kind or by from and to")
            }
            bulk::Error::NotNow(..) => Self::new(Kind::IllegalTransition).detail(error),
            bulk::Error::Database(error) => error.into(),
        }
    }
}

#[derive(Debug, serde::Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Which {
    /// How many, at most 200.
    limit: Option<u16>,
}

/// The latest bulk actions, newest first
#[utoipa::path(get, path = "/api/jobs/bulk", tag = "jobs", params(Which), responses((status = 200, body = Page<BulkOut>)))]
async fn list(
    State(app): State<App>,
    caller: Allowed<SeeJobs>,
    Params(which): Params<Which>,
) -> Result<Json<Page<BulkOut>>, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let all = bulk::list(&mut tx, caller.org, at_most(which.limit)).await?;
    tx.commit().await?;
    Ok(Json(Page { items: all.into_iter().map(BulkOut::from).collect(), next: None }))
}

/// Retry, cancel or delete every job that a filter finds; with `dry_run`, only tell what that would do
#[utoipa::path(post, path = "/api/jobs/bulk", tag = "jobs", request_body = BulkIn,
    params(("idempotency-key" = Option<String>, Header)),
    responses((status = 200, body = RehearsalOut), (status = 202, body = BulkOut, headers(("location" = String)))))]
async fn create(
    State(app): State<App>,
    caller: Allowed<ManageJobs>,
    key: Key,
    asked: Valid<BulkIn>,
) -> Result<Response, Problem> {
    let (verb, filter) = (asked.body.action, asked.body.filter.filter());
    let mut tx = app.db.tenant(caller.org).await?;
    if asked.body.dry_run {
        let told = bulk::rehearse(&mut tx, caller.org, verb, &filter).await?;
        return Ok(Json(RehearsalOut::new(verb, told)).into_response());
    }
    let first = match key.claim(&mut tx, caller.org, "POST /api/jobs/bulk", &asked.digest).await? {
        Once::First(first) => first,
        Once::Again(answer) => return Ok(answer),
    };
    let id = BulkId::new();
    bulk::request(&mut tx, caller.org, id, verb, &filter, asked.body.reason(), caller.actor).await?;
    let out = read(&mut tx, caller.org, id).await?;
    let mut response = first.answer(tx, StatusCode::ACCEPTED, &out).await?;
    let location = HeaderValue::try_from(format!("/api/jobs/bulk/{id}")).map_err(Problem::internal)?;
    response.headers_mut().insert(header::LOCATION, location);
    Ok(response)
}

/// How far a bulk action is
#[utoipa::path(get, path = "/api/jobs/bulk/{id}", tag = "jobs", params(("id" = Uuid, Path)), responses((status = 200, body = BulkOut)))]
async fn get(State(app): State<App>, caller: Allowed<SeeJobs>, Id(id): Id<BulkId>) -> Result<Json<BulkOut>, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let out = read(&mut tx, caller.org, id).await?;
    tx.commit().await?;
    Ok(Json(out))
}

async fn read(tx: &mut Tx, org: OrgId, id: BulkId) -> Result<BulkOut, Problem> {
    bulk::find(tx, org, id).await?.map(BulkOut::from).ok_or_else(|| Problem::not_found("bulk action"))
}

/// Stop a bulk action: what was done stays done, nothing more is
#[utoipa::path(post, path = "/api/jobs/bulk/{id}/stop", tag = "jobs", params(("id" = Uuid, Path)), responses((status = 200, body = BulkOut)))]
async fn stop(
    State(app): State<App>,
    caller: Allowed<ManageJobs>,
    Id(id): Id<BulkId>,
) -> Result<Json<BulkOut>, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    bulk::stop(&mut tx, caller.org, id, caller.actor).await?;
    let out = read(&mut tx, caller.org, id).await?;
    tx.commit().await?;
    Ok(Json(out))
}

/// Go on with a bulk action that was stopped or given up
#[utoipa::path(post, path = "/api/jobs/bulk/{id}/resume", tag = "jobs", params(("id" = Uuid, Path)), responses((status = 200, body = BulkOut)))]
async fn resume(
    State(app): State<App>,
    caller: Allowed<ManageJobs>,
    Id(id): Id<BulkId>,
) -> Result<Json<BulkOut>, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    bulk::resume(&mut tx, caller.org, id, caller.actor).await?;
    let out = read(&mut tx, caller.org, id).await?;
    tx.commit().await?;
    Ok(Json(out))
}

/// What became of each job, as CSV: job, kind, result, new job or reason
#[utoipa::path(get, path = "/api/jobs/bulk/{id}/file", tag = "jobs", params(("id" = Uuid, Path)),
    responses((status = 200, body = String, content_type = "text/csv")))]
async fn download(State(app): State<App>, caller: Allowed<SeeJobs>, Id(id): Id<BulkId>) -> Result<Response, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    read(&mut tx, caller.org, id).await?;
    tx.commit().await?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"bulk-{id}.csv\"")),
    ];
    let head = stream::once(async { Ok(Bytes::from_static(bulk::HEADER.as_bytes())) });
    Ok((headers, Body::from_stream(head.chain(lines(app.db, caller.org, id)))).into_response())
}

/// A thousand lines at a time, each in a transaction of its own: a slow reader holds nothing.
fn lines(db: Db, org: OrgId, id: BulkId) -> impl Stream<Item = Result<Bytes, sqlx::Error>> {
    stream::try_unfold(0, move |after| {
        let db = db.clone();
        async move {
            let mut tx = db.tenant(org).await?;
            let next = bulk::lines(&mut tx, org, id, after, LINES).await?;
            tx.commit().await?;
            Ok(next.map(|(text, last)| (Bytes::from(text), last)))
        }
    })
}
