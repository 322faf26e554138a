//! The tables against the official schemas, where they are at hand.

use std::collections::BTreeSet;
use std::path::Path;

use rstest::rstest;
use serde_json::Value;

use super::{Kind, Shape, call, conference, credential, message};

fn schema(name: &str) -> Option<Value> {
    let path = "../../../shared/telnyx/telnyx.strict.openapi.json";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let Ok(text) = std::fs::read(&path) else {
        eprintln!("skipped: the official schemas are not at {}", path.display());
        return None;
    };
    let spec: Value = serde_json::from_slice(&text).unwrap();
    Some(spec["components"]["schemas"][name].clone())
}

#[rstest]
#[case::dial(call::DIAL, "CallRequest")]
#[case::answer(call::ANSWER, "AnswerRequest")]
#[case::hangup(call::HANGUP, "HangupRequest")]
#[case::speak(call::SPEAK, "SpeakRequest")]
#[case::playback_start(call::PLAYBACK_START, "PlayAudioUrlRequest")]
#[case::playback_stop(call::PLAYBACK_STOP, "PlaybackStopRequest")]
#[case::record_start(call::RECORD_START, "StartRecordingRequest")]
#[case::record_stop(call::RECORD_STOP, "StopRecordingRequest")]
#[case::record_pause(call::RECORD_STOP, "PauseRecordingRequest")]
#[case::record_resume(call::RECORD_STOP, "ResumeRecordingRequest")]
#[case::transcription_start(call::TRANSCRIPTION_START, "TranscriptionStartRequest")]
#[case::transcription_stop(call::COMMAND, "TranscriptionStopRequest")]
#[case::send_dtmf(call::SEND_DTMF, "SendDTMFRequest")]
#[case::bridge(call::BRIDGE, "BridgeRequest")]
#[case::transfer(call::TRANSFER, "TransferCallRequest")]
#[case::switch_role(call::SWITCH_SUPERVISOR_ROLE, "SwitchSupervisorRoleRequest")]
#[case::client_state(call::CLIENT_STATE_UPDATE, "ClientStateUpdateRequest")]
#[case::create(conference::CREATE, "CreateConferenceRequest")]
#[case::join(conference::JOIN, "JoinConferenceRequest")]
#[case::leave(conference::LEAVE, "LeaveConferenceRequest")]
#[case::hold(conference::HOLD, "ConferenceHoldRequest")]
#[case::unhold(conference::UNHOLD, "ConferenceUnholdRequest")]
#[case::mute(conference::MUTE, "ConferenceMuteRequest")]
#[case::unmute(conference::MUTE, "ConferenceUnmuteRequest")]
#[case::stop(conference::MUTE, "ConferenceStopRequest")]
#[case::play(conference::PLAY, "ConferencePlayRequest")]
#[case::conference_speak(conference::SPEAK, "ConferenceSpeakRequest")]
#[case::conference_record_start(conference::RECORD_START, "StartConferenceRecordingRequest")]
#[case::conference_record_stop(conference::RECORD_STOP, "StopRecordingConferenceRequest")]
#[case::conference_record_pause(conference::RECORD_PAUSE, "PauseConferenceRecordingRequest")]
#[case::conference_record_resume(conference::RECORD_PAUSE, "ResumeConferenceRecordingRequest")]
#[case::update(conference::UPDATE, "UpdateConferenceRequest")]
#[case::end(conference::END, "EndConferenceRequest")]
#[case::message(message::SEND, "CreateMessageRequest")]
#[case::credential_create(credential::CREDENTIAL_CREATE, "TelephonyCredentialCreateRequest")]
#[case::credential_update(credential::CREDENTIAL_UPDATE, "TelephonyCredentialUpdateRequest")]
fn a_body_is_as_published(#[case] shape: Shape, #[case] name: &str) {
    if let Some(schema) = schema(name) {
        same(shape, &schema, name);
    }
}

fn same(shape: Shape, schema: &Value, name: &str) {
    let ours: BTreeSet<&str> = shape.iter().map(|field| field.name).collect();
    let theirs = schema["properties"].as_object().unwrap();
    assert_eq!(ours, theirs.keys().map(String::as_str).collect(), "{name}");
    let required: BTreeSet<&str> =
        schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    for field in shape {
        assert_eq!(field.required, required.contains(field.name), "{name}.{}", field.name);
        match field.kind {
            Kind::Word(words) if theirs[field.name].get("enum").is_some() => {
                assert_eq!(serde_json::json!(words), theirs[field.name]["enum"], "{name}.{}", field.name);
            }
            Kind::Object(nested) if theirs[field.name].get("properties").is_some() => {
                same(nested, &theirs[field.name], field.name);
            }
            _ => {}
        }
    }
}
