//! What a supervisor does on the floor: say something to an agent, send them on a break, be on their line.

use axum::{Json, extract::State, http::StatusCode};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;
use workflows::{
    agent::{self, Note},
    db::Tx,
    id::{AgentId, OrgId, UserId},
    identity::Principal,
    phone::E164,
    supervision::{self, Role, Supervision},
};

use super::{agents::own, shapes::AgentOut};
use crate::{
    extract::{Allowed, Check, Id, Page, RunCampaigns, SeeCampaigns, Valid, WorkCalls},
    problem::{FieldError, Kind, Problem},
    state::App,
};

/// So much of what was said is shown.
const NOTES: i64 = 50;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(notes))
        .routes(routes!(tell))
        .routes(routes!(order_break))
        .routes(routes!(seen))
        .routes(routes!(enter))
        .routes(routes!(present, change, leave))
}

impl From<supervision::Error> for Problem {
    fn from(error: supervision::Error) -> Self {
        use supervision::Error;
        match error {
            Error::NotFound => Self::not_found("agent"),
            Error::NoPhone | Error::Consumers => Self::field("phone", error.to_string()),
            Error::NoAudio | Error::NoNumber => Self::new(Kind::NotReady).detail(error),
            Error::Already | Error::None => Self::new(Kind::IllegalTransition).detail(error),
            Error::Agent(error) => error.into(),
            Error::Database(error) => error.into(),
        }
    }
}

/// What an agent should read.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TellIn {
    /// Up to 500 characters.
    body: String,
}

/// Why an agent should pause.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BreakIn {
    /// Up to 80 characters: the agent sees it, and it goes to the audit trail.
    reason: String,
}

/// How a supervisor wants to be on the line.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EnterIn {
    #[schema(value_type = String, example = "monitor")]
    role: Role,
    /// The supervisor's telephone; kept for the next time.
    #[serde(default)]
    phone: Option<String>,
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RoleIn {
    /// `monitor`, `whisper` or `barge`.
    #[schema(value_type = String, example = "whisper")]
    role: Role,
}

impl Check for TellIn {}
impl Check for BreakIn {}
impl Check for RoleIn {}

impl Check for EnterIn {
    fn wrong(&self) -> Vec<FieldError> {
        telephone(self.phone.as_deref()).err().into_iter().collect()
    }
}

fn telephone(phone: Option<&str>) -> Result<Option<E164>, FieldError> {
    let given = phone.map(str::trim).filter(|phone| !phone.is_empty());
    given.map(E164::parse).transpose().map_err(|error| FieldError::new("phone", error.to_string()))
}

/// Something said to an agent.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NoteOut {
    id: Uuid,
    /// `message` or `break`.
    kind: String,
    body: String,
    by: String,
    at: DateTime<Utc>,
    seen_at: Option<DateTime<Utc>>,
}

impl From<Note> for NoteOut {
    fn from(n: Note) -> Self {
        Self { id: n.id, kind: n.kind, body: n.body, by: n.by, at: n.at, seen_at: n.seen_at }
    }
}

/// A supervisor on an agent's line.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SupervisionOut {
    id: Uuid,
    agent_id: Uuid,
    agent: String,
    /// `monitor`, `whisper` or `barge`.
    role: String,
    /// What the carrier has taken; null while the telephone rings.
    role_now: Option<String>,
    asked_at: DateTime<Utc>,
    joined_at: Option<DateTime<Utc>>,
}

impl From<Supervision> for SupervisionOut {
    fn from(s: Supervision) -> Self {
        let (id, agent_id) = (s.id.0, s.agent.0);
        let Supervision { agent_name: agent, role, role_now, asked_at, joined_at, .. } = s;
        Self { id, agent_id, agent, role, role_now, asked_at, joined_at }
    }
}

/// What was said to an agent, newest first
#[utoipa::path(get, path = "/api/agents/{id}/notes", tag = "agents", params(("id" = Uuid, Path)),
    responses((status = 200, body = Page<NoteOut>)))]
async fn notes(
    State(app): State<App>,
    caller: Allowed<SeeCampaigns>,
    Id(id): Id<AgentId>,
) -> Result<Json<Page<NoteOut>>, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    read(&mut tx, caller.org, id).await?;
    let notes = agent::notes(&mut tx, caller.org, id, NOTES).await?;
    tx.commit().await?;
    Ok(Json(Page { items: notes.into_iter().map(NoteOut::from).collect(), next: None }))
}

/// Say something to an agent: their cockpit shows it at once, and keeps it
#[utoipa::path(post, path = "/api/agents/{id}/notes", tag = "agents", request_body = TellIn,
    params(("id" = Uuid, Path)), responses((status = 201, body = NoteOut)))]
async fn tell(
    State(app): State<App>,
    caller: Allowed<RunCampaigns>,
    Id(id): Id<AgentId>,
    said: Valid<TellIn>,
) -> Result<(StatusCode, Json<NoteOut>), Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    agent::tell(&mut tx, caller.org, id, &said.body.body, caller.actor).await?;
    let note = agent::notes(&mut tx, caller.org, id, 1).await?.pop();
    tx.commit().await?;
    let note = note.ok_or_else(|| Problem::internal("a note just written is gone"))?;
    Ok((StatusCode::CREATED, Json(note.into())))
}

/// Send an agent on a break: now if they are free, else when the call is over
#[utoipa::path(post, path = "/api/agents/{id}/break", tag = "agents", request_body = BreakIn,
    params(("id" = Uuid, Path)), responses((status = 200, body = AgentOut)))]
async fn order_break(
    State(app): State<App>,
    caller: Allowed<RunCampaigns>,
    Id(id): Id<AgentId>,
    asked: Valid<BreakIn>,
) -> Result<Json<AgentOut>, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    agent::order_break(&mut tx, caller.org, id, &asked.body.reason, caller.actor).await?;
    let out = read(&mut tx, caller.org, id).await?;
    tx.commit().await?;
    Ok(Json(out))
}

/// You have read what was said to you
#[utoipa::path(post, path = "/api/agents/me/notes/{id}/seen", tag = "agents", params(("id" = Uuid, Path)),
    responses((status = 204, description = "Noted")))]
async fn seen(State(app): State<App>, caller: Allowed<WorkCalls>, Id(note): Id<Uuid>) -> Result<StatusCode, Problem> {
    let me = own(&caller)?;
    let mut tx = app.db.tenant(caller.org).await?;
    let theirs = agent::seen(&mut tx, caller.org, me, note).await?;
    tx.commit().await?;
    if theirs { Ok(StatusCode::NO_CONTENT) } else { Err(Problem::not_found("note")) }
}

/// Be on an agent's line: your telephone is called, and put into their conference
///
/// `monitor` hears, `whisper` is heard by the agent only, `barge` by everybody. The agent is told. 409 `not-ready` while
/// the agent has no audio; one agent at a time.
#[utoipa::path(post, path = "/api/agents/{id}/supervision", tag = "agents", request_body = EnterIn,
    params(("id" = Uuid, Path)), responses((status = 202, body = SupervisionOut)))]
async fn enter(
    State(app): State<App>,
    caller: Allowed<RunCampaigns>,
    Id(id): Id<AgentId>,
    asked: Valid<EnterIn>,
) -> Result<(StatusCode, Json<SupervisionOut>), Problem> {
    begin(&app, &caller, id, asked.body.role, asked.body.phone.as_deref()).await?;
    Ok((StatusCode::ACCEPTED, Json(mine(&app, &caller).await?)))
}

/// Where you are on the line
#[utoipa::path(get, path = "/api/supervision", tag = "agents", responses((status = 200, body = SupervisionOut)))]
async fn present(State(app): State<App>, caller: Allowed<RunCampaigns>) -> Result<Json<SupervisionOut>, Problem> {
    mine(&app, &caller).await.map(Json)
}

/// Listen, whisper or barge in instead
#[utoipa::path(put, path = "/api/supervision", tag = "agents", request_body = RoleIn,
    responses((status = 202, body = SupervisionOut)))]
async fn change(
    State(app): State<App>,
    caller: Allowed<RunCampaigns>,
    asked: Valid<RoleIn>,
) -> Result<(StatusCode, Json<SupervisionOut>), Problem> {
    set_role(&app, &caller, asked.body.role).await?;
    Ok((StatusCode::ACCEPTED, Json(mine(&app, &caller).await?)))
}

/// Leave the line
#[utoipa::path(delete, path = "/api/supervision", tag = "agents",
    responses((status = 204, description = "Your telephone is hung up")))]
async fn leave(State(app): State<App>, caller: Allowed<RunCampaigns>) -> Result<StatusCode, Problem> {
    go(&app, &caller).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(crate) async fn begin(
    app: &App,
    caller: &Principal,
    agent: AgentId,
    role: Role,
    phone: Option<&str>,
) -> Result<(), Problem> {
    super::dialer::provider(app, workflows::campaign::Kind::Voice)?;
    let user = person(caller)?;
    let phone = telephone(phone).map_err(|wrong| Problem::new(Kind::InvalidBody).fields(vec![wrong]))?;
    let mut tx = app.db.tenant(caller.org).await?;
    supervision::begin(&mut tx, caller.org, user, agent, role, phone.as_ref()).await?;
    Ok(tx.commit().await?)
}

pub(crate) async fn set_role(app: &App, caller: &Principal, role: Role) -> Result<(), Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    supervision::set_role(&mut tx, caller.org, person(caller)?, role).await?;
    Ok(tx.commit().await?)
}

pub(crate) async fn go(app: &App, caller: &Principal) -> Result<(), Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    supervision::leave(&mut tx, person(caller)?).await?;
    Ok(tx.commit().await?)
}

async fn mine(app: &App, caller: &Principal) -> Result<SupervisionOut, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let session = supervision::of_supervisor(&mut tx, caller.org, person(caller)?).await?;
    tx.commit().await?;
    session.map(SupervisionOut::from).ok_or_else(|| Problem::not_found("agent whose line you are on"))
}

/// A key has no telephone.
fn person(caller: &Principal) -> Result<UserId, Problem> {
    let nobody = || Problem::new(Kind::Forbidden).detail("only a person who is signed in listens; a key does not");
    caller.user().ok_or_else(nobody)
}

async fn read(tx: &mut Tx, org: OrgId, id: AgentId) -> Result<AgentOut, Problem> {
    Ok(agent::find(tx, org, id).await?.ok_or_else(|| Problem::not_found("agent"))?.into())
}
