//! Lets go of a person or of an agent's leg. Doing it twice does no harm.

use std::time::Duration;

use telnyx::{Outcome as Reply, command_id, refusal::Kind, wire::call::Hangup};
use uuid::Uuid;
use workflows::{
    call::{self, Call, Event, Fact, HangUp, ReconcileAttempt, State},
    id::CallId,
    job, provider,
    transition::Actor,
};

use crate::{environment::Environment, error::Error, ledger, outcome::Outcome, registry::Ctx};

/// The carrier's id is on its way with the dial's answer or a webhook.
const SOON: Duration = Duration::from_secs(1);
const AGAIN: Duration = Duration::from_millis(300);

pub(super) async fn hang_up(env: &Environment, ctx: &Ctx, job: &HangUp) -> Result<Outcome, Error> {
    let (run, leg) = match job {
        HangUp::Leg { agent, call_control_id } => (agent.0, call_control_id.clone()),
        HangUp::Supervisor { session, call_control_id } => (session.0, call_control_id.clone()),
        HangUp::Zombie { call, call_control_id } => (call.0, call_control_id.clone()),
        HangUp::Call { call } => match leg(env, ctx, *call).await? {
            Ok(leg) => (call.0, leg),
            Err(outcome) => return Ok(outcome),
        },
    };
    send(env, ctx, job, run, &leg).await
}

/// The leg to let go of, or why there is none to let go of now.
async fn leg(env: &Environment, ctx: &Ctx, id: CallId) -> Result<Result<String, Outcome>, Error> {
    let mut tx = env.db.tenant(ctx.org()).await?;
    let found = call::find(&mut tx, id).await?;
    let abandons = found.as_ref().is_some_and(Call::waits_for_an_agent)
        && call::record(&mut tx, id, Event::NobodyFree, Fact::default(), Actor::System).await?;
    tx.commit().await?;
    Ok(match found {
        // Who was answered and is let go before an agent talks was abandoned, whoever asked for it. That it is
        // written down has asked for this job once more.
        Some(_) if abandons => Err(Outcome::Done),
        Some(found) if found.state == State::Ended => Err(Outcome::Done),
        Some(Call { call_control_id: Some(leg), .. }) => Ok(leg),
        Some(found) if found.state.is_final() => Err(Outcome::Cancel("it was never at the carrier".into())),
        Some(_) => Err(Outcome::snooze(SOON)),
        None => Err(Outcome::Discard("no such call".into())),
    })
}

async fn send(env: &Environment, ctx: &Ctx, job: &HangUp, run: Uuid, leg: &str) -> Result<Outcome, Error> {
    let body = Hangup { command_id: Some(command_id(run, &format!("hangup:{leg}"))), ..Hangup::default() };
    let (reply, line) = ledger::ask("hangup", env.carrier()?.hang_up(leg, &body)).await;
    let mut tx = env.db.tenant(ctx.org()).await?;
    provider::note(&mut tx, ctx.org(), run, &line).await?;
    let outcome = match reply {
        Reply::Accepted(()) | Reply::AlreadyDone => Outcome::Done,
        Reply::Refused(refusal) if matches!(refusal.kind, Kind::UnknownCall | Kind::NotFound) => {
            // Gone for more than ten minutes, or never there: whoever still believes in it is to ask.
            if let HangUp::Call { call } = job {
                job::enqueue(&mut tx, ctx.org(), &ReconcileAttempt { call: *call }).await?;
            }
            Outcome::Done
        }
        other => ledger::again(other, AGAIN),
    };
    tx.commit().await?;
    Ok(outcome)
}
