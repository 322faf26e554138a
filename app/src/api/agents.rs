//! Agents: the pool, and what an agent does about themselves.

use axum::{Json, extract::State, http::StatusCode};
use secrecy::ExposeSecret;
use telnyx::{Outcome, wire::credential::CredentialCreate};
use utoipa_axum::{router::OpenApiRouter, routes};
use workflows::{
    agent,
    db::Tx,
    id::{AgentId, OrgId},
};

use super::shapes::{AgentOut, SettingsIn, StateIn, TokenOut};
use crate::{
    extract::{Allowed, Page, SeeCampaigns, Valid, WorkCalls},
    problem::{Kind, Problem},
    state::App,
};

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(me))
        .routes(routes!(set_state))
        .routes(routes!(set_settings))
        .routes(routes!(heartbeat))
        .routes(routes!(softphone))
}

impl From<agent::Error> for Problem {
    fn from(error: agent::Error) -> Self {
        match error {
            agent::Error::NotFound => Self::not_found("agent"),
            agent::Error::Illegal(illegal) => Self::new(Kind::IllegalTransition).detail(illegal),
            agent::Error::Invalid { field, message } => Self::field(field, message),
            agent::Error::SignedOut | agent::Error::Ordered => Self::new(Kind::IllegalTransition).detail(error),
            agent::Error::Database(error) => error.into(),
        }
    }
}

/// Every agent, busy ones first
#[utoipa::path(get, path = "/api/agents", tag = "agents", responses((status = 200, body = Page<AgentOut>)))]
async fn list(State(app): State<App>, caller: Allowed<SeeCampaigns>) -> Result<Json<Page<AgentOut>>, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let agents = agent::list(&mut tx, caller.org).await?;
    tx.commit().await?;
    Ok(Json(Page { items: agents.into_iter().map(AgentOut::from).collect(), next: None }))
}

/// Yourself
#[utoipa::path(get, path = "/api/agents/me", tag = "agents", responses((status = 200, body = AgentOut)))]
async fn me(State(app): State<App>, caller: Allowed<WorkCalls>) -> Result<Json<AgentOut>, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let out = read(&mut tx, caller.org, own(&caller)?).await?;
    tx.commit().await?;
    Ok(Json(out))
}

/// Go available, take a break, go offline; while busy it is done after the call
#[utoipa::path(put, path = "/api/agents/me/state", tag = "agents", request_body = StateIn,
    responses((status = 200, body = AgentOut)))]
async fn set_state(
    State(app): State<App>,
    caller: Allowed<WorkCalls>,
    asked: Valid<StateIn>,
) -> Result<Json<AgentOut>, Problem> {
    let id = own(&caller)?;
    let mut tx = app.db.tenant(caller.org).await?;
    agent::touch(&mut tx, id).await?;
    agent::record(&mut tx, id, asked.body.into(), caller.actor).await?;
    let out = read(&mut tx, caller.org, id).await?;
    tx.commit().await?;
    Ok(Json(out))
}

/// How you work: when the next call of a list you dial leaves by itself
#[utoipa::path(put, path = "/api/agents/me/settings", tag = "agents", request_body = SettingsIn,
    responses((status = 200, body = AgentOut)))]
async fn set_settings(
    State(app): State<App>,
    caller: Allowed<WorkCalls>,
    asked: Valid<SettingsIn>,
) -> Result<Json<AgentOut>, Problem> {
    let id = own(&caller)?;
    let mut tx = app.db.tenant(caller.org).await?;
    agent::set_auto_advance(&mut tx, caller.org, id, asked.body.auto_advance_secs).await?;
    let out = read(&mut tx, caller.org, id).await?;
    tx.commit().await?;
    Ok(Json(out))
}

/// You are here; an open stream, or any request of yours, says the same
#[utoipa::path(post, path = "/api/agents/me/heartbeat", tag = "agents", responses((status = 204, description = "Noted")))]
async fn heartbeat(State(app): State<App>, caller: Allowed<WorkCalls>) -> Result<StatusCode, Problem> {
    let id = own(&caller)?;
    let mut tx = app.db.tenant(caller.org).await?;
    read(&mut tx, caller.org, id).await?;
    agent::touch(&mut tx, id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What your browser registers its telephone with, for a day
#[utoipa::path(post, path = "/api/agents/me/softphone", tag = "agents", responses((status = 201, body = TokenOut)))]
async fn softphone(
    State(app): State<App>,
    caller: Allowed<WorkCalls>,
) -> Result<(StatusCode, Json<TokenOut>), Problem> {
    let carrier = app.carrier.clone().ok_or_else(|| {
        Problem::new(Kind::NotReady).detail("no provider is configured: set TELNYX_API_KEY and its companions")
    })?;
    let (credential, sip_username) = credential(&app, &carrier, caller.org, own(&caller)?).await?;
    let token = said(carrier.create_token(&credential).await)?.expose_secret().to_owned();
    Ok((StatusCode::CREATED, Json(TokenOut { token, sip_username })))
}

/// The agent's credential at the carrier, made at the first time of asking. Never inside a transaction.
async fn credential(app: &App, carrier: &telnyx::Client, org: OrgId, id: AgentId) -> Result<(String, String), Problem> {
    let mut tx = app.db.tenant(org).await?;
    let known = agent::credential(&mut tx, org, id).await?;
    tx.commit().await?;
    if let Some(known) = known {
        return Ok(known);
    }
    let connection_id = app.config.carrier.as_ref().map(|c| c.credential_connection_id.clone()).unwrap_or_default();
    let wish = CredentialCreate { connection_id, name: Some(format!("agent {id}")), ..CredentialCreate::default() };
    let made = said(carrier.create_credential(&wish).await)?;
    let sip_username = made.sip_username.ok_or_else(|| Problem::new(Kind::Provider).detail("it named no SIP user"))?;
    let mut tx = app.db.tenant(org).await?;
    agent::keep_credential(&mut tx, org, id, &made.id, &sip_username).await?;
    // Whoever was first stays.
    let kept = agent::credential(&mut tx, org, id).await?;
    tx.commit().await?;
    kept.ok_or_else(|| Problem::internal("a credential just kept is gone"))
}

fn said<T>(outcome: Outcome<T>) -> Result<T, Problem> {
    let why = match outcome {
        Outcome::Accepted(value) => return Ok(value),
        Outcome::Refused(refusal) => format!("the carrier refused: {refusal}"),
        Outcome::RateLimited { .. } => "the carrier asks us to slow down; try again in a moment".to_owned(),
        _ => "the carrier did not answer; try again".to_owned(),
    };
    Err(Problem::new(Kind::Provider).detail(why))
}

/// A key is nobody's person.
pub(crate) fn own(caller: &Allowed<WorkCalls>) -> Result<AgentId, Problem> {
    let nobody = || Problem::new(Kind::Forbidden).detail("only a person who is signed in is an agent; a key is not");
    caller.user().map(|user| AgentId(user.0)).ok_or_else(nobody)
}

async fn read(tx: &mut Tx, org: OrgId, id: AgentId) -> Result<AgentOut, Problem> {
    let found = agent::find(tx, org, id).await?;
    found.map(AgentOut::from).ok_or_else(|| Problem::not_found("agent; only people with the role agent are"))
}
