//! Looks after what nobody reports: calls gone silent, agents who vanished, legs the carrier holds and we do not, and
//! whomever a cancelled or dead job has left behind.
//!
//! Every worker process runs it; doing it twice does no harm.

use std::{
    collections::HashSet,
    time::{Duration, Instant},
};

use telnyx::{ClientState, Outcome, wire::call::ActiveCall};
use workflows::{
    agent::{self, Leg},
    call::{self, HangUp, ReconcileAttempt},
    db::Tx,
    id::{AgentId, CallId, RecipientId, SupervisionId},
    job,
    message::{self, ReconcileMessage},
    recipient,
    recording::{self, FetchRecording},
    supervision,
    transition::Actor,
};

use crate::{environment::Environment, error::Error};

/// A sweep looks at so many calls; the rest at the next.
const BATCH: i64 = 200;

/// Real: an agent's leg that does not stand in its conference by now never will: it rings for 20 s at most.
const LEG_UP_BY: Duration = Duration::from_secs(60);
/// Real: the carrier's lists lag behind its answers by moments.
const LISTED_BY: Duration = Duration::from_secs(5);

/// Runs until `shutdown` resolves.
pub(crate) async fn run(env: Environment, shutdown: impl Future<Output = ()> + Send) {
    tokio::select! {
        () = sweep_for_ever(&env) => {}
        () = shutdown => {}
    }
}

async fn sweep_for_ever(env: &Environment) {
    let mut compared = Instant::now();
    loop {
        tokio::time::sleep(env.timers.sweep_every).await;
        if let Err(error) = sweep(env).await {
            tracing::warn!(%error, "sweep failed; the next one catches up");
        }
        if compared.elapsed() >= env.timers.compare_every {
            compared = Instant::now();
            if let Err(error) = compare(env).await {
                tracing::warn!(%error, "comparing live calls with the carrier failed; the next time catches up");
            }
        }
    }
}

async fn sweep(env: &Environment) -> Result<(), Error> {
    let mut tx = env.db.system().await?;
    for (id, org) in call::stale(&mut tx, env.timers.silence.as_secs_f64(), BATCH).await? {
        job::enqueue(&mut tx, org, &ReconcileAttempt { call: id }).await?;
    }
    for (id, org) in message::stale(&mut tx, env.timers.silence.as_secs_f64(), BATCH).await? {
        job::enqueue(&mut tx, org, &ReconcileMessage { message: id }).await?;
    }
    for (id, org) in recording::forgotten(&mut tx, BATCH).await? {
        job::enqueue(&mut tx, org, &FetchRecording { call: id }).await?;
    }
    let lost = agent::unseen(&mut tx, env.timers.agent_grace).await?;
    let legs = agent::legs(&mut tx).await?;
    tx.commit().await?;
    for agent in lost {
        lose(env, agent).await?;
    }
    for leg in legs.iter().filter(|leg| leg.dialing && leg.age > LEG_UP_BY) {
        drop_leg(env, leg).await?;
    }
    late_supervisors(env).await?;
    remember(env).await
}

/// Moves on whom no job will.
async fn remember(env: &Environment) -> Result<(), Error> {
    let mut tx = env.db.system().await?;
    let claims = recipient::claims_forgotten(&mut tx, BATCH).await?;
    let messages = recipient::messages_forgotten(&mut tx, BATCH).await?;
    let waits = recipient::waits_forgotten(&mut tx, BATCH).await?;
    let wrapping = agent::forgotten(&mut tx).await?;
    tx.commit().await?;
    for claim in claims {
        let mut tx = env.db.system().await?;
        call::give_back(&mut tx, claim.call, claim.recipient).await?;
        tx.commit().await?;
    }
    for call in wrapping {
        let mut tx = env.db.system().await?;
        call::close_wrap_up(&mut tx, call).await?;
        tx.commit().await?;
    }
    for recipient in messages {
        release(env, recipient).await?;
    }
    for waiting in waits {
        end_wait(env, waiting).await?;
    }
    Ok(())
}

/// Nothing was sent, and nothing will be: the next batch takes them.
async fn release(env: &Environment, id: RecipientId) -> Result<(), Error> {
    let mut tx = env.db.system().await?;
    match recipient::record(&mut tx, id, recipient::Event::Release, Actor::System).await {
        Ok(_) => Ok(tx.commit().await?),
        // Somebody was faster.
        Err(recipient::Error::Illegal(_)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

async fn end_wait(env: &Environment, id: RecipientId) -> Result<(), Error> {
    let mut tx = env.db.system().await?;
    match recipient::record(&mut tx, id, recipient::Event::Due, Actor::System).await {
        Ok(_) => Ok(tx.commit().await?),
        // Somebody was faster.
        Err(recipient::Error::Illegal(_)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// One transaction each: an agent's row may be held by the call that is just ending.
async fn lose(env: &Environment, id: AgentId) -> Result<(), Error> {
    let mut tx = env.db.system().await?;
    match agent::record(&mut tx, id, agent::Event::Lost, Actor::System).await {
        Ok(_) => tracing::info!(agent.id = %id, "agent {id} sent no heartbeat and is offline"),
        Err(agent::Error::Illegal(_)) => return Ok(()),
        Err(error) => return Err(error.into()),
    }
    Ok(tx.commit().await?)
}

/// Compares the carrier's live legs with ours: one that nobody here believes in is hung up (INVARIANTS V5B), one whose
/// answer was lost is found, and an agent's leg that is gone is known to be gone.
async fn compare(env: &Environment) -> Result<(), Error> {
    let Ok(carrier) = env.carrier() else { return Ok(()) };
    if !anything_to_compare(env).await? {
        return Ok(());
    }
    // Ours first: a leg that comes up between the two lists is not taken for one that is gone.
    let mut tx = env.db.system().await?;
    let legs = agent::legs(&mut tx).await?;
    let supervisors = supervision::with_legs(&mut tx, LISTED_BY).await?;
    tx.commit().await?;
    let Outcome::Accepted(active) = carrier.active_calls().await else { return Ok(()) };
    let mut tx = env.db.system().await?;
    for leg in &active {
        look_at(&mut tx, leg).await?;
    }
    tx.commit().await?;
    missing_supervisors(env, &active, supervisors).await?;
    missing_agents(env, &active, &legs).await
}

async fn missing_supervisors(
    env: &Environment,
    active: &[ActiveCall],
    sessions: Vec<(SupervisionId, String)>,
) -> Result<(), Error> {
    let mut tx = env.db.system().await?;
    for (id, leg) in sessions {
        if !active.iter().any(|up| up.call_control_id == leg) {
            supervision::end(&mut tx, id, "the carrier has no such line", Actor::System).await?;
        }
    }
    Ok(tx.commit().await?)
}

/// Supervisors who are not in by now, or whose agent is gone.
async fn late_supervisors(env: &Environment) -> Result<(), Error> {
    let mut tx = env.db.system().await?;
    for id in supervision::overdue(&mut tx, LEG_UP_BY).await? {
        supervision::end(&mut tx, id, "the line was not up in time, or the agent's audio ended", Actor::System).await?;
    }
    Ok(tx.commit().await?)
}

async fn anything_to_compare(env: &Environment) -> Result<bool, sqlx::Error> {
    let mut tx = env.db.system().await?;
    let any = call::anything_lately(&mut tx).await? || supervision::lately(&mut tx).await?;
    tx.commit().await?;
    Ok(any)
}

async fn look_at(tx: &mut Tx, leg: &ActiveCall) -> Result<(), Error> {
    match leg.client_state.as_deref().and_then(ClientState::parse) {
        Some(ClientState::Attempt(id)) => look_at_call(tx, CallId(id), leg).await,
        Some(ClientState::Agent(id)) => look_at_agent(tx, AgentId(id), leg).await,
        // One that is not known yet is adopted, one of a session that is over is hung up.
        Some(ClientState::Supervisor(id)) => {
            supervision::dialed(tx, SupervisionId(id), &leg.call_control_id).await?;
            Ok(())
        }
        None => Ok(()),
    }
}

async fn look_at_call(tx: &mut Tx, id: CallId, leg: &ActiveCall) -> Result<(), Error> {
    let Some(found) = call::find(tx, id).await? else { return Ok(()) };
    let org = call::org(tx, id).await?;
    if found.state.is_final() {
        job::enqueue(tx, org, &HangUp::zombie(id, &leg.call_control_id)).await?;
    } else if found.call_control_id.is_none() {
        job::enqueue(tx, org, &ReconcileAttempt { call: id }).await?;
    }
    Ok(())
}

/// A leg being dialed has no id yet; any other leg that is not the agent's, by now, is nobody's.
async fn look_at_agent(tx: &mut Tx, id: AgentId, leg: &ActiveCall) -> Result<(), Error> {
    let theirs = match agent::endpoint(tx, id).await {
        Ok(endpoint) => endpoint,
        Err(agent::Error::NotFound) => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    let dialing = theirs.leg_attempt.is_some() && theirs.leg_call_control_id.is_none();
    if let Some(org) = theirs.org
        && !dialing
        && theirs.leg_call_control_id.as_ref() != Some(&leg.call_control_id)
    {
        job::enqueue(tx, org, &HangUp::leg(id, &leg.call_control_id)).await?;
    }
    Ok(())
}

async fn missing_agents(env: &Environment, active: &[ActiveCall], legs: &[Leg]) -> Result<(), Error> {
    let up: HashSet<&str> = active.iter().map(|leg| leg.call_control_id.as_str()).collect();
    let listed = |leg: &&Leg| leg.call_control_id.as_deref().is_none_or(|id| up.contains(id));
    for leg in legs.iter().filter(|leg| leg.age > LISTED_BY && !listed(leg)) {
        drop_leg(env, leg).await?;
    }
    Ok(())
}

/// The leg is gone, unless the agent has another by now.
async fn drop_leg(env: &Environment, leg: &Leg) -> Result<(), Error> {
    let mut tx = env.db.system().await?;
    if agent::holds_leg(&mut tx, leg.agent, leg.attempt).await? {
        agent::record(&mut tx, leg.agent, agent::Event::LegDown, Actor::System).await?;
    }
    Ok(tx.commit().await?)
}
