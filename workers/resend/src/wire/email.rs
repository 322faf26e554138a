//! E-mails: `POST /emails`, `POST /emails/batch`, `GET /emails/{id}`.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::Private;

/// An e-mail. The same one always serializes to the same bytes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Email {
    /// `Name <address>`, of a domain that is verified.
    pub from: Private,
    /// 1 to 50. One, unless they may see each other.
    pub to: Vec<Private>,
    pub subject: Private,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub html: Option<Private>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Private>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reply_to: Vec<Private>,
    /// For example `List-Unsubscribe`, whose link is as good as the address.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, Private>,
    /// Echoed in every event: how an event finds its message even if the answer with the id was lost.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}

/// A tag. Name and value are 1 to 256 ASCII letters, digits, underscores and dashes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tag {
    pub name: String,
    pub value: String,
}

/// The reply to an e-mail: accepted, and no more.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmailId {
    pub id: String,
}

/// The reply to a batch: ids in its order, without those that were refused.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batch {
    pub data: Vec<EmailId>,
    #[serde(default)]
    pub errors: Vec<BatchError>,
}

/// One e-mail of a batch that was refused, while the others were taken.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchError {
    /// Its place in the batch, from 0.
    pub index: usize,
    #[serde(default)]
    pub message: Private,
}

report! {
    /// `GET /emails/{id}`, without the text that we have ourselves.
    SentEmail {
        id: String,
        created_at: DateTime<Utc>,
        from: Private,
        last_event: LastEvent,
        message_id: String,
        object: String,
        subject: Private,
        to: Vec<Private>,
    }
}

words! {
    /// The last that happened to it.
    LastEvent {
        Bounced = "bounced",
        Canceled = "canceled",
        Clicked = "clicked",
        Complained = "complained",
        Delivered = "delivered",
        DeliveryDelayed = "delivery_delayed",
        Failed = "failed",
        Opened = "opened",
        Queued = "queued",
        Scheduled = "scheduled",
        Sent = "sent",
        Suppressed = "suppressed",
    }
}
