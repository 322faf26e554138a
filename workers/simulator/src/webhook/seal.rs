//! The body of one attempt, and the headers that prove who sent it.

use serde_json::json;

use super::{Delivery, Subject};
use crate::clock::real_now;
use crate::server::Shared;
use crate::signature::Key;
use crate::svix::Secret;

/// Older than the five minutes that a receiver accepts.
const STALE_SECS: i64 = 600;

/// RFC 8058: the body that says that one click was enough.
const ONE_CLICK: &str = "List-Unsubscribe=One-Click";

pub(super) struct Sealed {
    pub(super) body: String,
    pub(super) headers: Vec<(&'static str, String)>,
}

impl Delivery {
    pub(super) fn sealed(&self, shared: &Shared, attempt: usize) -> Sealed {
        match self.subject {
            Subject::Leg(_) | Subject::Message(_) => self.by_carrier(&shared.key, attempt),
            Subject::Email(_) => self.by_mailer(&shared.secret),
            Subject::OneClick(_) => by_recipient(),
        }
    }

    fn by_carrier(&self, key: &Key, attempt: usize) -> Sealed {
        let meta = json!({ "attempt": attempt, "delivered_to": self.url });
        let body = format!(r#"{{"data":{},"meta":{meta}}}"#, self.data.get());
        let timestamp = self.timestamp();
        let headers = vec![
            ("content-type", "application/json".to_owned()),
            ("user-agent", "telnyx-webhooks".to_owned()),
            ("telnyx-timestamp", timestamp.to_string()),
            ("telnyx-signature-ed25519", key.sign(timestamp, self.signed(&body))),
        ];
        Sealed { body, headers }
    }

    fn by_mailer(&self, secret: &Secret) -> Sealed {
        let body = self.data.get().to_owned();
        let timestamp = self.timestamp();
        let id = format!("msg_{}", self.event_id.simple());
        let headers = vec![
            ("content-type", "application/json".to_owned()),
            ("user-agent", "Svix-Webhooks/1.0".to_owned()),
            ("svix-timestamp", timestamp.to_string()),
            ("svix-signature", secret.sign(&id, timestamp, self.signed(&body))),
            ("svix-id", id),
        ];
        Sealed { body, headers }
    }

    fn timestamp(&self) -> i64 {
        let now = real_now().timestamp();
        if self.stale { now - STALE_SECS } else { now }
    }

    /// Faults come after signing: the signature is right for what it signs.
    fn signed<'a>(&self, body: &'a str) -> &'a str {
        if self.bad_signature { "another body" } else { body }
    }
}

fn by_recipient() -> Sealed {
    let headers = vec![("content-type", "application/x-www-form-urlencoded".to_owned())];
    Sealed { body: ONE_CLICK.to_owned(), headers }
}
