//! Has the carrier write down a connected call, while it lasts.

use std::time::Duration;

use telnyx::{
    Outcome as Reply, command_id,
    refusal::Kind,
    wire::transcription::{Engine, Tracks, TranscriptionStart},
};
use workflows::{
    call::{self, StartTranscription, State},
    id::CallId,
    provider,
    transcript::{self, Event},
    transition::Actor,
};

use crate::{environment::Environment, error::Error, ledger, outcome::Outcome, registry::Ctx};

const AGAIN: Duration = Duration::from_millis(300);

pub(super) async fn start_transcription(
    env: &Environment,
    ctx: &Ctx,
    job: &StartTranscription,
) -> Result<Outcome, Error> {
    let mut tx = env.db.tenant(ctx.org()).await?;
    let live = call::to_connect(&mut tx, job.call).await?.filter(|live| live.state == State::Bridged);
    tx.commit().await?;
    let Some((org, leg)) = live.and_then(|live| Some((live.org, live.call_control_id?))) else {
        return Ok(Outcome::Cancel("the call is over".into()));
    };
    let (reply, line) =
        ledger::ask("transcription_start", env.carrier()?.transcription_start(&leg, &start(job.call))).await;
    let mut tx = env.db.tenant(org).await?;
    provider::note(&mut tx, org, job.call.0, &line).await?;
    let outcome = match reply {
        Reply::Accepted(()) | Reply::AlreadyDone => {
            transcript::record(&mut tx, job.call, Event::Begun, Actor::System).await?;
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

/// The person's leg is the one asked about, and whoever they talk to the other. Only the carrier's own engine says on
/// which of them something was said (telnyx FACTS §2).
fn start(call: CallId) -> TranscriptionStart {
    TranscriptionStart {
        transcription_engine: Some(Engine::Telnyx),
        transcription_tracks: Some(Tracks::Both),
        command_id: Some(command_id(call.0, "transcription_start")),
        ..TranscriptionStart::default()
    }
}
