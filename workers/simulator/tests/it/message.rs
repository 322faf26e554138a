//! `POST /messages`: what is refused, where webhooks go, who waits.

use rstest::rstest;
use serde_json::{Value, json};

use crate::harness::{FROM, Sim, answer, code, merged};

#[rstest]
#[case::a_number_that_is_none(json!({"to": "5551234"}), 400, "40310")]
#[case::a_foreign_sender(json!({"from": "+19995550100"}), 400, "40305")]
#[case::an_unknown_field(json!({"body": "Hello"}), 422, "10015")]
#[case::an_unknown_alphabet(json!({"encoding": "morse"}), 422, "10032")]
#[case::more_than_ten_parts(json!({"text": "a".repeat(1_531)}), 400, "40302")]
#[tokio::test]
async fn a_bad_message_is_refused(#[case] extra: Value, #[case] status: u16, #[case] expected: &str) {
    let sim = Sim::standing().await;
    let body = merged(json!({"from": FROM, "to": "+12125550100", "text": "Hello."}), extra);
    let (found, json) = sim.post("/messages", body).await;
    assert_eq!((found, code(&json)), (status, expected), "{json}");
    assert_eq!(sim.look("/sim/state").await["messages"]["by_status"], json!({}));
}

#[tokio::test]
async fn a_messages_own_address_gets_its_webhooks_with_the_query_as_it_was() {
    let sim = Sim::standing().await;
    let url = format!("{}?t=a1%20b&n=7", sim.receiver.url_of("own"));
    let body = json!({"from": FROM, "to": "+12125550106", "text": "Hello.", "webhook_url": url});
    sim.post("/messages", body).await;
    sim.live(10).await;
    let addresses: Vec<String> = sim.receiver.received().into_iter().map(|webhook| webhook.uri).collect();
    assert_eq!(addresses, ["/hook/own?t=a1%20b&n=7", "/hook/own?t=a1%20b&n=7", "/hook/messages"]);
    let line = sim.journal().await.into_iter().find(|line| line["kind"] == "message").unwrap();
    assert_eq!(line["reference"], "t=a1%20b&n=7");
}

#[tokio::test]
async fn every_webhook_carries_a_signature_that_our_client_accepts() {
    let sim = Sim::standing().await;
    sim.text("+12125550106").await;
    sim.advance(20.0).await;
    let verifier = telnyx::Verifier::new(&sim.running.public_key_b64).unwrap();
    let received = sim.receiver.received();
    assert_eq!(received.len(), 3);
    for webhook in received {
        assert!(verifier.verify(&webhook.headers, &webhook.raw, chrono::Utc::now()).is_ok());
    }
}

#[tokio::test]
async fn a_sender_over_its_rate_waits_and_over_its_queue_is_refused() {
    let sim = Sim::standing().await;
    sim.faults(json!({"limits": {"sms_per_sender": 0.1, "sms_queue": 2}})).await;
    let mut waits = Vec::new();
    for _ in 0..2 {
        let (_, json) = sim.post("/messages", json!({"from": FROM, "to": "+12125550100", "text": "Hello."})).await;
        waits.push(json["data"]["wait_seconds"].clone());
    }
    assert_eq!(waits, [json!(0), json!(10)]);
    let (status, json) = answer(sim.message("+12125550100", "k").send().await.unwrap()).await;
    assert_eq!((status, code(&json)), (400, "40318"));
    sim.live(9).await;
    assert_eq!(sim.receiver.types(), ["message.sent", "message.finalized"]);
    sim.advance(20.0).await;
    assert_eq!(sim.receiver.types().len(), 4);
}

#[tokio::test]
async fn a_500_may_have_sent_the_message_or_not() {
    for (done, sent) in [(0.0, Value::Null), (1.0, json!(1))] {
        let sim = Sim::standing().await;
        sim.faults(json!({"http": {"p500": 1.0, "p500_done": done}})).await;
        assert_eq!(sim.message("+12125550100", "k").send().await.unwrap().status(), 500);
        assert_eq!(sim.look("/sim/state").await["messages"]["by_status"]["queued"], sent);
        sim.faults(json!({"http": {"p500": 0.0}})).await;
        assert_eq!(sim.message("+12125550100", "k").send().await.unwrap().status(), 200);
        assert_eq!(sim.look("/sim/state").await["messages"]["by_status"]["queued"], 1);
    }
}

#[tokio::test]
async fn a_text_counts_its_parts() {
    let sim = Sim::standing().await;
    let text = "Größe: ".to_owned() + &"a".repeat(160);
    let (_, json) = sim.post("/messages", json!({"from": FROM, "to": "+12125550100", "text": text})).await;
    assert_eq!((&json["data"]["parts"], &json["data"]["encoding"]), (&json!(2), &json!("GSM-7")));
}

#[tokio::test]
async fn a_reset_forgets_messages_emails_and_opt_outs_but_not_addresses() {
    let sim = Sim::standing().await;
    let id = sim.text("+12125550107").await;
    sim.email("delivered@example.com", json!({})).await;
    sim.advance(20.0).await;
    sim.control("/sim/reset", json!({})).await;
    let state = sim.look("/sim/state").await;
    assert_eq!(state["messages"], json!({"by_status": {}, "received": 0}));
    assert_eq!((&state["opted_out"], &state["emails"]["events"]), (&json!(0), &json!({})));
    assert_eq!(sim.send(reqwest::Method::GET, &format!("/messages/{id}"), None).await.0, 404);
    sim.text("+12125550107").await;
    sim.live(10).await;
    assert_eq!(sim.receiver.types().last().unwrap(), "message.received");
}
