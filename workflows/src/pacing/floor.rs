//! The floor as the database has it: agents with what they do, calls with how far they have come. The pacer compares it
//! with what its engine was told, so that an event nobody heard of, or a pacer that has just begun, costs nothing.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::room::{AgentState, CallEvent};
use crate::{
    agent,
    call::{AFTER_GREETING_SILENCE, Answer},
    db::Tx,
    id::{AgentId, CallId, CampaignId, OrgId},
};

/// An agent, what they do, and since when.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Present {
    pub id: AgentId,
    pub state: AgentState,
    pub since: DateTime<Utc>,
}

/// A call that may need an agent, or has one, and when it came how far.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    pub id: CallId,
    pub campaign: CampaignId,
    /// When it was to be dialed; none as long as its job has not begun.
    pub intent_at: Option<DateTime<Utc>>,
    pub answered_at: Option<DateTime<Utc>>,
    pub greeting_end_at: Option<DateTime<Utc>>,
    pub amd_result: Option<String>,
    pub bridged_at: Option<DateTime<Utc>>,
    pub ended_at: Option<DateTime<Utc>>,
    pub abandoned: bool,
    pub result: Option<String>,
}

impl Line {
    /// All that became of it so far, in order.
    #[must_use]
    pub fn events(&self) -> Vec<(DateTime<Utc>, CallEvent)> {
        let mut events = Vec::new();
        events.extend(self.answered_at.map(|at| (at, CallEvent::Answered)));
        events.extend(self.verdict());
        events.extend(self.settled());
        events
    }

    /// Who picked up, and when it was known.
    fn verdict(&self) -> Option<(DateTime<Utc>, CallEvent)> {
        let (answer, greeted) = (self.amd_result.as_deref()?, self.greeting_end_at?);
        let event = if answer == Answer::Machine.as_str() { CallEvent::AmdMachine } else { CallEvent::AmdHuman };
        // Without detection the answer itself is the verdict.
        let listened = if self.answered_at == Some(greeted) { TimeDelta::zero() } else { AFTER_GREETING_SILENCE };
        Some((greeted + listened, event))
    }

    /// An agent talks, the person was left, or it is over.
    fn settled(&self) -> Option<(DateTime<Utc>, CallEvent)> {
        if let Some(at) = self.bridged_at {
            return Some((at, CallEvent::Connected));
        }
        let latest = self.ended_at.or(self.greeting_end_at).or(self.answered_at);
        if self.abandoned {
            return latest.map(|at| (at, CallEvent::Abandoned));
        }
        self.ended_at.map(|at| (at, self.failure()))
    }

    fn failure(&self) -> CallEvent {
        match self.result.as_deref() {
            Some("no_answer" | "busy" | "declined") => CallEvent::NoAnswer,
            Some("invalid_number" | "failed" | "blocked") => CallEvent::Invalid,
            _ => CallEvent::Ended,
        }
    }
}

/// The agents of an organisation who are there.
///
/// # Errors
/// When the database is away.
pub async fn present(tx: &mut Tx, org: OrgId) -> Result<Vec<Present>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select id as "id: AgentId", state as "state: agent::State", since, conference_id is not null as "up!",
                  next_state as "next: agent::State"
           from agents where org_id = $1 and state <> 'offline'"#,
        org.0
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Present { id: row.id, state: seen(row.state, row.next, row.up), since: row.since })
        .collect())
}

/// What an agent's state means to pacing. One who is promised to a call that is being listened to is still free: whoever
/// is proven to be a person first gets them.
fn seen(state: agent::State, next: Option<agent::State>, up: bool) -> AgentState {
    match (state, next) {
        (agent::State::OnCall, _) => AgentState::Talk,
        (agent::State::WrapUp, None | Some(agent::State::Available)) => AgentState::Wrap,
        (agent::State::Available | agent::State::Reserved, _) if up => AgentState::Idle,
        _ => AgentState::Pause,
    }
}

/// Every line of an organisation's voice campaigns that is out, and those of `known` whatever became of them. One whose
/// dial was refused or cancelled before it was written down is missing from the answer.
///
/// # Errors
/// When the database is away.
pub async fn lines(tx: &mut Tx, org: OrgId, known: &[Uuid]) -> Result<Vec<Line>, sqlx::Error> {
    sqlx::query_as!(
        Line,
        r#"select r.call_id as "id!: CallId", r.campaign_id as "campaign!: CampaignId", c.intent_at as "intent_at?",
                  c.answered_at, c.greeting_end_at, c.amd_result, c.bridged_at, c.ended_at,
                  coalesce(c.abandoned, false) as "abandoned!", c.result
           from campaigns k
           join recipients r on r.campaign_id = k.id and r.state = 'claimed'
           left join calls c on c.id = r.call_id
           where k.org_id = $1 and k.type = 'voice' and k.state in ('running', 'paused', 'draining')
             and (c.ended_at is null or c.id = any($2))
           union all
           select c.id, c.campaign_id, c.intent_at, c.answered_at, c.greeting_end_at, c.amd_result, c.bridged_at,
                  c.ended_at, c.abandoned, c.result
           from calls c
           where c.id = any($2) and c.campaign_id is not null
             and not exists (select from recipients r where r.id = c.recipient_id and r.state = 'claimed' and r.call_id = c.id)"#,
        org.0,
        known
    )
    .fetch_all(&mut **tx)
    .await
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn at(secs: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + secs, 0).unwrap()
    }

    fn ringing() -> Line {
        Line {
            id: CallId(Uuid::nil()),
            campaign: CampaignId(Uuid::nil()),
            intent_at: Some(at(0)),
            answered_at: None,
            greeting_end_at: None,
            amd_result: None,
            bridged_at: None,
            ended_at: None,
            abandoned: false,
            result: None,
        }
    }

    fn answered() -> Line {
        Line { answered_at: Some(at(9)), ..ringing() }
    }

    fn ended(result: &str) -> Line {
        Line { ended_at: Some(at(12)), result: Some(result.into()), ..ringing() }
    }

    fn judged(answer: &str) -> Line {
        Line { amd_result: Some(answer.into()), greeting_end_at: Some(at(10)), ..answered() }
    }

    #[rstest]
    #[case::one_that_rings(ringing(), &[])]
    #[case::one_that_was_answered(answered(), &[CallEvent::Answered])]
    #[case::a_person(judged("human"), &[CallEvent::Answered, CallEvent::AmdHuman])]
    #[case::whoever_it_was(judged("not_sure"), &[CallEvent::Answered, CallEvent::AmdHuman])]
    #[case::a_machine(judged("machine"), &[CallEvent::Answered, CallEvent::AmdMachine])]
    #[case::a_talk(Line { bridged_at: Some(at(11)), ..judged("human") }, &[CallEvent::Answered, CallEvent::AmdHuman, CallEvent::Connected])]
    #[case::one_left_waiting(Line { abandoned: true, ..judged("human") }, &[CallEvent::Answered, CallEvent::AmdHuman, CallEvent::Abandoned])]
    #[case::one_that_let_go(Line { answered_at: Some(at(9)), ..ended("hung_up") }, &[CallEvent::Answered, CallEvent::Ended])]
    #[case::a_busy_one(ended("busy"), &[CallEvent::NoAnswer])]
    #[case::no_such_number(ended("invalid_number"), &[CallEvent::Invalid])]
    fn a_call_tells_what_became_of_it(#[case] line: Line, #[case] expected: &[CallEvent]) {
        let told: Vec<CallEvent> = line.events().into_iter().map(|(_, event)| event).collect();
        assert_eq!(told, expected);
    }

    #[test]
    fn without_detection_the_answer_is_the_verdict() {
        let line = Line { amd_result: Some("human".into()), greeting_end_at: Some(at(9)), ..answered() };
        assert!(line.events().iter().all(|(when, _)| *when == at(9)));
    }

    #[rstest]
    #[case::who_waits(agent::State::Available, None, true, AgentState::Idle)]
    #[case::who_is_promised_only(agent::State::Reserved, None, true, AgentState::Idle)]
    #[case::who_talks(agent::State::OnCall, None, true, AgentState::Talk)]
    #[case::who_writes(agent::State::WrapUp, None, true, AgentState::Wrap)]
    #[case::who_leaves_after_it(agent::State::WrapUp, Some(agent::State::Break), true, AgentState::Pause)]
    #[case::who_has_no_leg(agent::State::Available, None, false, AgentState::Pause)]
    #[case::who_rests(agent::State::Break, None, true, AgentState::Pause)]
    fn an_agent_is_seen_as(
        #[case] state: agent::State,
        #[case] next: Option<agent::State>,
        #[case] up: bool,
        #[case] expected: AgentState,
    ) {
        assert_eq!(seen(state, next, up), expected);
    }
}
