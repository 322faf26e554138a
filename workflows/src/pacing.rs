//! Pacing: how many people to dial now, and why. Pure, but for `store` and `floor`; the worker that paces tells the
//! engine what happened and does the dialing.
//!
//! [`next`] says whether there is anything to decide: somebody to dial, somebody to take the call. [`Engine`] then says
//! how many lines to add: it is told what agents do and what becomes of calls, learns how long they ring, how many people
//! answer and how long they talk. `docs/PACING.md` explains and measures it. A power campaign's agents dial its list
//! themselves: nothing is dialed for them, and the campaign ends and pauses as any other.

mod budget;
mod engine;
mod floor;
mod forecast;
mod hearing;
mod learned;
mod lifetime;
mod outlook;
mod plan;
mod reason;
mod rehearsal;
mod risk;
mod room;
mod sample;
mod settings;
mod store;

pub use self::{
    budget::{Budget, Day},
    engine::{Decided, Engine},
    floor::{Line, Present, lines, present},
    learned::{Learned, Unusable},
    outlook::{Habits, Known},
    plan::{Horizon, Inputs, plan},
    reason::Reason,
    rehearsal::{Rehearsed, rehearse},
    room::{AgentState, CallEvent, Id},
    settings::{Invalid, LEAST_CAP, MOST_LINES, Mode, Settings, TICK},
    store::{
        AtWork, Made, at_work, learned, lease, log, made, one_at_a_time, release, remember, settings, snapshot,
        waiting_for, why,
    },
};

/// How far a campaign's list is, and who is there.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Snapshot {
    /// Agents waiting for a call, leg up.
    pub free: i64,
    /// Agents on calls, wrapping up, or on their way in.
    pub busy: i64,
    /// People waiting to be dialed.
    pub queued: i64,
    /// People waiting for a retry, or in a call.
    pub in_flight: i64,
    /// Its agents dial it.
    pub by_hand: bool,
}

/// What is to be done now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The engine is to say how many lines to add.
    Pace,
    /// Dial nobody for now.
    Hold { because: &'static str },
    /// Nobody can take a call: pause until somebody can.
    NoAgents,
    /// Nobody is left on the list.
    Exhausted,
}

impl Decision {
    /// The word it is counted by.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Pace => "pace",
            Self::Hold { .. } => "hold",
            Self::NoAgents => "no_agents",
            Self::Exhausted => "exhausted",
        }
    }
}

/// Decides whether there is anybody to dial, and anybody to dial for.
#[must_use]
pub fn next(now: &Snapshot) -> Decision {
    if now.queued == 0 && now.in_flight == 0 {
        return Decision::Exhausted;
    }
    if now.free == 0 && now.busy == 0 {
        return Decision::NoAgents;
    }
    if now.queued == 0 {
        return Decision::Hold { because: "everybody left is in a call or waits for a retry" };
    }
    if now.by_hand {
        return Decision::Hold { because: "its agents dial it, each from their own cockpit" };
    }
    Decision::Pace
}

fn num(count: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "counts are small")]
    let num = count as f64;
    num
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn at(free: i64, busy: i64, queued: i64, in_flight: i64) -> Snapshot {
        Snapshot { free, busy, queued, in_flight, by_hand: false }
    }

    fn power(now: Snapshot) -> Snapshot {
        Snapshot { by_hand: true, ..now }
    }

    #[rstest]
    #[case::somebody_to_dial_and_somebody_to_talk(at(3, 0, 50, 2), Decision::Pace)]
    #[case::whoever_talks_will_be_free(at(0, 2, 50, 2), Decision::Pace)]
    #[case::an_empty_room_pauses(at(0, 0, 50, 0), Decision::NoAgents)]
    #[case::a_worked_list_ends(at(3, 0, 0, 0), Decision::Exhausted)]
    #[case::the_last_are_waited_for(
        at(3, 0, 0, 2),
        Decision::Hold { because: "everybody left is in a call or waits for a retry" }
    )]
    #[case::an_empty_room_pauses_a_power_campaign_too(power(at(0, 0, 50, 0)), Decision::NoAgents)]
    #[case::and_its_worked_list_ends(power(at(3, 0, 0, 0)), Decision::Exhausted)]
    #[case::whose_agents_dial_themselves(
        power(at(3, 0, 50, 0)),
        Decision::Hold { because: "its agents dial it, each from their own cockpit" }
    )]
    fn decides(#[case] now: Snapshot, #[case] expected: Decision) {
        assert_eq!(next(&now), expected);
    }
}
