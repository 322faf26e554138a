//! What keeps jobs going: worker processes and schedules.

use axum::{Json, extract::State, http::StatusCode, response::Response};
use chrono::{DateTime, Utc};
use serde::Serialize;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;
use workflows::{
    audit,
    schedule::{self, Fired, Line},
    worker::{self, Lane, Worker},
};

use crate::{
    extract::{Allowed, Id, ManageJobs, Page, SeeJobs},
    idempotency::{Key, Once},
    problem::{Kind, Problem},
    state::App,
};

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(workers)).routes(routes!(schedules)).routes(routes!(run))
}

/// A worker process.
#[derive(Debug, Serialize, ToSchema)]
struct WorkerOut {
    host: String,
    /// Null where its name has none.
    pid: Option<u32>,
    /// Null: a release that does not say.
    version: Option<String>,
    queues: Vec<LaneOut>,
    started_at: DateTime<Utc>,
    /// Since its last heartbeat.
    heartbeat_secs: f64,
    /// False: its lease ran out, and its jobs run elsewhere.
    alive: bool,
}

#[derive(Debug, Serialize, ToSchema)]
struct LaneOut {
    name: String,
    running: i32,
    slots: i32,
}

impl From<Worker> for WorkerOut {
    fn from(w: Worker) -> Self {
        let (host, pid) = w.name.rsplit_once('/').unwrap_or((&w.name, ""));
        let lane = |Lane { queue, running, slots }: Lane| LaneOut { name: queue, running, slots };
        Self {
            host: host.to_owned(),
            pid: pid.parse().ok(),
            version: w.version,
            queues: w.lanes.into_iter().map(lane).collect(),
            started_at: w.started_at,
            heartbeat_secs: w.heartbeat_secs,
            alive: w.alive,
        }
    }
}

/// A schedule. The platform makes them; a campaign with hours of its own has one.
#[derive(Debug, Serialize, ToSchema)]
struct ScheduleOut {
    id: Uuid,
    /// What it belongs to: `campaign:<id>`.
    name: String,
    kind: String,
    cron: String,
    timezone: String,
    enabled: bool,
    /// Null: never again.
    next_at: Option<DateTime<Utc>>,
    last_at: Option<DateTime<Utc>>,
    /// Who fired it last by hand; null: its moment came.
    last_by: Option<String>,
}

impl From<Line> for ScheduleOut {
    fn from(line: Line) -> Self {
        let Line { id, name, campaign: _, kind, cron, tz, enabled, next_at, last_at, last_by } = line;
        Self { id, name, kind, cron, timezone: tz, enabled, next_at, last_at, last_by }
    }
}

/// What was fired.
#[derive(Debug, Serialize, ToSchema)]
struct FiredOut {
    /// A decimal string.
    job_id: String,
}

/// Worker processes, the living first
#[utoipa::path(get, path = "/api/workers", tag = "jobs", responses((status = 200, body = Page<WorkerOut>)))]
async fn workers(State(app): State<App>, _: Allowed<SeeJobs>) -> Result<Json<Page<WorkerOut>>, Problem> {
    let workers = worker::list(&app.db).await?;
    Ok(Json(Page { items: workers.into_iter().map(WorkerOut::from).collect(), next: None }))
}

/// Schedules, the next to fire first
#[utoipa::path(get, path = "/api/schedules", tag = "jobs", responses((status = 200, body = Page<ScheduleOut>)))]
async fn schedules(State(app): State<App>, caller: Allowed<SeeJobs>) -> Result<Json<Page<ScheduleOut>>, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let lines = schedule::board(&mut tx, caller.org).await?;
    tx.commit().await?;
    Ok(Json(Page { items: lines.into_iter().map(ScheduleOut::from).collect(), next: None }))
}

/// Fire a schedule now, beside its own moments
#[utoipa::path(post, path = "/api/schedules/{id}/run", tag = "jobs",
    params(("id" = Uuid, Path), ("idempotency-key" = Option<String>, Header)),
    responses((status = 201, body = FiredOut)))]
async fn run(
    State(app): State<App>,
    caller: Allowed<ManageJobs>,
    Id(id): Id<Uuid>,
    key: Key,
) -> Result<Response, Problem> {
    fire(&app, &caller, id, key).await
}

/// Fires it on behalf of somebody who may; once for a key, and once in a second without one.
pub(crate) async fn fire(app: &App, caller: &Allowed<ManageJobs>, id: Uuid, key: Key) -> Result<Response, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let digest: [u8; 32] = Sha256::digest(id.as_bytes()).into();
    let first = match key.claim(&mut tx, caller.org, "POST /api/schedules/run", &digest).await? {
        Once::First(first) => first,
        Once::Again(answer) => return Ok(answer),
    };
    let actor = caller.actor.to_string();
    let job = match schedule::fire_now(&mut tx, caller.org, id, &actor).await? {
        Fired::Job(job) => job,
        Fired::Just => {
            return Err(Problem::new(Kind::IllegalTransition).detail("it fired in this very second: look at its job"));
        }
        Fired::Off => {
            return Err(Problem::new(Kind::IllegalTransition)
                .detail("it is off: its campaign has ended, or was never scheduled"));
        }
        Fired::Nothing => return Err(Problem::not_found("schedule")),
    };
    let said = serde_json::json!({ "job": job });
    audit::write(&mut tx, caller.org, &caller.actor, "schedule.run", &id.to_string(), said).await?;
    first.answer(tx, StatusCode::CREATED, &FiredOut { job_id: job.to_string() }).await
}
