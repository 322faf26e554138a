//! What is believed about a request after every kind of answer, and after none.

use std::time::Duration;

use rstest::rstest;
use telnyx::outcome::{Doubt, Outcome};
use telnyx::refusal::Kind;
use telnyx::wire::call::Hangup;
use telnyx::wire::conference::{Join, Leave};
use telnyx::wire::dial::Dial;
use telnyx::wire::transcription::TranscriptionStart;

use crate::carrier::{Carrier, KEY, client};

const CALL: &str = "v3:MdI91X4lWFEs7IgbBEOT9M4AigoY08M0WWZFISt1Yw2axZ_IiE4pqg==";
const PLACED: &str = r#"{"data":{"record_type":"call","call_control_id":"v3:one","call_leg_id":"leg","call_session_id":"session",
    "is_alive":true,"client_state":null}}"#;

fn a_dial() -> Dial {
    Dial::new("1293384261075731461", "+12025550100", "+12025550131")
}

fn refusal(code: &str) -> String {
    format!(r#"{{"errors":[{{"code":"{code}","title":"No","detail":"+12025550131 is not good"}}]}}"#)
}

#[tokio::test]
async fn an_accepted_dial_has_the_ids_of_its_leg() {
    let carrier = Carrier::fixed(200, &[], PLACED).await;
    let call = carrier.client().dial(&a_dial()).await.accepted().unwrap();
    assert_eq!(call.call_control_id, "v3:one");
    assert_eq!(call.call_leg_id.as_deref(), Some("leg"));
    assert_eq!(call.client_state, None);
    assert_eq!(carrier.asked()[0].authorization, format!("Bearer {KEY}"));
}

#[rstest]
#[case::caller_id_not_ours(403, r#"{"errors":[{"code":"10010","source":{"pointer":"/from"}}]}"#, Kind::CallerId)]
#[case::caller_id_malformed(422, r#"{"errors":[{"code":"10016","source":{"pointer":"/from"}}]}"#, Kind::CallerId)]
#[case::number_malformed(422, r#"{"errors":[{"code":"10016","source":{"pointer":"/to"}}]}"#, Kind::BadNumber)]
#[case::account_blocked(403, r#"{"errors":[{"code":"20013"}]}"#, Kind::Account)]
#[case::no_funds(402, r#"{"errors":[{"code":"20100"}]}"#, Kind::Account)]
#[case::account_channels(403, r#"{"errors":[{"code":"90041"}]}"#, Kind::ChannelLimit)]
#[case::profile_channels(403, r#"{"errors":[{"code":"90042"}]}"#, Kind::ChannelLimit)]
#[case::connection_channels(403, r#"{"errors":[{"code":"90043"}]}"#, Kind::ChannelLimit)]
#[case::forbidden(403, r#"{"errors":[{"code":"10010"}]}"#, Kind::Forbidden)]
#[case::wrong_key(401, r#"{"errors":[{"code":"10009"}]}"#, Kind::Unauthorized)]
#[case::unknown_field(422, r#"{"errors":[{"code":"10015"}]}"#, Kind::Invalid)]
#[case::errors_as_an_object(422, r#"{"errors":{"code":"90018","detail":"ended"}}"#, Kind::CallEnded)]
#[case::errors_by_field(422, r#"{"errors":{"base":{"code":"90018"}}}"#, Kind::CallEnded)]
#[case::code_as_a_number(422, r#"{"errors":[{"code":90018}]}"#, Kind::CallEnded)]
#[case::not_json(403, "<html>forbidden</html>", Kind::Forbidden)]
#[case::no_body(404, "", Kind::NotFound)]
#[case::strange_errors(422, r#"{"errors":"no"}"#, Kind::Invalid)]
#[tokio::test]
async fn a_refused_dial_says_what_is_wrong(#[case] status: u16, #[case] body: &str, #[case] kind: Kind) {
    let carrier = Carrier::fixed(status, &[], body).await;
    let Outcome::Refused(refusal) = carrier.client().dial(&a_dial()).await else { panic!("not refused") };
    assert_eq!((refusal.status, refusal.kind), (status, kind));
}

#[rstest]
#[case::by_reset(&[("x-ratelimit-reset", "2")], 2000)]
#[case::by_retry_after(&[("retry-after", "7"), ("x-ratelimit-reset", "2")], 7000)]
#[case::by_nothing(&[], 1000)]
#[case::by_nonsense(&[("retry-after", "soon"), ("x-ratelimit-reset", "-3")], 1000)]
#[case::for_ever(&[("retry-after", "99999999")], 3_600_000)]
#[case::until_a_time_that_is_over(&[("retry-after", "Sun, 06 Nov 1994 08:49:37 GMT"), ("x-ratelimit-reset", "2")], 2000)]
#[tokio::test]
async fn a_rate_limit_says_how_long_to_wait(#[case] headers: &[(&str, &str)], #[case] ms: u64) {
    let carrier = Carrier::fixed(429, headers, &refusal("90103")).await;
    let Outcome::RateLimited { after, refusal } = carrier.client().dial(&a_dial()).await else { panic!("not limited") };
    assert_eq!(after, Duration::from_millis(ms));
    assert_eq!((refusal.code.as_deref(), refusal.kind), (Some("90103"), Kind::RateLimit));
}

#[rstest]
#[case::server_error(500, "oops", Doubt::ServerFailed(500))]
#[case::unavailable(503, "{}", Doubt::ServerFailed(503))]
#[case::gateway_timeout(504, "", Doubt::ServerFailed(504))]
#[case::request_timeout(408, "", Doubt::TimedOut)]
#[case::redirect(302, "", Doubt::Unexpected(302))]
#[case::success_that_is_not_json(200, "<html>hello</html>", Doubt::Unreadable)]
#[case::success_without_an_id(200, r#"{"data":{"record_type":"call"}}"#, Doubt::Unreadable)]
#[tokio::test]
async fn a_dial_that_nobody_can_vouch_for_is_unknown_and_sent_once(
    #[case] status: u16,
    #[case] body: &str,
    #[case] doubt: Doubt,
) {
    let carrier = Carrier::fixed(status, &[("location", "/v2/elsewhere")], body).await;
    assert_eq!(carrier.client().dial(&a_dial()).await, Outcome::Unknown(doubt));
    assert_eq!(carrier.asked().len(), 1);
}

#[tokio::test]
async fn a_dial_without_an_answer_in_time_is_unknown() {
    let carrier = Carrier::silent().await;
    assert_eq!(carrier.client().dial(&a_dial()).await, Outcome::Unknown(Doubt::TimedOut));
}

#[rstest]
#[case::before_the_answer(b"")]
#[case::within_the_head(b"HTTP/1.1 200 O")]
#[case::within_the_body(b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"data\":")]
#[tokio::test]
async fn a_dial_whose_connection_breaks_is_unknown(#[case] answer: &'static [u8]) {
    let carrier = Carrier::raw(answer).await;
    assert_eq!(carrier.client().dial(&a_dial()).await, Outcome::Unknown(Doubt::ConnectionLost));
}

#[tokio::test]
async fn a_refusal_whose_body_breaks_off_is_still_a_refusal() {
    let carrier = Carrier::raw(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 500\r\n\r\n{\"err").await;
    let Outcome::Refused(refusal) = carrier.client().dial(&a_dial()).await else { panic!("not refused") };
    assert_eq!(refusal.kind, Kind::Forbidden);
}

#[tokio::test]
async fn a_dial_to_a_closed_port_was_not_sent() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let outcome = client(&format!("http://{address}/v2")).dial(&a_dial()).await;
    assert!(matches!(outcome, Outcome::NotSent(_)), "{outcome:?}");
}

#[tokio::test]
async fn a_dial_to_a_name_that_does_not_resolve_was_not_sent() {
    let outcome = client("http://carrier.invalid/v2").dial(&a_dial()).await;
    assert!(matches!(outcome, Outcome::NotSent(_)), "{outcome:?}");
}

#[tokio::test]
async fn a_dial_whose_handshake_never_ends_was_not_sent() {
    let carrier = Carrier::silent().await;
    let outcome = client(&format!("https://{}/v2", carrier.address)).dial(&a_dial()).await;
    assert!(matches!(outcome, Outcome::NotSent(_)), "{outcome:?}");
}

#[tokio::test]
async fn hanging_up_a_call_that_ended_is_done() {
    let carrier = Carrier::fixed(422, &[], &refusal("90018")).await;
    assert_eq!(carrier.client().hang_up(CALL, &Hangup::default()).await, Outcome::AlreadyDone);
}

#[tokio::test]
async fn hanging_up_a_call_nobody_knows_is_refused() {
    let carrier = Carrier::fixed(404, &[], &refusal("90015")).await;
    let Outcome::Refused(refusal) = carrier.client().hang_up(CALL, &Hangup::default()).await else { panic!() };
    assert_eq!(refusal.kind, Kind::UnknownCall);
}

#[tokio::test]
async fn a_command_is_done_by_its_status_alone() {
    let carrier = Carrier::fixed(200, &[], "not json").await;
    assert_eq!(carrier.client().hang_up(CALL, &Hangup::default()).await, Outcome::Accepted(()));
}

#[tokio::test]
async fn joining_twice_is_done() {
    let carrier = Carrier::fixed(422, &[], &refusal("90044")).await;
    assert_eq!(carrier.client().join("conference", &Join::default()).await, Outcome::AlreadyDone);
}

#[tokio::test]
async fn joining_after_the_consumer_hung_up_is_refused() {
    let carrier = Carrier::fixed(422, &[], &refusal("90018")).await;
    let Outcome::Refused(refusal) = carrier.client().join("conference", &Join::default()).await else { panic!() };
    assert_eq!(refusal.kind, Kind::CallEnded);
}

#[tokio::test]
async fn leaving_a_conference_that_ended_is_done() {
    let carrier = Carrier::fixed(422, &[], &refusal("90019")).await;
    assert_eq!(carrier.client().leave("conference", &Leave::default()).await, Outcome::AlreadyDone);
}

#[tokio::test]
async fn transcribing_twice_is_done() {
    let carrier = Carrier::fixed(422, &[], &refusal("90054")).await;
    let outcome = carrier.client().transcription_start(CALL, &TranscriptionStart::default()).await;
    assert_eq!(outcome, Outcome::AlreadyDone);
}

#[tokio::test]
async fn deleting_a_credential_that_is_gone_is_done() {
    let carrier = Carrier::fixed(404, &[], "").await;
    assert_eq!(carrier.client().delete_credential("one").await, Outcome::AlreadyDone);
}

#[tokio::test]
async fn an_id_is_one_segment_of_the_path_whatever_is_in_it() {
    let carrier = Carrier::fixed(200, &[], "").await;
    let _ = carrier.client().hang_up("v3:a/../b?c=%2F#d", &Hangup::default()).await;
    assert_eq!(carrier.asked()[0].path, "/v2/calls/v3:a%2F..%2Fb%3Fc=%252F%23d/actions/hangup");
}

#[test]
fn a_base_address_that_is_none_is_told() {
    let config = |base_url: &str| telnyx::Config {
        base_url: base_url.to_owned(),
        api_key: KEY.into(),
        connection_id: "1".to_owned(),
        timeout: telnyx::Config::DEFAULT_TIMEOUT,
    };
    assert!(telnyx::Client::new(config("mailto:someone")).is_err());
    assert!(telnyx::Client::new(config("")).is_err());
    assert!(telnyx::Client::new(config(telnyx::client::PRODUCTION)).is_ok());
}
