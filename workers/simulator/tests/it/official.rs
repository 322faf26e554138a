//! Against the carrier's own published schemas, where they are at hand.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Value, json};

use crate::harness::{FROM, Sim, dial_body, email_body};

fn spec() -> Option<Value> {
    document("telnyx")
}

fn document(of: &str) -> Option<Value> {
    let path = format!("../../../shared/telnyx/{of}.strict.openapi.json");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let Ok(text) = std::fs::read(&path) else {
        eprintln!("skipped: the official schemas are not at {}", path.display());
        return None;
    };
    Some(serde_json::from_slice(&text).unwrap())
}

/// A validator for one place in the document, with all its components to refer to.
fn validator(spec: &Value, place: &Value) -> jsonschema::Validator {
    let mut schema = place.clone();
    schema["components"] = spec["components"].clone();
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema".into();
    jsonschema::validator_for(&schema).unwrap()
}

fn webhook_schema<'a>(spec: &'a Value, kind: &str) -> Option<&'a Value> {
    let webhooks = spec["webhooks"].as_object().unwrap();
    webhooks.values().find_map(|webhook| {
        let place = &webhook["post"]["requestBody"]["content"]["application/json"]["schema"];
        let data = &resolved(spec, place)["properties"]["data"];
        let types = &resolved(spec, data)["properties"]["event_type"]["enum"];
        types.as_array()?.contains(&json!(kind)).then_some(place)
    })
}

fn resolved<'a>(spec: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str() {
        Some(pointer) => resolved(spec, spec.pointer(&pointer[1..]).unwrap()),
        None => schema,
    }
}

fn names(spec: &Value, schema: &Value) -> BTreeSet<String> {
    let properties = resolved(spec, schema)["properties"].as_object();
    properties.into_iter().flatten().map(|(name, _)| name.clone()).collect()
}

/// A run in which as much as possible happens.
async fn everything() -> Sim {
    let sim = Sim::standing().await;
    sim.faults(json!({"limits": {"dps": 1000, "channels": 1000}})).await;
    for mode in ["detect", "detect_beep", "greeting_end", "premium", "premium_ios_call_screening_detection"] {
        for suffix in 100..=122 {
            let body = dial_body(
                &format!("+12125550{suffix}"),
                json!({
                    "answering_machine_detection": mode,
                    "client_state": "eyJhIjoxfQ==",
                }),
            );
            if suffix != 118 {
                sim.post("/calls", body).await;
            }
        }
    }
    let agent = sim.agent("gencred1").await;
    let conference = sim.conference(&agent, json!({})).await;
    let record = json!({"format": "mp3", "channels": "dual", "transcription": true});
    let customer = sim.customer().await;
    sim.act(&customer, "record_start", record.clone()).await;
    sim.act(&customer, "transcription_start", json!({"transcription_tracks": "both"})).await;
    sim.act(&customer, "speak", json!({"payload": "hello", "voice": "female"})).await;
    sim.act(&customer, "playback_start", json!({"audio_url": "http://example.com/a.mp3"})).await;
    sim.confer(&conference, "join", json!({"call_control_id": customer})).await;
    sim.confer(&conference, "record_start", json!({"format": "wav"})).await;
    sim.confer(&conference, "speak", json!({"payload": "hello", "voice": "female"})).await;
    sim.confer(&conference, "play", json!({"audio_url": "http://example.com/a.mp3"})).await;
    sim.advance(60.0).await;
    let other = sim.customer().await;
    sim.act(&other, "transfer", json!({"to": "+13125550121"})).await;
    sim.advance(5.0).await;
    sim.confer(&conference, "end", json!({})).await;
    for suffix in 100..=117 {
        drop(sim.message(&format!("+13125550{suffix}"), &format!("k{suffix}")).send().await);
    }
    sim.control("/sim/inbound/sms", json!({"from": "+13125550100", "to": FROM, "text": "HELP"})).await;
    sim.advance(400.0).await;
    sim
}

#[tokio::test]
async fn every_webhook_is_as_published() {
    let Some(spec) = spec() else { return };
    let sim = everything().await;
    let mut seen = BTreeSet::new();
    for webhook in sim.receiver.received() {
        let kind = webhook.json["data"]["event_type"].as_str().unwrap().to_owned();
        // Known from the vendor's SDK only; the document does not have it.
        if kind == "call.machine.premium.call_screening.detected" {
            continue;
        }
        let schema = webhook_schema(&spec, &kind).unwrap_or_else(|| panic!("{kind} is not published"));
        if seen.insert(kind.clone()) {
            let errors: Vec<String> =
                validator(&spec, schema).iter_errors(&webhook.json).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{kind}: {errors:?}");
        }
        let data = &resolved(&spec, schema)["properties"]["data"];
        let known = names(&spec, data);
        let ours: BTreeSet<String> = webhook.json["data"].as_object().unwrap().keys().cloned().collect();
        assert!(ours.is_subset(&known), "{kind}: {:?}", ours.difference(&known));
        let known = names(&spec, &resolved(&spec, data)["properties"]["payload"]);
        let payload = webhook.json["data"]["payload"].as_object().unwrap();
        let mut ours: BTreeSet<String> = payload.keys().cloned().collect();
        // Known from the vendor's guide only; the document does not have it.
        ours.remove("autoresponse_type");
        assert!(ours.is_subset(&known), "{kind}: {:?}", ours.difference(&known));
    }
    assert!(seen.len() >= 20, "{seen:?}");
}

#[tokio::test]
async fn every_reply_is_as_published() {
    let Some(spec) = spec() else { return };
    let sim = everything().await;
    let (_, credential) = sim.post("/telephony_credentials", json!({"connection_id": "1"})).await;
    let (_, call) = sim.post("/calls", dial_body("+12125550121", json!({}))).await;
    let id = call["data"]["call_control_id"].as_str().unwrap();
    let agent = sim.agent("gencred9").await;
    let conference = sim.conference(&agent, json!({})).await;
    let recordings = sim.get("/recordings").await;
    let recording = recordings["data"][0]["id"].as_str().unwrap();
    let text = json!({"from": FROM, "to": "+12125550103", "text": "Hello."});
    let message = sim.text("+12125550103").await;
    let received = json!({"from": "+12125550100", "to": FROM, "text": "STOP"});
    let inbound = sim.control("/sim/inbound/sms", received).await["id"].as_str().unwrap().to_owned();
    sim.advance(10.0).await;
    let replies = [
        ("/calls", "post", "200", call.clone()),
        ("/telephony_credentials", "post", "201", credential),
        ("/calls/{call_control_id}", "get", "200", sim.get(&format!("/calls/{id}")).await),
        ("/connections/{connection_id}/active_calls", "get", "200", sim.get("/connections/1/active_calls").await),
        ("/call_events", "get", "200", sim.get("/call_events").await),
        ("/conferences", "get", "200", sim.get("/conferences").await),
        ("/conferences/{id}", "get", "200", sim.get(&format!("/conferences/{conference}")).await),
        (
            "/conferences/{conference_id}/participants",
            "get",
            "200",
            sim.get(&format!("/conferences/{conference}/participants")).await,
        ),
        ("/recordings", "get", "200", recordings.clone()),
        ("/recordings/{recording_id}", "get", "200", sim.get(&format!("/recordings/{recording}")).await),
        ("/phone_numbers", "get", "200", sim.get("/phone_numbers").await),
        ("/messages", "post", "200", sim.post("/messages", text).await.1),
        ("/messages/{id}", "get", "200", sim.get(&format!("/messages/{message}")).await),
        ("/messages/{id}", "get", "200", sim.get(&format!("/messages/{inbound}")).await),
        ("/messaging_optouts", "get", "200", sim.get("/messaging_optouts").await),
        ("/call_control_applications/{id}", "get", "200", sim.get("/call_control_applications/1").await),
    ];
    for (path, method, status, reply) in replies {
        let content = &spec["paths"][path][method]["responses"][status]["content"];
        let schema = &content["application/json"]["schema"];
        let errors: Vec<String> = validator(&spec, schema).iter_errors(&reply).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{method} {path}: {errors:?}\n{reply}");
    }
}

#[tokio::test]
async fn every_webhook_of_an_email_is_as_published() {
    let Some(spec) = document("resend") else { return };
    let sim = Sim::standing().await;
    sim.faults(json!({"limits": {"email_rps": 1_000}})).await;
    let extra = json!({"tags": [{"name": "letter", "value": "a1"}], "headers": {"X-Ref": "7"}});
    for local in ["clicked", "complained", "bounced", "softbounce", "delayed", "failed", "suppressed"] {
        sim.email(&format!("{local}@example.com"), extra.clone()).await;
    }
    sim.advance(60.0).await;
    let mut seen = BTreeSet::new();
    for webhook in sim.receiver.received() {
        let kind = webhook.json["type"].as_str().unwrap().to_owned();
        let schema = &spec["webhooks"][&kind]["post"]["requestBody"]["content"]["application/json"]["schema"];
        assert!(schema.is_object(), "{kind} is not published");
        valid(&spec, schema, &webhook.json, &kind);
        seen.insert(kind);
    }
    assert_eq!(seen.len(), 9, "{seen:?}");
}

#[tokio::test]
async fn every_published_field_of_an_email_is_taken() {
    let Some(spec) = document("resend") else { return };
    let sim = Sim::standing().await;
    let extra = json!({
        "cc": "a@example.com", "bcc": ["b@example.com"], "reply_to": "c@example.com",
        "html": "<p>Hello.</p>", "template": {"id": "t"}, "headers": {}, "scheduled_at": "2026-03-10T18:00:00Z",
        "attachments": [{"filename": "a.txt", "content": "YQ=="}], "tags": [], "topic_id": "t",
    });
    let body = email_body("delivered@example.com", extra);
    let ours: BTreeSet<String> = body.as_object().unwrap().keys().cloned().collect();
    let place = &spec["paths"]["/emails"]["post"]["requestBody"]["content"]["application/json"]["schema"];
    assert_eq!(ours, names(&spec, place));
    assert_eq!(sim.mail("/emails", &body).send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn every_reply_about_an_email_is_as_published() {
    let Some(spec) = document("resend") else { return };
    let sim = Sim::standing().await;
    let body = email_body("delivered@example.com", json!({"html": "<p>Hello.</p>"}));
    let sent = crate::harness::answer(sim.mail("/emails", &body).send().await.unwrap()).await.1;
    let batch = crate::harness::answer(sim.mail("/emails/batch", &json!([body])).send().await.unwrap()).await.1;
    let read = sim.get_email(sent["id"].as_str().unwrap()).await;
    for (path, method, reply) in
        [("/emails", "post", sent), ("/emails/batch", "post", batch), ("/emails/{email_id}", "get", read)]
    {
        let content = &spec["paths"][path][method]["responses"]["200"]["content"];
        valid(&spec, &content["application/json"]["schema"], &reply, path);
    }
}

fn valid(spec: &Value, schema: &Value, json: &Value, what: &str) {
    let errors: Vec<String> = validator(spec, schema).iter_errors(json).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{what}: {errors:?}\n{json}");
}
