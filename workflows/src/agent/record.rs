//! Persists what happens to an agent, and reserves the one who has waited longest.

use chrono::{DateTime, Utc};
use serde_json::json;
use uuid::Uuid;

use super::{Context, DialLeg, Effect, Error, Event, State};
use crate::{
    call::{self, HangUp},
    db::Tx,
    event,
    hub::Hint,
    id::{AgentId, CallId, OrgId},
    job, supervision,
    transition::{self, Actor, Change},
};

struct Row {
    org: OrgId,
    state: State,
    next_state: Option<State>,
    call: Option<CallId>,
    leg: String,
    leg_call_control_id: Option<String>,
    conference: Option<String>,
    next_reason: Option<String>,
    ordered: bool,
    version: i32,
}

/// One event, decided: everything that is written about it.
struct Step<'a> {
    row: &'a Row,
    event: &'a Event,
    next: State,
    later: Option<State>,
    /// The call that is the agent's from now on.
    call: Option<CallId>,
    now: DateTime<Utc>,
}

/// Applies an event to a stored agent.
///
/// # Errors
/// [`Error::Illegal`] when it cannot be now.
pub async fn record(tx: &mut Tx, id: AgentId, event: Event, actor: Actor) -> Result<State, Error> {
    let row = lock(tx, id).await?;
    if row.ordered && row.state.is_busy() && matches!(event, Event::GoAvailable) {
        return Err(Error::Ordered);
    }
    let now = tx.now().await?;
    let context = Context { leg_up: row.conference.is_some(), next: row.next_state };
    let (change, later) = row.state.on(&event, context)?;
    let next = change.next;
    let call = match &event {
        Event::Reserve { call } => Some(*call),
        _ => row.call.filter(|_| next.is_busy()),
    };
    let step = Step { row: &row, event: &event, next, later, call, now };
    write(tx, id, &step, step.goes_on(actor)).await?;
    note(tx, id, &step, actor).await?;
    if row.conference.is_some() && step.leg().1.is_none() {
        supervision::agent_gone(tx, id).await?;
    }
    for effect in change.effects {
        perform(tx, id, &row, effect).await?;
    }
    if next == State::Available && row.state != next {
        call::serve_next(tx, row.org).await?;
    }
    Ok(next)
}

async fn lock(tx: &mut Tx, id: AgentId) -> Result<Row, Error> {
    sqlx::query_as!(
        Row,
        r#"select org_id as "org: OrgId", state as "state: State", next_state as "next_state: State",
                  call_id as "call: CallId", leg, leg_call_control_id, conference_id as conference, next_reason,
                  break_by is not null as "ordered!", version
           from agents where id = $1 for update"#,
        id.0
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or(Error::NotFound)
}

impl Step<'_> {
    /// Why the agent is as they are, where the event says so, or said so when it could not be done yet.
    fn reason(&self) -> Option<&str> {
        match self.event {
            Event::TakeBreak { reason } => (self.next == State::Break).then_some(reason.as_str()),
            _ if self.next == State::Break && self.row.state != State::Break => self.row.next_reason.as_deref(),
            Event::Lost => Some("no heartbeat"),
            Event::LegDown => Some("audio leg ended"),
            _ => None,
        }
    }

    /// Why the break that is to come.
    fn next_reason(&self) -> Option<&str> {
        match self.event {
            _ if self.later != Some(State::Break) => None,
            Event::TakeBreak { reason } => Some(reason),
            _ => self.row.next_reason.as_deref(),
        }
    }

    /// A call is over, and the next may leave by itself. Not after a wrap-up that nobody ended: nobody may be there.
    fn goes_on(&self, actor: Actor) -> bool {
        let unattended = matches!(self.event, Event::WrappedUp) && actor == Actor::System;
        self.row.state.is_busy() && self.next == State::Available && !unattended
    }

    /// What stands of the leg now: its word, and its conference.
    fn leg(&self) -> (&str, Option<&str>) {
        match self.event {
            Event::LegUp { conference } => ("up", Some(conference)),
            Event::LegDown => ("down", None),
            _ if self.next == State::Offline && self.later.is_none() => ("down", None),
            _ => (&self.row.leg, self.row.conference.as_deref()),
        }
    }
}

async fn write(tx: &mut Tx, id: AgentId, step: &Step<'_>, goes_on: bool) -> Result<(), sqlx::Error> {
    let (leg, conference) = step.leg();
    sqlx::query!(
        "update agents set state = $2, next_state = $3, call_id = $4, version = version + 1,
                since = case when state = $2 then since else $5 end,
                reason = case when state = $2 and $6::text is null then reason else $6 end,
                leg = $7, conference_id = $8,
                leg_call_control_id = case when $7 = 'down' then null else leg_call_control_id end,
                leg_attempt = case when $7 = 'down' then null else leg_attempt end,
                advance_at = case when $9 and exists(select from calls c join campaigns k on k.id = c.campaign_id
                                                     where c.id = agents.call_id and k.mode = 'power')
                                    then clock_timestamp() + make_interval(secs => auto_advance_secs)
                                  when state = $2 then advance_at end,
                next_reason = $10,
                break_by = case when $2 = 'break'::agent_state or $3 = 'break'::agent_state then break_by end
         where id = $1",
        id.0,
        step.next as State,
        step.later as Option<State>,
        step.call.map(|call| call.0),
        step.now,
        step.reason(),
        leg,
        conference,
        goes_on,
        step.next_reason()
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

async fn note(tx: &mut Tx, id: AgentId, step: &Step<'_>, actor: Actor) -> Result<(), sqlx::Error> {
    let &Step { row, event, next, call, now: at, .. } = step;
    let (noun, seq, word) = ("agent", row.version + 1, event.word());
    let (from, to) = (row.state.as_str(), next.as_str());
    let detail = call.map(|call| format!("call {call}"));
    let detail = detail.as_deref();
    transition::append(tx, Change { org: row.org, noun, id: id.0, seq, from, to, event: word, actor, detail, at })
        .await?;
    let what = json!({ "id": id, "state": next, "call_id": call });
    event::publish(tx, row.org, &format!("agent:{id}"), "agent", what.clone()).await?;
    event::publish(tx, row.org, "agents", "agent", what).await
}

async fn perform(tx: &mut Tx, id: AgentId, row: &Row, effect: Effect) -> Result<(), sqlx::Error> {
    match effect {
        // A leg that is ringing already is not dialed again.
        Effect::DialLeg if row.leg == "dialing" => {}
        Effect::DialLeg => dial_leg(tx, id, row.org).await?,
        Effect::DropLeg => {
            if let Some(leg) = &row.leg_call_control_id {
                job::enqueue(tx, row.org, &HangUp::leg(id, leg)).await?;
            }
        }
        Effect::HangUpCall => {
            if let Some(call) = row.call {
                job::enqueue(tx, row.org, &HangUp::call(call)).await?;
            }
        }
        Effect::WakePacer => tx.hint(Hint::Pacer),
    }
    Ok(())
}

async fn dial_leg(tx: &mut Tx, id: AgentId, org: OrgId) -> Result<(), sqlx::Error> {
    let leg = Uuid::now_v7();
    sqlx::query!("update agents set leg = 'dialing', leg_attempt = $2, conference_id = null where id = $1", id.0, leg)
        .execute(&mut **tx)
        .await?;
    job::enqueue(tx, org, &DialLeg { agent: id, leg }).await?;
    Ok(())
}

/// Reserves, for an answered call, the available agent who has waited longest. `None`: nobody is free.
///
/// # Errors
/// When the database is away.
pub async fn reserve(tx: &mut Tx, org: OrgId, call: CallId) -> Result<Option<AgentId>, Error> {
    let free = sqlx::query_scalar!(
        r#"select id as "id: AgentId" from agents where org_id = $1 and state = 'available' and conference_id is not null
             and not agent_is_dialing(asked_call)
           order by since limit 1 for update skip locked"#,
        org.0
    )
    .fetch_optional(&mut **tx)
    .await?;
    if let Some(agent) = free {
        record(tx, agent, Event::Reserve { call }, Actor::System).await?;
    }
    Ok(free)
}

/// Takes, for a person who waits, the agent promised to a call of which nobody knows yet whether a person is there: the
/// one answered last. That call asks again when it knows.
///
/// # Errors
/// When the database is away.
pub async fn take_over(tx: &mut Tx, org: OrgId, call: CallId) -> Result<Option<AgentId>, Error> {
    let promised = sqlx::query!(
        r#"select a.id as "agent: AgentId", c.id as "call: CallId"
           from agents a join calls c on c.id = a.call_id join campaigns k on k.id = c.campaign_id
           where a.org_id = $1 and a.state = 'reserved' and a.conference_id is not null
             and coalesce(a.next_state, 'available') = 'available' and k.mode <> 'power'
             and c.state = 'answered' and c.amd_result is null and c.join_asked_at is null
           order by c.answered_at desc limit 1 for update of a, c skip locked"#,
        org.0
    )
    .fetch_optional(&mut **tx)
    .await?;
    let Some(promised) = promised else { return Ok(None) };
    sqlx::query!("update calls set agent_id = null where id = $1", promised.call.0).execute(&mut **tx).await?;
    record(tx, promised.agent, Event::Release, Actor::System).await?;
    record(tx, promised.agent, Event::Reserve { call }, Actor::System).await?;
    Ok(Some(promised.agent))
}
