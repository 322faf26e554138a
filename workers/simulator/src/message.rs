//! Text messages: sent ones on their way, and those that came in.
//!
//! ```text
//! Queued ──▶ Sent ──▶ Delivered | DeliveryUnconfirmed | DeliveryFailed
//!    └─────────────▶ SendingFailed
//! ```

mod encoding;
mod fate;
mod inbound;
mod json;
mod life;
mod optout;
mod pace;
mod submit;

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use uuid::Uuid;

pub(crate) use self::encoding::Encoded;
use self::fate::Magic;
pub(crate) use self::fate::{Failure, Fate, Quirk};
pub(crate) use self::inbound::Inbound;
pub(crate) use self::life::Step;
pub(crate) use self::optout::OptOut;
use self::optout::OptOuts;
use self::pace::Pace;
pub(crate) use self::submit::Draft;
use crate::store::Store;
use crate::webhook::Delivery;

/// All that the carrier remembers of messages.
#[derive(Debug, Default)]
pub(crate) struct Messages {
    pub(crate) sent: Store<Message>,
    pub(crate) received: Store<Inbound>,
    pub(crate) optouts: OptOuts,
    pace: Pace,
    /// The profile with which each of the account's numbers last sent.
    profiles: HashMap<String, String>,
}

/// How far messages have come, counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Tally {
    pub(crate) by_status: BTreeMap<&'static str, u64>,
    pub(crate) received: u64,
}

/// How far a message has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Queued,
    Sent,
    /// Final, like all that follow.
    Delivered,
    DeliveryUnconfirmed,
    DeliveryFailed,
    SendingFailed,
}

/// One message of ours.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) id: Uuid,
    pub(crate) profile: String,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) text: String,
    pub(crate) subject: Option<String>,
    pub(crate) media: Vec<String>,
    pub(crate) encoded: Encoded,
    pub(crate) webhook_url: Option<String>,
    pub(crate) failover_url: Option<String>,
    pub(crate) idempotency_key: Option<String>,
    pub(crate) magic: Magic,
    pub(crate) status: Status,
    pub(crate) wait: TimeDelta,
    pub(crate) received_at: DateTime<Utc>,
    pub(crate) sent_at: Option<DateTime<Utc>>,
    pub(crate) completed_at: Option<DateTime<Utc>>,
    /// `message.sent`, held back until after `message.finalized`.
    pub(crate) held: Option<Delivery>,
}

impl Status {
    /// The carrier's word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::DeliveryUnconfirmed => "delivery_unconfirmed",
            Self::DeliveryFailed => "delivery_failed",
            Self::SendingFailed => "sending_failed",
        }
    }
}

impl Message {
    /// What the sender would know it by: the query of its own webhook address.
    pub(crate) fn reference(&self) -> Option<String> {
        let (_, query) = self.webhook_url.as_deref()?.split_once('?')?;
        Some(query.to_owned())
    }
}

impl Tally {
    /// Counts a message from one status into another.
    pub(crate) fn moved(&mut self, from: Option<Status>, to: Status) {
        if let Some(count) = from.and_then(|from| self.by_status.get_mut(from.word())) {
            *count = count.saturating_sub(1);
        }
        *self.by_status.entry(to.word()).or_default() += 1;
    }
}
