//! Webhook signatures: Ed25519 over `{timestamp}|{raw body}`.
//!
//! <https://developers.telnyx.com/development/api-fundamentals/webhooks/receiving-webhooks>. The bytes are verified as they
//! came, before anything is parsed; JSON that says the same in other bytes is a forgery.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use chrono::{DateTime, Utc};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use reqwest::header::HeaderMap;

/// The header with the signature, base64.
pub const SIGNATURE: &str = "telnyx-signature-ed25519";
/// The header with the time of signing, Unix seconds.
pub const TIMESTAMP: &str = "telnyx-timestamp";
/// How far the time of signing may be from ours. Exactly this far is still believed, as in the vendor's own library.
pub const TOLERANCE_SECS: u64 = 300;

/// Why a webhook is not believed. All of them answer 401.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    #[error("webhook is not signed")]
    Missing,
    #[error("webhook has a signature header twice")]
    Repeated,
    #[error("webhook signature is malformed")]
    Malformed,
    #[error("webhook was signed too long ago or in the future")]
    Stale,
    #[error("webhook signature does not match")]
    Forged,
}

/// The configured public key is not one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("webhook public key is not an ed25519 key in base64")]
pub struct BadKey;

/// Tells the carrier's webhooks from everybody else's.
#[derive(Debug, Clone)]
pub struct Verifier(VerifyingKey);

impl Verifier {
    /// From the public key of the account, as the portal shows it.
    pub fn new(public_key: &str) -> Result<Self, BadKey> {
        let bytes = BASE64.decode(public_key.trim()).map_err(|_| BadKey)?;
        let bytes = bytes.try_into().map_err(|_| BadKey)?;
        let key = VerifyingKey::from_bytes(&bytes).map_err(|_| BadKey)?;
        if key.is_weak() { Err(BadKey) } else { Ok(Self(key)) }
    }

    /// Whether the carrier signed these bytes lately.
    ///
    /// The body is hashed and checked even when the headers are useless, so that a forger learns nothing from the time it takes.
    pub fn verify(&self, headers: &HeaderMap, body: &[u8], now: DateTime<Utc>) -> Result<(), Error> {
        let claim = Claim::read(headers);
        let (timestamp, signature) = match &claim {
            Ok(claim) => (claim.timestamp, claim.signature),
            Err(_) => ("0", nobodys_signature()),
        };
        let genuine = self.0.verify_strict(&message(timestamp, body), &signature).is_ok();
        match claim?.age(now) {
            _ if !genuine => Err(Error::Forged),
            age if age > TOLERANCE_SECS => Err(Error::Stale),
            _ => Ok(()),
        }
    }
}

/// What the headers say.
struct Claim<'a> {
    timestamp: &'a str,
    signed_at: i64,
    signature: Signature,
}

impl<'a> Claim<'a> {
    fn read(headers: &'a HeaderMap) -> Result<Self, Error> {
        let timestamp = only(headers, TIMESTAMP)?;
        let signature = BASE64.decode(only(headers, SIGNATURE)?).map_err(|_| Error::Malformed)?;
        Ok(Self {
            timestamp,
            signed_at: seconds(timestamp).ok_or(Error::Malformed)?,
            signature: Signature::from_slice(&signature).map_err(|_| Error::Malformed)?,
        })
    }

    fn age(&self, now: DateTime<Utc>) -> u64 {
        now.timestamp().abs_diff(self.signed_at)
    }
}

/// A header that is there once. Twice, and a proxy may have checked the other one.
fn only<'a>(headers: &'a HeaderMap, name: &str) -> Result<&'a str, Error> {
    let mut values = headers.get_all(name).iter();
    let value = values.next().ok_or(Error::Missing)?;
    if values.next().is_some() {
        return Err(Error::Repeated);
    }
    value.to_str().map_err(|_| Error::Malformed)
}

fn seconds(text: &str) -> Option<i64> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits)
}

/// Well formed, and of nothing: the base point and a zero. Checked in the place of a signature that cannot be read.
fn nobodys_signature() -> Signature {
    let mut point = [0x66; 32];
    point[0] = 0x58;
    Signature::from_components(point, [0; 32])
}

fn message(timestamp: &str, body: &[u8]) -> Vec<u8> {
    [timestamp.as_bytes(), b"|", body].concat()
}

/// The other side: signs as the carrier does. The simulator has one.
#[derive(Clone)]
pub struct Signer(SigningKey);

impl Signer {
    pub fn from_seed(seed: [u8; 32]) -> Self {
        Self(SigningKey::from_bytes(&seed))
    }

    /// As [`Verifier::new`] takes it.
    pub fn public_key(&self) -> String {
        BASE64.encode(self.0.verifying_key().as_bytes())
    }

    /// The two headers, `(name, value)`.
    pub fn headers(&self, body: &[u8], at: DateTime<Utc>) -> [(&'static str, String); 2] {
        let timestamp = at.timestamp().to_string();
        let signature = self.0.sign(&message(&timestamp, body));
        [(SIGNATURE, BASE64.encode(signature.to_bytes())), (TIMESTAMP, timestamp)]
    }
}
