//! `/jobs/bulk`: the question before a bulk action, the order, and how it goes.

mod ask;
mod terms;

use axum::{
    Router,
    extract::State,
    http::HeaderMap,
    response::Response,
    routing::{get, post},
};
use web::{
    Nav,
    format::counted,
    pages::bulk::{self as page, Line, ProgressView, Verb as Shown},
    state::BulkState,
};
use workflows::{
    audit::{self, LineRow},
    bulk::{self, Bulk, State as Domain, Verb},
    db::Tx,
    id::{BulkId, OrgId},
    identity::{Principal, Right},
};

use super::frame;
use crate::{
    extract::{Allowed, Id, ManageJobs, SeeJobs},
    problem::Problem,
    state::App,
};

/// An order that was stopped and resumed more often than this tells of the latest times only.
const LINES: i64 = 50;

pub(super) fn router() -> Router<App> {
    Router::new()
        .merge(ask::router())
        .route("/jobs/bulk/{id}", get(show))
        .route("/jobs/bulk/{id}/stop", post(stop))
        .route("/jobs/bulk/{id}/resume", post(resume))
}

async fn show(
    State(app): State<App>,
    caller: Allowed<SeeJobs>,
    Id(id): Id<BulkId>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let view = load(&app, &caller, id).await?;
    let mut shell = frame::shell(&app, &caller, "Bulk action", Some(Nav::Jobs), &headers).await?;
    shell.events = Some(format!("/live/bulk?id={id}"));
    let html = page::page(&shell, &view);
    Ok(frame::page(&shell, html))
}

/// The parts that change.
pub(super) async fn fragments(app: &App, caller: &Principal, id: BulkId) -> Result<String, Problem> {
    let view = load(app, caller, id).await?;
    Ok(page::fragments(&frame::clock(app, caller).await?, &view))
}

async fn stop(State(app): State<App>, caller: Allowed<ManageJobs>, Id(id): Id<BulkId>) -> Result<Response, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    bulk::stop(&mut tx, caller.org, id, caller.actor).await?;
    tx.commit().await?;
    Ok(frame::onward(&format!("/jobs/bulk/{id}"), "Stopped. What was done stays done."))
}

async fn resume(State(app): State<App>, caller: Allowed<ManageJobs>, Id(id): Id<BulkId>) -> Result<Response, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    bulk::resume(&mut tx, caller.org, id, caller.actor).await?;
    tx.commit().await?;
    Ok(frame::onward(&format!("/jobs/bulk/{id}"), "Resumed."))
}

async fn load(app: &App, caller: &Principal, id: BulkId) -> Result<ProgressView, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let bulk = bulk::find(&mut tx, caller.org, id).await?.ok_or_else(|| Problem::not_found("bulk action"))?;
    let lines = lines(&mut tx, caller.org, id).await?;
    let terms = terms::of(&mut tx, caller, &bulk.filter).await?;
    tx.commit().await?;
    Ok(ProgressView {
        id: id.0,
        verb: shown_verb(bulk.verb),
        state: shown_state(bulk.state),
        total: bulk.total.into(),
        succeeded: (bulk.done - bulk.refused).into(),
        refused: bulk.refused.into(),
        reason: bulk.reason,
        failure: bulk.failure,
        by: bulk.requested_by,
        requested_at: bulk.requested_at,
        started_at: bulk.started_at,
        finished_at: bulk.finished_at,
        terms,
        lines,
        may_operate: caller.may(Right::ManageJobs),
        may_see_audit: caller.may(Right::SeeAudit),
    })
}

async fn lines(tx: &mut Tx, org: OrgId, id: BulkId) -> Result<Vec<Line>, Problem> {
    let filter = audit::Filter { subject: Some(id.to_string()), ..audit::Filter::default() };
    let lines = audit::list(tx, org, &filter, None, LINES).await?;
    Ok(lines.into_iter().rev().map(line).collect())
}

fn line(line: LineRow) -> Line {
    let n = |field: &str| line.payload[field].as_i64().map(web::format::count).unwrap_or_default();
    let words = match line.action.as_str() {
        "bulk.request" => format!("Asked for, {} jobs", n("jobs")),
        "bulk.stop" => format!("Stopped at {} of {}", n("done"), n("jobs")),
        "bulk.resume" => format!("Resumed at {} of {}", n("done"), n("jobs")),
        "bulk.end" => format!("Done, {} left as they were", n("refused")),
        _ => "Given up".to_owned(),
    };
    let by = line.actor_name.unwrap_or_else(|| if line.actor == "system" { "a worker".into() } else { line.actor });
    Line { at: line.at, by, words }
}

pub(super) fn shown_state(state: Domain) -> BulkState {
    match state {
        Domain::Queued => BulkState::Queued,
        Domain::Running => BulkState::Running,
        Domain::Stopped => BulkState::Stopped,
        Domain::Done => BulkState::Done,
        Domain::Failed => BulkState::Failed,
    }
}

fn shown_verb(verb: Verb) -> Shown {
    match verb {
        Verb::Retry => Shown::Retry,
        Verb::Cancel => Shown::Cancel,
        Verb::Delete => Shown::Delete,
    }
}

/// `Retry 300 jobs`.
pub(super) fn words_of(bulk: &Bulk) -> String {
    format!("{} {}", shown_verb(bulk.verb).word(), counted(bulk.total.into(), "job", "jobs"))
}
