//! Text messages.

use reqwest::Method;

use super::{Client, exchange, read};
use crate::outcome::{Doubt, Outcome};
use crate::wire::message::{Message, SendMessage, Sent};

/// <https://developers.telnyx.com/docs/development/api-fundamentals/idempotency>
const IDEMPOTENCY_KEY: &str = "Idempotency-Key";
/// A request with the same key is being worked on.
const IN_PROGRESS: u16 = 409;

impl Client {
    /// Sends. An unknown outcome may be on its way to a phone: store it and wait for its events, never send again.
    ///
    /// The key, 1 to 255 of `[A-Za-z0-9_:-]`, makes a repeat within a day harmless where the carrier honours it. That it does is
    /// documented for its library and absent from its schema, so nothing here relies on it.
    pub async fn send_message(&self, message: &SendMessage, idempotency_key: &str) -> Outcome<Sent> {
        let request = self.request(Method::POST, &["messages"]).header(IDEMPOTENCY_KEY, idempotency_key).json(message);
        let outcome = exchange::send("send_message", request).await;
        in_progress_is_unknown(outcome.and_then(|body| read(&body)))
    }

    /// A message, with its statuses so far.
    pub async fn message(&self, message: &str) -> Outcome<Message> {
        self.get("message", &["messages", message]).await
    }
}

/// It is the one refusal that does not say that nothing happens: the first request is about to.
fn in_progress_is_unknown<T>(outcome: Outcome<T>) -> Outcome<T> {
    match outcome {
        Outcome::Refused(refusal) if refusal.status == IN_PROGRESS => Outcome::Unknown(Doubt::InProgress),
        other => other,
    }
}
