//! Persists what happens to a call: state, times, history, and what follows for agent, recipient and campaign, all
//! in the caller's transaction.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::{
    AmdOutcome, Answer, CloseWrapUp, ConnectDeadline, Effect, Error, Event, HangUp, Known, Outcome, ReconcileAttempt,
    StartRecording, StartTranscription, State, settle,
};
use crate::{
    agent, campaign,
    db::Tx,
    event,
    hub::Hint,
    id::{AccountId, AgentId, CallId, CampaignId, OrgId, RecipientId},
    job, recording, transcript,
    transition::{self, Actor, Change, Transition},
};

/// After a person's "hello" the carrier listens this long for more words before it says "human": the greeting ended
/// that much before the verdict. We ask for it in every dial (telnyx FACTS §1, `after_greeting_silence`).
pub const AFTER_GREETING_SILENCE: TimeDelta = TimeDelta::milliseconds(500);
/// The law's two seconds from the end of a person's greeting to an agent (16 CFR 310.4(b)(1)(iv)).
pub const CONNECT_WITHIN: TimeDelta = TimeDelta::seconds(2);
/// An unanswered request is asked about first after a second; later tries are the job's own business.
const ASK_AFTER: TimeDelta = TimeDelta::seconds(1);
/// Whoever joins also asks for the recording; that it was done is known well within this.
const RECORDED_BY_NOW: TimeDelta = TimeDelta::seconds(1);

/// What is learned together with an event.
#[derive(Clone, Debug, Default)]
pub struct Fact {
    /// When it happened, by the carrier; now, if we saw it ourselves.
    pub at: Option<DateTime<Utc>>,
    /// When the webhook came in, in real time: what connect latency is counted from.
    pub heard_at: Option<DateTime<Utc>>,
    pub call_control_id: Option<String>,
    pub call_leg_id: Option<String>,
    pub call_session_id: Option<String>,
    pub hangup_cause: Option<String>,
    pub hangup_source: Option<String>,
    pub sip_code: Option<String>,
}

pub(super) struct Row {
    pub(super) org: OrgId,
    pub(super) campaign: Option<CampaignId>,
    pub(super) recipient: Option<RecipientId>,
    pub(super) account: AccountId,
    state: State,
    amd_result: Option<String>,
    greeting_end_at: Option<DateTime<Utc>>,
    bridged_at: Option<DateTime<Utc>>,
    ended_at: Option<DateTime<Utc>>,
    pub(super) agent: Option<AgentId>,
    abandoned: bool,
    version: i32,
    amd: bool,
    verdict_deadline_ms: i32,
    wrap_up_secs: i32,
}

/// One event, decided: everything that is written about it.
struct Step<'a> {
    row: &'a Row,
    event: &'a Event,
    fact: &'a Fact,
    next: State,
    effects: &'a [Effect],
    /// It leaves a person without an agent, or an earlier one did.
    abandoned: bool,
    /// When it happened, by the carrier where the carrier says so.
    at: DateTime<Utc>,
    now: DateTime<Utc>,
}

impl Step<'_> {
    fn changes(&self) -> bool {
        self.next != self.row.state || !self.effects.is_empty()
    }
}

/// Applies an event to a stored call. Answers whether the state moved: late and repeated events only fill in times.
///
/// # Errors
/// [`Error::Illegal`] when the event means nothing now.
pub async fn record(tx: &mut Tx, id: CallId, event: Event, fact: Fact, actor: Actor) -> Result<bool, Error> {
    let row = lock(tx, id).await?;
    let now = tx.now().await?;
    let at = fact.at.unwrap_or(now);
    let abandoned = row.abandoned || row.is_left_by(&event, &fact, at);
    let known = Known { answer: row.answer(), abandoned, amd: row.amd, agent: row.agent.is_some() };
    let Transition { next, effects } = row.state.on(&event, known)?;
    let step = Step { row: &row, event: &event, fact: &fact, next, effects: &effects, abandoned, at, now };
    write(tx, id, &step).await?;
    let changed = step.changes();
    if changed {
        note(tx, id, &step, actor).await?;
        count(&step);
    }
    keep_what_is_said(tx, id, &step).await?;
    for effect in effects {
        perform(tx, id, &row, effect, now).await?;
    }
    Ok(changed)
}

/// Every conversation has one recording and one transcript, from the change on that makes it one; even where that is
/// told after its end.
async fn keep_what_is_said(tx: &mut Tx, id: CallId, step: &Step<'_>) -> Result<(), sqlx::Error> {
    let begins = step.row.bridged_at.is_none() && *step.event == Event::Joined;
    if begins {
        recording::ask(tx, step.row.org, id).await?;
        transcript::ask(tx, step.row.org, id).await?;
    }
    let ends = step.next.is_final() && (begins || !step.row.state.is_final() && step.row.bridged_at.is_some());
    if ends {
        transcript::record(tx, id, transcript::Event::Over, Actor::System).await?;
    }
    Ok(())
}

/// Counted before the commit: a transaction that fails afterwards is told again, and then counted twice.
fn count(step: &Step<'_>) {
    if step.abandoned && !step.row.abandoned {
        metrics::counter!("wib_calls_abandoned_total").increment(1);
    }
    let verdict = match step.event {
        Event::Detected(answer) => answer.as_str(),
        Event::Deadline => "deadline",
        _ => return,
    };
    metrics::counter!("wib_amd_verdicts_total", "verdict" => verdict).increment(1);
}

impl Row {
    fn answer(&self) -> Option<Answer> {
        self.amd_result.as_deref().map(Answer::parse)
    }

    /// Whether this leaves a person who answered without an agent: nobody is free, or the law's two seconds are over
    /// when one comes, or when the person, or we, let go.
    fn is_left_by(&self, event: &Event, fact: &Fact, at: DateTime<Utc>) -> bool {
        let waits = self.state == State::Answered && self.answer() != Some(Answer::Machine);
        let until = match event {
            Event::NobodyFree => return waits,
            // The carrier's own time of the join counts; ours, a round trip later, only where it never told its own.
            Event::Joined => fact.at,
            Event::HungUp { .. } if waits => Some(at),
            Event::HungUp { .. } => self.bridged_at,
            // The end was told of before the greeting.
            Event::Answered | Event::Detected(Answer::Human | Answer::NotSure) if self.amd_result.is_none() => {
                self.bridged_at.or(self.ended_at)
            }
            _ => None,
        };
        let greeted = self.greeting_end_at.or_else(|| self.greeting_end(event, at));
        until.zip(greeted).is_some_and(|(until, greeted)| until - greeted > CONNECT_WITHIN)
    }

    /// When the greeting was over, if the event says so.
    fn greeting_end(&self, event: &Event, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match event {
            Event::Detected(_) => Some(at - AFTER_GREETING_SILENCE),
            Event::Deadline => Some(at),
            Event::Answered if !self.amd => Some(at),
            _ => None,
        }
    }
}

async fn lock(tx: &mut Tx, id: CallId) -> Result<Row, Error> {
    sqlx::query_as!(
        Row,
        r#"select c.org_id as "org: OrgId", c.campaign_id as "campaign: CampaignId",
                  c.recipient_id as "recipient: RecipientId", c.account_id as "account: AccountId",
                  c.state as "state: State", c.amd_result, c.greeting_end_at, c.bridged_at, c.ended_at,
                  c.agent_id as "agent: AgentId", c.abandoned, c.version, coalesce(k.amd, 'detect') <> 'off' as "amd!",
                  coalesce(k.verdict_deadline_ms, 3500) as "verdict_deadline_ms!",
                  coalesce(k.wrap_up_secs, 60) as "wrap_up_secs!"
           from calls c left join campaigns k on k.id = c.campaign_id
           where c.id = $1 for update of c"#,
        id.0
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or(Error::NotFound)
}

async fn write(tx: &mut Tx, id: CallId, step: &Step<'_>) -> Result<(), sqlx::Error> {
    let &Step { row, event, fact, next, effects, abandoned, at, now } = step;
    let answer = match event {
        Event::Detected(answer) => Some(*answer),
        Event::Deadline => Some(Answer::NotSure),
        // Without detection whoever picks up is treated as a person.
        Event::Answered if !row.amd => Some(Answer::Human),
        _ => None,
    };
    let answered = matches!(event, Event::Answered | Event::Detected(_)).then_some(at);
    let joined = matches!(event, Event::Joined).then_some(at);
    let outcome = effects.iter().find_map(|effect| match effect {
        Effect::Settle(outcome) => Some(outcome.as_str()),
        _ => None,
    });
    let failure = match event {
        Event::Refused { code, .. } => Some(code.as_str()),
        _ => None,
    };
    let unknown = match event {
        Event::LostReply => effects.contains(&Effect::Reconcile),
        Event::GiveUp => !row.state.is_final(),
        _ => false,
    };
    sqlx::query!(
        "update calls set state = $2, version = version + $3::boolean::int,
            outcome = case when $4 then 'unknown' when $5 then outcome else 'known' end,
            call_control_id = coalesce(call_control_id, $6), call_leg_id = coalesce(call_leg_id, $7),
            call_session_id = coalesce(call_session_id, $8),
            answered_at = coalesce(answered_at, case when $9 > ended_at then ended_at else $9 end),
            amd_result = coalesce(amd_result, $10),
            greeting_end_at = coalesce(greeting_end_at, case when $11 > ended_at then ended_at else $11 end),
            bridged_at = least(bridged_at, case when $12 > ended_at then ended_at else $12 end),
            abandoned = abandoned or $13,
            ended_at = case when $14 then coalesce(ended_at, greatest($15, answered_at, bridged_at)) end,
            result = coalesce(result, $16),
            failure = coalesce(failure, $17),
            hangup_cause = coalesce(hangup_cause, $18), hangup_source = coalesce(hangup_source, $19),
            sip_code = coalesce(sip_code, $20),
            last_event_at = case when $21 then $22 else last_event_at end,
            verdict_heard_at = case when $23 then coalesce(verdict_heard_at, $24) else verdict_heard_at end
         where id = $1",
        id.0,
        next as State,
        step.changes(),
        unknown,
        row.state.is_final(),
        fact.call_control_id,
        fact.call_leg_id,
        fact.call_session_id,
        answered,
        answer.map(Answer::as_str),
        row.greeting_end(event, at),
        joined,
        abandoned,
        next.is_final(),
        at,
        outcome,
        failure,
        fact.hangup_cause,
        fact.hangup_source,
        fact.sip_code,
        !matches!(event, Event::LostReply | Event::Deadline | Event::NobodyFree | Event::GiveUp),
        now,
        effects.contains(&Effect::ActOnAnswer),
        fact.heard_at
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

async fn note(tx: &mut Tx, id: CallId, step: &Step<'_>, actor: Actor) -> Result<(), sqlx::Error> {
    let &Step { row, event, next, now: at, .. } = step;
    let (from, to, word) = (row.state.as_str(), next.as_str(), event.word());
    let (noun, seq) = ("call", row.version + 1);
    let change = Change { org: row.org, noun, id: id.0, seq, from, to, event: word, actor, detail: None, at };
    transition::append(tx, change).await?;
    let what = json!({ "id": id, "state": next, "event": word, "account_id": row.account });
    if let Some(campaign) = row.campaign {
        event::publish(tx, row.org, &format!("campaign:{campaign}"), "call", what.clone()).await?;
    }
    if let Some(agent) = row.agent {
        event::publish(tx, row.org, &format!("agent:{agent}"), "call", what.clone()).await?;
    }
    event::publish(tx, row.org, &format!("account:{}", row.account), "call", what).await
}

async fn perform(tx: &mut Tx, id: CallId, row: &Row, effect: Effect, now: DateTime<Utc>) -> Result<(), Error> {
    match effect {
        Effect::ReserveAgent if row.agent.is_none() => reserve(tx, id, row).await?,
        Effect::ReserveAgent => {}
        Effect::ArmDeadline => {
            let at = now + TimeDelta::milliseconds(row.verdict_deadline_ms.into());
            job::enqueue_at(tx, row.org, &ConnectDeadline { call: id }, at).await?;
        }
        Effect::ActOnAnswer => {
            job::enqueue(tx, row.org, &AmdOutcome { call: id }).await?;
        }
        Effect::ReleaseAgent => release(tx, id, row).await?,
        Effect::ConnectAgent => tell_agent(tx, id, row, agent::Event::Connect).await?,
        Effect::Record => record_soon(tx, id, row.org, now).await?,
        Effect::WrapUp => wrap_up(tx, id, row, now).await?,
        Effect::HangUp => {
            job::enqueue(tx, row.org, &HangUp::call(id)).await?;
        }
        // Settled by the disposition, or by the end of the wrap-up.
        Effect::Settle(Outcome::Connected) if row.agent.is_some() => {}
        Effect::Settle(outcome) => settle::settle(tx, id, row, outcome, now).await?,
        Effect::Reconcile => {
            job::enqueue_at(tx, row.org, &ReconcileAttempt { call: id }, now + ASK_AFTER).await?;
        }
        Effect::PauseCampaign => pause_campaign(tx, row).await?,
    }
    tx.hint(Hint::Pacer);
    Ok(())
}

async fn reserve(tx: &mut Tx, id: CallId, row: &Row) -> Result<(), Error> {
    if let Some(agent) = agent::reserve(tx, row.org, id).await? {
        sqlx::query!("update calls set agent_id = $2 where id = $1", id.0, agent.0).execute(&mut **tx).await?;
    }
    Ok(())
}

async fn release(tx: &mut Tx, id: CallId, row: &Row) -> Result<(), Error> {
    tell_agent(tx, id, row, agent::Event::Release).await?;
    sqlx::query!("update calls set agent_id = null where id = $1 and bridged_at is null", id.0)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Tells the call's agent, if the agent still is with this call: somebody lost meanwhile is not an error.
async fn tell_agent(tx: &mut Tx, id: CallId, row: &Row, event: agent::Event) -> Result<(), Error> {
    let Some(agent) = row.agent else { return Ok(()) };
    let theirs = sqlx::query_scalar!("select 1 from agents where id = $1 and call_id = $2 for update", agent.0, id.0);
    if theirs.fetch_optional(&mut **tx).await?.is_none() {
        return Ok(());
    }
    match agent::record(tx, agent, event, Actor::System).await {
        Ok(_) | Err(agent::Error::Illegal(_)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// The worker that joins asks the carrier to record, too, but may be gone before it can say so. Writing down is asked
/// for once the call is known to be connected: nobody waits for it.
async fn record_soon(tx: &mut Tx, id: CallId, org: OrgId, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    if !is_recorded(tx, id).await? {
        job::enqueue_at(tx, org, &StartRecording { call: id }, now + RECORDED_BY_NOW).await?;
    }
    job::enqueue(tx, org, &StartTranscription { call: id }).await?;
    Ok(())
}

/// Until an agent says otherwise, the call came to `connected`: a crash before the disposition loses nothing.
async fn wrap_up(tx: &mut Tx, id: CallId, row: &Row, now: DateTime<Utc>) -> Result<(), Error> {
    tell_agent(tx, id, row, agent::Event::CallEnded).await?;
    sqlx::query!(
        "update calls set disposition = 'connected', disposition_by = 'system' where id = $1 and disposition is null",
        id.0
    )
    .execute(&mut **tx)
    .await?;
    let at = now + TimeDelta::seconds(row.wrap_up_secs.into());
    job::enqueue_at(tx, row.org, &CloseWrapUp { call: id }, at).await?;
    Ok(())
}

async fn pause_campaign(tx: &mut Tx, row: &Row) -> Result<(), Error> {
    let Some(campaign) = row.campaign else { return Ok(()) };
    let pause = campaign::Event::Pause(campaign::PauseReason::Provider);
    match campaign::record(tx, campaign, pause, Actor::System).await {
        Ok(_) | Err(campaign::Error::Illegal(_)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Remembers when the agent's conference was asked to take the customer: the intent before the action.
///
/// # Errors
/// When the database is away.
pub async fn ask_to_join(tx: &mut Tx, id: CallId, agent: AgentId) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update calls set join_asked_at = coalesce(join_asked_at, wib_now()), agent_id = $2 where id = $1",
        id.0,
        agent.0
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The agent who was to take the customer cannot: the call is nobody's again.
///
/// # Errors
/// When the database is away.
pub async fn not_joined(tx: &mut Tx, id: CallId) -> Result<(), sqlx::Error> {
    sqlx::query!("update calls set join_asked_at = null, agent_id = null where id = $1 and bridged_at is null", id.0)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Remembers how long it took, in real time, from the webhook that decided to the join request.
///
/// # Errors
/// When the database is away.
pub async fn joined_after(tx: &mut Tx, id: CallId, sent_at: DateTime<Utc>) -> Result<(), sqlx::Error> {
    let took = sqlx::query_scalar!(
        r#"update calls set connect_ms = extract(epoch from $2 - verdict_heard_at) * 1000
           where id = $1 and connect_ms is null and verdict_heard_at is not null returning connect_ms as "connect_ms!""#,
        id.0,
        sent_at
    )
    .fetch_optional(&mut **tx)
    .await?;
    if let Some(took) = took {
        metrics::histogram!("wib_join_seconds").record(f64::from(took) / 1e3);
    }
    Ok(())
}

/// Remembers that the carrier was asked and the call is alive.
///
/// # Errors
/// When the database is away.
pub async fn checked(tx: &mut Tx, id: CallId) -> Result<(), sqlx::Error> {
    sqlx::query!("update calls set checked_at = wib_now() where id = $1", id.0).execute(&mut **tx).await?;
    Ok(())
}

/// Whether the carrier is known to record a call, or to have recorded it.
///
/// # Errors
/// When the database is away.
pub async fn is_recorded(tx: &mut Tx, id: CallId) -> Result<bool, sqlx::Error> {
    let recording = sqlx::query_scalar!("select 1 from recordings where call_id = $1 and state <> 'asked'", id.0);
    Ok(recording.fetch_optional(&mut **tx).await?.is_some())
}

/// Writes down that the carrier records a call.
///
/// # Errors
/// When the database is away.
pub async fn recording_started(tx: &mut Tx, org: OrgId, id: CallId) -> Result<(), sqlx::Error> {
    recording::ask(tx, org, id).await?;
    recording::record(tx, id, recording::Event::Begun, recording::Fact::default(), Actor::System).await?;
    Ok(())
}
