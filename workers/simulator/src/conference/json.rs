//! Conferences and participants as the carrier shows them.

use serde_json::{Value, json};

use super::{Conference, Participant};
use crate::event::stamp;

impl Conference {
    pub(crate) fn json(&self) -> Value {
        let mut json = json!({
            "record_type": "conference",
            "id": self.id,
            "name": self.name,
            "connection_id": self.connection_id,
            "region": self.region,
            "status": self.state.name(),
            "created_at": stamp(self.created_at),
            "updated_at": stamp(self.updated_at),
            "expires_at": stamp(self.expires_at),
        });
        if let Some(reason) = self.end_reason {
            json["end_reason"] = reason.into();
        }
        json
    }
}

impl Participant {
    pub(crate) fn json(&self, conference: &Conference) -> Value {
        json!({
            "record_type": "participant",
            "id": self.id,
            "call_leg_id": self.leg_id,
            "call_control_id": self.leg.control_id(),
            "conference": { "id": conference.id, "name": conference.name },
            "whisper_call_control_ids": self.whispers_to,
            "supervisor_role": self.supervisor_role,
            "created_at": stamp(self.joined_at),
            "updated_at": stamp(self.updated_at),
            "end_conference_on_exit": self.ends_on_exit,
            "soft_end_conference_on_exit": self.soft_ends_on_exit,
            "status": "joined",
            "muted": self.muted,
            "on_hold": self.on_hold,
        })
    }
}
