//! What is believed about a request after every kind of answer, and after none.

use std::time::Duration;

use resend::outcome::{Doubt, Outcome};
use resend::refusal::Kind;
use resend::wire::email::{EmailId, LastEvent};
use rstest::rstest;

use crate::provider::{IDEMPOTENCY_KEY, KEY, Provider, an_email, client};

const ACCEPTED: &str = r#"{"id":"49a3999c-0ce1-4ea6-ab68-afcd6dc2e794"}"#;

async fn send(provider: &Provider) -> Outcome<EmailId> {
    provider.client().send(&an_email(), IDEMPOTENCY_KEY).await
}

fn refusal(name: &str) -> String {
    format!(r#"{{"statusCode":400,"name":"{name}","message":"jane.roe@example.com is not good"}}"#)
}

#[tokio::test]
async fn an_accepted_email_has_an_id() {
    let provider = Provider::fixed(200, &[], ACCEPTED).await;
    let accepted = send(&provider).await.accepted().unwrap();
    assert_eq!(accepted.id, "49a3999c-0ce1-4ea6-ab68-afcd6dc2e794");
    let asked = &provider.asked()[0];
    assert_eq!((asked.method.as_str(), asked.path.as_str()), ("POST", "/emails"));
    assert_eq!(asked.authorization, format!("Bearer {KEY}"));
    assert_eq!(asked.idempotency_key.as_deref(), Some(IDEMPOTENCY_KEY));
}

#[tokio::test]
async fn a_batch_goes_as_the_bytes_that_were_stored_and_answers_in_order() {
    let provider = Provider::fixed(200, &[], r#"{"data":[{"id":"b"},{"id":"a"}]}"#).await;
    let bytes = b"[ {\"from\":\"a\",\n\"to\": [\"b\"]} ]".to_vec();
    let accepted = provider.client().send_batch(bytes.clone(), IDEMPOTENCY_KEY).await.accepted().unwrap();
    let ids: Vec<_> = accepted.data.iter().map(|email| email.id.as_str()).collect();
    assert_eq!(ids, ["b", "a"]);
    let asked = &provider.asked()[0];
    assert_eq!((asked.method.as_str(), asked.path.as_str()), ("POST", "/emails/batch"));
    assert_eq!(asked.idempotency_key.as_deref(), Some(IDEMPOTENCY_KEY));
    assert_eq!(asked.content_type.as_deref(), Some("application/json"));
    assert_eq!(asked.body, bytes);
}

#[tokio::test]
async fn the_same_email_is_the_same_bytes() {
    let provider = Provider::fixed(200, &[], ACCEPTED).await;
    for _ in 0..2 {
        let _ = send(&provider).await;
    }
    let asked = provider.asked();
    assert_eq!(asked[0].body, asked[1].body);
    assert_eq!(asked[0].body, serde_json::to_vec(&an_email()).unwrap());
}

#[tokio::test]
async fn an_email_is_asked_about_by_its_id() {
    let status = r#"{"object":"email","id":"one","to":["jane.roe@example.com"],"created_at":"2026-03-01 10:00:00+00",
        "last_event":"delivered","html":null}"#;
    let provider = Provider::fixed(200, &[], status).await;
    let email = provider.client().email("a/../b?").await.accepted().unwrap();
    assert_eq!((email.id.as_deref(), email.last_event), (Some("one"), Some(LastEvent::Delivered)));
    assert_eq!(provider.asked()[0].path, "/emails/a%2F..%2Fb%3F");
    assert_eq!(provider.asked()[0].idempotency_key, None);
}

#[rstest]
#[case::no_slash("")]
#[case::a_slash("/")]
#[tokio::test]
async fn the_provider_may_live_below_a_path(#[case] end: &str) {
    let provider = Provider::fixed(200, &[], ACCEPTED).await;
    let client = client(&format!("http://{}/sim/resend{end}", provider.address));
    assert!(client.send(&an_email(), IDEMPOTENCY_KEY).await.accepted().is_some());
    assert_eq!(provider.asked()[0].path, "/sim/resend/emails");
}

#[rstest]
#[case::no_key(401, "missing_api_key", Kind::Unauthorized)]
#[case::key_that_may_not_send(401, "restricted_api_key", Kind::Unauthorized)]
#[case::wrong_key(403, "invalid_api_key", Kind::Unauthorized)]
#[case::domain_not_verified(403, "validation_error", Kind::Sender)]
#[case::sender_malformed(422, "invalid_from_address", Kind::Sender)]
#[case::recipient_malformed(422, "validation_error", Kind::Invalid)]
#[case::field_missing(422, "missing_required_field", Kind::Invalid)]
#[case::key_malformed(400, "invalid_idempotency_key", Kind::Invalid)]
#[case::key_of_other_bytes(409, "invalid_idempotent_request", Kind::KeyReused)]
#[case::unknown_id(404, "not_found", Kind::NotFound)]
#[case::new_name(451, "security_error", Kind::Other)]
#[tokio::test]
async fn a_refused_email_says_what_is_wrong(#[case] status: u16, #[case] name: &str, #[case] kind: Kind) {
    let provider = Provider::fixed(status, &[], &refusal(name)).await;
    let Outcome::Refused(refusal) = send(&provider).await else { panic!("not refused") };
    assert_eq!((refusal.status, refusal.name.as_deref(), refusal.kind), (status, Some(name), kind));
    assert_eq!(refusal.message.unwrap().0, "jane.roe@example.com is not good");
    assert_eq!(kind.pauses_campaign(), matches!(kind, Kind::Unauthorized | Kind::Sender));
}

#[rstest]
#[case::not_json("<html>forbidden</html>")]
#[case::no_body("")]
#[case::a_list("[]")]
#[case::mistyped(r#"{"statusCode":"403","name":7,"message":null}"#)]
#[tokio::test]
async fn a_refusal_is_one_by_its_status(#[case] body: &str) {
    let provider = Provider::fixed(403, &[], body).await;
    let Outcome::Refused(refusal) = send(&provider).await else { panic!("not refused") };
    assert_eq!((refusal.kind, refusal.name), (Kind::Unauthorized, None));
}

#[rstest]
#[case::by_reset("rate_limit_exceeded", &[("ratelimit-reset", "2")], Kind::RateLimit, 2000)]
#[case::by_retry_after("rate_limit_exceeded", &[("retry-after", "7"), ("ratelimit-reset", "2")], Kind::RateLimit, 7000)]
#[case::by_nothing("rate_limit_exceeded", &[], Kind::RateLimit, 1000)]
#[case::by_nonsense("rate_limit_exceeded", &[("retry-after", "soon"), ("ratelimit-reset", "-3")], Kind::RateLimit, 1000)]
#[case::for_ever("rate_limit_exceeded", &[("retry-after", "99999999")], Kind::RateLimit, 3_600_000)]
#[case::without_a_name("", &[], Kind::RateLimit, 1000)]
#[case::of_the_day("daily_quota_exceeded", &[("ratelimit-reset", "1")], Kind::DailyQuota, 3_600_000)]
#[case::of_the_month("monthly_quota_exceeded", &[("retry-after", "60")], Kind::MonthlyQuota, 60_000)]
#[tokio::test]
async fn a_limit_says_which_and_how_long_to_wait(
    #[case] name: &str,
    #[case] headers: &[(&str, &str)],
    #[case] kind: Kind,
    #[case] ms: u64,
) {
    let provider = Provider::fixed(429, headers, &refusal(name)).await;
    let Outcome::RateLimited { after, refusal } = send(&provider).await else { panic!("not limited") };
    assert_eq!((after, refusal.kind), (Duration::from_millis(ms), kind));
}

#[rstest]
#[case::application_error(500, r#"{"name":"application_error"}"#, Doubt::ServerFailed(500))]
#[case::unavailable(503, "", Doubt::ServerFailed(503))]
#[case::request_timeout(408, "", Doubt::TimedOut)]
#[case::the_same_one_in_progress(409, r#"{"name":"concurrent_idempotent_requests"}"#, Doubt::InProgress)]
#[case::redirect(302, "", Doubt::Unexpected(302))]
#[case::success_that_is_not_json(200, "<html>hello</html>", Doubt::Unreadable)]
#[case::success_without_an_id(200, r#"{"object":"email"}"#, Doubt::Unreadable)]
#[tokio::test]
async fn an_email_that_nobody_can_vouch_for_is_unknown_and_sent_once(
    #[case] status: u16,
    #[case] body: &str,
    #[case] doubt: Doubt,
) {
    let provider = Provider::fixed(status, &[("location", "/elsewhere")], body).await;
    assert_eq!(send(&provider).await, Outcome::Unknown(doubt.clone()));
    assert_eq!(provider.client().send_batch(b"[]".to_vec(), "key").await, Outcome::Unknown(doubt));
    assert_eq!(provider.asked().len(), 2);
}

#[tokio::test]
async fn an_email_without_an_answer_in_time_is_unknown() {
    let provider = Provider::silent().await;
    assert_eq!(send(&provider).await, Outcome::Unknown(Doubt::TimedOut));
}

#[rstest]
#[case::before_the_answer(b"")]
#[case::within_the_head(b"HTTP/1.1 200 O")]
#[case::within_the_body(b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"id\":")]
#[tokio::test]
async fn an_email_whose_connection_breaks_is_unknown(#[case] answer: &'static [u8]) {
    let provider = Provider::raw(answer).await;
    assert_eq!(send(&provider).await, Outcome::Unknown(Doubt::ConnectionLost));
}

#[tokio::test]
async fn a_refusal_whose_body_breaks_off_is_still_a_refusal() {
    let provider = Provider::raw(b"HTTP/1.1 422 No\r\ncontent-length: 500\r\n\r\n{\"nam").await;
    let Outcome::Refused(refusal) = send(&provider).await else { panic!("not refused") };
    assert_eq!(refusal.kind, Kind::Invalid);
}

#[rstest]
#[case::name_that_does_not_resolve("http://provider.invalid", IDEMPOTENCY_KEY)]
#[case::key_that_no_header_can_carry("http://127.0.0.1:9", "a\nb")]
#[tokio::test]
async fn an_email_that_could_not_leave_was_not_sent(#[case] base_url: &str, #[case] key: &str) {
    let outcome = client(base_url).send(&an_email(), key).await;
    assert!(matches!(outcome, Outcome::NotSent(_)), "{outcome:?}");
}

#[tokio::test]
async fn an_email_to_a_closed_port_was_not_sent() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let outcome = client(&format!("http://{address}")).send(&an_email(), IDEMPOTENCY_KEY).await;
    assert!(matches!(outcome, Outcome::NotSent(_)), "{outcome:?}");
}

#[tokio::test]
async fn an_email_whose_handshake_never_ends_was_not_sent() {
    let provider = Provider::silent().await;
    let outcome = client(&format!("https://{}", provider.address)).send(&an_email(), IDEMPOTENCY_KEY).await;
    assert!(matches!(outcome, Outcome::NotSent(_)), "{outcome:?}");
}

#[rstest]
#[case::no_http("mailto:someone", KEY, false)]
#[case::nothing("", KEY, false)]
#[case::key_of_two_lines(resend::client::PRODUCTION, "re_1\n2", false)]
#[case::real(resend::client::PRODUCTION, KEY, true)]
fn a_configuration_that_cannot_work_is_told(#[case] base_url: &str, #[case] key: &str, #[case] works: bool) {
    let timeout = resend::Config::DEFAULT_TIMEOUT;
    let config = resend::Config { base_url: base_url.to_owned(), api_key: key.into(), timeout };
    assert_eq!(resend::Client::new(config).is_ok(), works);
}
