//! One leg of a call, ours or an agent's, from its dial to its hang-up.
//!
//! ```text
//! Ringing ──answered──▶ Answered ──hang-up──▶ Ended
//!    └──────────────hang-up─────────────────────▲
//! ```

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use uuid::Uuid;

use crate::number::{Fate, Quirk};
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::webhook::{Delivery, Target};

/// A leg's number in order of dialling; its control id is `v3:sim-<n>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct LegNo(pub(crate) u64);

/// How far a leg has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum State {
    Ringing,
    Answered,
    /// Final.
    Ended,
}

/// How a leg ended, in the carrier's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Ending {
    pub(crate) cause: &'static str,
    pub(crate) source: &'static str,
    pub(crate) sip: &'static str,
}

#[derive(Debug)]
pub(crate) struct Leg {
    pub(crate) number: LegNo,
    pub(crate) leg_id: Uuid,
    pub(crate) session_id: Uuid,
    pub(crate) connection_id: String,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) client_state: Option<String>,
    pub(crate) command_id: Option<String>,
    pub(crate) target: Target,
    pub(crate) fate: Fate,
    pub(crate) quirk: Quirk,
    /// An agent's or a supervisor's leg, which nobody expects to hang up by itself.
    pub(crate) agent: bool,
    pub(crate) state: State,
    /// Whether `call.initiated` has been reported.
    pub(crate) initiated: bool,
    pub(crate) dialled_at: DateTime<Utc>,
    pub(crate) answered_at: Option<DateTime<Utc>>,
    pub(crate) ended_at: Option<DateTime<Utc>>,
    pub(crate) conference: Option<Uuid>,
    /// The conference it was dialled into, entered on answer.
    pub(crate) joins: Option<crate::shape::Body>,
    pub(crate) bridge: Option<Bridge>,
    /// Another leg to be bridged to on answer.
    pub(crate) bridges_to: Option<LegNo>,
    pub(crate) records_from_answer: Option<crate::shape::Body>,
    pub(crate) recording: Option<Uuid>,
    pub(crate) transcription: Option<Transcription>,
    pub(crate) playback: Option<Playback>,
    pub(crate) speech: Option<u64>,
    pub(crate) supervisor_role: Option<String>,
    /// Replies of the last minute by `command_id`.
    pub(crate) commands: HashMap<String, (DateTime<Utc>, Reply)>,
    /// Webhooks held back until the end, for [`Quirk::ReversedWebhooks`].
    pub(crate) held: Vec<Delivery>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bridge {
    pub(crate) with: LegNo,
    /// Stays alive when the other side hangs up.
    pub(crate) parks: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Transcription {
    pub(crate) run: u64,
    pub(crate) tracks: String,
}

#[derive(Clone, Debug)]
pub(crate) struct Playback {
    pub(crate) run: u64,
    pub(crate) media_name: Option<String>,
    pub(crate) media_url: Option<String>,
}

/// "Telnyx will ignore others with the same `command_id`": for sixty seconds.
pub(crate) const COMMAND_WINDOW: TimeDelta = TimeDelta::seconds(60);

impl Ending {
    /// The other side, or the network on its way there, ended it.
    pub(crate) fn far(cause: &'static str, sip: &'static str) -> Self {
        Self { cause, source: "callee", sip }
    }

    pub(crate) fn timeout() -> Self {
        Self { cause: "timeout", source: "caller", sip: "487" }
    }

    pub(crate) fn time_limit() -> Self {
        Self { cause: "time_limit", source: "unknown", sip: "200" }
    }

    /// We hung up.
    pub(crate) fn near(answered: bool) -> Self {
        let (cause, sip) = match answered {
            true => ("normal_clearing", "200"),
            false => ("originator_cancel", "487"),
        };
        Self { cause, source: "caller", sip }
    }
}

impl LegNo {
    pub(crate) fn control_id(self) -> String {
        format!("v3:sim-{}", self.0)
    }

    pub(crate) fn parse(control_id: &str) -> Option<Self> {
        control_id.strip_prefix("v3:sim-")?.parse().ok().map(Self)
    }
}

impl Leg {
    pub(crate) fn is_alive(&self) -> bool {
        self.state != State::Ended
    }

    /// Refuses a command that needs a live leg.
    pub(crate) fn must_be_alive(&self) -> Result<(), Refusal> {
        if self.is_alive() { Ok(()) } else { Err(Refusal::ended()) }
    }

    /// Refuses a command that needs audio.
    pub(crate) fn must_be_answered(&self) -> Result<(), Refusal> {
        self.must_be_alive()?;
        match self.state {
            State::Answered => Ok(()),
            _ => Err(Refusal::unanswered()),
        }
    }

    pub(crate) fn talk_secs(&self, now: DateTime<Utc>) -> i64 {
        let end = self.ended_at.unwrap_or(now);
        self.answered_at.map_or(0, |start| (end - start).num_seconds())
    }

    /// The reply to a command given within the last minute under the same id.
    pub(crate) fn replay(&self, command: Option<&str>, now: DateTime<Utc>) -> Option<Reply> {
        let (at, reply) = self.commands.get(command?)?;
        (now - *at < COMMAND_WINDOW).then(|| reply.clone())
    }

    pub(crate) fn remember(&mut self, command: Option<&str>, now: DateTime<Utc>, reply: &Reply) {
        if let Some(command) = command {
            self.commands.insert(command.to_owned(), (now, reply.clone()));
        }
    }
}

/// All legs the carrier remembers: the living, and the dead of the last while.
#[derive(Debug, Default)]
pub(crate) struct Legs {
    by_number: BTreeMap<LegNo, Leg>,
    living: BTreeSet<LegNo>,
    dead: VecDeque<LegNo>,
}

/// How many ended legs are kept for reading.
const DEAD_KEPT: usize = 50_000;

impl Legs {
    pub(crate) fn add(&mut self, leg: Leg) {
        self.living.insert(leg.number);
        self.by_number.insert(leg.number, leg);
    }

    pub(crate) fn get(&self, number: LegNo) -> Option<&Leg> {
        self.by_number.get(&number)
    }

    pub(crate) fn get_mut(&mut self, number: LegNo) -> Option<&mut Leg> {
        self.by_number.get_mut(&number)
    }

    /// Finds a leg by the id that commands carry.
    pub(crate) fn find(&self, control_id: &str) -> Result<&Leg, Refusal> {
        LegNo::parse(control_id).and_then(|number| self.get(number)).ok_or_else(Refusal::unknown_call)
    }

    /// Counts a leg as dead, and forgets the one that has been so the longest.
    pub(crate) fn bury(&mut self, number: LegNo) {
        self.living.remove(&number);
        self.dead.push_back(number);
        if self.dead.len() > DEAD_KEPT {
            let oldest = self.dead.pop_front();
            oldest.map(|number| self.by_number.remove(&number));
        }
    }

    pub(crate) fn alive(&self) -> usize {
        self.living.len()
    }

    /// The living, oldest first.
    pub(crate) fn living(&self) -> impl Iterator<Item = &Leg> {
        self.living.iter().filter_map(|number| self.by_number.get(number))
    }
}
