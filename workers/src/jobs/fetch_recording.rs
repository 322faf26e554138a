//! Brings the sound of a call here: a link from the carrier, its bytes to disk, then bytes and state in one commit.
//!
//! Killed before that commit it leaves nothing, for the file on disk has no name; killed after it, the next run sees
//! that the sound is here.

use std::time::{Duration, Instant};

use telnyx::{
    Client, Outcome as Reply, Refusal,
    client::{LegIs, Trouble},
    outcome::Doubt,
    refusal::Kind,
    wire::record::Recording,
};
use workflows::{
    blob::{self, Known},
    id::{CallId, OrgId},
    provider::{self, Request},
    recording::{self, Event, Fact, FetchRecording, Wanted},
    transition::Actor,
};

use crate::{
    environment::Environment,
    error::Error,
    inbox, ledger,
    outcome::Outcome,
    registry::Ctx,
    sound::{Incoming, LARGEST, Unfit, Whole},
};

/// A link that is over, or leads to nothing, is followed by a fresh one at once.
const FRESH: Duration = Duration::from_secs(1);
/// What says the same so often in a row is believed.
const FEW: i16 = 8;

/// Why there is no sound yet.
#[derive(Debug, thiserror::Error)]
enum Missing {
    #[error("the carrier lists no recording of the call")]
    Unlisted,
    #[error("the carrier did not say where the recording is: {0}")]
    Unasked(String),
    #[error("too many requests")]
    Wait(Duration),
    #[error("the recording did not come: {0}")]
    Download(#[from] Trouble),
    #[error(transparent)]
    Unfit(#[from] Unfit),
}

pub(super) async fn fetch_recording(env: &Environment, ctx: &Ctx, job: &FetchRecording) -> Result<Outcome, Error> {
    let mut tx = env.db.tenant(ctx.org()).await?;
    let wanted = recording::wanted(&mut tx, ctx.org(), job.call).await?;
    tx.commit().await?;
    let Some(wanted) = wanted else { return Ok(Outcome::Done) };
    match fetch(env, ctx.org(), &wanted).await? {
        Ok(whole) => store(env, ctx.org(), job.call, whole).await,
        Err(missing) => try_again(env, ctx, job.call, &missing).await,
    }
}

/// By the link that came with the webhook while it is good, else by a fresh one.
async fn fetch(env: &Environment, org: OrgId, wanted: &Wanted) -> Result<Result<Whole, Missing>, Error> {
    let carrier = env.carrier()?;
    let link = match &wanted.link {
        Some(link) => link.clone(),
        None => match ask(env, carrier, org, wanted).await? {
            Ok(link) => link,
            Err(missing) => return Ok(Err(missing)),
        },
    };
    let (got, line) = download(carrier, &link).await;
    note(env, org, wanted.call, &line).await?;
    Ok(got)
}

/// Asks the carrier where the recording is. A webhook does not name it, so the first time it is looked for by its leg.
async fn ask(
    env: &Environment,
    carrier: &Client,
    org: OrgId,
    wanted: &Wanted,
) -> Result<Result<String, Missing>, Error> {
    let leg = wanted.call_leg_id.as_deref().map(LegIs::Leg);
    let leg = leg.or(wanted.call_control_id.as_deref().map(LegIs::Control));
    let (reply, line) = match (&wanted.provider_id, leg) {
        (Some(id), _) => {
            let (reply, line) = ledger::ask("recording", carrier.recording(id)).await;
            (reply.map(Some), line)
        }
        (None, Some(leg)) => {
            let (reply, line) = ledger::ask("recordings", carrier.recordings_of(&leg)).await;
            (reply.map(longest), line)
        }
        (None, None) => return Ok(Err(Missing::Unlisted)),
    };
    note(env, org, wanted.call, &line).await?;
    Ok(match answer(reply) {
        Ok(recording) => keep_link(env, org, wanted.call, &recording).await?,
        Err(missing) => Err(missing),
    })
}

/// A command that was repeated too late may have begun a second one.
fn longest(recordings: Vec<Recording>) -> Option<Recording> {
    recordings.into_iter().max_by_key(|recording| recording.duration_millis.unwrap_or(0))
}

fn answer(reply: Reply<Option<Recording>>) -> Result<Recording, Missing> {
    match reply {
        Reply::Accepted(recording) => recording.ok_or(Missing::Unlisted),
        Reply::Refused(Refusal { kind: Kind::NotFound, .. }) | Reply::AlreadyDone => Err(Missing::Unlisted),
        Reply::Refused(refusal) => Err(Missing::Unasked(refusal.to_string())),
        Reply::RateLimited { after, .. } => Err(Missing::Wait(after)),
        Reply::NotSent(why) => Err(Missing::Unasked(why)),
        Reply::Unknown(doubt) => Err(Missing::Unasked(Doubt::to_string(&doubt))),
    }
}

async fn keep_link(
    env: &Environment,
    org: OrgId,
    call: CallId,
    recording: &Recording,
) -> Result<Result<String, Missing>, Error> {
    let Some(link) = recording.download_urls.as_ref().and_then(inbox::link) else { return Ok(Err(Missing::Unlisted)) };
    let mut tx = env.db.tenant(org).await?;
    let until = tx.now().await? + inbox::LINK_LASTS;
    recording::link(&mut tx, call, recording.id.as_deref(), Some((&link, until))).await?;
    tx.commit().await?;
    Ok(Ok(link))
}

async fn download(carrier: &Client, link: &str) -> (Result<Whole, Missing>, Request) {
    let started = Instant::now();
    let (got, outcome) = match fetch_to_disk(carrier, link).await {
        Ok(incoming) => (incoming.finish().map_err(Missing::from), "accepted"),
        Err(trouble) => {
            let word = trouble.word();
            (Err(trouble.into()), word)
        }
    };
    let code = got.as_ref().err().map(ToString::to_string);
    (got, Request { provider: "telnyx", command: "download", outcome, code, took: started.elapsed() })
}

async fn fetch_to_disk(carrier: &Client, link: &str) -> Result<Incoming, Trouble> {
    let mut incoming = Incoming::begin().map_err(Trouble::Unkept)?;
    carrier.download(link, LARGEST, |piece| incoming.take(piece)).await?;
    Ok(incoming)
}

async fn note(env: &Environment, org: OrgId, call: CallId, line: &Request) -> Result<(), Error> {
    let mut tx = env.db.tenant(org).await?;
    provider::note(&mut tx, org, call.0, line).await?;
    Ok(tx.commit().await?)
}

/// The sound and the change of state, or neither.
async fn store(env: &Environment, org: OrgId, call: CallId, mut whole: Whole) -> Result<Outcome, Error> {
    let mut tx = env.db.tenant(org).await?;
    // Somebody else may have been faster; what they fetched stays.
    if recording::wanted(&mut tx, org, call).await?.is_none() {
        return Ok(Outcome::Done);
    }
    let name = format!("{call}.{}", if whole.media_type == "audio/mpeg" { "mp3" } else { "wav" });
    let known = Known { name: &name, media_type: whole.media_type, size: whole.size, sha256: whole.sha256 };
    let blob = blob::keep(&mut tx, org, known, &mut whole.file).await?;
    let fact = Fact { blob: Some(blob), ..Fact::default() };
    recording::record(&mut tx, call, Event::Stored, fact, Actor::System).await?;
    tx.commit().await?;
    metrics::counter!("wib_recording_bytes_total").increment(whole.size);
    Ok(Outcome::Done)
}

/// Waits for what may pass; what will not, or has been tried for long enough, is lost, and says why.
async fn try_again(env: &Environment, ctx: &Ctx, call: CallId, missing: &Missing) -> Result<Outcome, Error> {
    let why = missing.to_string();
    let mut tx = env.db.tenant(ctx.org()).await?;
    if ctx.is_last_attempt() || ctx.attempt() >= patience(missing) {
        let fact = Fact { because: Some(&why), ..Fact::default() };
        recording::record(&mut tx, call, Event::Lost, fact, Actor::System).await?;
        tx.commit().await?;
        return Ok(Outcome::Discard(why));
    }
    if wants_a_fresh_link(missing) {
        recording::link(&mut tx, call, None, None).await?;
    }
    tx.commit().await?;
    Ok(match missing {
        Missing::Wait(after) | Missing::Download(Trouble::RateLimited(after)) => Outcome::retry_after(*after, why),
        Missing::Download(Trouble::Over(_)) => Outcome::retry_after(FRESH, why),
        _ => Outcome::retry(why),
    })
}

/// How often a job may start and find this.
fn patience(missing: &Missing) -> i16 {
    match missing {
        // It is not going to shrink.
        Missing::Download(Trouble::TooLarge(_)) => 1,
        // Listed a little later than saved, or never.
        Missing::Unlisted | Missing::Download(Trouble::Gone(_)) => FEW,
        Missing::Unfit(Unfit::NoSound) => FEW,
        _ => i16::MAX,
    }
}

fn wants_a_fresh_link(missing: &Missing) -> bool {
    matches!(
        missing,
        Missing::Download(Trouble::Over(_) | Trouble::Gone(_) | Trouble::BadLink | Trouble::Unexpected(_))
            | Missing::Unfit(Unfit::NoSound)
    )
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::too_large_is_never_tried_again(Trouble::TooLarge(1), 1, false)]
    #[case::an_expired_link_is_replaced(Trouble::Over(403), i16::MAX, true)]
    #[case::a_lost_file_is_looked_for_again_for_a_while(Trouble::Gone(404), FEW, true)]
    #[case::a_broken_storage_is_waited_for(Trouble::Failed(503), i16::MAX, false)]
    #[case::half_a_file_is_fetched_again(Trouble::BrokenOff(100), i16::MAX, false)]
    #[case::silence_is_waited_out(Trouble::TimedOut, i16::MAX, false)]
    fn each_trouble_has_its_patience(#[case] trouble: Trouble, #[case] starts: i16, #[case] fresh: bool) {
        let missing = Missing::Download(trouble);
        assert_eq!((patience(&missing), wants_a_fresh_link(&missing)), (starts, fresh));
    }

    #[test]
    fn a_page_in_place_of_a_sound_is_believed_after_a_while() {
        let missing = Missing::Unfit(Unfit::NoSound);
        assert_eq!((patience(&missing), wants_a_fresh_link(&missing)), (FEW, true));
    }

    #[test]
    fn of_two_recordings_the_longer_is_the_conversation() {
        let of = |millis| Recording { duration_millis: Some(millis), ..Recording::default() };
        assert_eq!(longest(vec![of(1_000), of(9_000), of(2_000)]), Some(of(9_000)));
    }
}
