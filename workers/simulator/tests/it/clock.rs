//! Virtual time.

use serde_json::json;
use simulator::Config;

use crate::harness::Sim;

#[tokio::test]
async fn nothing_happens_while_the_clock_stands() {
    let sim = Sim::standing().await;
    let call = sim.dial("+12125550100", json!({})).await;
    assert_eq!(sim.events(&call).await.len(), 0);
    let before = sim.look("/sim/clock").await["now"].clone();
    assert_eq!(sim.look("/sim/clock").await["now"], before);
}

#[tokio::test]
async fn a_jump_fires_everything_it_passes_in_order_and_at_its_own_time() {
    let sim = Sim::standing().await;
    let calls = [sim.dial("+12125550100", json!({})).await, sim.dial("+13125550100", json!({})).await];
    sim.advance(600.0).await;
    for call in calls {
        let events = sim.events(&call).await;
        let times: Vec<&str> = events.iter().map(|event| event["occurred_at"].as_str().unwrap()).collect();
        assert!(times.is_sorted());
        assert!(times.first() < times.last());
        assert_eq!(sim.event_types(&call).await.last().unwrap(), "call.hangup");
    }
}

#[tokio::test]
async fn the_clock_takes_the_anchor_it_is_given() {
    let sim = Sim::standing().await;
    let anchor = json!({
        "anchor_real": "2026-01-01T00:00:00Z",
        "anchor_virtual": "2026-03-10T18:00:00Z",
        "speed": 0,
    });
    let clock = sim.control("/sim/clock", anchor).await;
    assert_eq!(clock["now"], "2026-03-10T18:00:00Z");
    let call = sim.dial("+12125550109", json!({})).await;
    sim.advance(10.0).await;
    let at = sim.events(&call).await[0]["occurred_at"].as_str().unwrap().to_owned();
    assert!(at.starts_with("2026-03-10T18:00:00."), "{at}");
}

#[tokio::test]
async fn a_clock_set_back_leaves_a_call_the_time_it_had_left() {
    let sim = Sim::standing().await;
    let call = sim.dial("+12125550109", json!({})).await;
    let anchor = json!({
        "anchor_real": "2026-01-01T00:00:00Z",
        "anchor_virtual": "2020-01-01T00:00:00Z",
        "speed": 0,
    });
    sim.control("/sim/clock", anchor).await;
    assert_eq!(sim.events(&call).await.len(), 0);
    sim.advance(10.0).await;
    assert_eq!(sim.event_types(&call).await, ["call.initiated", "call.hangup"]);
}

#[tokio::test]
async fn a_running_clock_lives_a_call_by_itself() {
    let sim = Sim::with(Config { speed: 2_000.0, ..Config::default() }).await;
    let call = sim.dial("+12125550100", json!({})).await;
    while sim.event_types(&call).await.last().is_none_or(|last| last != "call.hangup") {
        tokio::task::yield_now().await;
    }
    sim.settle().await;
    assert!(sim.get(&format!("/calls/{call}")).await["data"]["is_alive"] == false);
}

#[tokio::test]
async fn the_same_seed_lives_the_same_calls() {
    let mut lives = Vec::new();
    for _ in 0..2 {
        let sim = Sim::standing().await;
        let mut life = Vec::new();
        for number in 0..20 {
            let call = sim.dial(&format!("+1212555{:04}", 2_000 + number), json!({})).await;
            life.push(call);
        }
        sim.advance(400.0).await;
        let mut all = Vec::new();
        for call in life {
            all.push((sim.event_types(&call).await, sim.events(&call).await[0]["id"].clone()));
        }
        lives.push(all);
    }
    assert_eq!(lives[0], lives[1]);
}

#[tokio::test]
async fn a_scenario_sets_the_speed_once_and_a_fault_leaves_it_alone() {
    let sim = Sim::standing().await;
    sim.scenario(json!({"speed": 50.0})).await;
    assert_eq!(sim.look("/sim/clock").await["speed"], 50.0);
    let standing = json!({
        "anchor_real": "2026-01-01T00:00:00Z",
        "anchor_virtual": "2026-03-10T18:00:00Z",
        "speed": 0.0,
    });
    sim.control("/sim/clock", standing).await;
    sim.faults(json!({"webhooks": {"drop": 0.1}})).await;
    assert_eq!(sim.look("/sim/clock").await["speed"], 0.0);
}
