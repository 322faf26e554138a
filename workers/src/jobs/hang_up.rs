//! Lets go of a person or of an agent's leg. Doing it twice does no harm.

use std::time::Duration;

use telnyx::{Outcome as Reply, command_id, refusal::Kind, wire::call::Hangup};
use uuid::Uuid;
use workflows::{
    call::{self, HangUp, ReconcileAttempt},
    job, provider,
};

use crate::{environment::Environment, error::Error, ledger, outcome::Outcome, registry::Ctx};

/// The carrier's id is on its way with the dial's answer or a webhook.
const SOON: Duration = Duration::from_secs(1);
const AGAIN: Duration = Duration::from_millis(300);

pub(super) async fn hang_up(env: &Environment, ctx: &Ctx, job: &HangUp) -> Result<Outcome, Error> {
    let (run, leg) = match job {
        HangUp::Leg { agent, call_control_id } => (agent.0, call_control_id.clone()),
        HangUp::Zombie { call, call_control_id } => (call.0, call_control_id.clone()),
        HangUp::Call { call } => {
            let mut tx = env.db.tenant(ctx.org()).await?;
            let found = call::find(&mut tx, *call).await?;
            tx.commit().await?;
            match found {
                Some(found) if found.state == call::State::Ended => return Ok(Outcome::Done),
                Some(found) => match found.call_control_id {
                    Some(leg) => (call.0, leg),
                    None if found.state.is_final() => return Ok(Outcome::Cancel("it was never at the carrier".into())),
                    None => return Ok(Outcome::snooze(SOON)),
                },
                None => return Ok(Outcome::Discard("no such call".into())),
            }
        }
    };
    send(env, ctx, job, run, &leg).await
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
        Reply::Refused(refusal) => Outcome::retry(refusal),
        Reply::RateLimited { after, .. } => Outcome::retry_after(after, "rate limited"),
        Reply::NotSent(why) => Outcome::retry_after(AGAIN, why),
        Reply::Unknown(doubt) => Outcome::retry_after(AGAIN, doubt),
    };
    tx.commit().await?;
    Ok(outcome)
}
