//! Webhook signatures: HMAC-SHA256 over `{id}.{timestamp}.{raw body}`.
//!
//! <https://docs.svix.com/receiving/verifying-payloads/how-manual>. The bytes are verified as they came, before anything is
//! parsed; JSON that says the same in other bytes is a forgery.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use reqwest::header::HeaderMap;
use sha2::Sha256;

/// The header with the id of the event.
pub const ID: &str = "svix-id";
/// The header with the time of signing, Unix seconds.
pub const TIMESTAMP: &str = "svix-timestamp";
/// The header with the signatures, `v1,<base64>`, separated by spaces: more than one while a secret is being replaced.
pub const SIGNATURE: &str = "svix-signature";
/// How far the time of signing may be from ours. Exactly this far is still believed, as in the vendor's own library.
pub const TOLERANCE_SECS: u64 = 300;

const SECRET_PREFIX: &str = "whsec_";
const VERSION_PREFIX: &str = "v1,";

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

/// The configured secret is not one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("webhook secret is not whsec_ and base64")]
pub struct BadSecret;

/// Both sides' secret, as a keyed hash that awaits its message.
#[derive(Clone)]
struct Key(Hmac<Sha256>);

impl Key {
    fn new(secret: &str) -> Result<Self, BadSecret> {
        let text = secret.trim().strip_prefix(SECRET_PREFIX).ok_or(BadSecret)?;
        let bytes = BASE64.decode(text).ok().filter(|bytes| !bytes.is_empty()).ok_or(BadSecret)?;
        Hmac::new_from_slice(&bytes).map(Self).map_err(|_| BadSecret)
    }

    fn mac(&self, id: &str, timestamp: &str, body: &[u8]) -> Hmac<Sha256> {
        let parts = [id.as_bytes(), b".", timestamp.as_bytes(), b".", body];
        parts.into_iter().fold(self.0.clone(), |mac, part| mac.chain_update(part))
    }
}

/// Tells the provider's webhooks from everybody else's.
#[derive(Clone)]
pub struct Verifier(Key);

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Verifier([private])")
    }
}

impl Verifier {
    /// From the signing secret of the webhook, as the dashboard shows it.
    pub fn new(secret: &str) -> Result<Self, BadSecret> {
        Key::new(secret).map(Self)
    }

    /// The id of the event, if the provider signed these bytes lately.
    ///
    /// The body is hashed even when the headers are useless, so that a forger learns nothing from the time it takes.
    pub fn verify<'h>(&self, headers: &'h HeaderMap, body: &[u8], now: DateTime<Utc>) -> Result<&'h str, Error> {
        let claim = Claim::read(headers);
        let (id, timestamp, signatures) =
            claim.as_ref().map_or(("", "", ""), |claim| (claim.id, claim.timestamp, claim.signatures));
        let genuine = any_matches(self.0.mac(id, timestamp, body), signatures);
        let claim = claim?;
        match claim.age(now) {
            _ if !genuine => Err(Error::Forged),
            age if age > TOLERANCE_SECS => Err(Error::Stale),
            _ => Ok(claim.id),
        }
    }
}

/// Comparing takes the same time wherever the difference is. Other versions than ours are passed over.
fn any_matches(mac: Hmac<Sha256>, signatures: &str) -> bool {
    let ours = signatures.split(' ').filter_map(|signature| signature.strip_prefix(VERSION_PREFIX));
    let mut decoded = ours.filter_map(|text| BASE64.decode(text).ok());
    decoded.any(|signature| mac.clone().verify_slice(&signature).is_ok())
}

/// What the headers say.
struct Claim<'h> {
    id: &'h str,
    timestamp: &'h str,
    signed_at: i64,
    signatures: &'h str,
}

impl<'h> Claim<'h> {
    fn read(headers: &'h HeaderMap) -> Result<Self, Error> {
        let timestamp = only(headers, TIMESTAMP)?;
        Ok(Self {
            id: only(headers, ID)?,
            timestamp,
            signed_at: seconds(timestamp).ok_or(Error::Malformed)?,
            signatures: only(headers, SIGNATURE)?,
        })
    }

    fn age(&self, now: DateTime<Utc>) -> u64 {
        now.timestamp().abs_diff(self.signed_at)
    }
}

/// A header that is there once. Twice, and a proxy may have checked the other one.
fn only<'h>(headers: &'h HeaderMap, name: &str) -> Result<&'h str, Error> {
    let mut values = headers.get_all(name).iter();
    let value = values.next().ok_or(Error::Missing)?;
    if values.next().is_some() {
        return Err(Error::Repeated);
    }
    value.to_str().ok().filter(|text| !text.is_empty()).ok_or(Error::Malformed)
}

fn seconds(text: &str) -> Option<i64> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits)
}

/// The other side: signs as the provider does. A simulated one has it.
#[derive(Clone)]
pub struct Signer(Key);

impl Signer {
    pub fn new(secret: &str) -> Result<Self, BadSecret> {
        Key::new(secret).map(Self)
    }

    /// The three headers, `(name, value)`.
    pub fn headers(&self, id: &str, body: &[u8], at: DateTime<Utc>) -> [(&'static str, String); 3] {
        let timestamp = at.timestamp().to_string();
        let signature = self.0.mac(id, &timestamp, body).finalize().into_bytes();
        let signature = format!("{VERSION_PREFIX}{}", BASE64.encode(signature));
        [(ID, id.to_owned()), (TIMESTAMP, timestamp), (SIGNATURE, signature)]
    }
}
