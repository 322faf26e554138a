//! Every request is one that the carrier's published schema allows, strictly.

use jsonschema::Validator;
use serde_json::{Value, json};
use telnyx::Client;
use telnyx::client::CallEvents;
use telnyx::wire::call::{Command, Hangup, SwitchSupervisorRole, Transfer};
use telnyx::wire::conference::{
    Beep, ConferenceCreate, ConferenceEnd, ConferenceSpeak, Hold, Join, Leave, Participants, Region, SupervisorRole,
    Update,
};
use telnyx::wire::credential::CredentialCreate;
use telnyx::wire::dial::{Amd, AmdConfig, ConferenceConfig, CustomHeader, Dial, Method, Record, RetryPolicy, To};
use telnyx::wire::message::SendMessage;
use telnyx::wire::record::{Channels, Format, RecordControl, RecordStart, Track};
use telnyx::wire::sound::{
    AudioType, Language, PayloadType, PlaybackStart, PlaybackStop, ServiceLevel, Speak, TargetLegs,
};
use telnyx::wire::transcription::{Engine, EngineConfig, Tracks, TranscriptionStart};
use telnyx::{ClientState, command_id};
use uuid::Uuid;

use crate::carrier::{Asked, Carrier};
use crate::shared::document;

const ID: Uuid = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001);
const CALL: &str = "v3:MdI91X4lWFEs7IgbBEOT9M4AigoY08M0WWZFISt1Yw2axZ_IiE4pqg==";

#[tokio::test]
async fn every_request_is_valid_in_the_published_schema() {
    let Some(document) = document("telnyx.strict.openapi.json") else { return };
    let carrier = Carrier::fixed(422, &[], "{}").await;
    ask_everything(&carrier.client()).await;
    let asked = carrier.asked();
    assert_eq!(asked.len(), 36, "every method asks once");
    for asked in asked {
        let operation = operation(&document, &asked);
        check_body(&document, operation, &asked);
        check_query(&document, operation, &asked);
        check_idempotency_key(&document, operation, &asked);
    }
}

#[test]
fn the_smallest_dial_is_valid_too() {
    let Some(document) = document("telnyx.strict.openapi.json") else { return };
    let dial = serde_json::to_value(Dial::new("1", "+12025550100", "+12025550131")).unwrap();
    assert_eq!(dial.as_object().unwrap().len(), 3);
    validate(&validator(&document, "#/components/schemas/CallRequest"), &dial, "dial");
}

#[test]
fn the_published_schema_is_as_strict_as_we_believe() {
    let Some(document) = document("telnyx.strict.openapi.json") else { return };
    let validator = validator(&document, "#/components/schemas/CallRequest");
    let dial = json!({"connection_id": "1", "from": "+12025550100", "to": "+12025550131"});
    let with = |key: &str, value: Value| {
        let mut dial = dial.clone();
        dial[key] = value;
        dial
    };
    assert!(!validator.is_valid(&with("colour", json!("red"))));
    assert!(!validator.is_valid(&with("timeout_secs", json!("25"))));
    assert!(!validator.is_valid(&with("answering_machine_detection_config", json!({"colour": 1}))));
    assert!(!validator.is_valid(&with("conference_config", json!({"id": "not a uuid"}))));
}

#[test]
fn a_request_with_an_unknown_field_is_no_request() {
    let dial = json!({"connection_id": "1", "from": "+12025550100", "to": "+12025550131", "colour": "red"});
    assert!(serde_json::from_value::<Dial>(dial).is_err());
}

async fn ask_everything(client: &Client) {
    ask_calls(client).await;
    ask_sound(client).await;
    ask_conferences(client).await;
    ask_messages(client).await;
    ask_questions(client).await;
}

async fn ask_calls(client: &Client) {
    let _ = client.dial(&a_full_dial()).await;
    let _ = client.dial(&Dial { to: To::Many(vec!["+12025550131".into()]), ..a_full_dial() }).await;
    let _ = client.hang_up(CALL, &Hangup { custom_headers: headers(), ..Hangup::default() }).await;
    let _ = client.transfer(CALL, &a_transfer()).await;
    let role = SwitchSupervisorRole { role: SupervisorRole::Whisper };
    let _ = client.switch_supervisor_role(CALL, &role).await;
    let credential = CredentialCreate {
        connection_id: "1".into(),
        expires_at: "2026-03-01T18:00:00Z".parse().ok(),
        name: Some("agent".into()),
        tag: Some("word-is-bond".into()),
    };
    let _ = client.create_credential(&credential).await;
    let _ = client.delete_credential("c215ade3-0d39-418e-94be-c5f780760199").await;
    let _ = client.create_token("c215ade3-0d39-418e-94be-c5f780760199").await;
}

async fn ask_sound(client: &Client) {
    let _ = client.speak(CALL, &a_speech()).await;
    let _ = client.playback_start(CALL, &a_playback()).await;
    let stop = PlaybackStop {
        client_state: note(),
        command_id: command("playback_stop"),
        overlay: Some(false),
        stop: Some("all".into()),
    };
    let _ = client.playback_stop(CALL, &stop).await;
    let _ = client.record_start(CALL, &a_recording()).await;
    let control =
        RecordControl { client_state: note(), command_id: command("record"), recording_id: Some(ID.to_string()) };
    let _ = client.record_stop(CALL, &control).await;
    let _ = client.record_pause(CALL, &control).await;
    let _ = client.record_resume(CALL, &control).await;
    let _ = client.transcription_start(CALL, &a_transcription()).await;
    let command = Command { client_state: note(), command_id: command("transcription_stop") };
    let _ = client.transcription_stop(CALL, &command).await;
}

async fn ask_conferences(client: &Client) {
    let conference = ID.to_string();
    let _ = client.create_conference(&a_conference()).await;
    let _ = client.join(&conference, &a_join()).await;
    let leave = Leave {
        call_control_id: CALL.into(),
        beep_enabled: Some(Beep::Never),
        command_id: command("leave"),
        region: Some(Region::Us),
    };
    let _ = client.leave(&conference, &leave).await;
    let update = Update {
        call_control_id: CALL.into(),
        supervisor_role: SupervisorRole::Whisper,
        command_id: command("update"),
        region: None,
        whisper_call_control_ids: Some(vec![CALL.into()]),
    };
    let _ = client.update(&conference, &update).await;
    let speak = ConferenceSpeak {
        payload: "Smith, account 4411".into(),
        voice: "Telnyx.KokoroTTS.af".into(),
        call_control_ids: Some(vec![CALL.into()]),
        command_id: command("whisper"),
        language: Some(Language("en-US".into())),
        payload_type: Some(PayloadType::Text),
        region: None,
    };
    let _ = client.conference_speak(&conference, &speak).await;
    let hold = Hold {
        audio_url: Some("https://example.com/hold.mp3".into()),
        call_control_ids: Some(vec![CALL.into()]),
        ..Hold::default()
    };
    let _ = client.hold(&conference, &hold).await;
    let participants = Participants { call_control_ids: vec![CALL.into()], region: None };
    let _ = client.unhold(&conference, &participants).await;
    let _ = client.mute(&conference, &participants).await;
    let _ = client.unmute(&conference, &participants).await;
    let _ = client.end_conference(&conference, &ConferenceEnd { command_id: command("end") }).await;
}

async fn ask_messages(client: &Client) {
    let _ = client.send_message(&a_message(), &ID.to_string()).await;
    let smallest = SendMessage { to: "+12025550131".into(), ..SendMessage::default() };
    let _ = client.send_message(&smallest, &"_:-".repeat(85)).await;
    let _ = client.message("40385f64-5717-4562-b3fc-2c963f66afa6").await;
}

async fn ask_questions(client: &Client) {
    let _ = client.call_status(CALL).await;
    let _ = client.active_calls().await;
    let _ = client.call_events(&CallEvents::default()).await;
    let wanted = CallEvents {
        leg_id: Some(ID.to_string()),
        session_id: Some(ID.to_string()),
        since: "2026-03-01T18:00:00Z".parse().ok(),
        name: Some("call.hangup".into()),
    };
    let _ = client.call_events(&wanted).await;
    let _ = client.recording("3fa85f64-5717-4562-b3fc-2c963f66afa6").await;
    let _ = client.probe().await;
}

fn note() -> Option<String> {
    Some(ClientState::Attempt(ID).encode())
}

fn command(action: &str) -> Option<String> {
    Some(command_id(ID, action))
}

fn headers() -> Option<Vec<CustomHeader>> {
    Some(vec![CustomHeader { name: "X-Attempt".into(), value: "1".into() }])
}

fn a_full_dial() -> Dial {
    Dial {
        answering_machine_detection: Some(Amd::Premium),
        answering_machine_detection_config: Some(AmdConfig {
            after_greeting_silence_millis: Some(700),
            total_analysis_time_millis: Some(3500),
            ..AmdConfig::default()
        }),
        client_state: note(),
        command_id: Some(ID.to_string()),
        conference_config: Some(ConferenceConfig {
            id: Some(ID.to_string()),
            early_media: Some(false),
            start_conference_on_enter: Some(true),
            beep_enabled: Some(Beep::OnEnter),
            ..ConferenceConfig::default()
        }),
        custom_headers: headers(),
        from_display_name: Some("Agency".into()),
        record: Some(Record::FromAnswer),
        record_channels: Some(Channels::Dual),
        record_format: Some(Format::Mp3),
        record_max_length: Some(0),
        retry_on_timeout: Some(false),
        supervise_call_control_id: Some(CALL.into()),
        supervisor_role: Some(SupervisorRole::Monitor),
        time_limit_secs: Some(14_000),
        timeout_secs: Some(25),
        transcription: Some(true),
        transcription_config: Some(a_transcription()),
        webhook_retries_policies: Some([("call.hangup".into(), RetryPolicy { retries_ms: vec![1000, 5000] })].into()),
        webhook_url: Some("https://example.com/webhooks/telnyx/voice".into()),
        webhook_url_method: Some(Method::Post),
        webhook_urls: Some([("call.hangup".into(), "https://example.com/hangup".into())].into()),
        webhook_urls_method: Some(Method::Post),
        ..Dial::new("1293384261075731461", "+12025550100", "+12025550131")
    }
}

fn a_transfer() -> Transfer {
    Transfer {
        to: "+12025550132".into(),
        client_state: note(),
        command_id: command("transfer"),
        from: Some("+12025550100".into()),
        timeout_secs: Some(25),
        webhook_url: Some("https://example.com/".into()),
        ..Transfer::default()
    }
}

fn a_speech() -> Speak {
    Speak {
        payload: "This is Agency.".into(),
        voice: "Telnyx.KokoroTTS.af".into(),
        client_state: note(),
        command_id: command("speak"),
        language: Some(Language("es-US".into())),
        payload_type: Some(PayloadType::Text),
        service_level: Some(ServiceLevel::Premium),
        stop: Some("current".into()),
        target_legs: Some(TargetLegs::Own),
    }
}

fn a_playback() -> PlaybackStart {
    PlaybackStart {
        audio_type: Some(AudioType::Mp3),
        audio_url: Some("https://example.com/message.mp3".into()),
        cache_audio: Some(true),
        client_state: note(),
        command_id: command("playback_start"),
        overlay: Some(false),
        target_legs: Some(TargetLegs::Own),
        ..PlaybackStart::default()
    }
}

fn a_recording() -> RecordStart {
    RecordStart {
        channels: Channels::Dual,
        format: Format::Mp3,
        client_state: note(),
        command_id: command("record_start"),
        custom_file_name: Some("recording".into()),
        max_length: Some(0),
        play_beep: Some(true),
        recording_track: Some(Track::Both),
        timeout_secs: Some(0),
        transcription: Some(false),
    }
}

fn a_transcription() -> TranscriptionStart {
    TranscriptionStart {
        client_state: note(),
        command_id: command("transcription_start"),
        transcription_engine: Some(Engine::Google),
        transcription_engine_config: Some(EngineConfig {
            transcription_engine: Engine::Google,
            interim_results: Some(false),
            language: Some("en".into()),
            transcription_model: None,
        }),
        transcription_tracks: Some(Tracks::Both),
    }
}

fn a_message() -> SendMessage {
    SendMessage {
        to: "+12025550131".into(),
        from: Some("+12025550100".into()),
        messaging_profile_id: Some("4000eba1-a0c0-4563-9925-b25e842a7cb6".into()),
        text: Some("Agency: ¿qué? 😀 Reply STOP to end.".into()),
        use_profile_webhooks: Some(false),
        webhook_failover_url: Some("https://example.com/webhooks/telnyx/messaging".into()),
        webhook_url: Some(format!("https://example.com/webhooks/telnyx/messaging?a={ID}")),
    }
}

fn a_conference() -> ConferenceCreate {
    ConferenceCreate {
        call_control_id: CALL.into(),
        name: format!("as-{ID}"),
        beep_enabled: Some(Beep::Never),
        client_state: note(),
        comfort_noise: Some(true),
        command_id: command("create"),
        max_participants: Some(6),
        region: Some(Region::MiddleEast),
        start_conference_on_create: Some(true),
        ..ConferenceCreate::default()
    }
}

fn a_join() -> Join {
    Join {
        call_control_id: CALL.into(),
        beep_enabled: Some(Beep::OnEnter),
        client_state: note(),
        command_id: command("join"),
        end_conference_on_exit: Some(false),
        mute: Some(false),
        start_conference_on_enter: Some(true),
        supervisor_role: Some(SupervisorRole::Barge),
        whisper_call_control_ids: Some(vec![CALL.into()]),
        ..Join::default()
    }
}

/// The published operation, found by method and path.
pub(crate) fn operation<'a>(document: &'a Value, asked: &Asked) -> &'a Value {
    let path = asked.path.strip_prefix("/v2").unwrap();
    let paths = document["paths"].as_object().unwrap();
    let exact = |template: &&String| matches_template(template, path);
    let template = paths.keys().find(exact).unwrap_or_else(|| panic!("no such path: {path}"));
    let operation = &paths[template][asked.method.to_lowercase()];
    assert!(operation.is_object(), "{} {template} is not published", asked.method);
    operation
}

fn matches_template(template: &str, path: &str) -> bool {
    let (left, right): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
    let same = |(left, right): (&&str, &&str)| left.starts_with('{') || left == right;
    left.len() == right.len() && left.iter().zip(&right).all(same)
}

fn check_body(document: &Value, operation: &Value, asked: &Asked) {
    let schema = &resolve(document, &operation["requestBody"])["content"]["application/json"]["schema"];
    match (&asked.body, schema["$ref"].as_str()) {
        (Some(body), Some(reference)) => validate(&validator(document, reference), body, &asked.path),
        (None, None) => {}
        (sent, published) => panic!("{}: sent {sent:?}, published {published:?}", asked.path),
    }
}

/// Deep objects: `filter[occurred_at][gte]` is the property `gte` of the property `occurred_at` of the parameter `filter`.
fn check_query(document: &Value, operation: &Value, asked: &Asked) {
    for (key, _) in &asked.query {
        let mut names = key.split(['[', ']']).filter(|name| !name.is_empty());
        let name = names.next().unwrap();
        let parameters = operation["parameters"].as_array().unwrap().iter();
        let parameter = parameters.map(|parameter| resolve(document, parameter)).find(|one| one["name"] == name);
        let mut schema = &parameter.unwrap_or_else(|| panic!("no parameter {key}"))["schema"];
        for name in names {
            schema = &resolve(document, schema)["properties"][name];
        }
        assert!(schema.is_object(), "{}: no parameter {key}", asked.path);
    }
}

/// The key goes with messages only; a dial has its command id.
fn check_idempotency_key(document: &Value, operation: &Value, asked: &Asked) {
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let mut parameters = parameters.map(|parameter| resolve(document, parameter));
    match (&asked.idempotency_key, parameters.find(|one| one["name"] == "Idempotency-Key")) {
        (Some(key), Some(parameter)) => {
            let validator = jsonschema::draft202012::new(&parameter["schema"]).unwrap();
            validate(&validator, &json!(key), &asked.path);
        }
        (None, None) => {}
        (sent, published) => panic!("{}: sent {sent:?}, published {published:?}", asked.path),
    }
}

pub(crate) fn resolve<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    match value["$ref"].as_str() {
        Some(reference) => resolve(document, document.pointer(&reference[1..]).unwrap()),
        None => value,
    }
}

/// The whole document is the schema, so that references within it resolve.
fn validator(document: &Value, reference: &str) -> Validator {
    let mut schema = json!({"$ref": reference});
    schema["components"] = document["components"].clone();
    jsonschema::draft202012::options().should_validate_formats(true).build(&schema).unwrap()
}

fn validate(validator: &Validator, body: &Value, what: &str) {
    let errors: Vec<_> = validator.iter_errors(body).map(|error| format!("{}: {error}", error.instance_path)).collect();
    assert!(errors.is_empty(), "{what}: {errors:#?}");
}
