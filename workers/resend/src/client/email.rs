//! E-mails, one or up to a hundred at once.
//!
//! A key, 1 to 256 characters, is good for a day: <https://resend.com/docs/dashboard/emails/idempotency-keys>.

use reqwest::header::CONTENT_TYPE;
use reqwest::{Method, RequestBuilder};

use super::{Client, exchange, read};
use crate::outcome::Outcome;
use crate::wire::email::{Batch, Email, EmailId, SentEmail};

const IDEMPOTENCY_KEY: &str = "Idempotency-Key";
/// `permissive`: one address that is none keeps nobody else waiting. <https://resend.com/changelog/batch-validation-modes>
const VALIDATION: &str = "x-batch-validation";

impl Client {
    pub async fn send(&self, email: &Email, idempotency_key: &str) -> Outcome<EmailId> {
        let request = self.request(Method::POST, &["emails"]).json(email);
        exchange::send("send", keyed(request, idempotency_key)).await.and_then(|body| read(&body))
    }

    /// Sends the e-mails of a JSON list. The ids come in the order of the list, without those that were refused for themselves.
    ///
    /// The bytes go as they are: whoever stored them before can repeat exactly them, and other bytes under the same key would be
    /// refused.
    pub async fn send_batch(&self, emails: Vec<u8>, idempotency_key: &str) -> Outcome<Batch> {
        let request = self.request(Method::POST, &["emails", "batch"]);
        let request = request.header(CONTENT_TYPE, "application/json").header(VALIDATION, "permissive").body(emails);
        let outcome = exchange::send("send_batch", keyed(request, idempotency_key)).await;
        outcome.and_then(|body| read(&body))
    }

    /// An e-mail, with the last that happened to it.
    pub async fn email(&self, email: &str) -> Outcome<SentEmail> {
        let request = self.request(Method::GET, &["emails", email]);
        exchange::send("email", request).await.and_then(|body| read(&body))
    }
}

fn keyed(request: RequestBuilder, idempotency_key: &str) -> RequestBuilder {
    request.header(IDEMPOTENCY_KEY, idempotency_key)
}
