//! Lets a supervisor into an agent's conference: the dial, the join, and each change of role.

use std::time::Duration;

use telnyx::{
    ClientState, Outcome as Reply, command_id,
    wire::{
        conference::{Beep, Join, SupervisorRole, Update},
        dial::Dial,
    },
};
use workflows::{
    id::SupervisionId,
    provider,
    supervision::{self, DialSupervisor, JoinSupervisor, Role, Standing, SwitchSupervisor},
    transition::Actor,
};

use crate::{environment::Environment, error::Error, ledger, outcome::Outcome, registry::Ctx};

const RING_SECS: u32 = 25;
/// Four hours is the carrier's limit of a leg (telnyx FACTS §1).
const LONGEST_LEG_SECS: u32 = 14_000;
/// Within a minute the carrier ignores a repeat of the same command id. Later, a dial whose answer was lost is never
/// sent again: the telephone might ring twice, and one leg would be nobody's.
const REPEATABLE_SECS: f64 = 45.0;
const AGAIN: Duration = Duration::from_millis(500);

pub(super) async fn dial(env: &Environment, ctx: &Ctx, job: &DialSupervisor) -> Result<Outcome, Error> {
    let session = standing(env, ctx, job.session).await?;
    if session.ended || session.leg.is_some() {
        return Ok(Outcome::Done);
    }
    let Some(from) = session.caller_id.clone().filter(|_| session.age_secs < REPEATABLE_SECS) else {
        return over(env, ctx, job.session, "the line could not be dialed in time").await;
    };
    let carrier = env.carrier()?;
    let request = Dial {
        client_state: Some(ClientState::Supervisor(job.session.0).encode()),
        command_id: Some(job.session.to_string()),
        timeout_secs: Some(RING_SECS),
        time_limit_secs: Some(LONGEST_LEG_SECS),
        webhook_url: Some(env.webhook_url.clone()),
        ..Dial::new(carrier.connection_id(), from, session.phone)
    };
    let (reply, line) = ledger::ask("dial_supervisor", carrier.dial(&request)).await;
    let mut tx = env.db.tenant(ctx.org()).await?;
    provider::note(&mut tx, ctx.org(), job.session.0, &line).await?;
    let outcome = match reply {
        Reply::Accepted(leg) => {
            supervision::dialed(&mut tx, job.session, &leg.call_control_id).await?;
            Outcome::Done
        }
        Reply::Refused(refusal) => {
            supervision::end(&mut tx, job.session, "the carrier refused the line", Actor::System).await?;
            Outcome::Discard(refusal.to_string())
        }
        other => ledger::again(other, AGAIN),
    };
    tx.commit().await?;
    Ok(outcome)
}

pub(super) async fn join(env: &Environment, ctx: &Ctx, job: &JoinSupervisor) -> Result<Outcome, Error> {
    let session = standing(env, ctx, job.session).await?;
    let (false, false, Some(leg)) = (session.ended, session.joined, session.leg.clone()) else {
        return Ok(Outcome::Done);
    };
    let role = session.wanted();
    if unheard(&session, role) {
        return over(env, ctx, job.session, "the agent's audio ended").await;
    }
    let body = Join {
        call_control_id: leg,
        beep_enabled: Some(Beep::Never),
        end_conference_on_exit: Some(false),
        supervisor_role: Some(as_asked(role)),
        whisper_call_control_ids: whispered(&session, role),
        command_id: Some(command_id(job.session.0, &format!("join:{}", session.version))),
        ..Join::default()
    };
    let (reply, line) = ledger::ask("join_supervisor", env.carrier()?.join(&session.conference, &body)).await;
    // One who was in already, by a try whose answer was lost, may be in with another role.
    let sure = !matches!(reply, Reply::AlreadyDone);
    settle(env, ctx, job.session, role, reply, &line, sure).await
}

pub(super) async fn switch(env: &Environment, ctx: &Ctx, job: &SwitchSupervisor) -> Result<Outcome, Error> {
    let session = standing(env, ctx, job.session).await?;
    let (false, true, Some(leg)) = (session.ended, session.joined, session.leg.clone()) else {
        return Ok(Outcome::Done);
    };
    let role = session.wanted();
    if session.role_now.as_deref() == Some(role.as_str()) {
        return Ok(Outcome::Done);
    }
    if unheard(&session, role) {
        return over(env, ctx, job.session, "the agent's audio ended").await;
    }
    let body = Update {
        call_control_id: leg,
        supervisor_role: as_asked(role),
        whisper_call_control_ids: whispered(&session, role),
        command_id: Some(command_id(job.session.0, &format!("role:{}", session.version))),
        ..Update::default()
    };
    let (reply, line) = ledger::ask("switch_supervisor", env.carrier()?.update(&session.conference, &body)).await;
    settle(env, ctx, job.session, role, reply, &line, true).await
}

async fn settle(
    env: &Environment,
    ctx: &Ctx,
    id: SupervisionId,
    role: Role,
    reply: Reply<()>,
    line: &provider::Request,
    sure: bool,
) -> Result<Outcome, Error> {
    let mut tx = env.db.tenant(ctx.org()).await?;
    provider::note(&mut tx, ctx.org(), id.0, line).await?;
    let outcome = match reply {
        Reply::Accepted(()) | Reply::AlreadyDone => {
            supervision::joined(&mut tx, id, role, sure).await?;
            Outcome::Done
        }
        Reply::Refused(refusal) => {
            supervision::end(&mut tx, id, "the carrier refused it", Actor::System).await?;
            Outcome::Discard(refusal.to_string())
        }
        other => ledger::again(other, AGAIN),
    };
    tx.commit().await?;
    Ok(outcome)
}

/// The law of the conference: a monitor is muted by the carrier, a whisper reaches the agent's leg alone.
fn as_asked(role: Role) -> SupervisorRole {
    match role {
        Role::Monitor => SupervisorRole::Monitor,
        Role::Whisper => SupervisorRole::Whisper,
        Role::Barge => SupervisorRole::Barge,
    }
}

/// A whisper without somebody to hear it might be heard by everybody.
fn unheard(session: &Standing, role: Role) -> bool {
    role == Role::Whisper && session.agent_leg.is_none()
}

fn whispered(session: &Standing, role: Role) -> Option<Vec<String>> {
    let agent = session.agent_leg.clone().filter(|_| role == Role::Whisper)?;
    Some(vec![agent])
}

async fn standing(env: &Environment, ctx: &Ctx, id: SupervisionId) -> Result<Standing, Error> {
    let mut tx = env.db.tenant(ctx.org()).await?;
    let session = supervision::standing(&mut tx, id).await?;
    tx.commit().await?;
    Ok(session)
}

async fn over(env: &Environment, ctx: &Ctx, id: SupervisionId, because: &str) -> Result<Outcome, Error> {
    let mut tx = env.db.tenant(ctx.org()).await?;
    supervision::end(&mut tx, id, because, Actor::System).await?;
    tx.commit().await?;
    Ok(Outcome::Discard(because.to_owned()))
}
