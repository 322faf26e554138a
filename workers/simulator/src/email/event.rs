//! The body of an email's webhook.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::email::life::Step;
use crate::email::{Email, link};
use crate::event::stamp;

pub(super) fn body(email: &Email, step: Step, kind: &str, at: DateTime<Utc>) -> Value {
    let headers: Vec<Value> =
        email.headers.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
    let mut data = json!({
        "email_id": email.id,
        "created_at": stamp(email.created_at),
        "from": email.from,
        "to": email.to,
        "subject": email.subject,
        "headers": headers,
        "tags": email.tags,
    });
    if let Some((name, details)) = details(email, step, at) {
        data[name] = details;
    }
    json!({ "type": kind, "created_at": stamp(at), "data": data })
}

fn details(email: &Email, step: Step, at: DateTime<Utc>) -> Option<(&'static str, Value)> {
    Some(match step {
        Step::Bounced => ("bounce", bounce("Permanent", "NoEmail", "550 5.1.1", "The mailbox does not exist.")),
        Step::MailboxFull => ("bounce", bounce("Transient", "MailboxFull", "452 4.2.2", "The mailbox is full.")),
        Step::Failed => ("failed", json!({ "reason": "The email could not be handed to a mail server." })),
        Step::Suppressed => ("suppressed", suppressed()),
        Step::Clicked => ("click", click(email, at)),
        _ => return None,
    })
}

fn bounce(kind: &str, sub_kind: &str, code: &str, message: &str) -> Value {
    json!({
        "type": kind,
        "subType": sub_kind,
        "message": message,
        "diagnosticCode": [format!("smtp; {code} {message}")],
    })
}

fn suppressed() -> Value {
    json!({
        "type": "Suppressed",
        "reason": "previous_bounce",
        "message": "The address is on the suppression list.",
        "diagnosticCode": [],
    })
}

fn click(email: &Email, at: DateTime<Utc>) -> Value {
    json!({
        "link": link::first(email).unwrap_or("https://example.com/"),
        "ipAddress": "192.0.2.1",
        "timestamp": stamp(at),
        "userAgent": "Mozilla/5.0 (simulated)",
    })
}
