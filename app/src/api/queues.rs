//! Queues: how they do, and their pause button.

use axum::{
    Json,
    extract::{Path, State},
};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use workflows::{audit, event, queue};

use crate::{
    api::shapes::ForecastOut,
    extract::{Allowed, ManageJobs, Page, SeeJobs},
    problem::Problem,
    state::App,
};

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(pause)).routes(routes!(resume))
}

/// A queue as your organisation sees it. Counts stop at 10,001.
#[derive(Debug, Serialize, ToSchema)]
struct QueueOut {
    name: String,
    paused: bool,
    /// Null: as each worker process was set up.
    concurrency: Option<i32>,
    pending: i64,
    scheduled: i64,
    running: i64,
    /// Since when the oldest due job waits.
    oldest: Option<DateTime<Utc>>,
    /// Finished in the last minute, five minutes and hour.
    done: Vec<i64>,
    /// Attempts that failed in the last minute, five minutes and hour.
    failed: Vec<i64>,
    /// Given up in the last hour.
    dead: i64,
    mean_ms: Option<f64>,
    /// Finished in each of the last sixty minutes, the oldest first.
    by_minute: Vec<i64>,
    /// How long jobs of the last five minutes waited from due to started; null: none started.
    latency_ms: Option<LatencyOut>,
    /// What was left to do when it was counted last: due or running. Counted every ten seconds, or as often as the
    /// counting takes a hundredth of the time.
    left: i64,
    forecast: ForecastOut,
}

/// Milliseconds that 50, 95 and 99 in a hundred jobs waited, at most.
#[derive(Debug, Serialize, ToSchema)]
struct LatencyOut {
    p50: f64,
    p95: f64,
    p99: f64,
}

impl From<queue::Queue> for QueueOut {
    fn from(q: queue::Queue) -> Self {
        let latency_ms = q.latency().map(|of| LatencyOut { p50: of.p50, p95: of.p95, p99: of.p99 });
        let (left, forecast) = (q.left(), q.forecast().into());
        let queue::Queue {
            name,
            paused,
            concurrency,
            pending,
            scheduled,
            running,
            oldest,
            done,
            failed,
            dead,
            mean_ms,
            by_minute,
            ..
        } = q;
        Self {
            name,
            paused,
            concurrency,
            pending,
            scheduled,
            running,
            oldest,
            done,
            failed,
            dead,
            mean_ms,
            by_minute,
            latency_ms,
            left,
            forecast,
        }
    }
}

/// Every queue
#[utoipa::path(get, path = "/api/queues", tag = "jobs", responses((status = 200, body = Page<QueueOut>)))]
async fn list(State(app): State<App>, caller: Allowed<SeeJobs>) -> Result<Json<Page<QueueOut>>, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let queues = queue::list(&mut tx, caller.org).await?;
    tx.commit().await?;
    Ok(Json(Page { items: queues.into_iter().map(QueueOut::from).collect(), next: None }))
}

/// Pause a queue: what runs ends, nothing new starts
#[utoipa::path(post, path = "/api/queues/{name}/pause", tag = "jobs", params(("name" = String, Path)),
    responses((status = 200, body = QueueOut)))]
async fn pause(
    State(app): State<App>,
    caller: Allowed<ManageJobs>,
    name: Path<String>,
) -> Result<Json<QueueOut>, Problem> {
    set(&app, &caller, &name, true).await.map(Json)
}

/// Resume a queue
#[utoipa::path(post, path = "/api/queues/{name}/resume", tag = "jobs", params(("name" = String, Path)),
    responses((status = 200, body = QueueOut)))]
async fn resume(
    State(app): State<App>,
    caller: Allowed<ManageJobs>,
    name: Path<String>,
) -> Result<Json<QueueOut>, Problem> {
    set(&app, &caller, &name, false).await.map(Json)
}

async fn set(app: &App, caller: &Allowed<ManageJobs>, name: &str, paused: bool) -> Result<QueueOut, Problem> {
    order(app, caller, name, paused).await?;
    let mut tx = app.db.tenant(caller.org).await?;
    let queues = queue::list(&mut tx, caller.org).await?;
    tx.commit().await?;
    let found = queues.into_iter().find(|queue| queue.name == name);
    found.map(QueueOut::from).ok_or_else(|| Problem::not_found("queue"))
}

/// Pauses or resumes a queue, on behalf of somebody who may.
pub(crate) async fn order(app: &App, caller: &Allowed<ManageJobs>, name: &str, paused: bool) -> Result<(), Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let known = if paused { queue::pause(&mut tx, name).await? } else { queue::resume(&mut tx, name).await? };
    if !known {
        return Err(Problem::not_found("queue"));
    }
    let action = if paused { "queue.pause" } else { "queue.resume" };
    audit::write(&mut tx, caller.org, &caller.actor, action, name, serde_json::json!({})).await?;
    event::publish(&mut tx, caller.org, "jobs", "queue", serde_json::json!({ "name": name, "paused": paused })).await?;
    tx.commit().await?;
    Ok(())
}
