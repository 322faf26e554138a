//! What the journal must show of any run.

use std::collections::{HashMap, HashSet};

use rstest::rstest;
use serde_json::{Value, json};

use crate::harness::{Sim, email_body};

async fn a_busy_hour() -> Vec<Value> {
    let sim = Sim::standing().await;
    sim.faults(json!({
        "limits": {"dps": 1000, "channels": 1000},
        "webhooks": {"duplicate": 0.3, "reorder": 0.3, "delay_ms": [20, 400]},
    }))
    .await;
    let agent = sim.agent("gencred1").await;
    let conference = sim.conference(&agent, json!({})).await;
    for number in 0..150 {
        let to = format!("+1312555{:04}", 1_000 + number);
        let amd = json!({"answering_machine_detection": "premium", "command_id": format!("c{number}")});
        let call = sim.dial(&to, amd).await;
        if number % 10 == 0 {
            sim.advance(30.0).await;
            let join = json!({"call_control_id": call});
            sim.confer(&conference, "join", join).await;
            sim.act(&call, "record_start", json!({"format": "wav", "channels": "single"})).await;
        }
    }
    sim.advance(3_600.0).await;
    sim.act(&agent, "hangup", json!({})).await;
    sim.advance(30.0).await;
    sim.journal().await
}

#[tokio::test]
async fn every_dialled_leg_ends_once_and_nothing_comes_before_its_cause() {
    let journal = a_busy_hour().await;
    let mut lives: HashMap<String, Vec<String>> = HashMap::new();
    for line in journal.iter().filter(|line| line["kind"] == "leg") {
        let leg = line["call_control_id"].as_str().unwrap().to_owned();
        lives.entry(leg).or_default().push(line["note"].as_str().unwrap().to_owned());
    }
    assert_eq!(lives.len(), 151);
    for (leg, life) in &lives {
        assert!(life[0].starts_with("dialled"), "{leg}: {life:?}");
        assert!(life.last().unwrap().starts_with("ended"), "{leg}: {life:?}");
        assert_eq!(life.iter().filter(|note| note.starts_with("ended")).count(), 1);
        let joined = life.iter().filter(|note| note.starts_with("joined")).count();
        let left = life.iter().filter(|note| note.starts_with("left")).count();
        assert_eq!(joined, left, "{leg}: {life:?}");
    }
    let place = |kind: &str, leg: &str| {
        journal
            .iter()
            .position(|line| line["kind"] == "webhook" && line["event_type"] == kind && line["call_control_id"] == leg)
    };
    for leg in lives.keys() {
        let hangup = place("call.hangup", leg).unwrap();
        assert!(place("call.answered", leg).is_none_or(|answered| answered < hangup));
        assert!(place("call.initiated", leg).is_some_and(|initiated| initiated < hangup));
    }
}

/// Messages and emails to everybody, magic or not, each under its key and some of them twice.
async fn a_busy_mailroom() -> Vec<Value> {
    let sim = Sim::standing().await;
    sim.faults(json!({
        "limits": {"email_rps": 10_000},
        "webhooks": {"duplicate": 0.3, "reorder": 0.3, "delay_ms": [20, 400]},
        "http": {"p500": 0.1},
    }))
    .await;
    for number in (100..=117).chain(1_000..1_060) {
        let send = || sim.message(&format!("+1312555{number:04}"), &format!("m{number}")).send();
        while send().await.is_ok_and(|reply| reply.status().is_server_error()) {}
        drop(send().await);
        let to = [format!("p{number}@example.com"), "clicked@example.com".to_owned()];
        let body = email_body(&to[number % 2], json!({}));
        let send = || sim.mail("/emails", &body).header("idempotency-key", format!("e{number}")).send();
        while send().await.unwrap().status().is_server_error() {}
    }
    sim.advance(4.0 * 3_600.0).await;
    sim.journal().await
}

#[rstest]
#[case::a_message("message", &["finalized"])]
#[case::an_email("email", &["delivered", "bounced", "failed", "suppressed"])]
#[tokio::test]
async fn everything_sent_is_sent_once_under_its_key_and_ends_once(#[case] kind: &str, #[case] ends: &[&str]) {
    let journal = a_busy_mailroom().await;
    let id = format!("{kind}_id");
    let mut lives: HashMap<String, Vec<String>> = HashMap::new();
    let mut keys = HashSet::new();
    for line in journal.iter().filter(|line| line["kind"] == kind && line["idempotency_key"].is_string()) {
        let life = lives.entry(line[&id].as_str().unwrap().to_owned()).or_default();
        life.push(line["note"].as_str().unwrap().to_owned());
        assert_eq!(life.len() == 1, life[life.len() - 1].starts_with("accepted"), "{life:?}");
        assert!(life.len() > 1 || keys.insert(line["idempotency_key"].to_string()), "{line} is sent twice");
    }
    assert!(keys.len() > 70, "{}", keys.len());
    for life in lives.values() {
        let ended = life.iter().filter(|note| ends.iter().any(|end| note.starts_with(end))).count();
        assert_eq!(ended, 1, "{life:?}");
    }
    let events = journal.iter().filter(|line| line["kind"] == "webhook");
    for line in events.filter(|line| line[&id].is_string() && line["event_type"] != "message.received") {
        assert!(lives.contains_key(line[&id].as_str().unwrap()), "{line}");
    }
}

#[tokio::test]
async fn an_event_of_a_message_or_email_follows_its_cause() {
    let journal = a_busy_mailroom().await;
    let mut noted: HashMap<String, String> = HashMap::new();
    for line in &journal {
        let Some(id) = line["message_id"].as_str().or(line["email_id"].as_str()).map(str::to_owned) else { continue };
        match line["kind"].as_str().unwrap() {
            "message" | "email" => drop(noted.insert(id, line["note"].as_str().unwrap().to_owned())),
            "webhook" => {
                let kind = line["event_type"].as_str().unwrap().split('.').next_back().unwrap();
                assert!(noted[&id].starts_with(kind), "{kind} after {}", noted[&id]);
            }
            _ => {}
        }
    }
    assert!(noted.len() > 140, "{}", noted.len());
}

#[tokio::test]
async fn every_attempt_follows_its_event_and_time_never_runs_back() {
    let journal = [a_busy_hour().await, a_busy_mailroom().await];
    journal.iter().for_each(|journal| follows(journal));
}

fn follows(journal: &[Value]) {
    let mut emitted = HashMap::new();
    let mut seq = 0;
    for line in journal {
        assert!(line["seq"].as_u64().unwrap() > seq);
        seq = line["seq"].as_u64().unwrap();
        let id = line["event_id"].to_string();
        match line["kind"].as_str().unwrap() {
            "webhook" => assert!(emitted.insert(id, seq).is_none(), "an id is given once"),
            "webhook_attempt" => assert!(emitted.contains_key(&id), "{line}"),
            _ => {}
        }
    }
    let times: Vec<&str> = journal
        .iter()
        .filter(|line| line["kind"] != "webhook_attempt")
        .map(|line| line["virtual_at"].as_str().unwrap())
        .collect();
    let parsed: Vec<chrono::DateTime<chrono::Utc>> = times.iter().map(|at| at.parse().unwrap()).collect();
    assert!(parsed.is_sorted());
}

#[tokio::test]
async fn the_journal_is_read_from_where_one_was() {
    let sim = Sim::standing().await;
    sim.dial("+12125550109", json!({"command_id": "c", "client_state": "YQ=="})).await;
    let all = sim.journal().await;
    let request = all.iter().find(|line| line["kind"] == "request").unwrap();
    assert_eq!((&request["path"], &request["command_id"]), (&json!("/calls"), &json!("c")));
    assert_eq!(request["client_state"], "YQ==");
    let last = all.last().unwrap()["seq"].as_u64().unwrap();
    let rest = sim.look(&format!("/sim/journal?since={last}")).await;
    assert_eq!(rest, json!([]));
}
