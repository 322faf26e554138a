//! A refusal: the provider's name for it, and what it means for us.
//!
//! Names: <https://resend.com/docs/api-reference/errors>. Messages are the provider's prose and may quote the address they
//! complain about, so they are shown to people and never logged.

use std::fmt;

use crate::wire::Private;
use crate::wire::error::ApiError;

/// One refusal.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal {
    /// HTTP status.
    pub status: u16,
    /// The provider's name for it, if the body had one.
    pub name: Option<String>,
    pub message: Option<Private>,
    pub kind: Kind,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.name.as_deref().unwrap_or("none");
        write!(f, "refused as {:?}, name {name}, status {}", self.kind, self.status)
    }
}

impl Refusal {
    /// From an answer that is no success. A body that is not the provider's still refuses by its status.
    pub(crate) fn read(status: u16, body: &[u8]) -> Self {
        let error: ApiError = serde_json::from_slice(body).unwrap_or_default();
        let kind = Kind::of(status, error.name.as_deref().unwrap_or_default());
        Self { status, kind, name: error.name, message: error.message }
    }
}

/// What a refusal means for whoever asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The API key is missing, wrong, or may not send.
    Unauthorized,
    /// We may not send from that address or domain.
    Sender,
    /// Too many requests a second.
    RateLimit,
    /// The day's e-mails are used up.
    DailyQuota,
    /// The month's e-mails are used up.
    MonthlyQuota,
    /// The same request is being worked on.
    InProgress,
    /// The key was used for other bytes: a bug.
    KeyReused,
    /// No such thing.
    NotFound,
    /// We asked for nonsense: a bug, or an address that is none.
    Invalid,
    Other,
}

impl Kind {
    /// Whether every further e-mail would be refused too, until a person acts.
    pub fn pauses_campaign(self) -> bool {
        matches!(self, Self::Unauthorized | Self::Sender)
    }

    /// Whether the request was good and only came too early.
    pub(crate) fn is_limit(self) -> bool {
        matches!(self, Self::RateLimit | Self::DailyQuota | Self::MonthlyQuota)
    }

    /// A validation error is about the e-mail, except with status 403: then it is about the sender's domain.
    fn of(status: u16, name: &str) -> Self {
        match (status, name) {
            (_, "missing_api_key" | "restricted_api_key" | "invalid_api_key") => Self::Unauthorized,
            (403, "validation_error") | (_, "invalid_from_address") => Self::Sender,
            (_, "daily_quota_exceeded") => Self::DailyQuota,
            (_, "monthly_quota_exceeded") => Self::MonthlyQuota,
            (_, "concurrent_idempotent_requests") => Self::InProgress,
            (_, "invalid_idempotent_request") => Self::KeyReused,
            _ => Self::by_status(status),
        }
    }

    fn by_status(status: u16) -> Self {
        match status {
            400 | 405 | 422 => Self::Invalid,
            401 | 403 => Self::Unauthorized,
            404 => Self::NotFound,
            429 => Self::RateLimit,
            _ => Self::Other,
        }
    }
}
