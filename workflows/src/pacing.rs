//! Pacing: how many people to dial now, and why. Pure; the worker that paces takes the snapshot and does the dialing.
//!
//! Progressive dialing keeps one line (or `lines_per_agent`) per free agent: nobody who answers waits for an agent,
//! because an agent is waiting for them. A power campaign's agents dial its list themselves: nothing is dialed for them,
//! and the campaign ends and pauses as any other.
//!
//! [`Engine`] is the predictive engine: it is told what happens to agents and calls, learns how long calls ring, how many
//! people answer and how long they talk, and says how many lines to add. `docs/PACING.md` explains and measures it.

mod budget;
mod engine;
mod forecast;
mod hearing;
mod learned;
mod lifetime;
mod plan;
mod reason;
mod risk;
mod room;
mod sample;
mod settings;
mod store;

use serde::Serialize;

pub use self::{
    budget::{Budget, Day},
    engine::{Decided, Engine},
    learned::{Learned, Unusable},
    plan::{Horizon, Inputs, plan},
    reason::Reason,
    room::{AgentState, CallEvent, Id},
    settings::{Invalid, Mode, Settings},
    store::{AtWork, Logged, at_work, lease, log, one_at_a_time, release, snapshot, waiting_for, why},
};

/// What pacing looks at, all at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Snapshot {
    /// Agents waiting for a call, leg up.
    pub free: i64,
    /// Agents on calls, wrapping up, or on their way in.
    pub busy: i64,
    /// Lines out that may yet need an agent: claimed, dialing, ringing, or answered and listened to.
    pub outstanding: i64,
    /// People waiting to be dialed.
    pub queued: i64,
    /// People waiting for a retry, or in a call.
    pub in_flight: i64,
    pub lines_per_agent: f32,
    /// Its agents dial it.
    pub by_hand: bool,
}

/// What is to be done now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Claim and dial so many.
    Dial { lines: i64, because: String },
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
            Self::Dial { .. } => "dial",
            Self::Hold { .. } => "hold",
            Self::NoAgents => "no_agents",
            Self::Exhausted => "exhausted",
        }
    }
}

/// Decides how many lines to add.
#[must_use]
pub fn next_dials(now: &Snapshot) -> Decision {
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
    if now.free == 0 {
        return Decision::Hold { because: "every agent is busy" };
    }
    let room = allowed_lines(now) - now.outstanding;
    if room <= 0 {
        return Decision::Hold { because: "the lines out cover the free agents" };
    }
    let lines = room.min(now.queued);
    Decision::Dial { lines, because: format!("{} free, {} lines out", now.free, now.outstanding) }
}

fn allowed_lines(now: &Snapshot) -> i64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "agents are few")]
    let lines = (now.free as f64 * f64::from(now.lines_per_agent)).floor() as i64;
    lines
}

fn num(count: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "counts are small")]
    let num = count as f64;
    num
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    fn at(free: i64, busy: i64, outstanding: i64, queued: i64, in_flight: i64) -> Snapshot {
        Snapshot { free, busy, outstanding, queued, in_flight, lines_per_agent: 1.0, by_hand: false }
    }

    fn power(now: Snapshot) -> Snapshot {
        Snapshot { by_hand: true, ..now }
    }

    #[rstest]
    #[case::one_line_for_each_free_agent(at(3, 2, 0, 50, 2), 3)]
    #[case::lines_out_count(at(3, 2, 2, 50, 4), 1)]
    #[case::no_more_than_there_are_people(at(5, 0, 0, 2, 0), 2)]
    fn dials(#[case] now: Snapshot, #[case] expected: i64) {
        assert!(matches!(next_dials(&now), Decision::Dial { lines, .. } if lines == expected));
    }

    #[rstest]
    #[case::an_empty_room_pauses(at(0, 0, 0, 50, 0), Decision::NoAgents)]
    #[case::a_worked_list_ends(at(3, 0, 0, 0, 0), Decision::Exhausted)]
    #[case::an_empty_room_pauses_a_power_campaign_too(power(at(0, 0, 0, 50, 0)), Decision::NoAgents)]
    #[case::and_its_worked_list_ends(power(at(3, 0, 0, 0, 0)), Decision::Exhausted)]
    #[case::whose_agents_dial_themselves(
        power(at(3, 0, 0, 50, 0)),
        Decision::Hold { because: "its agents dial it, each from their own cockpit" }
    )]
    fn decides(#[case] now: Snapshot, #[case] expected: Decision) {
        assert_eq!(next_dials(&now), expected);
    }

    proptest! {
        #[test]
        fn lines_out_never_exceed_free_agents(free in 0i64..200, busy in 0i64..200, out in 0i64..400, queued in 0i64..1000) {
            let now = at(free, busy, out, queued, out);
            if let Decision::Dial { lines, .. } = next_dials(&now) {
                prop_assert!(lines > 0 && out + lines <= free);
            }
        }
    }
}
