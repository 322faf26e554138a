//! What kind of event it is, with the detail that the kind has.

use serde::Deserialize;
use serde_json::Value;

use crate::wire::webhook::{
    Answered, Conference, Cost, Detection, Greeting, Hangup, Initiated, Playback, RecordingError, RecordingSaved,
    RecordingTranscription, Transcription,
};

/// One variant an event type that we act on or show.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    CallInitiated(Initiated),
    CallAnswered(Answered),
    CallBridged,
    CallHangup(Hangup),
    AmdEnded(Detection),
    AmdGreetingEnded(Greeting),
    PremiumAmdEnded(Detection),
    /// May come instead of a verdict: a beep before the detection ended is a machine.
    PremiumGreetingEnded(Greeting),
    /// A telephone asks who is calling, on behalf of its owner.
    CallScreeningDetected,
    RecordingSaved(RecordingSaved),
    RecordingError(RecordingError),
    RecordingTranscriptionSaved(RecordingTranscription),
    Transcription(Transcription),
    PlaybackStarted(Playback),
    PlaybackEnded(Playback),
    SpeakStarted(Playback),
    SpeakEnded(Playback),
    Cost(Cost),
    ConferenceCreated(Conference),
    ConferenceEnded(Conference),
    ConferenceParticipantJoined(Conference),
    ConferenceParticipantLeft(Conference),
    ConferenceRecordingSaved(RecordingSaved),
    /// Any other, by its event type.
    Other(String),
}

impl Kind {
    pub(super) fn read(event_type: &str, payload: &Value) -> Self {
        match event_type {
            "call.initiated" => Self::CallInitiated(detail(payload)),
            "call.answered" => Self::CallAnswered(detail(payload)),
            "call.bridged" => Self::CallBridged,
            "call.hangup" => Self::CallHangup(detail(payload)),
            "call.machine.detection.ended" => Self::AmdEnded(detail(payload)),
            "call.machine.greeting.ended" => Self::AmdGreetingEnded(detail(payload)),
            "call.machine.premium.detection.ended" => Self::PremiumAmdEnded(detail(payload)),
            "call.machine.premium.greeting.ended" => Self::PremiumGreetingEnded(detail(payload)),
            "call.machine.premium.call_screening.detected" => Self::CallScreeningDetected,
            "call.recording.saved" => Self::RecordingSaved(detail(payload)),
            "call.recording.error" => Self::RecordingError(detail(payload)),
            "call.recording.transcription.saved" => Self::RecordingTranscriptionSaved(detail(payload)),
            "call.transcription" => Self::Transcription(detail(payload)),
            "call.playback.started" => Self::PlaybackStarted(detail(payload)),
            "call.playback.ended" => Self::PlaybackEnded(detail(payload)),
            "call.speak.started" => Self::SpeakStarted(detail(payload)),
            "call.speak.ended" => Self::SpeakEnded(detail(payload)),
            "call.cost" => Self::Cost(detail(payload)),
            "conference.created" => Self::ConferenceCreated(detail(payload)),
            "conference.ended" => Self::ConferenceEnded(detail(payload)),
            "conference.participant.joined" => Self::ConferenceParticipantJoined(detail(payload)),
            "conference.participant.left" => Self::ConferenceParticipantLeft(detail(payload)),
            "conference.recording.saved" => Self::ConferenceRecordingSaved(detail(payload)),
            other => Self::Other(other.to_owned()),
        }
    }
}

/// Every field of a detail is optional, so only a payload that is no object has none.
fn detail<'de, D: Deserialize<'de> + Default>(payload: &'de Value) -> D {
    D::deserialize(payload).unwrap_or_default()
}
