//! An agent: a person who talks, and the leg of theirs that is kept up in a conference.
//!
//! ```text
//!              available            reserve            connect
//! offline ◀──────────────▶ available ─────▶ reserved ─────────▶ on_call
//!    ▲  ▲                    ▲   ▲  ◀─release──┘                   │ call ended
//!    │  └──break ◀───────────┘   └───────────── wrap_up ◀──────────┘
//!    └── lost (no heartbeat)          wrapped up
//! ```
//!
//! What is asked for while busy (a break, the end of the shift) is kept in `next_state` and done when the call's
//! wrap-up ends. Going available needs a leg: without one it is dialed first, and the agent is available once the
//! conference stands, so that no ring time sits between a person's "hello" and an agent's.

mod advance;
mod jobs;
mod leg;
mod note;
mod queries;
mod record;
mod softphone;

use serde::{Deserialize, Serialize};

pub(crate) use self::advance::{asks, is_free};
pub use self::{
    advance::{Advance, LONGEST_ADVANCE_SECS, advance, go_on, set_auto_advance, stay},
    jobs::{DialLeg, OpenConference},
    leg::{Endpoint, Leg, by_leg, endpoint, holds_leg, leg_dialed, legs},
    note::{LONGEST_NOTE, LONGEST_REASON, Note, break_by, notes, order_break, seen, tell},
    queries::{Agent, find, forgotten, list, org, touch, unseen},
    record::{record, reserve, take_over},
    softphone::{credential, keep_credential, use_phone},
};
use crate::{
    id::CallId,
    transition::{Illegal, Transition},
};

/// What an agent is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "agent_state", rename_all = "snake_case")]
pub enum State {
    /// Not there.
    Offline,
    /// Waits for a call, leg up.
    Available,
    /// Promised to a call that was answered and is being listened to.
    Reserved,
    /// Talks.
    OnCall,
    /// Writes down what came of it. Ends with the disposition, or by itself.
    WrapUp,
    /// There, but not for calls.
    Break,
}

/// What happens to an agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    GoAvailable,
    TakeBreak {
        reason: String,
    },
    GoOffline,
    /// The leg stands in its conference.
    LegUp {
        conference: String,
    },
    /// The leg ended, or never came up.
    LegDown,
    Reserve {
        call: CallId,
    },
    /// The call needs nobody after all.
    Release,
    Connect,
    CallEnded,
    WrappedUp,
    /// No heartbeat for too long.
    Lost,
}

impl Event {
    /// The word in the history.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::GoAvailable => "go_available",
            Self::TakeBreak { .. } => "take_break",
            Self::GoOffline => "go_offline",
            Self::LegUp { .. } => "leg_up",
            Self::LegDown => "leg_down",
            Self::Reserve { .. } => "reserve",
            Self::Release => "release",
            Self::Connect => "connect",
            Self::CallEnded => "call_ended",
            Self::WrappedUp => "wrapped_up",
            Self::Lost => "lost",
        }
    }
}

/// What a change asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Dial the agent's leg.
    DialLeg,
    /// Hang up the agent's leg.
    DropLeg,
    /// Nobody talks to this call any more: hang it up.
    HangUpCall,
    /// A free agent changes what may be dialed.
    WakePacer,
}

/// What the decision needs to know beside the state.
#[derive(Clone, Copy, Debug, Default)]
pub struct Context {
    /// The leg stands in its conference.
    pub leg_up: bool,
    /// Asked for while it could not be done.
    pub next: Option<State>,
}

/// The next state, and what is left to do later (`next_state`).
type Change = (Transition<State, Effect>, Option<State>);

impl State {
    /// Every state.
    pub const ALL: [Self; 6] =
        [Self::Offline, Self::Available, Self::Reserved, Self::OnCall, Self::WrapUp, Self::Break];

    /// The word stored and shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Offline => "offline",
            Self::Available => "available",
            Self::Reserved => "reserved",
            Self::OnCall => "on_call",
            Self::WrapUp => "wrap_up",
            Self::Break => "break",
        }
    }

    /// A call is theirs.
    #[must_use]
    pub fn is_busy(self) -> bool {
        matches!(self, Self::Reserved | Self::OnCall | Self::WrapUp)
    }

    /// Decides what an event means in this state, and what stays to be done afterwards.
    ///
    /// # Errors
    /// When the event means nothing here.
    pub fn on(self, event: &Event, context: Context) -> Result<Change, Illegal> {
        use Event as E;
        use State as S;

        let stay = |next| Ok((Transition::to(self), next));
        match (self, event) {
            (S::Available | S::Offline | S::Break, E::GoAvailable) if context.leg_up => Ok(available()),
            (S::Offline | S::Break, E::GoAvailable) => {
                Ok((Transition::with(self, [Effect::DialLeg]), Some(S::Available)))
            }
            (S::Available | S::Offline | S::Break, E::TakeBreak { .. }) => Ok((Transition::to(S::Break), None)),
            (S::Available | S::Offline | S::Break, E::GoOffline) => Ok(offline()),
            // Busy: what is asked for is done when the call is.
            (_, E::GoAvailable) => stay(Some(S::Available)),
            (_, E::TakeBreak { .. }) => stay(Some(S::Break)),
            (_, E::GoOffline) => stay(Some(S::Offline)),

            (S::Offline | S::Break, E::LegUp { .. }) if context.next == Some(S::Available) => Ok(available()),
            (_, E::LegUp { .. }) => stay(context.next),
            (S::Available, E::LegDown) => Ok((Transition::to(S::Offline), None)),
            (S::OnCall | S::Reserved, E::LegDown) => {
                Ok((Transition::with(self, [Effect::HangUpCall]), Some(S::Offline)))
            }
            (S::WrapUp, E::LegDown) => stay(Some(S::Offline)),
            (S::Offline | S::Break, E::LegDown) => stay(None),

            (S::Available, E::Reserve { .. }) => Ok((Transition::to(S::Reserved), None)),
            (S::Reserved, E::Release) => Ok(free(context)),
            (S::Reserved, E::Connect) => Ok((Transition::to(S::OnCall), context.next)),
            (S::OnCall, E::CallEnded) => Ok((Transition::to(S::WrapUp), context.next)),
            (S::Reserved, E::CallEnded) => Ok(free(context)),
            (S::WrapUp, E::WrappedUp) => Ok(free(context)),

            // Also while their leg is still being dialed: nobody is there to take a call on it.
            (S::Available | S::Break | S::Offline, E::Lost) => Ok(offline()),
            (S::OnCall | S::Reserved, E::Lost) => Ok((Transition::with(self, [Effect::HangUpCall]), Some(S::Offline))),
            (S::WrapUp, E::Lost) => stay(Some(S::Offline)),
            (state, event) => Err(Illegal { noun: "agent", state: state.as_str(), event: event.word() }),
        }
    }
}

fn available() -> Change {
    (Transition::with(State::Available, [Effect::WakePacer]), None)
}

fn offline() -> Change {
    (Transition::with(State::Offline, [Effect::DropLeg, Effect::WakePacer]), None)
}

/// Free of a call: what was asked for meanwhile, else the next call, if the leg still stands.
fn free(context: Context) -> Change {
    match context.next {
        Some(State::Break) => (Transition::with(State::Break, [Effect::WakePacer]), None),
        Some(State::Offline) => offline(),
        _ if context.leg_up => available(),
        _ => (Transition::with(State::Offline, [Effect::DialLeg]), Some(State::Available)),
    }
}

/// What can go wrong with an agent.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("agent not found")]
    NotFound,
    #[error("{field} {message}")]
    Invalid { field: &'static str, message: String },
    #[error("the agent is not signed in")]
    SignedOut,
    #[error("a supervisor ordered a break: it begins when the call is over")]
    Ordered,
    #[error(transparent)]
    Illegal(#[from] Illegal),
    #[error("agent query failed")]
    Database(#[from] sqlx::Error),
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use uuid::Uuid;

    use super::{Event as E, State as S, *};

    const UP: Context = Context { leg_up: true, next: None };
    const DOWN: Context = Context { leg_up: false, next: None };
    const WANTS_BREAK: Context = Context { leg_up: true, next: Some(S::Break) };
    const WANTS_CALLS: Context = Context { leg_up: false, next: Some(S::Available) };

    fn call() -> CallId {
        CallId(Uuid::nil())
    }

    #[rstest]
    #[case::an_agent_with_a_leg_is_available_at_once(S::Offline, E::GoAvailable, UP, S::Available, None)]
    #[case::an_agent_without_one_waits_for_it(S::Offline, E::GoAvailable, DOWN, S::Offline, Some(S::Available))]
    #[case::and_is_available_when_it_stands(S::Offline, E::LegUp { conference: "c".into() }, WANTS_CALLS, S::Available, None)]
    #[case::a_break_during_a_call_comes_after_it(S::OnCall, E::TakeBreak { reason: "lunch".into() }, UP, S::OnCall, Some(S::Break))]
    #[case::a_call_keeps_the_wish_for_a_break(S::OnCall, E::CallEnded, WANTS_BREAK, S::WrapUp, Some(S::Break))]
    #[case::the_break_follows_the_wrap_up(S::WrapUp, E::WrappedUp, WANTS_BREAK, S::Break, None)]
    #[case::a_machine_costs_no_agent_time(S::Reserved, E::Release, UP, S::Available, None)]
    #[case::a_lost_agent_is_offline(S::Available, E::Lost, UP, S::Offline, None)]
    #[case::one_who_vanished_while_the_leg_was_dialed_wants_no_calls(
        S::Offline,
        E::Lost,
        WANTS_CALLS,
        S::Offline,
        None
    )]
    #[case::a_lost_agent_on_a_call_is_offline_after_it(S::OnCall, E::Lost, UP, S::OnCall, Some(S::Offline))]
    fn moves_to(
        #[case] state: S,
        #[case] event: E,
        #[case] context: Context,
        #[case] next: S,
        #[case] later: Option<S>,
    ) {
        let (change, then) = state.on(&event, context).unwrap();
        assert_eq!((change.next, then), (next, later));
    }

    #[rstest]
    #[case::one_call_at_a_time(S::OnCall, E::Reserve { call: call() })]
    #[case::nobody_reserves_a_break(S::Break, E::Reserve { call: call() })]
    #[case::only_a_reserved_agent_connects(S::Available, E::Connect)]
    fn refuses(#[case] state: S, #[case] event: E) {
        assert!(state.on(&event, UP).is_err());
    }
}
