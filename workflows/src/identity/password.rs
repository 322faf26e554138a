//! Passwords: Argon2id, away from the async threads and a few at a time, since each hash takes 19 MB.

use std::sync::LazyLock;

use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Semaphore;

use super::Error;

/// NIST SP 800-63B §5.1.1.2: at least eight, and no rules of composition.
pub(super) const SHORTEST: usize = 8;
/// As many at a time as an ordinary machine has cores to spare.
static AT_A_TIME: Semaphore = Semaphore::const_new(2);
/// What an unknown person's password is compared with, so that it takes as long as a known one's.
static NOBODY: LazyLock<String> = LazyLock::new(|| hash_now("nobody has this password").unwrap_or_default());

/// Hashes a new password.
pub(super) async fn hash(password: &SecretString) -> Result<String, Error> {
    if password.expose_secret().chars().count() < SHORTEST {
        return Err(Error::ShortPassword);
    }
    let password = password.clone();
    apart(move || hash_now(password.expose_secret())).await?
}

/// Is it theirs? Without a stored hash the answer is no, after the same work.
pub(super) async fn verify(password: &SecretString, stored: Option<String>) -> Result<bool, Error> {
    let password = password.clone();
    apart(move || {
        let known = stored.is_some();
        let stored = stored.unwrap_or_else(|| NOBODY.clone());
        let matches = PasswordHash::new(&stored)
            .is_ok_and(|hash| Argon2::default().verify_password(password.expose_secret().as_bytes(), &hash).is_ok());
        matches && known
    })
    .await
}

fn hash_now(password: &str) -> Result<String, Error> {
    let hash = Argon2::default().hash_password(password.as_bytes()).map_err(|e| Error::Hash(e.to_string()))?;
    Ok(hash.to_string())
}

async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
    let _turn = AT_A_TIME.acquire().await.expect("the semaphore is never closed");
    tokio::task::spawn_blocking(work).await.map_err(|e| Error::Hash(e.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_opens() {
        let stored = hash(&"correct horse".into()).await.unwrap();
        assert!(verify(&"correct horse".into(), Some(stored.clone())).await.unwrap());
        assert!(!verify(&"battery staple".into(), Some(stored)).await.unwrap());
        assert!(!verify(&"nobody has this password".into(), None).await.unwrap());
    }

    #[tokio::test]
    async fn a_short_password_is_refused() {
        assert!(matches!(hash(&"1234567".into()).await, Err(Error::ShortPassword)));
    }
}
