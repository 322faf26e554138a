//! Commands to one leg, `POST /calls/{call_control_id}/actions/{name}`, and what can be asked about legs.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::conference::SupervisorRole;
use super::dial::CustomHeader;
use super::{Opaque, Private};

request! {
    /// The body of commands that need none of their own: `playback_stop` aside, every `…_stop`, and `client_state_update`.
    Command {
        ;
        client_state: String,
        command_id: String,
    }
}

request! {
    /// `hangup`
    Hangup {
        ;
        client_state: String,
        command_id: String,
        custom_headers: Vec<CustomHeader>,
    }
}

request! {
    /// `transfer`: dials a third party and bridges it to this leg.
    Transfer {
        to: Private,
        ;
        client_state: String,
        command_id: String,
        early_media: bool,
        from: Private,
        from_display_name: Private,
        target_leg_client_state: String,
        time_limit_secs: u32,
        timeout_secs: u32,
        webhook_url: String,
    }
}

request! {
    /// `switch_supervisor_role`, for legs dialed with `supervise_call_control_id`.
    SwitchSupervisorRole {
        role: SupervisorRole,
        ;
    }
}

report! {
    /// The reply to a dial and to `GET /calls/{id}`.
    Call {
        call_control_id: String,
        ;
        call_duration: u64,
        call_leg_id: String,
        call_session_id: String,
        client_state: String,
        end_time: DateTime<Utc>,
        is_alive: bool,
        record_type: String,
        recording_id: String,
        start_time: DateTime<Utc>,
    }
}

report! {
    /// One row of `GET /connections/{id}/active_calls`.
    ActiveCall {
        call_control_id: String,
        ;
        /// Seconds.
        call_duration: u64,
        call_leg_id: String,
        call_session_id: String,
        client_state: String,
        record_type: String,
    }
}

report! {
    /// One row of `GET /call_events`: a command or a webhook of the last 24 hours.
    CallEvent {
        name: String,
        ;
        call_leg_id: String,
        call_session_id: String,
        event_timestamp: DateTime<Utc>,
        /// "Event metadata, which includes raw event": its shape is not published.
        metadata: Opaque,
        record_type: String,
        r#type: CallEventType,
    }
}

impl CallEvent {
    /// The first text under that key of the metadata, however deep.
    pub fn text(&self, key: &str) -> Option<&str> {
        find(&self.metadata.as_ref()?.0, key)
    }
}

fn find<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    match value {
        Value::Object(map) => {
            map.get(key).and_then(Value::as_str).or_else(|| map.values().find_map(|inner| find(inner, key)))
        }
        Value::Array(items) => items.iter().find_map(|inner| find(inner, key)),
        _ => None,
    }
}

words! {
    /// Who spoke: we (a command) or the carrier (a webhook).
    open CallEventType { Command = "command", Webhook = "webhook", }
}
