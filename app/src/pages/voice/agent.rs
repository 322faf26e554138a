//! `/voice/agents/{id}`: one agent, live, and what a supervisor does about them.

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::Deserialize;
use web::{
    Nav,
    pages::voice::agent::{self as page, AgentView, NoteRow, Session},
    state::AgentState,
};
use workflows::{
    agent::{self, Note},
    id::AgentId,
    identity::{Principal, Right},
    phone::E164,
    supervision::{self, Role, Supervision},
};

use crate::{
    api::floor as api,
    extract::{Allowed, Id, RunCampaigns, SeeCampaigns, Submitted},
    pages::{frame, words::field_errors},
    problem::Problem,
    state::App,
};

const NOTES: i64 = 20;

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/voice/agents/{id}", get(show))
        .route("/voice/agents/{id}/message", post(tell))
        .route("/voice/agents/{id}/break", post(order_break))
        .route("/voice/agents/{id}/line", post(enter))
        .route("/voice/agents/{id}/role", post(change))
        .route("/voice/agents/{id}/leave", post(leave))
}

/// What was typed into whichever form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Typed {
    body: String,
    reason: String,
    phone: String,
    role: String,
}

async fn show(
    State(app): State<App>,
    caller: Allowed<SeeCampaigns>,
    Id(id): Id<AgentId>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let view = load(&app, &caller, id).await?;
    render(&app, &caller, &headers, StatusCode::OK, &view).await
}

/// The parts that change.
pub(in crate::pages) async fn fragments(app: &App, caller: &Principal, id: AgentId) -> Result<String, Problem> {
    let view = load(app, caller, id).await?;
    Ok(page::fragments(&frame::clock(app, caller).await?, &view))
}

type Asked = (State<App>, Allowed<RunCampaigns>, Id<AgentId>, HeaderMap);

async fn tell(asked: Asked, Submitted(typed): Submitted<Typed>) -> Result<Response, Problem> {
    let done = say(&asked, &typed.body).await;
    answer(asked, typed, done, "Sent.").await
}

async fn say((State(app), caller, Id(id), _): &Asked, body: &str) -> Result<(), Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    agent::tell(&mut tx, caller.org, *id, body, caller.actor).await?;
    Ok(tx.commit().await?)
}

async fn order_break(asked: Asked, Submitted(typed): Submitted<Typed>) -> Result<Response, Problem> {
    let done = send_off(&asked, &typed.reason).await;
    answer(asked, typed, done, "Ordered.").await
}

async fn send_off((State(app), caller, Id(id), _): &Asked, reason: &str) -> Result<(), Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    agent::order_break(&mut tx, caller.org, *id, reason, caller.actor).await?;
    Ok(tx.commit().await?)
}

async fn enter(asked: Asked, Submitted(typed): Submitted<Typed>) -> Result<Response, Problem> {
    let done = match role(&typed) {
        Ok(role) => api::begin(&asked.0, &asked.1, asked.2.0, role, Some(&typed.phone)).await,
        Err(problem) => Err(problem),
    };
    answer(asked, typed, done, "Your telephone is called.").await
}

async fn change(asked: Asked, Submitted(typed): Submitted<Typed>) -> Result<Response, Problem> {
    let done = match role(&typed) {
        Ok(role) => api::set_role(&asked.0, &asked.1, role).await,
        Err(problem) => Err(problem),
    };
    answer(asked, typed, done, "Changed.").await
}

async fn leave(asked: Asked, Submitted(typed): Submitted<Typed>) -> Result<Response, Problem> {
    let done = api::go(&asked.0, &asked.1).await;
    answer(asked, typed, done, "Left.").await
}

fn role(typed: &Typed) -> Result<Role, Problem> {
    Role::named(&typed.role).ok_or_else(|| Problem::field("role", "choose to listen, to whisper or to barge in"))
}

async fn answer(
    (State(app), caller, Id(id), headers): Asked,
    typed: Typed,
    done: Result<(), Problem>,
    words: &str,
) -> Result<Response, Problem> {
    let here = format!("/voice/agents/{id}");
    match done {
        Ok(()) => Ok(frame::onward(&here, words)),
        Err(problem) if problem.status() == StatusCode::CONFLICT => {
            Ok(frame::onward(&here, &format!("Not done: {}.", problem.sentence())))
        }
        Err(problem) if problem.status() == StatusCode::UNPROCESSABLE_ENTITY => {
            let view = AgentView { errors: field_errors(&problem), ..load(&app, &caller, id).await? };
            let phone = if typed.phone.is_empty() { view.phone.clone() } else { typed.phone };
            let view = AgentView { body: typed.body, break_reason: typed.reason, phone, ..view };
            render(&app, &caller, &headers, problem.status(), &view).await
        }
        Err(problem) => Err(problem),
    }
}

async fn render(
    app: &App,
    caller: &Principal,
    headers: &HeaderMap,
    status: StatusCode,
    view: &AgentView,
) -> Result<Response, Problem> {
    let mut shell = frame::shell(app, caller, &view.name, Some(Nav::Voice), headers).await?;
    shell.events = Some(format!("/live/agent?id={}", view.id));
    let html = page::page(&shell, view);
    Ok((status, frame::page(&shell, html)).into_response())
}

async fn load(app: &App, caller: &Principal, id: AgentId) -> Result<AgentView, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let found = agent::find(&mut tx, caller.org, id).await?.ok_or_else(|| Problem::not_found("agent"))?;
    let notes = agent::notes(&mut tx, caller.org, id, NOTES).await?;
    let here = supervision::of_agent(&mut tx, caller.org, id).await?;
    let (mine, phone) = match caller.user() {
        Some(user) => {
            (supervision::of_supervisor(&mut tx, caller.org, user).await?, supervision::phone_of(&mut tx, user).await?)
        }
        None => (None, None),
    };
    tx.commit().await?;
    let others = here.iter().filter(|one| Some(one.supervisor) != caller.user()).map(present).collect();
    let (own, elsewhere) = match mine {
        Some(mine) if mine.agent == id => (Some(mine), None),
        Some(other) => (None, Some((other.agent.0, other.agent_name))),
        None => (None, None),
    };
    let shown =
        |state: agent::State| AgentState::named(state.as_str()).expect("the lexicon has every state of an agent");
    Ok(AgentView {
        id: id.0,
        name: found.name,
        state: shown(found.state),
        since: found.since,
        reason: found.reason,
        then: found.next_state.map(shown),
        audio: found.leg == "up",
        session: own.map(|own| Session { role: own.role, role_now: own.role_now }),
        elsewhere,
        others,
        may: caller.may(Right::RunCampaigns),
        phone: phone
            .map(|phone| E164::parse(&phone).map_or(phone.clone(), |phone| phone.national()))
            .unwrap_or_default(),
        body: String::new(),
        break_reason: String::new(),
        errors: Vec::new(),
        notes: notes.into_iter().map(row).collect(),
    })
}

/// `Rosa Diaz listens`.
pub(in crate::pages) fn present(one: &Supervision) -> String {
    let doing = match one.role_now.as_deref() {
        Some("monitor") => "listens",
        Some("whisper") => "whispers to the agent",
        Some("barge") => "speaks to everybody",
        _ => "is being connected",
    };
    format!("{} {doing}", one.supervisor_name)
}

fn row(note: Note) -> NoteRow {
    let words = if note.kind == "break" { format!("Break: {}", note.body) } else { note.body };
    NoteRow { at: note.at, by: note.by, words, seen_at: note.seen_at }
}
