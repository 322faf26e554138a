//! What the carrier posts to us: `{"data": {event_type, id, occurred_at, payload}, "meta": {…}}`.
//!
//! A payload is the leg's ids, which every event has, and a detail by event type.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Private;
use super::record::Urls;
use super::transcription::TranscriptionData;

/// The whole body.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Webhook<P> {
    pub data: EventData<P>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meta: Option<Meta>,
}

/// One event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EventData<P> {
    pub record_type: String,
    pub event_type: String,
    pub id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occurred_at: Option<DateTime<Utc>>,
    pub payload: P,
}

/// Which delivery this is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Meta {
    pub attempt: u32,
    pub delivered_to: String,
}

/// A leg's ids beside the detail of the event.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Payload<D> {
    #[serde(flatten)]
    pub leg: Leg,
    #[serde(flatten)]
    pub detail: D,
}

report! {
    /// What every event says about its leg. Recording events lack `call_control_id`.
    Leg {
        ;
        call_control_id: String,
        call_leg_id: String,
        call_session_id: String,
        client_state: String,
        connection_id: String,
        from: Private,
        to: Private,
    }
}

report! {
    /// `call.bridged`, `call.speak.started`, …: nothing but the leg.
    Plain { ; }
}

report! {
    /// `call.initiated`
    Initiated {
        ;
        caller_id_name: Private,
        direction: Direction,
        start_time: DateTime<Utc>,
        state: String,
    }
}

report! {
    /// `call.answered`
    Answered {
        ;
        start_time: DateTime<Utc>,
        state: String,
    }
}

report! {
    /// `call.hangup`
    Hangup {
        ;
        call_quality_stats: Value,
        end_time: DateTime<Utc>,
        hangup_cause: HangupCause,
        hangup_source: HangupSource,
        /// A SIP status as text, or `unspecified`.
        sip_hangup_cause: String,
        start_time: DateTime<Utc>,
        state: String,
    }
}

report! {
    /// `call.machine.detection.ended`, `call.machine.premium.detection.ended`
    Detection {
        ;
        result: AmdResult,
    }
}

report! {
    /// `call.machine.greeting.ended`, `call.machine.premium.greeting.ended`
    Greeting {
        ;
        result: GreetingResult,
    }
}

report! {
    /// `call.recording.saved`, `conference.recording.saved`. The links are valid for ten minutes.
    RecordingSaved {
        ;
        channels: String,
        conference_id: String,
        format: String,
        public_recording_urls: Urls,
        recording_ended_at: DateTime<Utc>,
        recording_id: String,
        recording_started_at: DateTime<Utc>,
        recording_urls: Urls,
    }
}

report! {
    /// `call.recording.error`
    RecordingError {
        ;
        reason: String,
    }
}

report! {
    /// `call.recording.transcription.saved`
    RecordingTranscription {
        ;
        calling_party_type: String,
        recording_id: String,
        recording_transcription_id: String,
        status: String,
        transcription_text: Private,
    }
}

report! {
    /// `call.transcription`
    Transcription {
        ;
        transcription_data: TranscriptionData,
    }
}

report! {
    /// `call.playback.*` and `call.speak.*`
    Playback {
        ;
        media_name: String,
        media_url: String,
        overlay: bool,
        status: String,
    }
}

report! {
    /// `call.cost`. Money is text, as the carrier sends it.
    Cost {
        ;
        billed_duration_secs: u64,
        billing_group_id: String,
        cost_parts: Vec<CostPart>,
        occurred_at: DateTime<Utc>,
        status: String,
        total_cost: String,
    }
}

report! {
    /// One line of the bill.
    CostPart {
        ;
        billed_duration_secs: u64,
        call_part: String,
        cost: String,
        currency: String,
        rate: String,
    }
}

report! {
    /// `conference.*`
    Conference {
        ;
        conference_id: String,
        creator_call_session_id: String,
        media_url: String,
        occurred_at: DateTime<Utc>,
        reason: String,
    }
}

words! {
    /// Seen from us.
    open Direction { Incoming = "incoming", Outgoing = "outgoing", }
}

words! {
    /// Why the leg ended, in the carrier's words.
    open HangupCause {
        CallRejected = "call_rejected",
        NormalClearing = "normal_clearing",
        OriginatorCancel = "originator_cancel",
        Timeout = "timeout",
        TimeLimit = "time_limit",
        UserBusy = "user_busy",
        NotFound = "not_found",
        NoAnswer = "no_answer",
        Unspecified = "unspecified",
    }
}

words! {
    /// Who ended it: the caller is us.
    open HangupSource { Caller = "caller", Callee = "callee", Unknown = "unknown", }
}

words! {
    /// Who answered, as far as a machine can tell.
    open AmdResult {
        Human = "human",
        HumanResidence = "human_residence",
        HumanBusiness = "human_business",
        Machine = "machine",
        Silence = "silence",
        FaxDetected = "fax_detected",
        NotSure = "not_sure",
    }
}

words! {
    /// How a greeting ended. The beep may come before any verdict, and then is the only event.
    open GreetingResult {
        BeepDetected = "beep_detected",
        NoBeepDetected = "no_beep_detected",
        Ended = "ended",
        PromptEnded = "prompt_ended",
        NotSure = "not_sure",
    }
}
