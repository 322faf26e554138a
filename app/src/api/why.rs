//! Why a job does not run.

use axum::{Json, extract::State};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use workflows::job::{
    JobId,
    why::{self, Held, Rule},
};

use crate::{
    extract::{Allowed, Id, SeeJobs},
    problem::Problem,
    state::App,
};

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get))
}

/// The one rule that holds a job now, and those that would hold it next.
#[derive(Debug, Serialize, ToSchema)]
struct WhyOut {
    /// A decimal string.
    job_id: String,
    #[serde(flatten)]
    held: HeldOut,
    /// What else stands in its way, in the order in which it would be asked.
    then: Vec<HeldOut>,
}

#[derive(Debug, Serialize, ToSchema)]
struct HeldOut {
    /// `ended`, `unique_key`, `running`, `cancel_asked`, `campaign_paused`, `campaign_window`, `retry`, `next_moment`,
    /// `snoozed`, `scheduled`, `no_handler`, `queue_paused`, `no_worker`, `throttle_paused`, `throttle`, `concurrency`,
    /// `behind`, or `next` where nothing holds it.
    #[schema(value_type = String)]
    rule: Rule,
    /// Until when; null where nobody can know.
    until: Option<DateTime<Utc>>,
    /// In words.
    because: String,
}

impl From<Held> for HeldOut {
    fn from(Held { rule, until, because }: Held) -> Self {
        Self { rule, until, because }
    }
}

/// Why a job does not run: the rule that holds it, and until when
#[utoipa::path(get, path = "/api/jobs/{id}/why", tag = "jobs", params(("id" = String, Path)),
    responses((status = 200, body = WhyOut)))]
async fn get(State(app): State<App>, caller: Allowed<SeeJobs>, Id(id): Id<JobId>) -> Result<Json<WhyOut>, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let held = why::load_one(&mut tx, caller.org, id).await?;
    tx.commit().await?;
    let mut held = held.into_iter().flatten().map(HeldOut::from);
    let first = held.next().ok_or_else(|| Problem::not_found("job"))?;
    Ok(Json(WhyOut { job_id: id.to_string(), held: first, then: held.collect() }))
}
