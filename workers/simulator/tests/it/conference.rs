//! Conferences: an agent nailed up, customers joined and gone.

use serde_json::json;

use crate::harness::{Sim, code};

#[tokio::test]
async fn a_customer_is_joined_and_leaves_by_hanging_up() {
    let sim = Sim::standing().await;
    let agent = sim.agent("gencred1").await;
    let conference = sim.conference(&agent, json!({})).await;
    let customer = sim.customer().await;
    let (status, _) = sim.confer(&conference, "join", json!({"call_control_id": customer})).await;
    assert_eq!(status, 200);
    let there = sim.get(&format!("/conferences/{conference}/participants")).await;
    assert_eq!(there["data"].as_array().unwrap().len(), 2);
    sim.control(&format!("/sim/legs/{customer}/hangup"), json!({})).await;
    assert_eq!(
        sim.event_types(&customer).await[2..],
        ["conference.participant.joined", "conference.participant.left", "call.hangup"]
    );
    assert_eq!(sim.get(&format!("/calls/{agent}")).await["data"]["is_alive"], true);
}

#[tokio::test]
async fn a_leg_is_joined_once() {
    let sim = Sim::standing().await;
    let agent = sim.agent("gencred1").await;
    let conference = sim.conference(&agent, json!({})).await;
    let customer = sim.customer().await;
    let body = json!({"call_control_id": customer, "command_id": "j"});
    for _ in 0..2 {
        assert_eq!(sim.confer(&conference, "join", body.clone()).await.0, 200);
    }
    let again = json!({"call_control_id": customer, "command_id": "k"});
    let (status, json) = sim.confer(&conference, "join", again).await;
    assert_eq!((status, code(&json)), (422, "90044"));
}

#[tokio::test]
async fn a_ringing_leg_is_not_joined() {
    let sim = Sim::standing().await;
    let agent = sim.agent("gencred1").await;
    let conference = sim.conference(&agent, json!({})).await;
    let ringing = sim.dial("+12125550100", json!({})).await;
    let (status, json) = sim.confer(&conference, "join", json!({"call_control_id": ringing})).await;
    assert_eq!((status, code(&json)), (422, "90034"));
}

#[tokio::test]
async fn a_full_conference_takes_nobody() {
    let sim = Sim::standing().await;
    let agent = sim.agent("gencred1").await;
    let conference = sim.conference(&agent, json!({"max_participants": 2})).await;
    let (first, second) = (sim.customer().await, sim.customer().await);
    assert_eq!(sim.confer(&conference, "join", json!({"call_control_id": first})).await.0, 200);
    let (status, json) = sim.confer(&conference, "join", json!({"call_control_id": second})).await;
    assert_eq!((status, code(&json)), (422, "90032"));
}

#[tokio::test]
async fn a_conference_ends_when_its_last_participant_leaves() {
    let sim = Sim::standing().await;
    let agent = sim.agent("gencred1").await;
    let conference = sim.conference(&agent, json!({})).await;
    let leave = json!({"call_control_id": agent});
    assert_eq!(sim.confer(&conference, "leave", leave).await.0, 200);
    let ended = sim.get(&format!("/conferences/{conference}")).await;
    assert_eq!(ended["data"]["status"], "completed");
    assert_eq!(ended["data"]["end_reason"], "all_left");
    let customer = sim.customer().await;
    let (status, json) = sim.confer(&conference, "join", json!({"call_control_id": customer})).await;
    assert_eq!((status, code(&json)), (422, "90019"));
}

#[tokio::test]
async fn everybody_is_hung_up_with_a_participant_who_ends_the_conference() {
    let sim = Sim::standing().await;
    let agent = sim.agent("gencred1").await;
    let conference = sim.conference(&agent, json!({})).await;
    let customer = sim.customer().await;
    let body = json!({"call_control_id": customer, "end_conference_on_exit": true});
    sim.confer(&conference, "join", body).await;
    sim.act(&customer, "hangup", json!({})).await;
    assert_eq!(sim.look("/sim/state").await["counts"]["live_legs"], 0);
}

#[tokio::test]
async fn an_unknown_conference_is_not_found() {
    let sim = Sim::standing().await;
    let customer = sim.customer().await;
    let id = "0ccc7b54-4df3-4bca-a65a-3da1ecc777f0";
    let (status, json) = sim.confer(id, "join", json!({"call_control_id": customer})).await;
    assert_eq!((status, code(&json)), (404, "90058"));
}

#[tokio::test]
async fn a_supervisor_listens_whispers_and_barges_in() {
    let sim = Sim::standing().await;
    let agent = sim.agent("gencred1").await;
    let conference = sim.conference(&agent, json!({})).await;
    let supervisor = sim.agent("gencred2").await;
    let join = json!({"call_control_id": supervisor, "supervisor_role": "monitor"});
    sim.confer(&conference, "join", join).await;
    let whisper = json!({
        "call_control_id": supervisor,
        "supervisor_role": "whisper",
        "whisper_call_control_ids": [agent],
    });
    assert_eq!(sim.confer(&conference, "update", whisper).await.0, 200);
    let there = sim.get(&format!("/conferences/{conference}/participants")).await;
    assert_eq!(there["data"][1]["supervisor_role"], "whisper");
    assert_eq!(there["data"][1]["whisper_call_control_ids"], json!([agent]));
}

#[tokio::test]
async fn a_leg_dialled_into_a_conference_is_in_it_when_it_answers() {
    let sim = Sim::standing().await;
    let agent = sim.agent("gencred1").await;
    let conference = sim.conference(&agent, json!({})).await;
    let config = json!({"conference_config": {"id": conference, "early_media": false}});
    let customer = sim.dial("+12125550121", config).await;
    sim.advance(3.0).await;
    assert_eq!(sim.event_types(&customer).await, ["call.initiated", "call.answered", "conference.participant.joined"]);
}

#[tokio::test]
async fn participants_are_held_and_muted_by_name_or_all() {
    let sim = Sim::standing().await;
    let agent = sim.agent("gencred1").await;
    let conference = sim.conference(&agent, json!({})).await;
    let customer = sim.customer().await;
    sim.confer(&conference, "join", json!({"call_control_id": customer})).await;
    sim.confer(&conference, "hold", json!({"call_control_ids": [customer]})).await;
    sim.confer(&conference, "mute", json!({})).await;
    let there = sim.get(&format!("/conferences/{conference}/participants")).await;
    let flags = |place: usize| (there["data"][place]["on_hold"].clone(), there["data"][place]["muted"].clone());
    assert_eq!(flags(0), (json!(false), json!(true)));
    assert_eq!(flags(1), (json!(true), json!(true)));
}
