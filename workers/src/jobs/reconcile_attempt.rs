//! Asks the carrier what became of an attempt: because its answer was lost, or because nothing was heard of it.
//!
//! Never dials. What the carrier's own log says is applied as if its webhooks had come; an attempt it has never heard
//! of after a minute was never dialed (INVARIANTS, rule 3).

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use telnyx::{
    ClientState, Outcome as Reply,
    client::CallEvents,
    refusal::Kind,
    wire::call::{ActiveCall, CallEvent},
};
use workflows::{
    call::{self, Event, Fact, Live, ReconcileAttempt, State},
    db::Tx,
    id::CallId,
    transition::Actor,
};

use crate::{environment::Environment, error::Error, inbox, outcome::Outcome, registry::Ctx};

/// The carrier's lists lag behind its answers by moments.
const LOOK_AGAIN: Duration = Duration::from_secs(3);

/// What the carrier says of an attempt.
enum Found {
    /// It is up, or it was: these are its ids, and what happened to it.
    There { fact: Fact, alive: bool, events: Vec<(Event, Fact)> },
    /// The carrier's complete lists do not have it.
    Nowhere,
    /// No complete answer.
    NoAnswer,
}

pub(super) async fn reconcile_attempt(env: &Environment, ctx: &Ctx, job: &ReconcileAttempt) -> Result<Outcome, Error> {
    let mut tx = env.db.tenant(ctx.org()).await?;
    let now = tx.now().await?;
    let live = call::to_connect(&mut tx, job.call).await?.filter(|live| !live.state.is_final());
    tx.commit().await?;
    let Some(live) = live else { return Ok(Outcome::Done) };
    let found = match &live.call_control_id {
        Some(leg) => by_leg(env.carrier()?, leg, live.call_leg_id.clone()).await,
        None => by_note(env.carrier()?, job.call, live.intent_at).await,
    };
    let mut tx = env.db.tenant(ctx.org()).await?;
    if !is_still(&mut tx, job.call, &live).await? {
        // Something was heard of it while we asked: what the carrier said before is old.
        return Ok(Outcome::snooze(LOOK_AGAIN));
    }
    let outcome = settle(&mut tx, env, job.call, &live, found, now).await?;
    tx.commit().await?;
    Ok(outcome)
}

async fn is_still(tx: &mut Tx, id: CallId, asked: &Live) -> Result<bool, Error> {
    let now = call::to_connect(tx, id).await?;
    Ok(now.is_some_and(|now| (now.state, now.last_event_at) == (asked.state, asked.last_event_at)))
}

async fn settle(
    tx: &mut Tx,
    env: &Environment,
    id: CallId,
    live: &Live,
    found: Found,
    now: DateTime<Utc>,
) -> Result<Outcome, Error> {
    let age = now - live.intent_at;
    match found {
        Found::There { fact, alive, events } => {
            record(tx, id, Event::Accepted, fact).await?;
            for (event, fact) in events {
                record(tx, id, event, fact).await?;
            }
            let silent = now - live.last_event_at.unwrap_or(live.intent_at) > delta(env.timers.silence);
            if !alive {
                // Its end is certain even where the log does not say how.
                let ended = Event::HungUp { release: call::Release::Completed };
                record(tx, id, ended, Fact::default()).await?;
            } else if live.state == State::Answered && silent {
                // Whoever was to act on the answer is gone: nobody will talk to this person.
                record(tx, id, Event::NobodyFree, Fact::default()).await?;
            }
            call::checked(tx, id).await?;
            Ok(Outcome::Done)
        }
        Found::Nowhere if age > delta(env.timers.absent_after) => {
            let event = if live.state == State::Intent { Event::Void } else { Event::GiveUp };
            record(tx, id, event, Fact::default()).await?;
            Ok(Outcome::Done)
        }
        Found::NoAnswer if age > delta(env.timers.give_up_after) => {
            record(tx, id, Event::GiveUp, Fact::default()).await?;
            Ok(Outcome::Done)
        }
        Found::Nowhere | Found::NoAnswer => Ok(Outcome::snooze(LOOK_AGAIN)),
    }
}

async fn record(tx: &mut Tx, id: CallId, event: Event, fact: Fact) -> Result<(), Error> {
    match call::record(tx, id, event, fact, Actor::Carrier).await {
        Ok(_) | Err(call::Error::Illegal(_)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

fn delta(duration: Duration) -> TimeDelta {
    TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX)
}

/// We know the leg: is it up, and what happened to it?
async fn by_leg(carrier: &telnyx::Client, leg: &str, leg_id: Option<String>) -> Found {
    let alive = match carrier.call_status(leg).await {
        Reply::Accepted(call) => call.is_alive.unwrap_or(false),
        // The carrier forgets a leg ten minutes after its end.
        Reply::Refused(refusal) if matches!(refusal.kind, Kind::UnknownCall | Kind::NotFound | Kind::CallEnded) => {
            false
        }
        _ => return Found::NoAnswer,
    };
    let wanted = CallEvents { leg_id, ..CallEvents::default() };
    match carrier.call_events(&wanted).await {
        Reply::Accepted(log) => {
            let theirs = |event: &&CallEvent| event.text("call_control_id") == Some(leg);
            Found::There { fact: Fact::default(), alive, events: happened(log.iter().filter(theirs)) }
        }
        _ if alive => Found::There { fact: Fact::default(), alive, events: Vec::new() },
        _ => Found::NoAnswer,
    }
}

/// We know only what we sent along: the note of the dial.
async fn by_note(carrier: &telnyx::Client, id: CallId, since: DateTime<Utc>) -> Found {
    let ids = match ids_by_note(carrier, ClientState::Attempt(id.0), since).await {
        Some(Some(ids)) => ids,
        Some(None) => return Found::Nowhere,
        None => return Found::NoAnswer,
    };
    let Some(leg) = ids.call_control_id.clone() else { return Found::NoAnswer };
    match by_leg(carrier, &leg, ids.call_leg_id.clone()).await {
        Found::There { alive, events, .. } => Found::There { fact: ids, alive, events },
        other => other,
    }
}

/// The leg that was dialed with this note: among those that live, else in the log. `None`: no complete answer.
async fn ids_by_note(carrier: &telnyx::Client, note: ClientState, since: DateTime<Utc>) -> Option<Option<Fact>> {
    let Reply::Accepted(active) = carrier.active_calls().await else { return None };
    if let Some(leg) = active.into_iter().find(|leg| noted(leg.client_state.as_deref(), note)) {
        return Some(Some(ids(leg)));
    }
    let wanted = CallEvents { since: Some(since - TimeDelta::seconds(5)), ..CallEvents::default() };
    let Reply::Accepted(log) = carrier.call_events(&wanted).await else { return None };
    let mut ours = log.iter().filter(|event| noted(event.text("client_state"), note));
    Some(ours.find(|event| event.text("call_control_id").is_some()).map(|first| Fact {
        call_control_id: first.text("call_control_id").map(str::to_owned),
        call_leg_id: first.call_leg_id.clone(),
        call_session_id: first.call_session_id.clone(),
        ..Fact::default()
    }))
}

fn noted(client_state: Option<&str>, note: ClientState) -> bool {
    client_state.and_then(ClientState::parse) == Some(note)
}

fn ids(leg: ActiveCall) -> Fact {
    Fact {
        call_control_id: Some(leg.call_control_id),
        call_leg_id: leg.call_leg_id,
        call_session_id: leg.call_session_id,
        ..Fact::default()
    }
}

/// The webhooks of the carrier's log, oldest first, in our words.
fn happened<'a>(log: impl Iterator<Item = &'a CallEvent>) -> Vec<(Event, Fact)> {
    let mut log: Vec<&CallEvent> = log.collect();
    log.sort_by_key(|event| event.event_timestamp);
    log.into_iter().filter_map(inbox::translate_logged).collect()
}
