//! The email API: what is refused, how fast one may be, how webhooks are signed.

use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use hmac::{Hmac, KeyInit, Mac};
use rstest::rstest;
use serde_json::{Value, json};
use sha2::Sha256;

use crate::harness::{Received, Sim, answer, email_body};

/// Verifies by the provider's description, by hand.
fn is_genuine(webhook: &Received, secret: &str) -> bool {
    let header = |name: &str| webhook.headers[name].to_str().unwrap();
    let key = BASE64.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
    mac.update(format!("{}.{}.", header("svix-id"), header("svix-timestamp")).as_bytes());
    mac.update(&webhook.raw);
    let fresh = chrono::Utc::now().timestamp() - header("svix-timestamp").parse::<i64>().unwrap() <= 300;
    let signature = header("svix-signature").strip_prefix("v1,").unwrap();
    fresh && mac.verify_slice(&BASE64.decode(signature).unwrap()).is_ok()
}

#[rstest]
#[case::no_sender(json!({"from": null}), "missing_required_field")]
#[case::no_recipient(json!({"to": []}), "missing_required_field")]
#[case::no_subject(json!({"subject": null}), "missing_required_field")]
#[case::a_bad_sender(json!({"from": "Notices"}), "invalid_from_address")]
#[case::a_bad_recipient(json!({"to": ["somebody"]}), "validation_error")]
#[case::a_bad_copy(json!({"cc": "somebody"}), "validation_error")]
#[case::an_unknown_field(json!({"body": "Hello"}), "validation_error")]
#[case::a_bad_tag(json!({"tags": [{"name": "a b", "value": "c"}]}), "validation_error")]
#[tokio::test]
async fn a_bad_email_is_refused(#[case] extra: Value, #[case] name: &str) {
    let sim = Sim::standing().await;
    let body = email_body("delivered@example.com", extra);
    let (status, json) = answer(sim.mail("/emails", &body).send().await.unwrap()).await;
    assert_eq!((status, &json["name"], &json["statusCode"]), (422, &json!(name), &json!(422)), "{json}");
    assert_eq!(sim.look("/sim/state").await["emails"]["by_status"], json!({}));
}

#[tokio::test]
async fn a_request_without_the_key_is_refused() {
    let sim = Sim::standing().await;
    let url = format!("{}/emails", sim.running.resend_base_url);
    let http = reqwest::Client::new();
    let (status, json) = answer(http.post(&url).send().await.unwrap()).await;
    assert_eq!((status, &json["name"]), (401, &json!("missing_api_key")));
    let (status, json) = answer(http.post(&url).bearer_auth("other").send().await.unwrap()).await;
    assert_eq!((status, &json["name"]), (403, &json!("invalid_api_key")));
}

#[tokio::test]
async fn a_request_over_the_rate_is_refused_until_a_second_has_passed() {
    let sim = Sim::standing().await;
    sim.faults(json!({"limits": {"email_rps": 1}})).await;
    let body = email_body("delivered@example.com", json!({}));
    let first = sim.mail("/emails", &body).send().await.unwrap();
    assert_eq!((first.status(), &first.headers()["ratelimit-remaining"]), (StatusCode::OK, &"0".parse().unwrap()));
    let second = sim.mail("/emails", &body).send().await.unwrap();
    assert_eq!(second.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(
        (&second.headers()["ratelimit-limit"], &second.headers()["retry-after"]),
        (&"1".parse().unwrap(), &"1".parse().unwrap())
    );
    assert_eq!(answer(second).await.1["name"], "rate_limit_exceeded");
    while sim.mail("/emails", &body).send().await.unwrap().status() != StatusCode::OK {}
}

#[tokio::test]
async fn a_batch_is_all_or_nothing_unless_it_is_permissive() {
    let sim = Sim::standing().await;
    let body = json!([email_body("a@example.com", json!({})), email_body("nobody", json!({}))]);
    assert_eq!(sim.mail("/emails/batch", &body).send().await.unwrap().status(), 422);
    assert_eq!(sim.look("/sim/state").await["emails"]["by_status"], json!({}));
    let permissive = sim.mail("/emails/batch", &body).header("x-batch-validation", "permissive");
    let (status, json) = answer(permissive.send().await.unwrap()).await;
    assert_eq!((status, json["data"].as_array().unwrap().len()), (200, 1));
    assert_eq!(json["errors"][0]["index"], 1);
}

#[tokio::test]
async fn a_batch_has_at_most_a_hundred_emails_and_none_with_a_time_of_its_own() {
    let sim = Sim::standing().await;
    let many = vec![email_body("a@example.com", json!({})); 101];
    let scheduled = [email_body("a@example.com", json!({"scheduled_at": "2026-03-10T18:00:00Z"}))];
    for body in [json!(many), json!(scheduled)] {
        assert_eq!(sim.mail("/emails/batch", &body).send().await.unwrap().status(), 422);
    }
}

#[tokio::test]
async fn every_webhook_is_signed_with_the_secret_that_is_served() {
    let sim = Sim::standing().await;
    sim.email("clicked@example.com", json!({})).await;
    sim.live(16).await;
    let secret = sim.look("/sim/keys").await["resend_signing_secret"].as_str().unwrap().to_owned();
    assert_eq!(secret, sim.running.resend_signing_secret);
    let received = sim.receiver.received();
    assert_eq!(received.len(), 4);
    assert!(received.iter().all(|webhook| is_genuine(webhook, &secret)));
}

#[rstest]
#[case::a_bad_signature("bad_signature")]
#[case::a_stale_timestamp("stale_timestamp")]
#[tokio::test]
async fn a_faulty_signature_does_not_verify(#[case] fault: &str) {
    let sim = Sim::standing().await;
    sim.faults(json!({"webhooks": {fault: 1.0}})).await;
    sim.email("delivered@example.com", json!({})).await;
    sim.live(16).await;
    let received = sim.receiver.received();
    assert_eq!(received.len(), 2);
    assert!(!received.iter().any(|webhook| is_genuine(webhook, &sim.running.resend_signing_secret)));
}

#[tokio::test]
async fn a_webhook_is_repeated_under_its_id_until_it_is_taken() {
    let sim = Sim::standing().await;
    sim.faults(json!({"webhooks": {"retries": [1, 1]}})).await;
    sim.receiver.answer_next_with(&[StatusCode::UNAUTHORIZED, StatusCode::INTERNAL_SERVER_ERROR]);
    sim.email("suppressed@example.com", json!({})).await;
    sim.live(16).await;
    let ids: Vec<_> = sim.receiver.received().iter().map(|webhook| webhook.headers["svix-id"].clone()).collect();
    assert_eq!(ids.len(), 3);
    assert!(ids.iter().all(|id| *id == ids[0]));
}

#[tokio::test]
async fn duplicated_webhooks_keep_their_id() {
    let sim = Sim::standing().await;
    sim.faults(json!({"webhooks": {"duplicate": 1.0}})).await;
    sim.email("delivered@example.com", json!({})).await;
    sim.live(16).await;
    let received = sim.receiver.received();
    let ids: std::collections::HashSet<_> = received.iter().map(|webhook| webhook.headers["svix-id"].clone()).collect();
    assert_eq!((received.len(), ids.len()), (4, 2));
}

#[tokio::test]
async fn a_scheduled_email_waits_for_its_time() {
    let sim = Sim::standing().await;
    let now: chrono::DateTime<chrono::Utc> = sim.look("/sim/clock").await["now"].as_str().unwrap().parse().unwrap();
    let at = (now + chrono::TimeDelta::hours(1)).to_rfc3339();
    let id = sim.email("delivered@example.com", json!({"scheduled_at": at})).await;
    sim.advance(3_599.0).await;
    assert_eq!(sim.get_email(&id).await["last_event"], "scheduled");
    sim.live(16).await;
    assert_eq!(sim.get_email(&id).await["last_event"], "delivered");
}
