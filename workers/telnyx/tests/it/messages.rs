//! What is believed about a message after every kind of answer, and after none.

use std::time::Duration;

use rstest::rstest;
use telnyx::outcome::{Doubt, Outcome};
use telnyx::refusal::Kind;
use telnyx::wire::message::{MessageStatus, SendMessage, Sent};

use crate::carrier::{Carrier, client};

const KEY: &str = "01900000-0000-7000-8000-000000000001";
const QUEUED: &str = r#"{"data":{"record_type":"message","id":"40385f64-5717-4562-b3fc-2c963f66afa6","parts":1,"errors":[],
    "to":[{"phone_number":"+12025550131","status":"queued","carrier":null}],"cost":null,"wait_seconds":2.5}}"#;

fn a_message() -> SendMessage {
    SendMessage {
        to: "+12025550131".into(),
        from: Some("+12025550100".into()),
        text: Some("¿qué?".into()),
        ..SendMessage::default()
    }
}

async fn send(carrier: &Carrier) -> Outcome<Sent> {
    carrier.client().send_message(&a_message(), KEY).await
}

#[tokio::test]
async fn an_accepted_message_has_an_id_and_is_queued() {
    let carrier = Carrier::fixed(200, &[], QUEUED).await;
    let sent = send(&carrier).await.accepted().unwrap();
    assert_eq!(sent.id, "40385f64-5717-4562-b3fc-2c963f66afa6");
    assert_eq!((sent.parts, sent.wait_seconds), (Some(1), Some(2.5)));
    assert_eq!(sent.to.unwrap()[0].status, Some(MessageStatus::Queued));
    let asked = &carrier.asked()[0];
    assert_eq!(asked.idempotency_key.as_deref(), Some(KEY));
    assert_eq!((asked.method.as_str(), asked.path.as_str()), ("POST", "/v2/messages"));
}

#[rstest]
#[case::opted_out(400, "40300", Kind::OptedOut)]
#[case::no_number(400, "40310", Kind::BadNumber)]
#[case::sender_not_ours(400, "40305", Kind::CallerId)]
#[case::profile_disabled(403, "40312", Kind::CallerId)]
#[case::spend_limit(403, "40333", Kind::CallerId)]
#[case::no_funds(402, "20100", Kind::Account)]
#[case::text_too_long(422, "40302", Kind::Invalid)]
#[case::key_of_another_message(422, "10027", Kind::Invalid)]
#[tokio::test]
async fn a_refused_message_says_what_is_wrong(#[case] status: u16, #[case] code: &str, #[case] kind: Kind) {
    let carrier = Carrier::fixed(status, &[], &format!(r#"{{"errors":[{{"code":"{code}"}}]}}"#)).await;
    let Outcome::Refused(refusal) = send(&carrier).await else { panic!("not refused") };
    assert_eq!((refusal.kind, refusal.code.as_deref()), (kind, Some(code)));
    assert_eq!(kind.pauses_campaign(), matches!(kind, Kind::CallerId | Kind::Account));
}

#[tokio::test]
async fn a_message_over_the_limit_says_how_long_to_wait() {
    let carrier = Carrier::fixed(429, &[("retry-after", "7")], r#"{"errors":[{"code":"40318"}]}"#).await;
    let Outcome::RateLimited { after, refusal } = send(&carrier).await else { panic!("not limited") };
    assert_eq!((after, refusal.code.as_deref()), (Duration::from_secs(7), Some("40318")));
}

#[rstest]
#[case::server_error(500, "oops", Doubt::ServerFailed(500))]
#[case::gateway_timeout(504, "", Doubt::ServerFailed(504))]
#[case::request_timeout(408, "", Doubt::TimedOut)]
#[case::the_same_one_in_progress(409, r#"{"errors":[{"code":"10012"}]}"#, Doubt::InProgress)]
#[case::redirect(302, "", Doubt::Unexpected(302))]
#[case::success_that_is_not_json(200, "<html>hello</html>", Doubt::Unreadable)]
#[case::success_without_an_id(200, r#"{"data":{"record_type":"message"}}"#, Doubt::Unreadable)]
#[tokio::test]
async fn a_message_that_nobody_can_vouch_for_is_unknown_and_sent_once(
    #[case] status: u16,
    #[case] body: &str,
    #[case] doubt: Doubt,
) {
    let carrier = Carrier::fixed(status, &[("location", "/v2/elsewhere")], body).await;
    assert_eq!(send(&carrier).await, Outcome::Unknown(doubt));
    assert_eq!(carrier.asked().len(), 1);
}

#[tokio::test]
async fn a_message_without_an_answer_in_time_is_unknown() {
    let carrier = Carrier::silent().await;
    assert_eq!(send(&carrier).await, Outcome::Unknown(Doubt::TimedOut));
}

#[tokio::test]
async fn a_message_whose_connection_breaks_is_unknown() {
    let carrier = Carrier::raw(b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"data\":").await;
    assert_eq!(send(&carrier).await, Outcome::Unknown(Doubt::ConnectionLost));
}

#[rstest]
#[case::name_that_does_not_resolve("http://carrier.invalid/v2", KEY)]
#[case::key_that_no_header_can_carry("http://127.0.0.1:9/v2", "a\nb")]
#[tokio::test]
async fn a_message_that_could_not_leave_was_not_sent(#[case] base_url: &str, #[case] key: &str) {
    let outcome = client(base_url).send_message(&a_message(), key).await;
    assert!(matches!(outcome, Outcome::NotSent(_)), "{outcome:?}");
}

#[tokio::test]
async fn a_message_is_asked_about_by_its_id() {
    let status = r#"{"data":{"id":"one","to":[{"status":"delivery_failed"}],"errors":[{"code":"40001"}]}}"#;
    let carrier = Carrier::fixed(200, &[], status).await;
    let message = carrier.client().message("one").await.accepted().unwrap();
    assert_eq!(message.recipient().unwrap().status, Some(MessageStatus::DeliveryFailed));
    assert_eq!(message.error_code(), Some("40001"));
    assert_eq!(carrier.asked()[0].path, "/v2/messages/one");
}
