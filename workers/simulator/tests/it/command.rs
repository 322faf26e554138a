//! Commands to a leg: in which state they are taken, and what they bring about.

use rstest::rstest;
use serde_json::{Value, json};

use crate::harness::{Sim, code};

const COMMANDS: &[(&str, &str)] = &[
    ("speak", r#"{"payload": "hello", "voice": "female"}"#),
    ("playback_start", r#"{"audio_url": "http://example.com/a.mp3"}"#),
    ("record_start", r#"{"format": "mp3", "channels": "dual"}"#),
    ("transcription_start", "{}"),
    ("send_dtmf", r#"{"digits": "1"}"#),
];

fn commands() -> impl Iterator<Item = (&'static str, Value)> {
    COMMANDS.iter().map(|(name, body)| (*name, serde_json::from_str(body).unwrap()))
}

#[tokio::test]
async fn an_unknown_call_takes_no_command() {
    let sim = Sim::standing().await;
    for id in ["v3:sim-999", "v3:other"] {
        let (status, json) = sim.act(id, "hangup", json!({})).await;
        assert_eq!((status, code(&json)), (404, "90015"));
    }
}

#[tokio::test]
async fn a_ringing_call_only_hangs_up() {
    let sim = Sim::standing().await;
    let call = sim.dial("+12125550100", json!({})).await;
    for (name, body) in commands() {
        let (status, json) = sim.act(&call, name, body).await;
        assert_eq!((status, code(&json)), (422, "90034"), "{name}");
    }
    assert_eq!(sim.act(&call, "hangup", json!({})).await.0, 200);
    let events = sim.events(&call).await;
    assert_eq!(events[0]["event_type"], "call.initiated");
    assert_eq!(events[1]["payload"]["hangup_cause"], "originator_cancel");
}

#[tokio::test]
async fn an_ended_call_takes_no_command() {
    let sim = Sim::standing().await;
    let call = sim.customer().await;
    sim.act(&call, "hangup", json!({})).await;
    for (name, body) in commands().chain([("hangup", json!({}))]) {
        let (status, json) = sim.act(&call, name, body).await;
        assert_eq!((status, code(&json)), (422, "90018"), "{name}");
    }
    assert_eq!(sim.events(&call).await.len(), 3);
}

#[tokio::test]
async fn the_same_command_is_carried_out_once() {
    let sim = Sim::standing().await;
    let call = sim.customer().await;
    let body = json!({"payload": "hello", "voice": "female", "command_id": "c"});
    assert_eq!(sim.act(&call, "speak", body.clone()).await, sim.act(&call, "speak", body).await);
    let spoken = sim.event_types(&call).await;
    assert_eq!(spoken.iter().filter(|kind| *kind == "call.speak.started").count(), 1);
}

#[tokio::test]
async fn a_hang_up_repeated_under_its_id_is_answered_as_the_first() {
    let sim = Sim::standing().await;
    let call = sim.customer().await;
    for _ in 0..2 {
        assert_eq!(sim.act(&call, "hangup", json!({"command_id": "h"})).await.0, 200);
    }
}

#[tokio::test]
async fn transcription_is_not_started_twice() {
    let sim = Sim::standing().await;
    let call = sim.customer().await;
    let both = json!({"transcription_tracks": "both"});
    assert_eq!(sim.act(&call, "transcription_start", both.clone()).await.0, 200);
    let (status, json) = sim.act(&call, "transcription_start", both).await;
    assert_eq!((status, code(&json)), (422, "90054"));
    sim.advance(20.0).await;
    let lines = sim.events(&call).await;
    let tracks: Vec<&Value> = lines
        .iter()
        .filter(|line| line["event_type"] == "call.transcription")
        .map(|line| &line["payload"]["transcription_data"]["transcription_track"])
        .collect();
    assert!(tracks.len() >= 4);
    assert!(tracks.contains(&&json!("inbound")) && tracks.contains(&&json!("outbound")));
}

#[rstest]
#[case::to_its_end(json!({}), 30.0, "completed")]
#[case::until_the_call_ends(json!({"loop": "infinity"}), 200.0, "call_hangup")]
#[tokio::test]
async fn a_playback_ends(#[case] extra: Value, #[case] secs: f64, #[case] status: &str) {
    let sim = Sim::standing().await;
    let call = sim.dial("+12125550100", json!({})).await;
    sim.advance(30.0).await;
    let body = crate::harness::merged(json!({"audio_url": "http://example.com/a.mp3"}), extra);
    assert_eq!(sim.act(&call, "playback_start", body).await.0, 200);
    sim.advance(secs).await;
    let events = sim.events(&call).await;
    let ended = events.iter().find(|event| event["event_type"] == "call.playback.ended").unwrap();
    assert_eq!(ended["payload"]["status"], status);
}

#[tokio::test]
async fn bridged_legs_end_together_unless_one_parks() {
    let sim = Sim::standing().await;
    for (park, alive) in [(None, false), (Some("self"), true)] {
        let agent = sim.agent("gencred1").await;
        let customer = sim.customer().await;
        let mut body = json!({"call_control_id": customer});
        if let Some(park) = park {
            body["park_after_unbridge"] = json!(park);
        }
        assert_eq!(sim.act(&agent, "bridge", body).await.0, 200);
        sim.act(&customer, "hangup", json!({})).await;
        assert_eq!(sim.get(&format!("/calls/{agent}")).await["data"]["is_alive"], alive);
    }
}

#[tokio::test]
async fn a_transfer_dials_and_bridges() {
    let sim = Sim::standing().await;
    let customer = sim.customer().await;
    assert_eq!(sim.act(&customer, "transfer", json!({"to": "+13125550121"})).await.0, 200);
    sim.advance(5.0).await;
    let kinds = sim.event_types(&customer).await;
    assert!(kinds.contains(&"call.bridged".to_owned()), "{kinds:?}");
    assert_eq!(sim.look("/sim/state").await["counts"]["live_legs"], 2);
}

#[tokio::test]
async fn the_other_side_can_be_made_to_hang_up() {
    let sim = Sim::standing().await;
    let call = sim.customer().await;
    sim.control(&format!("/sim/legs/{call}/hangup"), json!({})).await;
    let hangup = &sim.events(&call).await[2]["payload"];
    assert_eq!(hangup["hangup_source"], "callee");
}

#[tokio::test]
async fn a_credential_gives_a_token_as_plain_text() {
    let sim = Sim::standing().await;
    let body = json!({"connection_id": "1", "name": "agent"});
    let (status, json) = sim.post("/telephony_credentials", body).await;
    assert_eq!(status, 201);
    assert!(json["data"]["sip_username"].as_str().unwrap().starts_with("gencred"));
    let id = json["data"]["id"].as_str().unwrap();
    let url = format!("{}/telephony_credentials/{id}/token", sim.running.base_url);
    let reply = reqwest::Client::new().post(url).bearer_auth("KEY").send().await.unwrap();
    assert_eq!(reply.status(), 201);
    assert!(reply.headers()["content-type"].to_str().unwrap().starts_with("text/plain"));
    assert_eq!(reply.text().await.unwrap().split('.').count(), 3);
}
