//! What a campaign's pacing decided, and what it knows.

use axum::{Json, extract::State};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use workflows::{
    campaign::{self, Kind},
    id::CampaignId,
    pacing::{self, Habits, Known, Made},
};

use crate::{
    extract::{Allowed, Id, Params, SeeCampaigns, at_most},
    problem::Problem,
    state::App,
};

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get))
}

/// A campaign's pacing.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PacingOut {
    /// What was learned of its calls; what is believed of any campaign's as long as `guessed`.
    habits: HabitsOut,
    guessed: bool,
    /// The last decisions to dial, newest first.
    decisions: Vec<DecisionOut>,
}

#[derive(Debug, Serialize, ToSchema)]
struct HabitsOut {
    /// The share of calls that a person answers, that a machine does, and of people whom detection takes for machines.
    answer_rate: f64,
    machine_rate: f64,
    mistaken_rate: f64,
    /// Seconds until half of the people who answer have, and of half of all wrap-ups.
    rings: f64,
    wraps_up: f64,
    /// Within thirty days: people who answered, and those left without an agent or taken for machines, as inferred.
    live: f64,
    abandoned: f64,
}

/// A decision to dial. `wanted` follows from `inputs` alone: `wib pacing replay` does it again.
#[derive(Debug, Serialize, ToSchema)]
struct DecisionOut {
    id: i64,
    at: DateTime<Utc>,
    wanted: i32,
    /// How many people there were to dial.
    dial: i32,
    because: String,
    #[schema(value_type = Object)]
    inputs: serde_json::Value,
}

impl From<Habits> for HabitsOut {
    fn from(habits: Habits) -> Self {
        let Habits { answer_rate, machine_rate, mistaken_rate, rings, wraps_up, live, abandoned } = habits;
        Self { answer_rate, machine_rate, mistaken_rate, rings, wraps_up, live, abandoned }
    }
}

impl From<Made> for DecisionOut {
    fn from(Made { id, at, wanted, dial, because, inputs, .. }: Made) -> Self {
        Self { id, at, wanted, dial, because, inputs }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Which {
    /// How many decisions, at most 200.
    limit: Option<u16>,
}

/// Why so many lines: the last decisions with all that they looked at, and what was learned
#[utoipa::path(get, path = "/api/campaigns/{id}/pacing", tag = "campaigns", params(("id" = Uuid, Path), Which),
    responses((status = 200, body = PacingOut)))]
async fn get(
    State(app): State<App>,
    caller: Allowed<SeeCampaigns>,
    Id(id): Id<CampaignId>,
    Params(which): Params<Which>,
) -> Result<Json<PacingOut>, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let found = campaign::find(&mut tx, caller.org, id).await?.filter(|found| found.kind == Kind::Voice);
    found.ok_or_else(|| Problem::not_found("campaign"))?;
    let known = Known::read(&mut tx, id).await?;
    let made = pacing::why(&mut tx, id, at_most(which.limit)).await?;
    tx.commit().await?;
    let decisions = made.into_iter().map(DecisionOut::from).collect();
    Ok(Json(PacingOut { habits: known.habits().into(), guessed: known.guessed, decisions }))
}
