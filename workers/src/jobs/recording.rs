//! Starts the recording of a connected call, when the try beside the join came to nothing, or nobody lived to say.

use std::time::Duration;

use telnyx::{Outcome as Reply, refusal::Kind};
use workflows::{
    call::{self, StartRecording, State},
    provider,
};

use super::amd_outcome::record;
use crate::{environment::Environment, error::Error, ledger, outcome::Outcome, registry::Ctx};

const AGAIN: Duration = Duration::from_millis(300);

pub(super) async fn start_recording(env: &Environment, ctx: &Ctx, job: &StartRecording) -> Result<Outcome, Error> {
    let mut tx = env.db.tenant(ctx.org()).await?;
    let live = call::to_connect(&mut tx, job.call).await?.filter(|live| live.state == State::Bridged);
    let recorded = call::is_recorded(&mut tx, job.call).await?;
    tx.commit().await?;
    if recorded {
        return Ok(Outcome::Done);
    }
    let Some((live, leg)) = live.and_then(|live| live.call_control_id.clone().map(|leg| (live, leg))) else {
        return Ok(Outcome::Cancel("the call is over".into()));
    };
    let (reply, line) = ledger::ask("record_start", env.carrier()?.record_start(&leg, &record(job.call))).await;
    let mut tx = env.db.tenant(live.org).await?;
    provider::note(&mut tx, live.org, job.call.0, &line).await?;
    let outcome = match reply {
        Reply::Accepted(()) | Reply::AlreadyDone => {
            call::recording_started(&mut tx, live.org, job.call).await?;
            Outcome::Done
        }
        Reply::Refused(refusal) if matches!(refusal.kind, Kind::CallEnded | Kind::UnknownCall) => {
            Outcome::Cancel("the call is over".into())
        }
        other => ledger::again(other, AGAIN),
    };
    tx.commit().await?;
    Ok(outcome)
}
