//! What the audit trail's checkpoints are signed with.

use workflows::audit::{Keys, PublicKey, Signer};

use super::Env;

/// Both may be absent: then nothing is signed, and a start says so.
pub(super) fn from_env(env: &mut Env) -> Keys {
    let signer = env.secret("WIB_SIGNING_KEY").and_then(|secret| {
        let signer = Signer::parse(&secret).ok();
        if signer.is_none() {
            env.fault("WIB_SIGNING_KEY is malformed: `wib audit key --new` prints one".to_owned());
        }
        signer
    });
    let given = env.text("WIB_TRUSTED_KEYS").unwrap_or_default();
    let earlier: Result<_, _> = given.split(',').filter(|key| !key.trim().is_empty()).map(PublicKey::parse).collect();
    if earlier.is_err() {
        env.fault(
            "WIB_TRUSTED_KEYS is malformed: it has to be public keys in base64 with commas between them".to_owned(),
        );
    }
    Keys { signer, earlier: earlier.unwrap_or_default() }
}
