//! A message as the carrier shows it, to readers and in webhooks.

use serde_json::{Value, json};

use crate::event::stamp;
use crate::message::life::error;
use crate::message::{Inbound, Message};
use crate::world::World;

impl World {
    /// A message of ours.
    pub(crate) fn message_json(&self, message: &Message) -> Value {
        let failure = message.magic.fate.failure().filter(|_| message.completed_at.is_some());
        json!({
            "record_type": "message",
            "direction": "outbound",
            "id": message.id,
            "type": kind(&message.media),
            "organization_id": self.fixed_id("organization"),
            "messaging_profile_id": message.profile,
            "from": { "phone_number": message.from, "carrier": "Simulator", "line_type": "Wireless" },
            "to": [{
                "phone_number": message.to,
                "status": message.status.word(),
                "carrier": "Simulator",
                "line_type": "Wireless",
            }],
            "cc": [],
            "text": message.text,
            "subject": message.subject,
            "media": message.media.iter().map(|url| json!({ "url": url })).collect::<Vec<_>>(),
            "encoding": message.encoded.alphabet,
            "parts": message.encoded.parts,
            "num_chars": message.encoded.units,
            "tags": [],
            "cost": { "amount": cost(message.encoded.parts), "currency": "USD" },
            "webhook_url": message.webhook_url,
            "webhook_failover_url": message.failover_url,
            "received_at": stamp(message.received_at),
            "sent_at": message.sent_at.map(stamp),
            "completed_at": message.completed_at.map(stamp),
            "valid_until": null,
            "wait_seconds": message.wait.num_seconds(),
            "errors": failure.map(error).into_iter().collect::<Vec<_>>(),
        })
    }

    /// A message to us.
    pub(crate) fn inbound_json(&self, message: &Inbound) -> Value {
        let mut json = json!({
            "record_type": "message",
            "direction": "inbound",
            "id": message.id,
            "type": "SMS",
            "organization_id": self.fixed_id("organization"),
            "messaging_profile_id": message.profile,
            "from": {
                "phone_number": message.from,
                "carrier": "Simulator",
                "line_type": "Wireless",
                "status": "received",
            },
            "to": [{
                "phone_number": message.to,
                "carrier": "Simulator",
                "line_type": "Wireless",
                "status": "webhook_delivered",
            }],
            "cc": [],
            "text": message.text,
            "media": [],
            "encoding": message.encoded.alphabet,
            "parts": message.encoded.parts,
            "tags": [],
            "cost": null,
            "webhook_url": self.addresses.messaging,
            "webhook_failover_url": null,
            "received_at": stamp(message.received_at),
            "sent_at": null,
            "completed_at": null,
            "valid_until": null,
            "errors": [],
        });
        if let Some(autoresponse) = message.autoresponse {
            json["autoresponse_type"] = autoresponse.word().into();
        }
        json
    }
}

fn kind(media: &[String]) -> &'static str {
    if media.is_empty() { "SMS" } else { "MMS" }
}

/// Four tenths of a cent a part.
fn cost(parts: usize) -> String {
    format!("0.{:04}", 40 * parts)
}
