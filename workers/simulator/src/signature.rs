//! The carrier's key: ed25519 over `{timestamp}|{raw body}`, in standard base64.
//!
//! Written apart from the client's verification on purpose: two readings of the
//! same page that must agree.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use ed25519_dalek::{Signer, SigningKey};

use crate::dice::Dice;

/// The simulator's signing key.
#[derive(Debug)]
pub(crate) struct Key(SigningKey);

impl Key {
    pub(crate) fn from_seed(seed: u64) -> Self {
        Self(SigningKey::from_bytes(&Dice::new(seed, "signing key", 0).bytes()))
    }

    pub(crate) fn public_base64(&self) -> String {
        BASE64.encode(self.0.verifying_key().as_bytes())
    }

    pub(crate) fn sign(&self, timestamp: i64, body: &str) -> String {
        let signed = format!("{timestamp}|{body}");
        BASE64.encode(self.0.sign(signed.as_bytes()).to_bytes())
    }
}
