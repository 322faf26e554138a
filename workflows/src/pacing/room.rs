//! Who is in the room and which calls are out, as events tell it. Events may come late, twice, out of order, or about
//! somebody nobody has heard of: what makes no sense changes nothing.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// An agent or a call, by number; a `Uuid` fits.
pub type Id = u128;

/// What an agent does.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AgentState {
    Idle,
    Talk,
    Wrap,
    Pause,
    /// Signed out.
    Gone,
}

/// What became of a call.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CallEvent {
    Dialed,
    Answered,
    AmdHuman,
    AmdMachine,
    #[serde(rename = "noanswer")]
    NoAnswer,
    Invalid,
    Connected,
    Abandoned,
    Ended,
}

/// How far a call that may yet need an agent has come, and since when.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Stage {
    Ringing,
    Answered {
        at: f64,
    },
    /// Answered by a person, as likely as `live`.
    Waiting {
        live: f64,
    },
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Call {
    pub(super) dialed: f64,
    pub(super) stage: Stage,
    /// Another campaign's, which draws on the same agents: it is counted, and nothing is learned from it.
    pub(super) elsewhere: bool,
}

/// The room at one moment.
#[derive(Clone, Debug, Default)]
pub(super) struct Room {
    pub(super) agents: BTreeMap<Id, (AgentState, f64)>,
    pub(super) calls: BTreeMap<Id, Call>,
}

impl Room {
    pub(super) fn count(&self, state: AgentState) -> u32 {
        count(self.agents.values().filter(|(s, _)| *s == state))
    }

    pub(super) fn present(&self) -> u32 {
        count(self.agents.values())
    }

    /// People on the line whom nobody talks to yet.
    pub(super) fn waiting(&self) -> u32 {
        count(self.calls.values().filter(|call| matches!(call.stage, Stage::Waiting { .. })))
    }

    /// Lines that may yet need an agent.
    pub(super) fn outstanding(&self) -> u32 {
        count(self.calls.values())
    }

    pub(super) fn stage(&mut self, id: Id, stage: Stage) {
        if let Some(call) = self.calls.get_mut(&id) {
            call.stage = stage;
        }
    }

    /// Sets an agent's state; answers the state they left and how long it lasted.
    pub(super) fn agent(&mut self, t: f64, id: Id, state: AgentState) -> Option<(AgentState, f64)> {
        let left = match self.agents.get(&id) {
            Some((same, _)) if *same == state => return None,
            left => left.map(|(state, since)| (*state, t - since)),
        };
        match state {
            AgentState::Gone => self.agents.remove(&id),
            _ => self.agents.insert(id, (state, t)),
        };
        left
    }

    /// Forgets calls of which nothing was heard for longer than any call rings: their last event was lost.
    pub(super) fn sweep(&mut self, t: f64, longest: f64) {
        self.calls.retain(|_, call| t - call.dialed <= longest);
    }
}

fn count<T>(all: impl Iterator<Item = T>) -> u32 {
    u32::try_from(all.count()).unwrap_or(u32::MAX)
}
