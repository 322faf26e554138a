//! SIP credentials for agents' browsers.

use reqwest::Method;
use secrecy::SecretString;

use super::{Client, exchange};
use crate::outcome::{Doubt, Outcome};
use crate::refusal::Kind;
use crate::wire::credential::{Credential, CredentialCreate};

impl Client {
    pub async fn create_credential(&self, body: &CredentialCreate) -> Outcome<Credential> {
        self.post("create_credential", &["telephony_credentials"], body).await
    }

    pub async fn delete_credential(&self, credential: &str) -> Outcome<()> {
        let request = self.request(Method::DELETE, &["telephony_credentials", credential]);
        let outcome = exchange::send("delete_credential", request).await;
        outcome.map(drop).done_when(&[Kind::NotFound])
    }

    /// A token that logs a browser in for a day, or until the credential expires. The answer is bare text.
    pub async fn create_token(&self, credential: &str) -> Outcome<SecretString> {
        let request = self.request(Method::POST, &["telephony_credentials", credential, "token"]);
        exchange::send("create_token", request).await.and_then(token)
    }
}

fn token(body: Vec<u8>) -> Outcome<SecretString> {
    match String::from_utf8(body) {
        Ok(text) if !text.trim().is_empty() => Outcome::Accepted(text.trim().into()),
        _ => Outcome::Unknown(Doubt::Unreadable),
    }
}
