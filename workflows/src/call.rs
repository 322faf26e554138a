//! One outbound call attempt, from the intent to dial to its end.
//!
//! ```text
//! intent ──accepted──▶ dialing ──initiated──▶ ringing ──answered──▶ answered ──joined──▶ bridged
//!  │ │ └──refused──▶ failed      └───────────────┴───────────────────┴────hung up───────────┴──▶ ended
//!  │ └──void──▶ cancelled        (any, given up on) ──▶ unknown_closed
//!  └ a refused verdict is stored as skipped, and nothing is dialed
//! ```
//!
//! [`State::on`] decides, [`record`] persists. Webhooks come late, twice and in any order: a state only ever moves
//! forward, a hang-up absorbs, and what arrives afterwards only fills in times. An unanswered request leaves
//! `outcome = unknown` beside the state; the carrier is asked, never dialed again (INVARIANTS, rule 2).

mod disposition;
mod jobs;
mod place;
mod queries;
mod record;
mod request;
mod settle;
mod waiting;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub use self::{
    disposition::{Disposition, Reach, Said, close_wrap_up, dispose, give_back, keep_note},
    jobs::{
        AmdOutcome, CALLS_THROTTLE, CloseWrapUp, ConnectDeadline, HangUp, PlaceCall, ReconcileAttempt, ServeWaiting,
        StartRecording, StartTranscription, Target,
    },
    place::{Dial, Placed, place},
    queries::{
        Call, Live, Summary, anything_lately, by_carrier, dispositions, find, live, lock_now, org, stale, to_connect,
    },
    record::{
        AFTER_GREETING_SILENCE, CONNECT_WITHIN, Fact, ask_to_join, checked, is_recorded, joined_after, not_joined,
        record, recording_started,
    },
    request::{Ask, Declined, request},
    waiting::{WAITS_FOR, serve_next},
};
use crate::transition::{Illegal, Transition};

/// Where an attempt is. The words are those of the `facts` views.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "call_state", rename_all = "snake_case")]
pub enum State {
    /// Decided and written down, not yet known to be at the carrier. Two seconds, then void.
    Intent,
    /// The carrier took it.
    Dialing,
    /// The carrier is ringing the person.
    Ringing,
    /// Somebody or something picked up; we listen for which.
    Answered,
    /// An agent talks.
    Bridged,
    /// Over. Final.
    Ended,
    /// The carrier refused the dial. Final.
    Failed,
    /// A rule refused it, nothing was dialed. Final.
    Skipped,
    /// Proved never to have reached the carrier. Final.
    Cancelled,
    /// Its outcome could not be learned. Final; a person looks.
    UnknownClosed,
}

/// Who or what picked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    Human,
    Machine,
    /// The carrier could not tell, or took too long: treated as a human, who must not be left in silence.
    NotSure,
}

impl Answer {
    /// The word stored and shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Machine => "machine",
            Self::NotSure => "not_sure",
        }
    }

    pub(crate) fn parse(word: &str) -> Self {
        match word {
            "human" => Self::Human,
            "machine" => Self::Machine,
            _ => Self::NotSure,
        }
    }
}

/// How a carrier let go of a call that nobody had answered, in our words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Release {
    Busy,
    NoAnswer,
    /// No such number.
    Invalid,
    Declined,
    /// Analytics or the person block our number.
    Blocked,
    /// Our account, number or channels are the trouble, not the person's.
    OurProblem,
    /// The network's trouble.
    CarrierFailure,
    /// We let go.
    Cancelled,
    /// It ended like a conversation does.
    Completed,
}

/// What an attempt came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// An agent talked.
    Connected,
    NoAnswer,
    Busy,
    Voicemail,
    /// A person answered, and no agent was there in time.
    Abandoned,
    /// A person answered and let go before an agent was there.
    HungUp,
    Declined,
    InvalidNumber,
    /// The carrier's or our own trouble: no attempt of the person's is spent.
    Failed,
    Blocked,
    /// Never reached the carrier.
    Cancelled,
    Unknown,
}

impl Outcome {
    /// The word stored and shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Connected => "connected",
            Self::NoAnswer => "no_answer",
            Self::Busy => "busy",
            Self::Voicemail => "voicemail",
            Self::Abandoned => "abandoned",
            Self::HungUp => "hung_up",
            Self::Declined => "declined",
            Self::InvalidNumber => "invalid_number",
            Self::Failed => "failed",
            Self::Blocked => "blocked",
            Self::Cancelled => "cancelled",
            Self::Unknown => "unknown",
        }
    }

    /// The key of the campaign's retry matrix; `None` is never retried by it.
    pub(crate) fn retry_key(self) -> Option<&'static str> {
        match self {
            Self::NoAnswer | Self::HungUp => Some("no_answer"),
            Self::Busy => Some("busy"),
            Self::Voicemail => Some("voicemail"),
            Self::Abandoned => Some("abandoned"),
            Self::Declined => Some("declined"),
            Self::Failed | Self::Cancelled => Some("failed"),
            Self::Connected | Self::InvalidNumber | Self::Blocked | Self::Unknown => None,
        }
    }

    /// Whether the person's phone may have rung: such an attempt counts against the list's limit.
    pub(crate) fn spends_attempt(self) -> bool {
        !matches!(self, Self::Failed | Self::Cancelled | Self::Blocked)
    }
}

/// What happens to a call, in our words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The carrier took the dial.
    Accepted,
    /// The carrier refused the dial; `ours` when our account, number or channels are the reason.
    Refused {
        code: String,
        ours: bool,
    },
    /// The request was sent, or may have been, and no answer came.
    LostReply,
    Initiated,
    Answered,
    Detected(Answer),
    /// The greeting's verdict did not come in time.
    Deadline,
    /// The customer is in the agent's conference.
    Joined,
    /// No agent in time.
    NobodyFree,
    HungUp {
        release: Release,
    },
    /// The carrier proves it never had it.
    Void,
    GiveUp,
}

impl Event {
    /// The word in the history.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Refused { .. } => "refused",
            Self::LostReply => "lost_reply",
            Self::Initiated => "initiated",
            Self::Answered => "answered",
            Self::Detected(Answer::Human) => "human",
            Self::Detected(Answer::Machine) => "machine",
            Self::Detected(Answer::NotSure) => "not_sure",
            Self::Deadline => "deadline",
            Self::Joined => "joined",
            Self::NobodyFree => "nobody_free",
            Self::HungUp { .. } => "hung_up",
            Self::Void => "void",
            Self::GiveUp => "give_up",
        }
    }
}

/// What a change asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Promise the longest waiting agent to this call.
    ReserveAgent,
    /// Do not wait for a verdict longer than this campaign says.
    ArmDeadline,
    /// Act on who picked up.
    ActOnAnswer,
    ReleaseAgent,
    /// The agent talks now.
    ConnectAgent,
    /// Record the conversation, unless that has begun, and have it written down.
    Record,
    /// The agent writes down what came of it.
    WrapUp,
    HangUp,
    /// The attempt came to this: the recipient is done, retried or failed.
    Settle(Outcome),
    /// Ask the carrier what became of it.
    Reconcile,
    /// The carrier refuses us as such: dialing on would refuse everybody.
    PauseCampaign,
}

/// What is known of the call beside its state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Known {
    pub answer: Option<Answer>,
    pub abandoned: bool,
    /// The campaign asks who picked up.
    pub amd: bool,
    /// An agent is promised to it.
    pub agent: bool,
}

type Change = Transition<State, Effect>;

impl State {
    /// Every state, in the order of life.
    pub const ALL: [Self; 10] = [
        Self::Intent,
        Self::Dialing,
        Self::Ringing,
        Self::Answered,
        Self::Bridged,
        Self::Ended,
        Self::Failed,
        Self::Skipped,
        Self::Cancelled,
        Self::UnknownClosed,
    ];

    /// The word stored and shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Intent => "intent",
            Self::Dialing => "dialing",
            Self::Ringing => "ringing",
            Self::Answered => "answered",
            Self::Bridged => "bridged",
            Self::Ended => "ended",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
            Self::Cancelled => "cancelled",
            Self::UnknownClosed => "unknown_closed",
        }
    }

    /// Nothing changes it any more.
    #[must_use]
    pub fn is_final(self) -> bool {
        matches!(self, Self::Ended | Self::Failed | Self::Skipped | Self::Cancelled | Self::UnknownClosed)
    }

    /// Decides what an event means in this state. An event that changes nothing answers the same state and no effect.
    ///
    /// # Errors
    /// When the event means nothing here.
    pub fn on(self, event: &Event, known: Known) -> Result<Change, Illegal> {
        use Event as E;
        use State as S;

        Ok(match (self, event) {
            (S::Intent, E::Accepted) => Transition::to(S::Dialing),
            // A call we had given up on is there after all: nobody will talk to whoever answers it.
            (S::Cancelled | S::UnknownClosed, E::Accepted | E::Initiated | E::Answered) => {
                Transition::with(self, [Effect::HangUp])
            }
            (S::Intent | S::Dialing, E::Refused { ours, .. }) => refused(*ours),
            (S::Intent | S::Dialing, E::LostReply) => Transition::with(self, [Effect::Reconcile]),
            (S::Intent | S::Dialing, E::Initiated) => Transition::to(S::Ringing),
            (S::Intent | S::Dialing | S::Ringing, E::Answered) => answered(known),
            // The verdict overtook the answer.
            (S::Intent | S::Dialing | S::Ringing, E::Detected(answer)) => detected(*answer, true),
            (S::Answered, E::Detected(answer)) if known.answer.is_none() => detected(*answer, false),
            (S::Answered, E::Deadline) if known.answer.is_none() => detected(Answer::NotSure, false),
            // Whoever hears of it first, the worker who asked or the webhook, sees to the recording.
            (S::Answered, E::Joined) if known.agent => {
                Transition::with(S::Bridged, [Effect::ConnectAgent, Effect::Record])
            }
            (S::Answered, E::NobodyFree) => Transition::with(S::Answered, [Effect::ReleaseAgent, Effect::HangUp]),
            (S::Bridged, E::HungUp { .. }) => {
                Transition::with(S::Ended, [Effect::WrapUp, Effect::Settle(Outcome::Connected)])
            }
            (S::Answered, E::HungUp { release }) => {
                let outcome = unbridged(known, *release);
                Transition::with(S::Ended, [Effect::ReleaseAgent, Effect::Settle(outcome)])
            }
            (S::Intent | S::Dialing | S::Ringing, E::HungUp { release }) => unanswered(known, *release),
            (S::Intent, E::Void) => {
                Transition::with(S::Cancelled, [Effect::ReleaseAgent, Effect::Settle(Outcome::Cancelled)])
            }
            (S::Bridged, E::GiveUp) => {
                Transition::with(S::UnknownClosed, [Effect::WrapUp, Effect::Settle(Outcome::Connected)])
            }
            (state, E::GiveUp) if !state.is_final() => {
                Transition::with(S::UnknownClosed, [Effect::ReleaseAgent, Effect::Settle(Outcome::Unknown)])
            }
            // Repeated and late: times are filled in by whoever persists, the state stays.
            (
                state,
                E::Accepted
                | E::LostReply
                | E::Initiated
                | E::Answered
                | E::Detected(_)
                | E::Deadline
                | E::Joined
                | E::NobodyFree
                | E::HungUp { .. }
                | E::GiveUp,
            ) => Transition::to(state),
            (state, event @ (E::Refused { .. } | E::Void)) => {
                return Err(Illegal { noun: "call", state: state.as_str(), event: event.word() });
            }
        })
    }
}

fn refused(ours: bool) -> Change {
    let mut effects = vec![Effect::ReleaseAgent, Effect::Settle(Outcome::Failed)];
    if ours {
        effects.push(Effect::PauseCampaign);
    }
    Transition { next: State::Failed, effects }
}

fn answered(known: Known) -> Change {
    let then = if known.amd { Effect::ArmDeadline } else { Effect::ActOnAnswer };
    Transition::with(State::Answered, [Effect::ReserveAgent, then])
}

/// A machine gives the agent back in the very transaction that hears of it: no agent time is spent on machines.
fn detected(answer: Answer, overtook: bool) -> Change {
    match (answer, overtook) {
        (Answer::Machine, _) => Transition::with(State::Answered, [Effect::ReleaseAgent, Effect::ActOnAnswer]),
        (_, true) => Transition::with(State::Answered, [Effect::ReserveAgent, Effect::ActOnAnswer]),
        (_, false) => Transition::with(State::Answered, [Effect::ActOnAnswer]),
    }
}

/// Answered, and no agent ever talked.
fn unbridged(known: Known, release: Release) -> Outcome {
    match (known.abandoned, known.answer) {
        (true, _) => Outcome::Abandoned,
        (_, Some(Answer::Machine)) => Outcome::Voicemail,
        _ if release == Release::CarrierFailure => Outcome::Failed,
        _ => Outcome::HungUp,
    }
}

fn unanswered(known: Known, release: Release) -> Change {
    let outcome = match release {
        Release::Busy => Outcome::Busy,
        // We let go of a phone that may have rung: a try like any other.
        Release::NoAnswer | Release::Cancelled => Outcome::NoAnswer,
        Release::Invalid => Outcome::InvalidNumber,
        Release::Declined | Release::Blocked => Outcome::Declined,
        Release::OurProblem | Release::CarrierFailure => Outcome::Failed,
        // A hang-up that overtook the answer.
        Release::Completed => unbridged(known, release),
    };
    let mut effects = vec![Effect::ReleaseAgent, Effect::Settle(outcome)];
    if release == Release::OurProblem {
        effects.push(Effect::PauseCampaign);
    }
    Transition { next: State::Ended, effects }
}

/// What can go wrong with a call.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("call not found")]
    NotFound,
    #[error("the call is still live: hang up first")]
    StillLive,
    #[error("unknown disposition")]
    UnknownDisposition,
    #[error("it is another agent's call")]
    NotYours,
    #[error("it was written down already: a supervisor may change it")]
    WrittenDown,
    #[error("nobody has answered: there is nothing to disclose yet")]
    NotAnswered,
    #[error("this is not the account's place on a list")]
    NotOnList,
    #[error(transparent)]
    Illegal(#[from] Illegal),
    #[error(transparent)]
    Agent(#[from] crate::agent::Error),
    #[error(transparent)]
    Recipient(#[from] crate::recipient::Error),
    #[error(transparent)]
    Campaign(#[from] crate::campaign::Error),
    #[error("call query failed")]
    Database(#[from] sqlx::Error),
}

/// When it happened, at the carrier or here.
pub type At = DateTime<Utc>;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::{Effect as F, Event as E, Outcome as O, State as S, *};

    const LISTENING: Known = Known { answer: None, abandoned: false, amd: true, agent: false };
    const MACHINE: Known = Known { answer: Some(Answer::Machine), abandoned: false, amd: true, agent: false };
    const HUMAN: Known = Known { answer: Some(Answer::Human), abandoned: false, amd: true, agent: true };
    const ABANDONED: Known = Known { answer: Some(Answer::Human), abandoned: true, amd: true, agent: false };

    fn hung_up(release: Release) -> E {
        E::HungUp { release }
    }

    #[rstest]
    #[case::the_carrier_takes_it(S::Intent, E::Accepted, LISTENING, S::Dialing, vec![])]
    #[case::a_webhook_overtakes_the_reply(S::Intent, E::Initiated, LISTENING, S::Ringing, vec![])]
    #[case::an_answer_is_listened_to(S::Ringing, E::Answered, LISTENING, S::Answered, vec![F::ReserveAgent, F::ArmDeadline])]
    #[case::a_human_is_acted_on(S::Answered, E::Detected(Answer::Human), LISTENING, S::Answered, vec![F::ActOnAnswer])]
    #[case::a_machine_gives_the_agent_back(S::Answered, E::Detected(Answer::Machine), LISTENING, S::Answered, vec![F::ReleaseAgent, F::ActOnAnswer])]
    #[case::silence_is_a_human(S::Answered, E::Deadline, LISTENING, S::Answered, vec![F::ActOnAnswer])]
    #[case::a_verdict_makes_the_deadline_moot(S::Answered, E::Deadline, HUMAN, S::Answered, vec![])]
    #[case::an_agent_talks_and_is_recorded(S::Answered, E::Joined, HUMAN, S::Bridged, vec![F::ConnectAgent, F::Record])]
    #[case::nobody_talks_where_no_agent_is(S::Answered, E::Joined, ABANDONED, S::Answered, vec![])]
    #[case::we_let_go_of_a_ringing_phone(S::Ringing, hung_up(Release::Cancelled), LISTENING, S::Ended, vec![F::ReleaseAgent, F::Settle(O::NoAnswer)])]
    #[case::a_conversation_given_up_on_leaves_an_agent_to_wrap_up(S::Bridged, E::GiveUp, HUMAN, S::UnknownClosed, vec![F::WrapUp, F::Settle(O::Connected)])]
    #[case::a_conversation_ends(S::Bridged, hung_up(Release::Completed), HUMAN, S::Ended, vec![F::WrapUp, F::Settle(O::Connected)])]
    #[case::a_machine_ends_as_voicemail(S::Answered, hung_up(Release::Completed), MACHINE, S::Ended, vec![F::ReleaseAgent, F::Settle(O::Voicemail)])]
    #[case::nobody_free_is_counted(S::Answered, hung_up(Release::Completed), ABANDONED, S::Ended, vec![F::ReleaseAgent, F::Settle(O::Abandoned)])]
    #[case::a_person_may_let_go_first(S::Answered, hung_up(Release::Completed), HUMAN, S::Ended, vec![F::ReleaseAgent, F::Settle(O::HungUp)])]
    #[case::busy(S::Ringing, hung_up(Release::Busy), LISTENING, S::Ended, vec![F::ReleaseAgent, F::Settle(O::Busy)])]
    #[case::our_own_trouble_pauses_the_campaign(S::Ringing, hung_up(Release::OurProblem), LISTENING, S::Ended, vec![F::ReleaseAgent, F::Settle(O::Failed), F::PauseCampaign])]
    #[case::a_refused_dial_fails(S::Intent, E::Refused { code: "10016".into(), ours: false }, LISTENING, S::Failed, vec![F::ReleaseAgent, F::Settle(O::Failed)])]
    #[case::a_lost_reply_is_asked_about(S::Intent, E::LostReply, LISTENING, S::Intent, vec![F::Reconcile])]
    #[case::a_late_answer_changes_nothing(S::Ended, E::Answered, LISTENING, S::Ended, vec![])]
    #[case::a_second_hangup_changes_nothing(S::Ended, hung_up(Release::Busy), LISTENING, S::Ended, vec![])]
    #[case::a_call_given_up_on_is_hung_up(S::Cancelled, E::Initiated, LISTENING, S::Cancelled, vec![F::HangUp])]
    fn moves_to(#[case] state: S, #[case] event: E, #[case] known: Known, #[case] next: S, #[case] effects: Vec<F>) {
        assert_eq!(state.on(&event, known).unwrap(), Transition { next, effects });
    }

    fn any_event() -> impl Strategy<Value = E> {
        prop_oneof![
            Just(E::Accepted),
            Just(E::Refused { code: "1".into(), ours: true }),
            Just(E::LostReply),
            Just(E::Initiated),
            Just(E::Answered),
            Just(E::Detected(Answer::Human)),
            Just(E::Detected(Answer::Machine)),
            Just(E::Deadline),
            Just(E::Joined),
            Just(E::NobodyFree),
            Just(hung_up(Release::Completed)),
            Just(hung_up(Release::Busy)),
            Just(E::Void),
            Just(E::GiveUp),
        ]
    }

    /// Follows what [`record`] keeps beside the state.
    fn learn(known: &mut Known, event: &E) {
        match event {
            E::Detected(answer) => known.answer = known.answer.or(Some(*answer)),
            E::Deadline => known.answer = known.answer.or(Some(Answer::NotSure)),
            E::NobodyFree => known.abandoned = true,
            E::Answered => known.agent = true,
            _ => {}
        }
    }

    proptest! {
        #[test]
        fn a_final_state_is_never_left_and_the_recipient_is_settled_once(
            events in prop::collection::vec(any_event(), 0..40)
        ) {
            let (mut state, mut known, mut settled) = (S::Intent, LISTENING, 0);
            for event in events {
                let before = state;
                if let Ok(change) = state.on(&event, known) {
                    settled += change.effects.iter().filter(|e| matches!(e, F::Settle(_))).count();
                    learn(&mut known, &event);
                    state = change.next;
                }
                prop_assert!(!before.is_final() || state == before);
            }
            prop_assert_eq!(settled, usize::from(state.is_final()));
        }
    }
}
