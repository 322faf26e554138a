//! What the carrier reports: the `data` object of a webhook.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value, json};

use crate::leg::Leg;

/// Events whose payload has `from` and `to` besides the ids.
const WITH_NUMBERS: &[&str] = &[
    "call.answered",
    "call.bridged",
    "call.dtmf.received",
    "call.hangup",
    "call.initiated",
    "call.machine.detection.ended",
    "call.machine.greeting.ended",
    "call.machine.premium.call_screening.detected",
    "call.machine.premium.detection.ended",
    "call.machine.premium.greeting.ended",
];

/// Conference events that are stamped inside their payload, not in `data`.
const STAMPED_INSIDE: &[&str] = &[
    "conference.created",
    "conference.ended",
    "conference.playback.ended",
    "conference.playback.started",
    "conference.recording.saved",
    "conference.speak.ended",
    "conference.speak.started",
];

/// Conference events that are about the conference and not about one leg.
const WITHOUT_LEG: &[&str] =
    &["conference.playback.ended", "conference.playback.started", "conference.speak.ended", "conference.speak.started"];

/// The `data` object of an event of this leg.
pub(crate) fn data(kind: &str, id: uuid::Uuid, at: DateTime<Utc>, leg: &Leg, details: Value) -> Value {
    let mut payload = about(kind, leg);
    if let Value::Object(details) = details {
        payload.extend(details);
    }
    let mut data = json!({ "record_type": "event", "event_type": kind, "id": id });
    if kind == "conference.recording.saved" {
        // The official schema gives this one no time but the recording's own.
    } else if STAMPED_INSIDE.contains(&kind) {
        payload.insert("occurred_at".into(), stamp(at).into());
    } else {
        data["occurred_at"] = stamp(at).into();
    }
    data["payload"] = Value::Object(payload);
    data
}

/// The carrier writes microseconds and `Z`.
pub(crate) fn stamp(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

fn about(kind: &str, leg: &Leg) -> Map<String, Value> {
    let mut payload = Map::new();
    let mut put = |name: &str, value: &str| payload.insert(name.to_owned(), value.into());
    put("connection_id", &leg.connection_id);
    if WITHOUT_LEG.contains(&kind) {
        put("creator_call_session_id", &leg.session_id.to_string());
        return payload;
    }
    put("call_session_id", &leg.session_id.to_string());
    if kind != "call.recording.saved" {
        put("call_control_id", &leg.number.control_id());
    }
    if kind != "conference.recording.saved" {
        put("call_leg_id", &leg.leg_id.to_string());
    }
    if let Some(state) = &leg.client_state {
        put("client_state", state);
    }
    if WITH_NUMBERS.contains(&kind) {
        put("from", &leg.from);
        put("to", &leg.to);
    }
    payload
}
