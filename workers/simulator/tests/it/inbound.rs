//! What others write to us, and the opt-outs that come of it.

use rstest::rstest;
use serde_json::{Value, json};

use crate::harness::{FROM, Sim, answer, code};

const SOMEBODY: &str = "+12125550100";

async fn says(sim: &Sim, text: &str) {
    sim.control("/sim/inbound/sms", json!({"from": SOMEBODY, "to": FROM, "text": text})).await;
    sim.advance(1.0).await;
}

async fn refusal(sim: &Sim, key: &str) -> Option<String> {
    let (status, json) = answer(sim.message(SOMEBODY, key).send().await.unwrap()).await;
    (status != 200).then(|| code(&json).to_owned())
}

#[rstest]
#[case::a_text("What is this about?", Value::Null)]
#[case::stop("Stop", json!("STOP"))]
#[case::help("HELP", json!("HELP"))]
#[case::start("unstop", json!("START"))]
#[tokio::test]
async fn a_message_is_received(#[case] text: &str, #[case] autoresponse: Value) {
    let sim = Sim::standing().await;
    says(&sim, text).await;
    let webhook = sim.receiver.received().pop().unwrap();
    let payload = &webhook.json["data"]["payload"];
    assert_eq!(webhook.uri, "/hook/messages");
    assert_eq!((&payload["from"]["phone_number"], &payload["text"]), (&json!(SOMEBODY), &json!(text)));
    assert_eq!(payload["autoresponse_type"], autoresponse);
    let read = sim.get(&format!("/messages/{}", payload["id"].as_str().unwrap())).await;
    assert_eq!(read["data"]["direction"], "inbound");
}

#[tokio::test]
async fn stop_blocks_until_start() {
    let sim = Sim::standing().await;
    says(&sim, "QUIT").await;
    assert_eq!(refusal(&sim, "a").await.as_deref(), Some("40300"));
    let optouts = sim.get("/messaging_optouts").await;
    assert_eq!((&optouts["data"][0]["to"], &optouts["data"][0]["keyword"]), (&json!(SOMEBODY), &json!("QUIT")));
    says(&sim, "START").await;
    assert_eq!(refusal(&sim, "b").await, None);
    assert_eq!(sim.get("/messaging_optouts").await["data"], json!([]));
}

#[tokio::test]
async fn a_block_is_one_profiles_own() {
    let sim = Sim::standing().await;
    let send = async |profile: &str| {
        let body = json!({"from": FROM, "to": SOMEBODY, "text": "Hello.", "messaging_profile_id": profile});
        sim.post("/messages", body).await.0
    };
    assert_eq!(send("profile-1").await, 200);
    says(&sim, "STOP").await;
    assert_eq!((send("profile-1").await, send("profile-2").await), (400, 200));
    let listed = sim.get("/messaging_optouts?filter[messaging_profile_id]=profile-1").await;
    assert_eq!(listed["meta"]["total_results"], 1);
}

#[tokio::test]
async fn the_address_for_messages_is_set_while_it_runs() {
    let sim = Sim::standing().await;
    let url = sim.receiver.url_of("elsewhere");
    let addresses = sim.control("/sim/webhook-urls", json!({"messaging": url})).await;
    assert_eq!(addresses["voice"], sim.receiver.url());
    says(&sim, "Hello").await;
    assert_eq!(sim.receiver.received()[0].uri, "/hook/elsewhere");
}
