//! Requests that go wrong.

use serde_json::json;

use crate::harness::{Sim, code, dial_body};

#[tokio::test]
async fn a_500_may_have_placed_the_call_or_not() {
    for (done, dials) in [(0.0, 0), (1.0, 1)] {
        let sim = Sim::standing().await;
        sim.faults(json!({"http": {"p500": 1.0, "p500_done": done}})).await;
        let (status, _) = sim.post("/calls", dial_body("+12125550121", json!({}))).await;
        assert_eq!(status, 500);
        assert_eq!(sim.look("/sim/state").await["counts"]["dials"], dials);
    }
}

#[tokio::test]
async fn a_throttled_request_says_when_to_come_back() {
    let sim = Sim::standing().await;
    sim.faults(json!({"http": {"p429": 1.0}})).await;
    let url = format!("{}/calls", sim.running.base_url);
    let body = dial_body("+12125550121", json!({}));
    let reply = reqwest::Client::new().post(url).bearer_auth("KEY").json(&body).send().await.unwrap();
    assert_eq!(reply.status(), 429);
    assert_eq!(reply.headers()["x-ratelimit-reset"], "1");
    assert_eq!(code(&reply.json().await.unwrap()), "10011");
}

#[tokio::test]
async fn a_dial_that_hangs_is_placed() {
    let sim = Sim::standing().await;
    sim.faults(json!({"http": {"hang": 1.0}})).await;
    let dial = sim.post("/calls", dial_body("+12125550121", json!({})));
    tokio::pin!(dial);
    let placed = async {
        while sim.look("/sim/state").await["counts"]["dials"] != 1 {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        _ = &mut dial => panic!("the reply should not have come"),
        () = placed => {}
    }
}

#[tokio::test]
async fn reads_never_go_wrong() {
    let sim = Sim::standing().await;
    sim.faults(json!({"http": {"p500": 1.0, "p429": 1.0, "hang": 1.0}})).await;
    sim.get("/connections/1/active_calls").await;
    sim.get("/call_events").await;
}

#[tokio::test]
async fn an_address_that_others_could_reach_is_refused() {
    let config = simulator::Config { bind: ([0, 0, 0, 0], 0).into(), ..simulator::Config::default() };
    assert!(matches!(simulator::start(config).await, Err(simulator::Error::NotLoopback(_))));
}

#[tokio::test]
async fn ids_are_never_given_twice_even_after_a_reset() {
    let sim = Sim::standing().await;
    let before = sim.dial("+12125550121", json!({})).await;
    sim.control("/sim/reset", json!({})).await;
    assert_eq!(sim.look("/sim/state").await["counts"]["live_legs"], 0);
    assert_ne!(sim.dial("+12125550121", json!({})).await, before);
}
