//! Workflows: what runs, and everything that happened to it.

use axum::{Json, extract::State};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;
use workflows::run;

use crate::{
    extract::{Allowed, Id, Page, Params, SeeJobs, at_most},
    problem::Problem,
    state::App,
};

/// The latest lines of one timeline; nothing lives through more.
const STEPS: i64 = 1_000;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(get))
}

/// A thing that lives through states.
#[derive(Debug, Serialize, ToSchema)]
struct WorkflowOut {
    id: Uuid,
    /// `campaign`, `call`, `message`, `recipient` or `agent`.
    noun: String,
    state: String,
    began_at: DateTime<Utc>,
    ended_at: Option<DateTime<Utc>>,
}

/// The same with everything that happened to it, oldest first.
#[derive(Debug, Serialize, ToSchema)]
struct WorkflowRunOut {
    #[serde(flatten)]
    run: WorkflowOut,
    timeline: Vec<StepOut>,
}

#[derive(Debug, Serialize, ToSchema)]
struct StepOut {
    at: DateTime<Utc>,
    /// `transition`, `decision`, `job`, `request`, `webhook`, or of a recipient `attempt`.
    kind: String,
    /// An event, a channel, a job's kind, a command, a webhook's type.
    what: String,
    /// A state or an outcome.
    outcome: String,
    #[schema(value_type = Object)]
    detail: Value,
    /// Still to come: `at` is when it is due.
    pending: bool,
}

impl From<run::Run> for WorkflowOut {
    fn from(run::Run { id, noun, state, began_at, ended_at }: run::Run) -> Self {
        Self { id, noun, state, began_at, ended_at }
    }
}

impl From<run::Step> for StepOut {
    fn from(run::Step { at, kind, what, outcome, detail, pending }: run::Step) -> Self {
        Self { at, kind, what, outcome, detail, pending }
    }
}

#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Noun {
    Campaign,
    Call,
    Message,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Which {
    /// Only campaigns, only calls, or only messages.
    noun: Option<Noun>,
    /// How many, at most 200.
    limit: Option<u16>,
    /// The `next` of the slice before.
    cursor: Option<Uuid>,
}

/// Campaigns, calls and messages, newest first
#[utoipa::path(get, path = "/api/workflows", tag = "jobs", params(Which), responses((status = 200, body = Page<WorkflowOut>)))]
async fn list(
    State(app): State<App>,
    caller: Allowed<SeeJobs>,
    Params(which): Params<Which>,
) -> Result<Json<Page<WorkflowOut>>, Problem> {
    let limit = at_most(which.limit);
    let noun = which.noun.map(|noun| match noun {
        Noun::Campaign => "campaign",
        Noun::Call => "call",
        Noun::Message => "message",
    });
    let mut tx = app.db.tenant(caller.org).await?;
    let runs = run::list(&mut tx, caller.org, noun, which.cursor, limit).await?;
    tx.commit().await?;
    let next = Page::<()>::cursor(&runs, limit, |run| run.id.to_string());
    Ok(Json(Page { items: runs.into_iter().map(WorkflowOut::from).collect(), next }))
}

/// One run by the id of what runs, with its states, verdicts, jobs, provider requests and webhooks
#[utoipa::path(get, path = "/api/workflows/{id}", tag = "jobs", params(("id" = Uuid, Path)),
    responses((status = 200, body = WorkflowRunOut)))]
async fn get(
    State(app): State<App>,
    caller: Allowed<SeeJobs>,
    Id(id): Id<Uuid>,
) -> Result<Json<WorkflowRunOut>, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let run = run::find(&mut tx, caller.org, id).await?.ok_or_else(|| Problem::not_found("workflow"))?;
    let timeline = run::timeline(&mut tx, caller.org, id, STEPS).await?;
    tx.commit().await?;
    Ok(Json(WorkflowRunOut { run: run.into(), timeline: timeline.into_iter().map(StepOut::from).collect() }))
}
