//! `/jobs/{id}`: one job, what holds it, and its levers.

mod words;

use axum::{
    Router,
    extract::State,
    http::HeaderMap,
    response::Response,
    routing::{get, post},
};
use chrono::{DateTime, Utc};
use serde_json::json;
use web::{
    Nav,
    pages::job::{self as page, JobView},
};
use workflows::{
    audit,
    db::Tx,
    id::OrgId,
    identity::{Principal, Right},
    job::{self, JobId, JobRow, State as Stand, why},
};

use super::{frame, jobs::shown, voice::capital, workflow::words as steps};
use crate::{
    extract::{Allowed, Id, ManageJobs, SeeJobs},
    problem::Problem,
    state::App,
};

/// The latest deeds of people.
const DEEDS: i64 = 20;

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/jobs/{id}", get(show))
        .route("/jobs/{id}/cancel", post(cancel))
        .route("/jobs/{id}/retry", post(retry))
}

async fn show(
    State(app): State<App>,
    caller: Allowed<SeeJobs>,
    Id(id): Id<JobId>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let row = job::get(&mut tx, caller.org, id).await?.ok_or_else(|| Problem::not_found("job"))?;
    let held = why::load_one(&mut tx, caller.org, id).await?.unwrap_or_default();
    let history = deeds(&mut tx, caller.org, id).await?;
    tx.commit().await?;
    let view = view(&caller, row, held, history);
    let shell = frame::shell(&app, &caller, &view.title, Some(Nav::Jobs), &headers).await?;
    let html = page::page(&shell, &view);
    Ok(frame::page(&shell, html))
}

fn view(caller: &Principal, row: JobRow, held: Vec<why::Held>, history: Vec<Deed>) -> JobView {
    let operates = caller.may(Right::ManageJobs);
    let waits = !matches!(row.state, Stand::Done | Stand::Cancelled | Stand::Dead);
    let taken = held.first().is_some_and(|held| held.rule == why::Rule::UniqueKey);
    let lost = matches!(row.state, Stand::Dead | Stand::Cancelled);
    JobView {
        id: row.id.0,
        title: capital(&steps::job(&row.kind)),
        held: held.into_iter().map(words::hold).collect(),
        facts: words::facts(&row),
        times: words::times(&row),
        args: words::args(&row.args),
        kind: row.kind,
        queue: row.queue,
        state: shown(row.state),
        error: row.error,
        history,
        run: row.run_id,
        again: row.retried_by.map(|id| id.0),
        may_cancel: operates && waits,
        may_retry: operates && lost && row.retried_by.is_none() && !taken,
    }
}

type Deed = (DateTime<Utc>, String, String);

async fn deeds(tx: &mut Tx, org: OrgId, id: JobId) -> Result<Vec<Deed>, Problem> {
    let filter = audit::Filter { action: Some("job".to_owned()), subject: Some(id.to_string()), ..Default::default() };
    let lines = audit::list(tx, org, &filter, None, DEEDS).await?;
    let deed = |line: audit::LineRow| (line.at, line.actor_name.unwrap_or(line.actor), words::deed(&line.action));
    Ok(lines.into_iter().map(deed).collect())
}

async fn cancel(State(app): State<App>, caller: Allowed<ManageJobs>, Id(id): Id<JobId>) -> Result<Response, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    job::cancel(&mut tx, caller.org, id).await?;
    audit::write(&mut tx, caller.org, &caller.actor, "job.cancel", &id.to_string(), json!({})).await?;
    tx.commit().await?;
    Ok(frame::onward(&format!("/jobs/{id}"), "Cancelled. What runs ends at its next retry."))
}

async fn retry(State(app): State<App>, caller: Allowed<ManageJobs>, Id(id): Id<JobId>) -> Result<Response, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let again = job::retry(&mut tx, caller.org, id).await?;
    audit::write(&mut tx, caller.org, &caller.actor, "job.retry", &id.to_string(), json!({ "as": again })).await?;
    tx.commit().await?;
    Ok(frame::onward(
        &format!("/jobs/{again}"),
        &format!("Made anew of job {id}. The rules are asked again before it acts."),
    ))
}
