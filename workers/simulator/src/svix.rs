//! The email provider's secret: HMAC-SHA256 over `{id}.{timestamp}.{raw body}`.
//!
//! Like the carrier's key, written apart from the client's verification on purpose.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::dice::Dice;

/// The simulator's signing secret.
pub(crate) struct Secret([u8; 24]);

impl Secret {
    pub(crate) fn from_seed(seed: u64) -> Self {
        Self(Dice::new(seed, "signing secret", 0).bytes())
    }

    /// As the provider shows it: `whsec_` and the key in base64.
    pub(crate) fn shown(&self) -> String {
        format!("whsec_{}", BASE64.encode(self.0))
    }

    /// The header's value: its version and the signature in base64.
    pub(crate) fn sign(&self, id: &str, timestamp: i64, body: &str) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("an HMAC takes a key of any length");
        mac.update(format!("{id}.{timestamp}.{body}").as_bytes());
        format!("v1,{}", BASE64.encode(mac.finalize().into_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_body_has_its_known_signature() {
        let key = BASE64.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let secret = Secret(key.try_into().unwrap());
        assert_eq!(secret.shown(), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let signature = secret.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#);
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
}
