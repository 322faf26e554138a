//! Jobs: what waits, runs and was done; retry and cancel.

mod failures;

use axum::{Json, extract::State, http::StatusCode};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;
use workflows::{
    audit,
    id::{AccountId, CampaignId},
    job::{self, JobId, JobRow, State as JobState},
};

use self::failures::{ErrorOut, failures};
use super::bulk::{self, FilterIn};

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
    /// The same for all that failed alike.
    fingerprint: Option<String>,
    /// The job that a retry made of it.
    #[schema(value_type = Option<String>)]
    retried_by: Option<JobId>,
    /// When it was taken out of the dead letters.
    dismissed_at: Option<DateTime<Utc>>,
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
            fingerprint: job.fingerprint,
            retried_by: job.retried_by,
            dismissed_at: job.dismissed_at,
        }
    }
}

/// A slice of the jobs.
#[derive(Debug, Serialize, ToSchema)]
struct JobsOut {
    items: Vec<JobOut>,
    /// Give it as `cursor` to get the rest; null when this was the end.
    next: Option<String>,
    /// With `group=fingerprint`: the errors of the last 30 days, of the kind or queue asked for, the latest first.
    #[serde(skip_serializing_if = "Option::is_none")]
    errors: Option<Vec<ErrorOut>>,
}

/// What jobs are put together by.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Group {
    Fingerprint,
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
    /// For this campaign, its calls and messages included.
    #[param(value_type = Option<Uuid>)]
    campaign: Option<CampaignId>,
    /// About this account.
    #[param(value_type = Option<Uuid>)]
    account: Option<AccountId>,
    /// That failed alike.
    fingerprint: Option<String>,
    /// With these words in the error.
    text: Option<String>,
    /// Ended, or where it has not ended due, from then on.
    from: Option<DateTime<Utc>>,
    /// Not this moment any more.
    to: Option<DateTime<Utc>>,
    /// Dead, and neither retried nor deleted.
    dead_letters: Option<bool>,
    /// `fingerprint`: also tell the errors of the last 30 days, those that are alike as one.
    #[param(value_type = Option<String>)]
    group: Option<Group>,
    /// How many, at most 200.
    limit: Option<u16>,
    /// The `next` of the slice before.
    #[param(value_type = Option<String>)]
    cursor: Option<JobId>,
}

impl From<Which> for FilterIn {
    fn from(which: Which) -> Self {
        Self {
            queue: which.queue,
            kind: which.kind,
            state: which.state,
            run: which.run,
            campaign: which.campaign,
            account: which.account,
            fingerprint: which.fingerprint,
            text: which.text,
            from: which.from,
            to: which.to,
            dead_letters: which.dead_letters.unwrap_or(false),
        }
    }
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
#[utoipa::path(get, path = "/api/jobs", tag = "jobs", params(Which), responses((status = 200, body = JobsOut)))]
async fn list(
    State(app): State<App>,
    caller: Allowed<SeeJobs>,
    Params(which): Params<Which>,
) -> Result<Json<JobsOut>, Problem> {
    let (limit, cursor, grouped) = (at_most(which.limit), which.cursor, which.group.is_some());
    let asked = FilterIn::from(which);
    bulk::refused(asked.wrong(""))?;
    let filter = asked.filter();
    let mut tx = app.db.tenant(caller.org).await?;
    let jobs = job::list(&mut tx, caller.org, &filter, cursor, limit).await?;
    let errors = if grouped { Some(failures(&mut tx, caller.org, &filter).await?) } else { None };
    tx.commit().await?;
    let next = Page::<()>::cursor(&jobs, limit, |job| job.id.to_string());
    Ok(Json(JobsOut { items: jobs.into_iter().map(JobOut::from).collect(), next, errors }))
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
