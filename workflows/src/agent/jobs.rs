//! The jobs an agent's leg asks for.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{id::AgentId, job::Job};

/// Dials the agent's softphone or phone. `leg` is the command id: one job, one leg.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DialLeg {
    pub agent: AgentId,
    pub leg: Uuid,
}

impl Job for DialLeg {
    const KIND: &'static str = "dial_agent_leg";
    const QUEUE: &'static str = "live";
    const MAX_ATTEMPTS: i16 = 5;

    fn run_id(&self) -> Option<Uuid> {
        Some(self.agent.0)
    }
}

/// Puts an agent's answered leg into a conference of its own.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OpenConference {
    pub agent: AgentId,
    pub leg: Uuid,
}

impl Job for OpenConference {
    const KIND: &'static str = "open_conference";
    const QUEUE: &'static str = "live";

    fn run_id(&self) -> Option<Uuid> {
        Some(self.agent.0)
    }
}
