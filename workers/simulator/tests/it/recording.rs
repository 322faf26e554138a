//! Recordings: saved after the end, and linked for ten minutes.

use serde_json::json;

use crate::harness::Sim;

async fn recorded(sim: &Sim) -> String {
    let call = sim.customer().await;
    let body = json!({"format": "mp3", "channels": "dual", "transcription": true});
    assert_eq!(sim.act(&call, "record_start", body).await.0, 200);
    sim.advance(20.0).await;
    sim.act(&call, "hangup", json!({})).await;
    call
}

#[tokio::test]
async fn a_recording_is_saved_within_seconds_of_the_hang_up() {
    let sim = Sim::standing().await;
    let call = recorded(&sim).await;
    assert!(sim.get("/recordings").await["data"].as_array().unwrap().is_empty());
    sim.advance(8.0).await;
    let kinds = sim.event_types(&call).await;
    assert_eq!(kinds[2..], ["call.hangup", "call.recording.saved", "call.recording.transcription.saved"]);
    let found = sim.get(&format!("/recordings?filter[call_control_id]={call}")).await;
    assert_eq!(found["data"][0]["duration_millis"], 20_000);
}

#[tokio::test]
async fn a_link_works_for_ten_minutes_and_a_fresh_one_is_given() {
    let sim = Sim::standing().await;
    let call = recorded(&sim).await;
    sim.advance(8.0).await;
    let saved = sim.events(&call).await[3]["payload"].clone();
    let link = saved["recording_urls"]["mp3"].as_str().unwrap().to_owned();
    let reply = sim.fetch(&link).await;
    assert_eq!(reply.status(), 200);
    assert!(reply.bytes().await.unwrap().starts_with(b"RIFF"));
    sim.advance(601.0).await;
    assert_eq!(sim.fetch(&link).await.status(), 403);
    let all = sim.get("/recordings").await;
    let id = all["data"][0]["id"].as_str().unwrap();
    let fresh = sim.get(&format!("/recordings/{id}")).await;
    let link = fresh["data"]["download_urls"]["mp3"].as_str().unwrap().to_owned();
    assert_eq!(sim.fetch(&link).await.status(), 200);
}

#[tokio::test]
async fn a_forged_link_is_refused() {
    let sim = Sim::standing().await;
    let call = recorded(&sim).await;
    sim.advance(8.0).await;
    let saved = sim.events(&call).await[3]["payload"].clone();
    let link = saved["recording_urls"]["mp3"].as_str().unwrap();
    let (address, _) = link.split_once('?').unwrap();
    let forged = format!("{address}?expires=9999999999&token=0ccc7b54-4df3-4bca-a65a-3da1ecc777f0");
    assert_eq!(sim.fetch(&forged).await.status(), 403);
}
