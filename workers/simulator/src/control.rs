//! `/sim`: the simulator's own controls. No part of the carrier, and loopback only.

mod inbound;
mod snapshot;

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::clock::Clock;
use crate::dice::Dice;
use crate::journal::{Entry, Kind, Line};
use crate::leg::{Ending, LegNo};
use crate::media;
use crate::scenario::Scenario;
use crate::server::Shared;
use crate::world::{Agent, World};

type Sim = State<Arc<Shared>>;

/// A refused control request.
struct Refused(StatusCode, String);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    secs: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AgentPatch {
    answer_ms: Option<AnswerMs>,
    online: Option<bool>,
}

/// One time, or a range.
#[derive(Deserialize)]
#[serde(untagged)]
enum AnswerMs {
    Always(u64),
    Between([u64; 2]),
}

#[derive(Deserialize)]
struct Since {
    #[serde(default)]
    since: u64,
    limit: Option<usize>,
}

#[derive(Deserialize)]
struct Link {
    expires: i64,
    token: Uuid,
}

#[derive(Serialize)]
struct ClockNow {
    #[serde(flatten)]
    line: Clock,
    now: DateTime<Utc>,
}

pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/sim", get(page))
        .route("/sim/clock", get(get_clock).post(set_clock))
        .route("/sim/clock/advance", post(advance))
        .route("/sim/scenario", get(get_scenario).post(set_scenario))
        .route("/sim/faults", post(patch_faults))
        .route("/sim/agents/{sip_username}", post(set_agent))
        .route("/sim/legs/{id}/hangup", post(hang_up))
        .route("/sim/inbound/sms", post(inbound::message))
        .route("/sim/webhook-urls", post(inbound::set_addresses))
        .route("/sim/journal", get(journal))
        .route("/sim/state", get(state))
        .route("/sim/keys", get(keys))
        .route("/sim/reset", post(reset))
        .route("/sim/media/{file}", get(recording))
}

async fn get_clock(State(sim): Sim) -> Json<ClockNow> {
    let mut world = sim.world();
    world.catch_up();
    Json(world.clock_now())
}

async fn set_clock(State(sim): Sim, Json(line): Json<Clock>) -> Result<Json<ClockNow>, Refused> {
    if !line.speed.is_finite() || line.speed < 0.0 {
        return Err(Refused::bad("speed must be a number from 0 on"));
    }
    let mut world = sim.world();
    world.set_clock(line);
    world.note_control(format!("clock set, speed {}", line.speed));
    sim.moved();
    Ok(Json(world.clock_now()))
}

async fn advance(State(sim): Sim, Json(by): Json<Advance>) -> Result<Json<ClockNow>, Refused> {
    let span = milliseconds(by.secs).ok_or_else(|| Refused::bad("secs must be a number from 0 on"))?;
    let mut world = sim.world();
    world.advance(span);
    world.note_control(format!("clock advanced by {} s", by.secs));
    sim.moved();
    Ok(Json(world.clock_now()))
}

async fn get_scenario(State(sim): Sim) -> Json<Scenario> {
    Json(sim.world().scenario.clone())
}

/// Replaces the scenario by the defaults with this file over them.
async fn set_scenario(State(sim): Sim, Json(file): Json<Value>) -> Result<Json<Scenario>, Refused> {
    let scenario = Scenario::from_file(file).map_err(Refused::unprocessable)?;
    let mut world = sim.world();
    world.set_scenario(scenario.clone());
    sim.moved();
    Ok(Json(scenario))
}

/// Patches the scenario in force.
async fn patch_faults(State(sim): Sim, Json(patch): Json<Value>) -> Result<Json<Scenario>, Refused> {
    let mut world = sim.world();
    let scenario = world.scenario.patched(patch).map_err(Refused::unprocessable)?;
    world.set_scenario(scenario.clone());
    sim.moved();
    Ok(Json(scenario))
}

async fn set_agent(State(sim): Sim, Path(username): Path<String>, Json(patch): Json<AgentPatch>) -> Json<Value> {
    let mut world = sim.world();
    let agent = world.agents.entry(username).or_insert(Agent { answer_ms: None, online: true });
    match patch.answer_ms {
        Some(AnswerMs::Always(ms)) => agent.answer_ms = Some([ms, ms]),
        Some(AnswerMs::Between(range)) => agent.answer_ms = Some(range),
        None => {}
    }
    agent.online = patch.online.unwrap_or(agent.online);
    let agent = *agent;
    world.note_control(format!("agent set, online {}", agent.online));
    Json(json!({ "answer_ms": agent.answer_ms, "online": agent.online }))
}

/// The other side hangs up.
async fn hang_up(State(sim): Sim, Path(id): Path<String>) -> Result<Json<Value>, Refused> {
    let mut world = sim.world();
    world.catch_up();
    let number = LegNo::parse(&id).filter(|number| world.living(*number).is_some());
    let number = number.ok_or_else(|| Refused::missing("no such leg alive"))?;
    world.hang_up_by_them(number);
    sim.moved();
    Ok(Json(json!({ "result": "ok" })))
}

async fn journal(State(sim): Sim, Query(query): Query<Since>) -> Json<Vec<Entry>> {
    let mut world = sim.world();
    world.catch_up();
    Json(world.journal.since(query.since, query.limit.unwrap_or(usize::MAX)))
}

async fn state(State(sim): Sim) -> Json<Value> {
    let mut world = sim.world();
    world.catch_up();
    Json(world.snapshot())
}

async fn keys(State(sim): Sim) -> Json<Value> {
    Json(json!({
        "telnyx_public_key": sim.key.public_base64(),
        "resend_signing_secret": sim.secret.shown(),
    }))
}

async fn reset(State(sim): Sim) -> Json<Value> {
    sim.world().reset();
    sim.moved();
    Json(json!({ "result": "ok" }))
}

/// A recording, as long as the link is fresh.
async fn recording(State(sim): Sim, Path(file): Path<String>, Query(link): Query<Link>) -> Result<Response, Refused> {
    let mut world = sim.world();
    world.catch_up();
    let id: Option<Uuid> = file.strip_suffix(".wav").and_then(|id| id.parse().ok());
    let recording = id.and_then(|id| world.recordings.get(&id));
    let recording = recording.ok_or_else(|| Refused::missing("no such recording"))?;
    let genuine = world.media_token(recording.id, link.expires) == link.token;
    if !genuine || world.now.timestamp() > link.expires {
        return Err(Refused(StatusCode::FORBIDDEN, "the link has expired".into()));
    }
    let (length, dual) = (recording.duration(), recording.dual);
    let fault = world.media_fault();
    drop(world);
    media::served(length, dual, fault).ok_or_else(|| Refused::bad("the answer cannot be made"))
}

async fn page(State(sim): Sim) -> Html<String> {
    let mut world = sim.world();
    world.catch_up();
    Html(world.page())
}

impl World {
    fn clock_now(&self) -> ClockNow {
        ClockNow { line: self.clock, now: self.now }
    }

    /// Seed and speed are taken out: they are done once, and a later patch must not do them again.
    fn set_scenario(&mut self, mut scenario: Scenario) {
        self.catch_up();
        if let Some(seed) = scenario.seed.take() {
            self.seed = seed;
            self.dice = Dice::new(seed, "world", 0);
        }
        if let Some(speed) = scenario.speed.take().filter(|speed| speed.is_finite() && *speed >= 0.0) {
            self.clock = Clock { speed, ..self.clock.jumped_to(self.now) };
        }
        self.scenario = scenario;
        self.note_control("scenario set".to_owned());
    }

    fn note_control(&mut self, note: String) {
        let line = Line { kind: Kind::Control, note: Some(note), ..Line::default() };
        self.journal.write(self.now, line);
    }

    fn media_fault(&mut self) -> Option<media::Fault> {
        let media = self.scenario.media;
        let shares = [
            (media.p404, media::Fault::Missing),
            (media.p403, media::Fault::Over),
            (media.p500, media::Fault::Broken),
            (media.half, media::Fault::Half),
            (media.page, media::Fault::Page),
        ];
        // No dice are thrown where nothing can go wrong: a scenario without these plays as it ever did.
        let total: f64 = shares.iter().map(|(share, _)| share).sum();
        (total > 0.0).then(|| self.dice.share(&shares)).flatten()
    }

    fn hang_up_by_them(&mut self, number: LegNo) {
        let answered = self.legs.get(number).is_some_and(|leg| leg.answered_at.is_some());
        let ending = match answered {
            true => Ending::far("normal_clearing", "200"),
            false => Ending::far("call_rejected", "603"),
        };
        self.hang_up(number, ending);
    }
}

impl Refused {
    fn bad(why: &str) -> Self {
        Self(StatusCode::BAD_REQUEST, why.to_owned())
    }

    fn missing(why: &str) -> Self {
        Self(StatusCode::NOT_FOUND, why.to_owned())
    }

    #[expect(clippy::needless_pass_by_value, reason = "the shape that map_err wants")]
    fn unprocessable(error: serde_json::Error) -> Self {
        Self(StatusCode::UNPROCESSABLE_ENTITY, error.to_string())
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        (self.0, Json(json!({ "error": self.1 }))).into_response()
    }
}

#[expect(clippy::cast_possible_truncation, reason = "bounded just before")]
fn milliseconds(secs: f64) -> Option<TimeDelta> {
    let possible = (0.0..=1e9).contains(&secs);
    possible.then(|| TimeDelta::milliseconds((secs * 1_000.0).round() as i64))
}
