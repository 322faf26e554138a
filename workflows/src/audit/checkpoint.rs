//! Checkpoints: the chain's hash at one place, signed with ed25519. Whoever has the public key can tell, without us and
//! without the database, that the rows up to there are those of that day.

use std::fmt;

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use chrono::{DateTime, Utc};
use ed25519_dalek::{Signer as _, SigningKey, VerifyingKey};
use rand::TryRngCore;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use super::{
    bytes::{Bytes, Hash, Signature},
    chain::parts,
};
use crate::id::OrgId;

/// What a signature is for; no signature of ours for anything else can pose as one.
const PURPOSE: &str = "wib audit checkpoint 1";

/// A signed hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    pub org: OrgId,
    /// Which link's hash.
    pub seq: i64,
    pub root: Hash,
    /// Real time.
    pub at: DateTime<Utc>,
    pub signature: Signature,
}

/// Signs checkpoints. Printing it shows the public half only.
#[derive(Clone, Debug)]
pub struct Signer(SigningKey);

/// Tells our signatures from others'. Printed and read as base64.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

/// It is no ed25519 key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a key is 32 bytes in base64")]
pub struct BadKey;

/// What an installation signs with, and whose signatures it trusts.
#[derive(Clone, Debug, Default)]
pub struct Keys {
    /// None: checkpoints are not signed here.
    pub signer: Option<Signer>,
    /// Keys that signed before.
    pub earlier: Vec<PublicKey>,
}

impl Keys {
    /// Every key whose signature counts.
    #[must_use]
    pub fn trusted(&self) -> Vec<PublicKey> {
        self.signer.iter().map(Signer::public).chain(self.earlier.iter().copied()).collect()
    }
}

impl Signer {
    /// From the secret half, as [`Signer::generate`] wrote it.
    ///
    /// # Errors
    /// When it is none.
    pub fn parse(secret: &SecretString) -> Result<Self, BadKey> {
        let bytes = BASE64.decode(secret.expose_secret().trim()).map_err(|_| BadKey)?;
        Ok(Self(SigningKey::from_bytes(&bytes.try_into().map_err(|_| BadKey)?)))
    }

    /// A new secret half, from the operating system's randomness.
    ///
    /// # Errors
    /// When the operating system has none.
    pub fn generate() -> Result<SecretString, rand::rand_core::OsError> {
        let mut seed = [0_u8; 32];
        rand::rngs::OsRng.try_fill_bytes(&mut seed)?;
        Ok(BASE64.encode(seed).into())
    }

    /// The half that may be given away.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    /// Signs the chain's hash at `seq`.
    #[must_use]
    pub fn sign(&self, org: OrgId, seq: i64, root: Hash, at: DateTime<Utc>) -> Checkpoint {
        let mut checkpoint = Checkpoint { org, seq, root, at, signature: Bytes::ZERO };
        checkpoint.signature = Bytes(self.0.sign(&checkpoint.message()).to_bytes());
        checkpoint
    }
}

impl Checkpoint {
    /// Did one of these sign it, as it is?
    #[must_use]
    pub fn is_signed_by(&self, keys: &[PublicKey]) -> bool {
        let (message, signature) = (self.message(), ed25519_dalek::Signature::from_bytes(&self.signature.0));
        keys.iter().any(|key| key.0.verify_strict(&message, &signature).is_ok())
    }

    /// What is signed, in the encoding of [`Line::bytes`](super::Line::bytes).
    fn message(&self) -> Vec<u8> {
        let nanos = i128::from(self.at.timestamp()) * 1_000_000_000 + i128::from(self.at.timestamp_subsec_nanos());
        let (org, seq, root, at) =
            (self.org.to_string(), self.seq.to_string(), self.root.to_string(), nanos.to_string());
        parts(&[PURPOSE, &org, &seq, &root, &at])
    }
}

impl PublicKey {
    /// As it is printed.
    ///
    /// # Errors
    /// When it is none, or one under which anything would verify.
    pub fn parse(text: &str) -> Result<Self, BadKey> {
        let bytes = BASE64.decode(text.trim()).map_err(|_| BadKey)?;
        let key = VerifyingKey::from_bytes(&bytes.try_into().map_err(|_| BadKey)?).map_err(|_| BadKey)?;
        if key.is_weak() { Err(BadKey) } else { Ok(Self(key)) }
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&BASE64.encode(self.0.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_made_here_signs_and_its_public_half_reads_back() {
        let secret = Signer::generate().unwrap();
        let signer = Signer::parse(&secret).unwrap();
        let key = PublicKey::parse(&signer.public().to_string()).unwrap();
        let signed = signer.sign(OrgId::new(), 7, Bytes([1; 32]), DateTime::UNIX_EPOCH);
        assert!(signed.is_signed_by(&[key]) && !signed.is_signed_by(&[]));
        assert!(!format!("{signer:?}").contains(secret.expose_secret()));
    }

    #[test]
    fn what_is_no_key_is_refused() {
        assert!(Signer::parse(&"hunter2".into()).is_err());
        assert!(PublicKey::parse("AAAA").is_err());
        // The identity: every signature would be right.
        assert!(PublicKey::parse("AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=").is_err());
    }
}
