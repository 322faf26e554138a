//! Which webhooks are believed.

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use resend::signature::{Error, ID, SIGNATURE, Signer, TIMESTAMP, Verifier};
use rstest::rstest;

use crate::shared::document;

const SECRET: &str = "whsec_YW4tZXhhbXBsZS1zaWduaW5nLWtleQ==";
const OTHER_SECRET: &str = "whsec_YW5vdGhlci1zaWduaW5nLWtleQ==";
const EVENT: &str = "msg_1";
const BODY: &[u8] = r#"{"type":"email.delivered","data":{"subject":"¿qué? 😀"}}"#.as_bytes();
/// Made by another implementation: `openssl dgst -sha256 -mac HMAC` over `msg_1.1767225600.{body}`.
const KNOWN: &str = "v1,hUzLaIyYjx5KRgSPQt/8/AfmfjRkOZnRSgSIf9bpbkE=";

fn verifier() -> Verifier {
    Verifier::new(SECRET).unwrap()
}

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_767_225_600 + seconds, 0).unwrap()
}

fn headers<N: AsRef<str>, V: AsRef<str>>(pairs: impl IntoIterator<Item = (N, V)>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in pairs {
        let name: HeaderName = name.as_ref().parse().unwrap();
        headers.append(name, HeaderValue::from_str(value.as_ref()).unwrap());
    }
    headers
}

fn signed() -> HeaderMap {
    headers(Signer::new(SECRET).unwrap().headers(EVENT, BODY, at(0)))
}

/// The signed headers with one of them replaced.
fn with(name: &'static str, value: &str) -> HeaderMap {
    let mut headers = signed();
    headers.insert(name, HeaderValue::from_str(value).unwrap());
    headers
}

#[test]
fn every_vector_of_the_vendors_library_is_judged_the_same() {
    let Some(document) = document("vectors/resend_webhook_vectors.json") else { return };
    for vector in document["vectors"].as_array().unwrap() {
        let pairs = vector["headers"].as_object().unwrap();
        let headers = headers(pairs.iter().map(|(name, value)| (name, value.as_str().unwrap())));
        let now = DateTime::from_timestamp(vector["now"].as_i64().unwrap(), 0).unwrap();
        let verifier = Verifier::new(vector["secret"].as_str().unwrap()).unwrap();
        let verdict = verifier.verify(&headers, vector["body"].as_str().unwrap().as_bytes(), now);
        assert_eq!(verdict.is_ok(), vector["expect"] == "ok", "{}: {verdict:?}", vector["name"]);
    }
}

#[test]
fn our_signature_is_the_one_that_the_vendors_library_makes() {
    let Some(document) = document("vectors/resend_webhook_vectors.json") else { return };
    let vector = &document["vectors"][0];
    let signer = Signer::new(vector["secret"].as_str().unwrap()).unwrap();
    let id = vector["headers"][ID].as_str().unwrap();
    let [_, _, (_, signature)] = signer.headers(id, vector["body"].as_str().unwrap().as_bytes(), at(0));
    assert_eq!(vector["headers"][SIGNATURE], signature);
}

#[test]
fn our_signature_is_the_one_that_another_implementation_makes() {
    assert_eq!(signed()[SIGNATURE], KNOWN);
}

#[rstest]
#[case::at_once(0)]
#[case::at_the_end_of_the_tolerance(300)]
#[case::by_a_clock_ahead_of_ours(-300)]
fn a_signed_body_is_believed_for_five_minutes_and_has_an_id(#[case] seconds: i64) {
    assert_eq!(verifier().verify(&signed(), BODY, at(seconds)), Ok(EVENT));
}

#[rstest]
#[case::old(301)]
#[case::from_the_future(-301)]
fn a_signed_body_is_stale_after_five_minutes(#[case] seconds: i64) {
    assert_eq!(verifier().verify(&signed(), BODY, at(seconds)), Err(Error::Stale));
}

#[test]
fn the_furthest_time_is_forged_and_no_overflow() {
    let headers = with(TIMESTAMP, "9223372036854775807");
    let now = DateTime::<Utc>::MIN_UTC + TimeDelta::days(1);
    assert_eq!(verifier().verify(&headers, BODY, now), Err(Error::Forged));
}

#[rstest]
#[case::ours_first(&format!("{KNOWN} v1,AAAA"))]
#[case::ours_last(&format!("v1,AAAA {KNOWN}"))]
#[case::beside_another_version(&format!("v1a,AAAA {KNOWN} v2,!!!"))]
#[case::with_spaces_around(&format!("  {KNOWN} "))]
fn one_of_several_signatures_is_enough(#[case] signatures: &str) {
    assert_eq!(verifier().verify(&with(SIGNATURE, signatures), BODY, at(0)), Ok(EVENT));
}

#[rstest]
#[case::another_body(br#"{"data":{}}"#.as_slice())]
#[case::a_longer_body(&[BODY, b" "].concat())]
#[case::no_body(b"")]
fn another_body_is_forged(#[case] body: &[u8]) {
    assert_eq!(verifier().verify(&signed(), body, at(0)), Err(Error::Forged));
}

#[test]
fn a_body_signed_with_another_secret_is_forged() {
    let verifier = Verifier::new(OTHER_SECRET).unwrap();
    assert_eq!(verifier.verify(&signed(), BODY, at(0)), Err(Error::Forged));
}

#[rstest]
#[case::time(TIMESTAMP, "1767225601")]
#[case::id(ID, "msg_2")]
#[case::no_base64(SIGNATURE, "v1,!!!")]
#[case::nothing_signed(SIGNATURE, "v1,")]
#[case::half_a_signature(SIGNATURE, "v1,AAAAAAAAAAAAAAAAAAAAAA==")]
#[case::no_version(SIGNATURE, &KNOWN[3..])]
#[case::another_version(SIGNATURE, &KNOWN.replace("v1", "v2"))]
#[case::commas_for_spaces(SIGNATURE, &format!("v1,AAAA,{KNOWN}"))]
fn another_claim_is_forged(#[case] name: &'static str, #[case] value: &str) {
    assert_eq!(verifier().verify(&with(name, value), BODY, at(0)), Err(Error::Forged));
}

#[rstest]
#[case::words(TIMESTAMP, "yesterday")]
#[case::a_sign(TIMESTAMP, "+1767225600")]
#[case::a_fraction(TIMESTAMP, "1767225600.0")]
#[case::beyond_any_number(TIMESTAMP, "99999999999999999999")]
#[case::no_time(TIMESTAMP, "")]
#[case::no_id(ID, "")]
#[case::no_signature(SIGNATURE, "")]
fn a_header_that_cannot_be_read_is_malformed(#[case] name: &'static str, #[case] value: &str) {
    assert_eq!(verifier().verify(&with(name, value), BODY, at(0)), Err(Error::Malformed));
}

#[rstest]
#[case::id(ID)]
#[case::timestamp(TIMESTAMP)]
#[case::signature(SIGNATURE)]
fn a_missing_header_is_told(#[case] name: &str) {
    let mut headers = signed();
    headers.remove(name);
    assert_eq!(verifier().verify(&headers, BODY, at(0)), Err(Error::Missing));
}

#[rstest]
#[case::id(ID)]
#[case::timestamp(TIMESTAMP)]
#[case::signature(SIGNATURE)]
fn a_header_that_is_there_twice_is_not_believed_even_if_both_agree(#[case] name: &'static str) {
    let mut headers = signed();
    let value = headers[name].clone();
    headers.append(name, value);
    assert_eq!(verifier().verify(&headers, BODY, at(0)), Err(Error::Repeated));
}

#[rstest]
#[case::nothing("")]
#[case::an_api_key("re_0123456789")]
#[case::no_prefix("YW4tZXhhbXBsZS1zaWduaW5nLWtleQ==")]
#[case::no_base64("whsec_not a secret")]
#[case::empty("whsec_")]
fn a_bad_secret_is_refused_at_the_start(#[case] secret: &str) {
    assert!(Verifier::new(secret).is_err());
    assert!(Signer::new(secret).is_err());
}
