//! What kind of event it is, with the detail that the kind has.

use serde::Deserialize;
use serde_json::Value;

use crate::wire::webhook::{Bounce, Click, Failed, Suppressed};

/// One variant an event type that we act on or show.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// On its way: accepted by the provider, not yet by the other server.
    Sent,
    /// Accepted by the other server.
    Delivered,
    DeliveryDelayed,
    Bounced(Bounce),
    /// Marked as spam by whoever got it.
    Complained,
    Opened,
    Clicked(Click),
    Failed(Failed),
    Scheduled,
    Suppressed(Suppressed),
    /// Somebody wrote to us. The text is not in the event.
    Received,
    /// Any other, by its event type.
    Other(String),
}

impl Kind {
    pub(super) fn read(event_type: &str, data: &Value) -> Self {
        match event_type {
            "email.sent" => Self::Sent,
            "email.delivered" => Self::Delivered,
            "email.delivery_delayed" => Self::DeliveryDelayed,
            "email.bounced" => Self::Bounced(detail(&data["bounce"])),
            "email.complained" => Self::Complained,
            "email.opened" => Self::Opened,
            "email.clicked" => Self::Clicked(detail(&data["click"])),
            "email.failed" => Self::Failed(detail(&data["failed"])),
            "email.scheduled" => Self::Scheduled,
            "email.suppressed" => Self::Suppressed(detail(&data["suppressed"])),
            "email.received" => Self::Received,
            other => Self::Other(other.to_owned()),
        }
    }
}

/// Every field of a detail is optional, so only what is no object has none.
fn detail<'de, D: Deserialize<'de> + Default>(value: &'de Value) -> D {
    D::deserialize(value).unwrap_or_default()
}
