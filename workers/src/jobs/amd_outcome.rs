//! Acts on who picked up: a person gets the agent who waits for them, a machine is let go.

use std::time::Duration;

use chrono::Utc;
use telnyx::{
    Outcome as Reply, command_id,
    refusal::Kind,
    wire::{
        conference::{Beep, Join},
        record::{Channels, Format, RecordStart},
    },
};
use workflows::{
    agent,
    call::{self, AmdOutcome, Answer, ConnectDeadline, Event, Fact, HangUp, Live, ServeWaiting, State},
    db::Tx,
    id::{AgentId, CallId, OrgId},
    job, provider,
    transition::Actor,
};

use crate::{environment::Environment, error::Error, ledger, outcome::Outcome, registry::Ctx};

/// A join whose answer was lost is asked again at once: the same command id makes the repeat harmless.
const AGAIN: Duration = Duration::from_millis(200);

/// Whom to join with whom.
struct Bridge {
    org: OrgId,
    call: CallId,
    leg: String,
    agent: AgentId,
    conference: String,
}

pub(super) async fn amd_outcome(env: &Environment, ctx: &Ctx, job: &AmdOutcome) -> Result<Outcome, Error> {
    act(env, ctx.org(), job.call).await
}

/// Whoever became free meanwhile talks; else nobody does.
pub(super) async fn serve_waiting(env: &Environment, ctx: &Ctx, job: &ServeWaiting) -> Result<Outcome, Error> {
    act(env, ctx.org(), job.call).await
}

async fn act(env: &Environment, org: OrgId, id: CallId) -> Result<Outcome, Error> {
    let mut tx = env.db.tenant(org).await?;
    let Some(live) = call::to_connect(&mut tx, id).await?.filter(|live| live.state == State::Answered) else {
        return Ok(Outcome::Cancel("the call is over".into()));
    };
    if live.answer == Some(Answer::Machine) {
        job::enqueue(&mut tx, live.org, &HangUp::call(id)).await?;
        tx.commit().await?;
        return Ok(Outcome::Done);
    }
    let Some(bridge) = bridge(&mut tx, id, &live).await? else {
        wait_or_let_go(&mut tx, id, &live).await?;
        tx.commit().await?;
        return Ok(Outcome::Done);
    };
    call::ask_to_join(&mut tx, bridge.call, bridge.agent).await?;
    tx.commit().await?;
    connect(env, bridge).await
}

/// Nobody is free, but may be within the law's two seconds: then an agent who becomes free is told of this person.
async fn wait_or_let_go(tx: &mut Tx, id: CallId, live: &Live) -> Result<(), Error> {
    let now = tx.now().await?;
    match live.greeting_end_at.map(|greeted| greeted + call::WAITS_FOR).filter(|until| *until > now) {
        Some(until) => {
            job::enqueue_at(tx, live.org, &ServeWaiting { call: id }, until).await?;
        }
        None => {
            call::record(tx, id, Event::NobodyFree, Fact::default(), Actor::System).await?;
        }
    }
    Ok(())
}

/// The agent reserved at the answer; if there was none, one who became free meanwhile, or is promised to a call that may
/// be a machine.
async fn bridge(tx: &mut Tx, id: CallId, live: &Live) -> Result<Option<Bridge>, Error> {
    let (mut agent, mut conference) = (live.agent, live.conference.clone());
    if agent.is_none() {
        agent = match agent::reserve(tx, live.org, id).await? {
            Some(free) => Some(free),
            None => agent::take_over(tx, live.org, id).await?,
        };
        if let Some(agent) = agent {
            conference = agent::endpoint(tx, agent).await?.conference;
        }
    }
    Ok(agent.zip(conference).zip(live.call_control_id.clone()).map(|((agent, conference), leg)| Bridge {
        org: live.org,
        call: id,
        leg,
        agent,
        conference,
    }))
}

/// Joins and starts recording side by side: neither waits for the other's round trip.
async fn connect(env: &Environment, bridge: Bridge) -> Result<Outcome, Error> {
    let carrier = env.carrier()?;
    let (join, record) = (join(&bridge), record(bridge.call));
    let sent_at = Utc::now();
    let ((joined, join_line), (recorded, record_line)) = tokio::join!(
        ledger::ask("join", carrier.join(&bridge.conference, &join)),
        ledger::ask("record_start", carrier.record_start(&bridge.leg, &record)),
    );
    let mut tx = env.db.tenant(bridge.org).await?;
    provider::note(&mut tx, bridge.org, bridge.call.0, &join_line).await?;
    provider::note(&mut tx, bridge.org, bridge.call.0, &record_line).await?;
    let outcome = match joined {
        Reply::Accepted(()) | Reply::AlreadyDone => {
            if recorded.is_done() {
                call::recording_started(&mut tx, bridge.org, bridge.call).await?;
            }
            // After that: it asks for a recording where there is none.
            call::record(&mut tx, bridge.call, Event::Joined, Fact::default(), Actor::System).await?;
            call::joined_after(&mut tx, bridge.call, sent_at).await?;
            Outcome::Done
        }
        // The person let go in the meantime; the hang-up's webhook says so.
        Reply::Refused(refusal) if matches!(refusal.kind, Kind::CallEnded | Kind::UnknownCall) => Outcome::Done,
        Reply::Refused(refusal) => {
            lost_conference(&mut tx, &bridge, refusal.kind).await?;
            Outcome::Done
        }
        other => ledger::again(other, AGAIN),
    };
    tx.commit().await?;
    Ok(outcome)
}

fn join(bridge: &Bridge) -> Join {
    Join {
        call_control_id: bridge.leg.clone(),
        beep_enabled: Some(Beep::OnEnter),
        end_conference_on_exit: Some(false),
        command_id: Some(command_id(bridge.call.0, &format!("join:{}", bridge.conference))),
        ..Join::default()
    }
}

pub(super) fn record(call: CallId) -> RecordStart {
    RecordStart {
        channels: Channels::Dual,
        format: Format::Mp3,
        command_id: Some(command_id(call.0, "record_start")),
        ..RecordStart::default()
    }
}

/// The agent's conference is gone, so the agent has no audio: somebody else is to talk to the person. Where the carrier
/// refuses for another reason nobody can.
async fn lost_conference(tx: &mut Tx, bridge: &Bridge, kind: Kind) -> Result<(), Error> {
    if kind != Kind::ConferenceGone {
        call::record(tx, bridge.call, Event::NobodyFree, Fact::default(), Actor::System).await?;
        return Ok(());
    }
    call::not_joined(tx, bridge.call).await?;
    for event in [agent::Event::Release, agent::Event::LegDown] {
        match agent::record(tx, bridge.agent, event, Actor::System).await {
            // Lost, or signed off, meanwhile.
            Ok(_) | Err(agent::Error::Illegal(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    job::enqueue(tx, bridge.org, &ServeWaiting { call: bridge.call }).await?;
    Ok(())
}

/// No verdict in time: whoever is there is treated as a person.
pub(super) async fn connect_deadline(env: &Environment, ctx: &Ctx, job: &ConnectDeadline) -> Result<Outcome, Error> {
    let mut tx = env.db.tenant(ctx.org()).await?;
    call::record(&mut tx, job.call, Event::Deadline, Fact::default(), Actor::System).await?;
    tx.commit().await?;
    Ok(Outcome::Done)
}
