//! Idempotency keys: once is once, for a day.

use serde_json::json;

use crate::harness::{FROM, Sim, answer, code, email_body};

#[tokio::test]
async fn a_message_is_sent_once_under_its_key_and_the_same_reply_is_given_for_a_day() {
    let sim = Sim::standing().await;
    let first = answer(sim.message("+12125550100", "k").send().await.unwrap()).await;
    sim.advance(86_399.0).await;
    let reply = sim.message("+12125550100", "k").send().await.unwrap();
    assert_eq!(reply.headers()["idempotent-replayed"], "true");
    assert_eq!(answer(reply).await, first);
    sim.advance(1.0).await;
    let third = sim.message("+12125550100", "k").send().await.unwrap();
    assert!(third.headers().get("idempotent-replayed").is_none());
    assert_ne!(answer(third).await.1["data"]["id"], first.1["data"]["id"]);
    assert_eq!(sim.look("/sim/state").await["doubled_idempotency_keys"], json!(["message k/0"]));
}

#[tokio::test]
async fn a_message_of_another_body_under_the_same_key_is_refused() {
    let sim = Sim::standing().await;
    sim.message("+12125550100", "k").send().await.unwrap();
    let (status, json) = answer(sim.message("+12125550101", "k").send().await.unwrap()).await;
    assert_eq!((status, code(&json)), (422, "10027"));
    let bad = sim.message("+12125550100", "no spaces").send().await.unwrap();
    assert_eq!(bad.status(), 422);
}

#[tokio::test]
async fn a_refused_message_may_be_sent_under_its_key_later() {
    let sim = Sim::standing().await;
    let stop = json!({"from": "+12125550100", "to": FROM, "text": "STOP"});
    sim.control("/sim/inbound/sms", stop).await;
    assert_eq!(sim.message("+12125550100", "k").send().await.unwrap().status(), 400);
    sim.control("/sim/inbound/sms", json!({"from": "+12125550100", "to": FROM, "text": "START"})).await;
    assert_eq!(sim.message("+12125550100", "k").send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_message_whose_first_request_is_under_way_is_refused_and_then_replayed() {
    let sim = Sim::standing().await;
    sim.faults(json!({"http": {"hang": 1.0}})).await;
    let mut first = Box::pin(sim.message("+12125550100", "k").send());
    let arrived = async {
        while sim.look("/sim/state").await["messages"]["by_status"]["queued"] != 1 {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        _ = &mut first => panic!("the reply should not have come"),
        () = arrived => {}
    }
    sim.faults(json!({"http": {"hang": 0.0}})).await;
    assert_eq!(sim.message("+12125550100", "k").send().await.unwrap().status(), 409);
    // A client that gives up ends its request.
    drop(first);
    while sim.message("+12125550100", "k").send().await.unwrap().status() != 200 {}
    assert_eq!(sim.look("/sim/state").await["messages"]["by_status"]["queued"], 1);
}

#[tokio::test]
async fn an_email_is_sent_once_under_its_key() {
    let sim = Sim::standing().await;
    let send = async |to: &str| {
        let body = email_body(to, json!({}));
        answer(sim.mail("/emails", &body).header("idempotency-key", "k").send().await.unwrap()).await
    };
    let first = send("delivered@example.com").await;
    assert_eq!(send("delivered@example.com").await, first);
    let (status, json) = send("bounced@example.com").await;
    assert_eq!((status, &json["name"]), (409, &json!("invalid_idempotent_request")));
    assert_eq!(sim.look("/sim/state").await["emails"]["by_status"]["queued"], 1);
}

#[tokio::test]
async fn an_email_whose_first_request_is_under_way_is_refused() {
    let sim = Sim::standing().await;
    let body = email_body("slow@example.com", json!({}));
    let send = || sim.mail("/emails", &body).header("idempotency-key", "k").send();
    let mut first = Box::pin(send());
    let arrived = async {
        while sim.look("/sim/state").await["emails"]["by_status"]["queued"] != 1 {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        _ = &mut first => panic!("the reply should not have come"),
        () = arrived => {}
    }
    let (status, json) = answer(send().await.unwrap()).await;
    assert_eq!((status, &json["name"]), (409, &json!("concurrent_idempotent_requests")));
}

#[tokio::test]
async fn a_batch_is_sent_once_under_its_key() {
    let sim = Sim::standing().await;
    let body = json!([email_body("a@example.com", json!({})), email_body("b@example.com", json!({}))]);
    let send =
        async || answer(sim.mail("/emails/batch", &body).header("idempotency-key", "k").send().await.unwrap()).await;
    assert_eq!(send().await, send().await);
    let lines = sim.journal().await.into_iter().filter(|line| line["kind"] == "email");
    let keys: Vec<_> = lines.map(|line| line["idempotency_key"].clone()).collect();
    assert_eq!(keys, ["k", "k"]);
    assert_eq!(sim.look("/sim/state").await["doubled_idempotency_keys"], json!([]));
}
