//! Jobs: what waits, runs and was done; retry and cancel.

use axum::{Json, extract::State, http::StatusCode};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;
use workflows::{
    audit,
    job::{self, Filter, JobId, JobRow, State as JobState},
};

use crate::{
    extract::{Allowed, Id, ManageJobs, Page, Params, SeeJobs, at_most},
    problem::{Kind, Problem},
    state::App,
};

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(retry)).routes(routes!(cancel))
}

/// A job.
#[derive(Debug, Serialize, ToSchema)]
struct JobOut {
    /// A decimal string.
    id: String,
    queue: String,
    kind: String,
    /// `scheduled`, `pending`, `retrying`, `running`, `done`, `cancelled` or `dead`.
    #[schema(value_type = String)]
    state: JobState,
    priority: i16,
    attempt: i16,
    max_attempts: i16,
    run_at: DateTime<Utc>,
    created_at: DateTime<Utc>,
    started_at: Option<DateTime<Utc>>,
    finished_at: Option<DateTime<Utc>>,
    /// The campaign, call or agent it is for: see `/api/workflows/{id}`.
    run_id: Option<Uuid>,
    step: i16,
    #[schema(value_type = Object)]
    args: Value,
    #[schema(value_type = Option<Object>)]
    result: Option<Value>,
    error: Option<String>,
    worker: Option<String>,
}

impl From<JobRow> for JobOut {
    fn from(job: JobRow) -> Self {
        Self {
            id: job.id.to_string(),
            queue: job.queue,
            kind: job.kind,
            state: job.state,
            priority: job.priority,
            attempt: job.attempt,
            max_attempts: job.max_attempts,
            run_at: job.run_at,
            created_at: job.created_at,
            started_at: job.started_at,
            finished_at: job.finished_at,
            run_id: job.run_id,
            step: job.step,
            args: job.args,
            result: job.result,
            error: job.error,
            worker: job.worker,
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Which {
    kind: Option<String>,
    queue: Option<String>,
    /// `scheduled`, `pending`, `retrying`, `running`, `done`, `cancelled` or `dead`.
    #[param(value_type = Option<String>)]
    state: Option<JobState>,
    /// Of this campaign, call or agent.
    run: Option<Uuid>,
    /// How many, at most 200.
    limit: Option<u16>,
    /// The `next` of the slice before.
    #[param(value_type = Option<String>)]
    cursor: Option<JobId>,
}

impl From<job::Error> for Problem {
    fn from(error: job::Error) -> Self {
        match error {
            job::Error::NotFound(_) => Self::not_found("job"),
            job::Error::NotNow(_) => Self::new(Kind::IllegalTransition)
                .detail("a job can be cancelled until it ends, and retried once after it was given up"),
            job::Error::Database(error) => error.into(),
        }
    }
}

/// Jobs, newest first
#[utoipa::path(get, path = "/api/jobs", tag = "jobs", params(Which), responses((status = 200, body = Page<JobOut>)))]
async fn list(
    State(app): State<App>,
    caller: Allowed<SeeJobs>,
    Params(which): Params<Which>,
) -> Result<Json<Page<JobOut>>, Problem> {
    let limit = at_most(which.limit);
    let filter = Filter { kind: which.kind, queue: which.queue, state: which.state, run: which.run };
    let mut tx = app.db.tenant(caller.org).await?;
    let jobs = job::list(&mut tx, caller.org, &filter, which.cursor, limit).await?;
    tx.commit().await?;
    let next = Page::<()>::cursor(&jobs, limit, |job| job.id.to_string());
    Ok(Json(Page { items: jobs.into_iter().map(JobOut::from).collect(), next }))
}

/// Make a new job of one that was given up or cancelled
#[utoipa::path(post, path = "/api/jobs/{id}/retry", tag = "jobs", params(("id" = String, Path)),
    responses((status = 201, body = JobOut)))]
async fn retry(
    State(app): State<App>,
    caller: Allowed<ManageJobs>,
    Id(id): Id<JobId>,
) -> Result<(StatusCode, Json<JobOut>), Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let again = job::retry(&mut tx, caller.org, id).await?;
    let job = job::get(&mut tx, caller.org, again).await?.ok_or_else(|| Problem::not_found("job"))?;
    audit::write(&mut tx, caller.org, &caller.actor, "job.retry", &id.to_string(), serde_json::json!({ "as": again }))
        .await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(job.into())))
}

/// Cancel a job: at once if it waits, at its next retry if it runs
#[utoipa::path(post, path = "/api/jobs/{id}/cancel", tag = "jobs", params(("id" = String, Path)),
    responses((status = 200, body = JobOut)))]
async fn cancel(
    State(app): State<App>,
    caller: Allowed<ManageJobs>,
    Id(id): Id<JobId>,
) -> Result<Json<JobOut>, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    job::cancel(&mut tx, caller.org, id).await?;
    let job = job::get(&mut tx, caller.org, id).await?.ok_or_else(|| Problem::not_found("job"))?;
    audit::write(&mut tx, caller.org, &caller.actor, "job.cancel", &id.to_string(), serde_json::json!({})).await?;
    tx.commit().await?;
    Ok(Json(job.into()))
}
