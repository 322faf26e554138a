//! Brings an agent's audio up: a credential if there is none, the dial, then a conference of the agent's own.

use std::time::Duration;

use telnyx::{
    ClientState, Outcome as Reply, command_id,
    wire::{
        conference::{Beep, ConferenceCreate},
        credential::CredentialCreate,
        dial::Dial as Request,
    },
};
use workflows::{
    agent::{self, DialLeg, Endpoint, Event, OpenConference},
    id::{AgentId, OrgId},
    provider,
    transition::Actor,
};

use crate::{environment::Environment, error::Error, ledger, outcome::Outcome, registry::Ctx};

/// A softphone answers by itself; a phone leg may ring a little.
const RING_SECS: u32 = 20;
/// Four hours is the carrier's limit of a leg (telnyx FACTS §1).
const LONGEST_LEG_SECS: u32 = 14_000;
/// Agent, supervisor, customer, and room for a warm transfer.
const SEATS: u32 = 6;
/// Within a minute the carrier ignores a repeat of the same command id.
const AGAIN: Duration = Duration::from_millis(500);

pub(super) async fn dial_leg(env: &Environment, ctx: &Ctx, job: &DialLeg) -> Result<Outcome, Error> {
    let Some(endpoint) = wanted(env, ctx.org(), job.agent, job.leg).await? else {
        return Ok(Outcome::Cancel("another leg was asked for".into()));
    };
    if endpoint.leg_call_control_id.is_some() {
        return Ok(Outcome::Done);
    }
    let Some(from) = endpoint.caller_id.clone() else {
        return down(env, ctx.org(), job, "the organisation has no number to call from").await;
    };
    let carrier = env.carrier()?;
    let to = match target(env, ctx.org(), job.agent, &endpoint).await? {
        Ok(to) => to,
        Err(outcome) => return Ok(outcome),
    };
    let request = request(env, job, Request::new(carrier.connection_id(), from, to));
    let (reply, line) = ledger::ask("dial_agent", carrier.dial(&request)).await;
    let mut tx = env.db.tenant(ctx.org()).await?;
    provider::note(&mut tx, ctx.org(), job.agent.0, &line).await?;
    if let Reply::Accepted(leg) = &reply {
        agent::leg_dialed(&mut tx, job.agent, job.leg, &leg.call_control_id).await?;
    }
    tx.commit().await?;
    match reply {
        Reply::Accepted(_) | Reply::AlreadyDone => Ok(Outcome::Done),
        Reply::Refused(refusal) => down(env, ctx.org(), job, &refusal.to_string()).await,
        other => Ok(ledger::again(other, AGAIN)),
    }
}

fn request(env: &Environment, job: &DialLeg, plain: Request) -> Request {
    Request {
        client_state: Some(ClientState::Agent(job.agent.0).encode()),
        command_id: Some(job.leg.to_string()),
        timeout_secs: Some(RING_SECS),
        time_limit_secs: Some(LONGEST_LEG_SECS),
        webhook_url: Some(env.webhook_url.clone()),
        ..plain
    }
}

async fn wanted(env: &Environment, org: OrgId, agent: AgentId, leg: uuid::Uuid) -> Result<Option<Endpoint>, Error> {
    let mut tx = env.db.tenant(org).await?;
    let endpoint = agent::endpoint(&mut tx, agent).await?;
    tx.commit().await?;
    Ok((endpoint.leg_attempt == Some(leg)).then_some(endpoint))
}

/// The agent's phone, else the softphone's SIP address; a softphone without a credential gets one.
async fn target(
    env: &Environment,
    org: OrgId,
    agent: AgentId,
    endpoint: &Endpoint,
) -> Result<Result<String, Outcome>, Error> {
    if let Some(phone) = &endpoint.phone {
        return Ok(Ok(phone.clone()));
    }
    if let Some(user) = &endpoint.sip_username {
        return Ok(Ok(sip(user)));
    }
    let carrier = env.carrier()?;
    let body = CredentialCreate {
        connection_id: carrier.connection_id().to_owned(),
        name: Some(format!("agent-{agent}")),
        ..CredentialCreate::default()
    };
    let (reply, line) = ledger::ask("create_credential", carrier.create_credential(&body)).await;
    let mut tx = env.db.tenant(org).await?;
    provider::note(&mut tx, org, agent.0, &line).await?;
    let user = match reply {
        Reply::Accepted(credential) => credential.sip_username.map(|user| (credential.id, user)),
        _ => None,
    };
    if let Some((credential, user)) = &user {
        agent::keep_credential(&mut tx, org, agent, credential, user).await?;
    }
    tx.commit().await?;
    Ok(user.map(|(_, user)| sip(&user)).ok_or_else(|| Outcome::retry("no credential for the softphone")))
}

fn sip(user: &str) -> String {
    format!("sip:{user}@sip.telnyx.com")
}

/// The leg will not come up: the agent is told, and may try again.
async fn down(env: &Environment, org: OrgId, job: &DialLeg, why: &str) -> Result<Outcome, Error> {
    let mut tx = env.db.tenant(org).await?;
    if agent::holds_leg(&mut tx, job.agent, job.leg).await? {
        agent::record(&mut tx, job.agent, Event::LegDown, Actor::System).await?;
    }
    tx.commit().await?;
    Ok(Outcome::Discard(why.to_owned()))
}

pub(super) async fn open_conference(env: &Environment, ctx: &Ctx, job: &OpenConference) -> Result<Outcome, Error> {
    let Some(endpoint) = wanted(env, ctx.org(), job.agent, job.leg).await? else {
        return Ok(Outcome::Cancel("another leg was asked for".into()));
    };
    let (None, Some(leg)) = (endpoint.conference, endpoint.leg_call_control_id) else {
        return Ok(Outcome::Done);
    };
    let body = conference(job, leg);
    let (reply, line) = ledger::ask("create_conference", env.carrier()?.create_conference(&body)).await;
    let mut tx = env.db.tenant(ctx.org()).await?;
    provider::note(&mut tx, ctx.org(), job.agent.0, &line).await?;
    let outcome = match reply {
        // The leg ended while its conference was opened, and the conference with it.
        Reply::Accepted(_) | Reply::Refused(_) if !agent::holds_leg(&mut tx, job.agent, job.leg).await? => {
            Outcome::Cancel("the leg is gone".into())
        }
        Reply::Accepted(conference) => {
            let up = Event::LegUp { conference: conference.id };
            agent::record(&mut tx, job.agent, up, Actor::System).await?;
            Outcome::Done
        }
        Reply::AlreadyDone => Outcome::Done,
        Reply::Refused(refusal) => {
            agent::record(&mut tx, job.agent, Event::LegDown, Actor::System).await?;
            Outcome::Discard(refusal.to_string())
        }
        other => ledger::again(other, AGAIN),
    };
    tx.commit().await?;
    Ok(outcome)
}

fn conference(job: &OpenConference, leg: String) -> ConferenceCreate {
    ConferenceCreate {
        beep_enabled: Some(Beep::Never),
        comfort_noise: Some(true),
        start_conference_on_create: Some(true),
        max_participants: Some(SEATS),
        command_id: Some(command_id(job.leg, "conference")),
        call_control_id: leg,
        name: format!("as-{}", job.leg),
        ..ConferenceCreate::default()
    }
}
