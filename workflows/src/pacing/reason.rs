//! Why a decision came out as it did, in words a supervisor reads.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What bound the number of calls.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    NobodySignedIn,
    AgentsDialThemselves,
    LinesFull,
    RateLimited,
    NoBursts,
    LineForEachAgent,
    LinesForEachAgent,
    LinesCoverAgents,
    CapNear,
    TeamTooSmall,
    Foreseen,
    EnoughOut,
}

impl Reason {
    /// A sentence.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::NobodySignedIn => "no agent is signed in",
            Self::AgentsDialThemselves => "agents start each call themselves",
            Self::LinesFull => "every line of the campaign is in use",
            Self::RateLimited => "the carrier takes no more calls a second",
            Self::NoBursts => "more lines would be wanted, but they are added gently",
            Self::LineForEachAgent => "a line for each free agent",
            Self::LinesForEachAgent => "the set number of lines for each free agent",
            Self::LinesCoverAgents => "the lines out cover the free agents",
            Self::CapNear => "too many people were left waiting lately: a line for each free agent, no more",
            Self::TeamTooSmall => "the team is too small to foresee who is free next: a line for each free agent",
            Self::Foreseen => "agents will be free when these are answered",
            Self::EnoughOut => "one more answer might find nobody free",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.sentence())
    }
}
