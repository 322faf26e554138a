//! Messages and threads over the wire.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use workflows::{
    compliance,
    id::AccountId,
    message::{self, Bubble, Message},
    thread::Thread,
};

use crate::{extract::Check, problem::FieldError};

/// How somebody is written to.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum MessageChannel {
    Sms,
    Email,
}

impl From<MessageChannel> for compliance::Channel {
    fn from(channel: MessageChannel) -> Self {
        match channel {
            MessageChannel::Sms => Self::Sms,
            MessageChannel::Email => Self::Email,
        }
    }
}

/// A message to write to the person of an account.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MessageIn {
    #[schema(value_type = Uuid)]
    pub(crate) account_id: AccountId,
    pub(crate) channel: MessageChannel,
    /// Of an e-mail.
    #[serde(default)]
    pub(crate) subject: String,
    /// The words, with merge fields if you like.
    pub(crate) body: String,
}

impl Check for MessageIn {}

/// An answer in a thread.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReplyIn {
    /// Of an e-mail.
    #[serde(default)]
    pub(crate) subject: String,
    pub(crate) body: String,
}

impl Check for ReplyIn {
    fn wrong(&self) -> Vec<FieldError> {
        let empty = self.body.trim().is_empty();
        empty.then(|| FieldError::new("body", "is empty: write what is to be sent")).into_iter().collect()
    }
}

/// A message.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MessageOut {
    /// Also the provider's idempotency key.
    id: Uuid,
    channel: String,
    /// `outbound` or `inbound`.
    direction: String,
    campaign_id: Option<Uuid>,
    account_id: Option<Uuid>,
    /// `queued`, `sent`, `delivered`, `opened`, `clicked`, `failed`, `bounced`, `complained`, `skipped`, `cancelled`,
    /// `unknown_closed` or `received`.
    #[schema(value_type = String)]
    state: message::State,
    /// `known` or `unknown`.
    outcome: String,
    provider_id: Option<String>,
    /// The provider's code, where it failed.
    error: Option<String>,
    created_at: DateTime<Utc>,
    sent_at: Option<DateTime<Utc>>,
    delivered_at: Option<DateTime<Utc>>,
    opened_at: Option<DateTime<Utc>>,
    clicked_at: Option<DateTime<Utc>>,
}

impl From<Message> for MessageOut {
    fn from(m: Message) -> Self {
        Self {
            id: m.id.0,
            channel: m.channel,
            direction: m.direction,
            campaign_id: m.campaign_id.map(|id| id.0),
            account_id: m.account_id.map(|id| id.0),
            state: m.state,
            outcome: m.outcome,
            provider_id: m.provider_id,
            error: m.error,
            created_at: m.created_at,
            sent_at: m.sent_at,
            delivered_at: m.delivered_at,
            opened_at: m.opened_at,
            clicked_at: m.clicked_at,
        }
    }
}

/// A thread: what is said with one address of one person.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ThreadOut {
    id: Uuid,
    channel: String,
    account_id: Option<Uuid>,
    account_number: Option<String>,
    name: String,
    our_address: String,
    their_address: String,
    unread: i32,
    /// The beginning of the last message.
    last: Option<String>,
    updated_at: DateTime<Utc>,
}

impl From<Thread> for ThreadOut {
    fn from(t: Thread) -> Self {
        Self {
            id: t.id.0,
            channel: t.channel,
            account_id: t.account_id.map(|id| id.0),
            account_number: t.account_number,
            name: t.name,
            our_address: t.our_address,
            their_address: t.their_address,
            unread: t.unread,
            last: t.last,
            updated_at: t.updated_at,
        }
    }
}

/// A thread with what was said in it, the latest last.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ConversationOut {
    thread: ThreadOut,
    messages: Vec<SaidOut>,
}

impl ConversationOut {
    pub(crate) fn new(thread: Thread, bubbles: Vec<Bubble>) -> Self {
        Self { thread: thread.into(), messages: bubbles.into_iter().map(SaidOut::from).collect() }
    }
}

/// One message as it is read.
#[derive(Debug, Serialize, ToSchema)]
struct SaidOut {
    id: Uuid,
    inbound: bool,
    #[schema(value_type = String)]
    state: message::State,
    subject: String,
    body: String,
    error: Option<String>,
    /// Who wrote it, where it was one of us.
    author: Option<String>,
    at: DateTime<Utc>,
}

impl From<Bubble> for SaidOut {
    fn from(b: Bubble) -> Self {
        Self {
            id: b.id.0,
            inbound: b.inbound,
            state: b.state,
            subject: b.subject,
            body: b.body,
            error: b.error,
            author: b.author,
            at: b.at,
        }
    }
}
