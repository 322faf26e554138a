//! `/jobs/workers`: the worker processes and the schedules.

use axum::{
    Router,
    extract::State,
    http::HeaderMap,
    response::Response,
    routing::{get, post},
};
use chrono::Utc;
use serde::Deserialize;
use uuid::Uuid;
use web::{
    Nav,
    pages::machinery::{self as page, MachineryView, ScheduleRow, WorkerRow},
};
use workflows::{
    identity::{Principal, Right},
    schedule::{self, Line},
    worker::{self, Worker},
};

use super::{frame, voice::capital, workflow::words};
use crate::{
    api::machinery::fire,
    extract::{Allowed, Id, ManageJobs, SeeJobs, Submitted},
    idempotency::Key,
    problem::Problem,
    state::App,
};

pub(super) fn router() -> Router<App> {
    Router::new().route("/jobs/workers", get(show)).route("/jobs/schedules/{id}/run", post(run))
}

async fn show(State(app): State<App>, caller: Allowed<SeeJobs>, headers: HeaderMap) -> Result<Response, Problem> {
    let workers = worker::list(&app.db).await?;
    let mut tx = app.db.tenant(caller.org).await?;
    let schedules = schedule::board(&mut tx, caller.org).await?;
    tx.commit().await?;
    let view = MachineryView {
        workers: workers.into_iter().map(process).collect(),
        schedules: schedules.into_iter().map(|line| row(&caller, line)).collect(),
        may_operate: caller.may(Right::ManageJobs),
    };
    let shell = frame::shell(&app, &caller, "Workers and schedules", Some(Nav::Jobs), &headers).await?;
    let html = page::page(&shell, &view);
    Ok(frame::page(&shell, html))
}

fn process(worker: Worker) -> WorkerRow {
    WorkerRow {
        up_secs: (Utc::now() - worker.started_at).num_seconds(),
        silent_secs: worker.heartbeat_secs.round() as i64,
        lanes: worker.lanes.into_iter().map(|lane| (lane.queue, lane.running, lane.slots)).collect(),
        name: worker.name,
        version: worker.version,
        alive: worker.alive,
    }
}

fn row(caller: &Principal, line: Line) -> ScheduleRow {
    let id = line.name.strip_prefix("campaign:").filter(|_| caller.may(Right::SeeCampaigns)).map(str::to_owned);
    ScheduleRow {
        id: line.id,
        once: Uuid::now_v7(),
        what: capital(&words::job(&line.kind)),
        about: line.campaign.zip(id).map(|(name, id)| (name, format!("/campaigns/{id}"))),
        cron: line.cron,
        tz: line.tz,
        enabled: line.enabled,
        next_at: line.next_at,
        last_at: line.last_at,
        last_by: line.last_by,
    }
}

#[derive(Debug, Deserialize)]
struct Once {
    once: Uuid,
}

async fn run(
    State(app): State<App>,
    caller: Allowed<ManageJobs>,
    Id(id): Id<Uuid>,
    Submitted(Once { once }): Submitted<Once>,
) -> Result<Response, Problem> {
    fire(&app, &caller, id, Key::of_form(once)).await?;
    Ok(frame::onward("/jobs/workers", "Fired. Its job is among the newest."))
}
