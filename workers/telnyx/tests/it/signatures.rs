//! Which webhooks are believed.

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use rstest::rstest;
use telnyx::signature::{Error, SIGNATURE, Signer, TIMESTAMP, Verifier};

use crate::shared::document;

const BODY: &[u8] = r#"{"data":{"event_type":"call.answered","note":"¿qué? 😀"}}"#.as_bytes();

fn signer() -> Signer {
    Signer::from_seed([7; 32])
}

fn verifier() -> Verifier {
    Verifier::new(&signer().public_key()).unwrap()
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
    headers(signer().headers(BODY, at(0)))
}

/// The signed headers with one of them replaced.
fn with(name: &'static str, value: &str) -> HeaderMap {
    let mut headers = signed();
    headers.insert(name, HeaderValue::from_str(value).unwrap());
    headers
}

#[test]
fn every_vector_of_the_vendors_library_is_judged_the_same() {
    let Some(document) = document("vectors/telnyx_webhook_vectors.json") else { return };
    for vector in document["vectors"].as_array().unwrap() {
        let pairs = vector["headers"].as_object().unwrap();
        let headers = headers(pairs.iter().map(|(name, value)| (name, value.as_str().unwrap())));
        let now = DateTime::from_timestamp(vector["now"].as_i64().unwrap(), 0).unwrap();
        let verifier = Verifier::new(vector["public_key_b64"].as_str().unwrap()).unwrap();
        let verdict = verifier.verify(&headers, vector["body"].as_str().unwrap().as_bytes(), now);
        assert_eq!(verdict.is_ok(), vector["expect"] == "ok", "{}: {verdict:?}", vector["name"]);
    }
}

#[test]
fn our_signature_is_the_one_that_the_vendors_library_makes() {
    let Some(document) = document("vectors/telnyx_webhook_vectors.json") else { return };
    let seed = document["seed_b64"].as_str().unwrap();
    let seed = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, seed).unwrap();
    let signer = Signer::from_seed(seed.try_into().unwrap());
    let vector = &document["vectors"][0];
    let [(_, signature), _] = signer.headers(vector["body"].as_str().unwrap().as_bytes(), at(0));
    assert_eq!(vector["headers"][SIGNATURE], signature);
    assert_eq!(vector["public_key_b64"], signer.public_key());
}

#[rstest]
#[case::at_once(0)]
#[case::at_the_end_of_the_tolerance(300)]
#[case::by_a_clock_ahead_of_ours(-300)]
fn a_signed_body_is_believed_for_five_minutes(#[case] seconds: i64) {
    assert_eq!(verifier().verify(&signed(), BODY, at(seconds)), Ok(()));
}

#[rstest]
#[case::old(301)]
#[case::from_the_future(-301)]
fn a_signed_body_is_stale_after_five_minutes(#[case] seconds: i64) {
    assert_eq!(verifier().verify(&signed(), BODY, at(seconds)), Err(Error::Stale));
}

#[test]
fn the_furthest_time_is_stale_and_no_overflow() {
    let headers = with(TIMESTAMP, "9223372036854775807");
    let now = DateTime::<Utc>::MIN_UTC + TimeDelta::days(1);
    assert_eq!(verifier().verify(&headers, BODY, now), Err(Error::Forged));
}

#[rstest]
#[case::another_body(br#"{"data":{}}"#.as_slice())]
#[case::a_longer_body(&[BODY, b" "].concat())]
#[case::no_body(b"")]
fn another_body_is_forged(#[case] body: &[u8]) {
    assert_eq!(verifier().verify(&signed(), body, at(0)), Err(Error::Forged));
}

#[test]
fn a_body_signed_by_another_key_is_forged() {
    let verifier = Verifier::new(&Signer::from_seed([8; 32]).public_key()).unwrap();
    assert_eq!(verifier.verify(&signed(), BODY, at(0)), Err(Error::Forged));
}

#[test]
fn another_time_is_forged() {
    assert_eq!(verifier().verify(&with(TIMESTAMP, "1767225601"), BODY, at(0)), Err(Error::Forged));
}

#[rstest]
#[case::no_base64(SIGNATURE, "!!!")]
#[case::empty(SIGNATURE, "")]
#[case::one_byte_short(SIGNATURE, &"A".repeat(84))]
#[case::one_byte_long(SIGNATURE, &format!("{}==", "A".repeat(88)))]
#[case::words(TIMESTAMP, "yesterday")]
#[case::a_sign(TIMESTAMP, "+1767225600")]
#[case::a_fraction(TIMESTAMP, "1767225600.0")]
#[case::milliseconds_beyond_any_number(TIMESTAMP, "99999999999999999999")]
#[case::blank(TIMESTAMP, "")]
fn a_header_that_cannot_be_read_is_malformed(#[case] name: &'static str, #[case] value: &str) {
    assert_eq!(verifier().verify(&with(name, value), BODY, at(0)), Err(Error::Malformed));
}

#[rstest]
#[case::signature(SIGNATURE)]
#[case::timestamp(TIMESTAMP)]
fn a_missing_header_is_told(#[case] name: &str) {
    let mut headers = signed();
    headers.remove(name);
    assert_eq!(verifier().verify(&headers, BODY, at(0)), Err(Error::Missing));
}

#[rstest]
#[case::signature(SIGNATURE)]
#[case::timestamp(TIMESTAMP)]
fn a_header_that_is_there_twice_is_not_believed_even_if_both_agree(#[case] name: &'static str) {
    let mut headers = signed();
    let value = headers[name].clone();
    headers.append(name, value);
    assert_eq!(verifier().verify(&headers, BODY, at(0)), Err(Error::Repeated));
}

#[rstest]
#[case::empty("")]
#[case::no_base64("not a key")]
#[case::short("AAAA")]
#[case::weak(&format!("{}=", "A".repeat(43)))]
fn a_bad_public_key_is_refused_at_the_start(#[case] key: &str) {
    assert!(Verifier::new(key).is_err());
}
