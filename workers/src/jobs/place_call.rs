//! Dials one attempt: verdict and intent in one transaction, then the carrier, then its answer.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use telnyx::{
    ClientState, Outcome as Answer,
    refusal::Kind,
    wire::{
        call::Call,
        dial::{Amd, AmdConfig, Dial as Request},
    },
};
use workflows::{
    call::{self, AFTER_GREETING_SILENCE, CALLS_THROTTLE, Dial, Event, Fact, PlaceCall, Placed, State},
    db::Tx,
    id::CallId,
    job, kill_switch, throttle,
    transition::Actor,
    webhook::{self, ApplyWebhook},
};

use crate::{environment::Environment, error::Error, ledger, outcome::Outcome, registry::Ctx};

/// The carrier has no channel for us just now: everybody's dials wait this long.
const NO_CHANNEL: Duration = Duration::from_secs(5);
/// Real: no dial leaves later than a second after a pause was answered (INVARIANTS V14); the request takes the rest.
const PAUSED_BY: Duration = Duration::from_millis(800);
/// Four hours is the carrier's limit of a leg (telnyx FACTS §1).
const LONGEST_CALL_SECS: u32 = 14_000;

pub(super) async fn place_call(env: &Environment, ctx: &Ctx, job: &PlaceCall) -> Result<Outcome, Error> {
    let started = Instant::now();
    let mut tx = env.db.tenant(ctx.org()).await?;
    let placed = call::place(&mut tx, job).await?;
    if let Placed::Already(State::Intent) = placed {
        // An earlier run wrote the intent and was killed: whether it dialed, only the carrier knows.
        call::record(&mut tx, job.call, Event::LostReply, Fact::default(), Actor::System).await?;
    }
    // Until the commit a pause waits for us; after it, it may be answered.
    let committing = Instant::now();
    tx.commit().await?;
    match placed {
        Placed::Dial(dial) => {
            let valid = started.elapsed() <= env.timers.intent_valid && committing.elapsed() <= PAUSED_BY;
            send(env, ctx, job.call, &dial, valid).await?;
            Ok(Outcome::Done)
        }
        Placed::NotNow(why) => Ok(Outcome::Cancel(why.into())),
        Placed::Held => Ok(Outcome::snooze(kill_switch::LOOK_AGAIN)),
        Placed::Already(_) | Placed::Refused(_) => Ok(Outcome::Done),
    }
}

async fn send(env: &Environment, ctx: &Ctx, id: CallId, dial: &Dial, valid: bool) -> Result<(), Error> {
    // A process that slept between the intent and this line must not dial on yesterday's verdict.
    if !valid || !ctx.still_ours() {
        return void(env, dial, id).await;
    }
    let Ok(carrier) = env.carrier() else { return void(env, dial, id).await };
    let request = request(env, carrier.connection_id(), id, dial);
    let (answer, line) = ledger::ask("dial", carrier.dial(&request)).await;
    let mut tx = env.db.tenant(dial.org).await?;
    workflows::provider::note(&mut tx, dial.org, id.0, &line).await?;
    settle(&mut tx, dial, id, answer).await?;
    Ok(tx.commit().await?)
}

async fn void(env: &Environment, dial: &Dial, id: CallId) -> Result<(), Error> {
    let mut tx = env.db.tenant(dial.org).await?;
    record(&mut tx, id, Event::Void, Fact::default()).await?;
    Ok(tx.commit().await?)
}

fn request(env: &Environment, connection: &str, id: CallId, dial: &Dial) -> Request {
    let silence = u32::try_from(AFTER_GREETING_SILENCE.num_milliseconds()).unwrap_or(500);
    let amd = match dial.amd.as_str() {
        "off" => Amd::Disabled,
        "premium" => Amd::Premium,
        _ => Amd::Detect,
    };
    let config = AmdConfig { after_greeting_silence_millis: Some(silence), ..AmdConfig::default() };
    Request {
        answering_machine_detection: Some(amd),
        answering_machine_detection_config: (amd == Amd::Detect).then_some(config),
        client_state: Some(ClientState::Attempt(id.0).encode()),
        command_id: Some(id.to_string()),
        timeout_secs: u32::try_from(dial.ring_timeout_secs).ok(),
        // Other routes after a time-out would ring a phone for longer than the campaign says.
        retry_on_timeout: Some(false),
        time_limit_secs: Some(LONGEST_CALL_SECS),
        webhook_url: Some(env.webhook_url.clone()),
        ..Request::new(connection, dial.from.as_str(), dial.to.as_str())
    }
}

async fn settle(tx: &mut Tx, dial: &Dial, id: CallId, answer: Answer<Call>) -> Result<(), Error> {
    let (event, fact) = match answer {
        Answer::Accepted(leg) => {
            rematch(tx, dial, id, &leg).await?;
            (Event::Accepted, ids(leg))
        }
        Answer::Refused(refusal) if refusal.kind == Kind::ChannelLimit => {
            return not_dialed(tx, id, Some(NO_CHANNEL)).await;
        }
        Answer::Refused(refusal) => {
            let code = refusal.code.unwrap_or_else(|| refusal.status.to_string());
            (Event::Refused { code, ours: refusal.kind.pauses_campaign() }, Fact::default())
        }
        Answer::RateLimited { after, .. } => return not_dialed(tx, id, Some(after)).await,
        Answer::NotSent(_) => return not_dialed(tx, id, None).await,
        Answer::AlreadyDone | Answer::Unknown(_) => (Event::LostReply, Fact::default()),
    };
    record(tx, id, event, fact).await
}

/// The carrier said no, or was not reached, before anything happened: nobody's attempt is spent.
async fn not_dialed(tx: &mut Tx, id: CallId, pause: Option<Duration>) -> Result<(), Error> {
    if let Some(pause) = pause {
        let until = tx.now().await? + TimeDelta::from_std(pause).unwrap_or(TimeDelta::minutes(1));
        throttle::pause_until(tx, CALLS_THROTTLE, until).await?;
    }
    record(tx, id, Event::Void, Fact::default()).await
}

/// A webhook may have overtaken the answer and moved the call on; then a refusal or a void is no longer possible.
async fn record(tx: &mut Tx, id: CallId, event: Event, fact: Fact) -> Result<(), Error> {
    match call::record(tx, id, event, fact, Actor::System).await {
        Ok(_) | Err(call::Error::Illegal(_)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

fn ids(leg: Call) -> Fact {
    Fact {
        call_control_id: Some(leg.call_control_id),
        call_leg_id: leg.call_leg_id,
        call_session_id: leg.call_session_id,
        ..Fact::default()
    }
}

/// Webhooks that came without our note before the leg's ids were known.
async fn rematch(tx: &mut Tx, dial: &Dial, id: CallId, leg: &Call) -> Result<(), Error> {
    for reference in [Some(&leg.call_control_id), leg.call_leg_id.as_ref()].into_iter().flatten() {
        for (provider, event_id) in webhook::parked(tx, reference).await? {
            job::enqueue(tx, dial.org, &ApplyWebhook { provider, event_id, run: Some(id.0) }).await?;
        }
    }
    Ok(())
}
