//! `POST /calls`: what is refused, what is replayed, what can be found again.

use rstest::rstest;
use serde_json::{Value, json};

use crate::harness::{FROM, Sim, code, dial_body, merged};

#[rstest]
#[case::a_number_that_is_none(json!({"to": "5551234"}), 422, "10016")]
#[case::a_foreign_caller_id(json!({"from": "+19995550100"}), 403, "10010")]
#[case::an_unknown_field(json!({"too": "+12125550100"}), 422, "10015")]
#[case::an_unknown_mode(json!({"answering_machine_detection": "maybe"}), 422, "10032")]
#[case::a_client_state_that_is_no_base64(json!({"client_state": "%%%"}), 422, "90017")]
#[case::a_missing_destination(json!({"to": []}), 422, "10016")]
#[tokio::test]
async fn a_bad_dial_is_refused(#[case] extra: Value, #[case] status: u16, #[case] expected: &str) {
    let sim = Sim::standing().await;
    let (found, json) = sim.post("/calls", merged(dial_body("+12125550100", json!({})), extra)).await;
    assert_eq!((found, code(&json)), (status, expected), "{json}");
    assert_eq!(sim.look("/sim/state").await["counts"]["dials"], 0);
}

#[tokio::test]
async fn a_request_without_the_key_is_refused() {
    let sim = Sim::standing().await;
    let url = format!("{}/phone_numbers", sim.running.base_url);
    let reply = sim.fetch(&url).await;
    assert_eq!(reply.status(), 401);
    assert_eq!(code(&reply.json().await.unwrap()), "10009");
}

#[tokio::test]
async fn the_same_command_dials_once_within_a_minute() {
    let sim = Sim::standing().await;
    let body = dial_body("+12125550121", json!({"command_id": "attempt-1"}));
    let first = sim.post("/calls", body.clone()).await;
    sim.advance(59.0).await;
    assert_eq!(sim.post("/calls", body.clone()).await, first);
    sim.advance(2.0).await;
    assert_ne!(sim.post("/calls", body).await, first);
    let state = sim.look("/sim/state").await;
    assert_eq!(state["counts"]["dials"], 2);
    assert_eq!(state["doubled_command_ids"], json!(["attempt-1"]));
}

#[tokio::test]
async fn a_dial_over_the_rate_is_refused_until_the_window_has_passed() {
    let sim = Sim::standing().await;
    sim.faults(json!({"limits": {"dps": 1}})).await;
    for _ in 0..5 {
        sim.dial("+12125550121", json!({})).await;
    }
    let (status, json) = sim.post("/calls", dial_body("+12125550121", json!({}))).await;
    assert_eq!((status, code(&json)), (429, "90103"));
    sim.advance(5.0).await;
    sim.dial("+12125550121", json!({})).await;
}

#[tokio::test]
async fn a_dial_over_the_channels_is_refused_until_one_is_free() {
    let sim = Sim::standing().await;
    sim.faults(json!({"limits": {"channels": 1}})).await;
    let call = sim.dial("+12125550121", json!({})).await;
    let (status, json) = sim.post("/calls", dial_body("+12125550121", json!({}))).await;
    assert_eq!((status, code(&json)), (403, "90041"));
    sim.act(&call, "hangup", json!({})).await;
    sim.dial("+12125550121", json!({})).await;
}

#[tokio::test]
async fn a_call_whose_webhooks_are_lost_is_found_by_its_client_state() {
    let sim = Sim::standing().await;
    let call = sim.dial("+12125550120", json!({"client_state": "eyJhIjoxfQ=="})).await;
    let active = sim.get("/connections/1/active_calls").await;
    assert_eq!(active["data"][0]["client_state"], "eyJhIjoxfQ==");
    sim.advance(200.0).await;
    let events = sim.get("/call_events?filter[type]=webhook").await;
    let newest = &events["data"][0];
    assert_eq!(newest["name"], "call.hangup");
    assert_eq!(newest["metadata"]["client_state"], "eyJhIjoxfQ==");
    assert_eq!(newest["metadata"]["call_control_id"], call);
    let leg = newest["call_leg_id"].as_str().unwrap();
    let of_leg = sim.get(&format!("/call_events?filter[leg_id]={leg}")).await;
    assert_eq!(of_leg["meta"]["total_results"], 4);
}

#[tokio::test]
async fn a_call_is_forgotten_ten_minutes_after_its_end() {
    let sim = Sim::standing().await;
    let call = sim.dial("+12125550109", json!({})).await;
    sim.advance(60.0).await;
    assert_eq!(sim.get(&format!("/calls/{call}")).await["data"]["is_alive"], false);
    sim.advance(600.0).await;
    let (status, json) = sim.send(reqwest::Method::GET, &format!("/calls/{call}"), None).await;
    assert_eq!((status, code(&json)), (404, "90015"));
    assert_eq!(sim.get("/call_events?filter[name]=call.hangup").await["meta"]["total_results"], 1);
}

#[tokio::test]
async fn an_agents_leg_answers_by_itself_and_stays() {
    let sim = Sim::standing().await;
    let softphone = sim.dial("sip:gencred1@sip.telnyx.com", json!({})).await;
    let phone = sim.dial("+12125559999", json!({"client_state": "eyJnIjoiYTEifQ=="})).await;
    sim.advance(3_600.0).await;
    for leg in [softphone, phone] {
        assert_eq!(sim.event_types(&leg).await, ["call.initiated", "call.answered"]);
        sim.act(&leg, "hangup", json!({})).await;
        let hangup = sim.events(&leg).await[2]["payload"].clone();
        assert_eq!(hangup["hangup_cause"], "normal_clearing");
        assert_eq!(hangup["hangup_source"], "caller");
    }
}

#[tokio::test]
async fn an_agent_who_is_offline_does_not_answer() {
    let sim = Sim::standing().await;
    sim.control("/sim/agents/gencred1", json!({"online": false})).await;
    let leg = sim.dial("sip:gencred1@sip.telnyx.com", json!({"timeout_secs": 20})).await;
    sim.advance(60.0).await;
    assert_eq!(sim.event_types(&leg).await, ["call.initiated", "call.hangup"]);
}

#[tokio::test]
async fn the_first_of_several_destinations_that_answers_is_taken() {
    let sim = Sim::standing().await;
    let body = json!({"connection_id": "1", "from": FROM, "to": ["+12125550109", "+12125550121"]});
    let (_, json) = sim.post("/calls", body).await;
    sim.advance(5.0).await;
    let call = json["data"]["call_control_id"].as_str().unwrap();
    assert_eq!(sim.event_types(call).await, ["call.initiated", "call.answered"]);
}
