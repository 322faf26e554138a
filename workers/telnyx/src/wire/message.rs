//! Text messages: `POST /messages`, `GET /messages/{id}`, and what `message.*` events carry.

use chrono::{DateTime, Utc};

use super::Private;
use super::reply::ApiError;

request! {
    /// A message. The schema requires `to` alone, and the carrier `from` or `messaging_profile_id` beside it.
    SendMessage {
        to: Private,
        ;
        from: Private,
        messaging_profile_id: String,
        text: Private,
        /// By default the profile's webhook addresses are used; false where the message has its own.
        use_profile_webhooks: bool,
        webhook_failover_url: String,
        /// With our attempt in it, an event finds its message even if the answer with the id was lost.
        webhook_url: String,
    }
}

report! {
    /// The reply to a message: accepted is queued, and no more.
    Sent {
        id: String,
        ;
        errors: Vec<ApiError>,
        parts: u32,
        to: Vec<Recipient>,
        /// How long the sender's queue is.
        wait_seconds: f64,
    }
}

report! {
    /// A message as the carrier has it, the payload of every `message.*` event too.
    Message {
        ;
        /// `STOP`, `START` or `HELP` if the carrier took an inbound text for one. Not in the published schema.
        autoresponse_type: Autoresponse,
        cc: Vec<Party>,
        completed_at: DateTime<Utc>,
        cost: Amount,
        cost_breakdown: CostBreakdown,
        direction: MessageDirection,
        encoding: String,
        errors: Vec<ApiError>,
        from: Party,
        id: String,
        media: Vec<Media>,
        messaging_profile_id: String,
        num_chars: u32,
        organization_id: String,
        parts: u32,
        received_at: DateTime<Utc>,
        record_type: String,
        sent_at: DateTime<Utc>,
        smart_encoding_applied: bool,
        subject: Private,
        tags: Vec<String>,
        tcr_campaign_billable: bool,
        tcr_campaign_id: String,
        tcr_campaign_registered: String,
        text: Private,
        to: Vec<Recipient>,
        r#type: MessageType,
        valid_until: DateTime<Utc>,
        webhook_failover_url: String,
        webhook_url: String,
    }
}

impl Message {
    /// Who sent it.
    pub fn sender(&self) -> Option<&str> {
        Some(&self.from.as_ref()?.phone_number.as_ref()?.0)
    }

    /// The first recipient: a message of ours has no other.
    pub fn recipient(&self) -> Option<&Recipient> {
        self.to.as_ref()?.first()
    }

    /// The code of the first error, for [`MessageFault`](crate::fault::MessageFault).
    pub fn error_code(&self) -> Option<&str> {
        self.errors.as_ref()?.first()?.code.as_deref()
    }
}

report! {
    /// One end of a message.
    Party {
        ;
        carrier: String,
        line_type: String,
        phone_number: Private,
    }
}

report! {
    /// One that the message went to, and how far it has come.
    Recipient {
        ;
        carrier: String,
        line_type: String,
        phone_number: Private,
        status: MessageStatus,
    }
}

report! {
    /// A picture or another file. Whoever has the link has the file, so it is not printed.
    Media {
        ;
        content_type: String,
        sha256: String,
        size: u64,
        url: Private,
    }
}

report! {
    /// Money is text, as the carrier sends it.
    Amount {
        ;
        amount: String,
        currency: String,
    }
}

report! {
    /// What the cost is made of.
    CostBreakdown {
        ;
        carrier_fee: Amount,
        rate: Amount,
    }
}

words! {
    /// How far a message has come. Inbound ones have `webhook_delivered`, RCS ones `read`.
    open MessageStatus {
        Queued = "queued",
        Sending = "sending",
        Sent = "sent",
        Expired = "expired",
        SendingFailed = "sending_failed",
        DeliveryUnconfirmed = "delivery_unconfirmed",
        Delivered = "delivered",
        DeliveryFailed = "delivery_failed",
    }
}

words! {
    /// The carrier's own reading of an inbound text, which it has obeyed already: after a stop, it refuses what we send.
    open Autoresponse { Stop = "STOP", Start = "START", Help = "HELP", }
}

words! {
    /// Seen from us.
    open MessageDirection { Inbound = "inbound", Outbound = "outbound", }
}

words! {
    /// The kind of message.
    open MessageType { Sms = "SMS", Mms = "MMS", Rcs = "RCS", }
}
