//! Looks after what nobody reports: calls gone silent, agents who vanished, legs the carrier holds and we do not.
//!
//! Every worker process runs it; doing it twice does no harm.

use std::{collections::HashSet, time::Instant};

use telnyx::{ClientState, Outcome, wire::call::ActiveCall};
use workflows::{
    agent,
    call::{self, HangUp, ReconcileAttempt},
    db::Tx,
    id::{AgentId, CallId},
    job,
    transition::Actor,
};

use crate::{environment::Environment, error::Error};

/// A sweep looks at so many calls; the rest at the next.
const BATCH: i64 = 200;

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
    let lost = agent::unseen(&mut tx, env.timers.agent_grace).await?;
    tx.commit().await?;
    for agent in lost {
        lose(env, agent).await?;
    }
    Ok(())
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
    // Ours first: a leg that comes up between the two lists is not taken for a lost one.
    let mut tx = env.db.system().await?;
    let legs = agent::legs(&mut tx).await?;
    tx.commit().await?;
    let Outcome::Accepted(active) = carrier.active_calls().await else { return Ok(()) };
    let mut tx = env.db.system().await?;
    for leg in &active {
        look_at(&mut tx, leg, &legs).await?;
    }
    tx.commit().await?;
    missing_agents(env, &active, &legs).await
}

type Legs = [(AgentId, workflows::id::OrgId, Option<String>)];

async fn anything_to_compare(env: &Environment) -> Result<bool, sqlx::Error> {
    let mut tx = env.db.system().await?;
    let any = call::anything_lately(&mut tx).await?;
    tx.commit().await?;
    Ok(any)
}

async fn look_at(tx: &mut Tx, leg: &ActiveCall, legs: &Legs) -> Result<(), Error> {
    match leg.client_state.as_deref().and_then(ClientState::parse) {
        Some(ClientState::Attempt(id)) => {
            let Some(found) = call::find(tx, CallId(id)).await? else { return Ok(()) };
            let org = call::org(tx, CallId(id)).await?;
            if found.state.is_final() {
                job::enqueue(tx, org, &HangUp::zombie(CallId(id), &leg.call_control_id)).await?;
            } else if found.call_control_id.is_none() {
                job::enqueue(tx, org, &ReconcileAttempt { call: CallId(id) }).await?;
            }
        }
        Some(ClientState::Agent(id)) => {
            let theirs = legs.iter().find(|(agent, ..)| agent.0 == id);
            // A leg being dialed has no id yet; any other leg that is not the agent's is nobody's.
            if let Some((agent, org, Some(current))) = theirs
                && *current != leg.call_control_id
            {
                job::enqueue(tx, *org, &HangUp::leg(*agent, &leg.call_control_id)).await?;
            } else if theirs.is_none()
                && let Some(org) = agent::org(tx, AgentId(id)).await?
            {
                job::enqueue(tx, org, &HangUp::leg(AgentId(id), &leg.call_control_id)).await?;
            }
        }
        None => {}
    }
    Ok(())
}

async fn missing_agents(env: &Environment, active: &[ActiveCall], legs: &Legs) -> Result<(), Error> {
    let up: HashSet<&str> = active.iter().map(|leg| leg.call_control_id.as_str()).collect();
    for (agent, _, leg) in legs {
        if leg.as_deref().is_none_or(|leg| up.contains(leg)) {
            continue;
        }
        let mut tx = env.db.system().await?;
        // It may have come up anew since the list was read.
        if agent::endpoint(&mut tx, *agent).await?.leg_call_control_id == *leg {
            agent::record(&mut tx, *agent, agent::Event::LegDown, Actor::System).await?;
            tx.commit().await?;
        }
    }
    Ok(())
}
