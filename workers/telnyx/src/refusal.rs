//! A refusal: the carrier's code, and what it means for us.
//!
//! Codes: <https://developers.telnyx.com/development/api-fundamentals/api-errors>. Titles and details are the carrier's prose and may quote the phone
//! number they complain about, so they are shown to people and never logged.

use std::fmt;

use crate::fault::{MessageFault, Recipient, Remedy};
use crate::wire::Private;
use crate::wire::reply::{ApiError, Errors};

/// One refusal.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal {
    /// HTTP status.
    pub status: u16,
    /// The carrier's code, if the body had one.
    pub code: Option<String>,
    pub title: Option<Private>,
    pub detail: Option<Private>,
    pub kind: Kind,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = self.code.as_deref().unwrap_or("none");
        write!(f, "refused as {:?}, code {code}, status {}", self.kind, self.status)
    }
}

impl Refusal {
    /// From an answer that is no success. A body that is not the carrier's still refuses by its status.
    pub(crate) fn read(status: u16, body: &[u8]) -> Self {
        let error = serde_json::from_slice::<Errors>(body).ok().and_then(|errors| errors.first()).unwrap_or_default();
        Self { status, kind: Kind::of(status, &error), code: error.code, title: error.title, detail: error.detail }
    }
}

/// What a refusal means for whoever asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The API key is wrong.
    Unauthorized,
    /// The account is inactive, blocked or out of money.
    Account,
    /// We may not use that caller id, or not send messages from it.
    CallerId,
    /// Forbidden for another reason.
    Forbidden,
    /// The account, voice profile or connection has no free channel.
    ChannelLimit,
    /// Too many requests or dials a second.
    RateLimit,
    /// Nobody can be called or written to at that number.
    BadNumber,
    /// Whoever has that number has texted STOP.
    OptedOut,
    /// The call has ended.
    CallEnded,
    /// The call has not been answered yet.
    NotAnswered,
    /// No such call, or it ended long ago.
    UnknownCall,
    /// The leg is in that conference already.
    AlreadyJoined,
    /// The leg is being transcribed already.
    AlreadyTranscribed,
    /// The conference has ended or never was.
    ConferenceGone,
    /// The conference has no free place.
    ConferenceFull,
    /// No such thing.
    NotFound,
    /// We asked for nonsense: a bug.
    Invalid,
    Other,
}

impl Kind {
    /// Whether every further dial or message would be refused too, until a person acts.
    pub fn pauses_campaign(self) -> bool {
        matches!(self, Self::Unauthorized | Self::Account | Self::CallerId | Self::Forbidden)
    }

    fn of(status: u16, error: &ApiError) -> Self {
        let code = error.code.as_deref().unwrap_or_default();
        by_code(code)
            .or_else(|| by_fault(&MessageFault::of(code)))
            .or_else(|| about_caller_id(error).then_some(Self::CallerId))
            .or_else(|| (matches!(code, "10002" | "10016")).then_some(Self::BadNumber))
            .unwrap_or_else(|| by_status(status))
    }
}

fn by_code(code: &str) -> Option<Kind> {
    Some(match code {
        "10009" => Kind::Unauthorized,
        "20012" | "20013" | "20100" => Kind::Account,
        "10011" | "90103" => Kind::RateLimit,
        "90015" => Kind::UnknownCall,
        "90018" => Kind::CallEnded,
        "90019" | "90058" => Kind::ConferenceGone,
        "90032" => Kind::ConferenceFull,
        "90034" => Kind::NotAnswered,
        "90041" | "90042" | "90043" => Kind::ChannelLimit,
        "90044" => Kind::AlreadyJoined,
        "90054" => Kind::AlreadyTranscribed,
        _ => return None,
    })
}

/// Codes of messages. What else they say is in the fault.
fn by_fault(fault: &MessageFault) -> Option<Kind> {
    match (fault.recipient, fault.remedy) {
        (Some(Recipient::OptedOut), _) => Some(Kind::OptedOut),
        (Some(Recipient::Invalid), _) => Some(Kind::BadNumber),
        (_, Remedy::PauseSender) => Some(Kind::CallerId),
        _ => None,
    }
}

/// The same codes complain about either number of a dial; only the pointer tells them apart.
fn about_caller_id(error: &ApiError) -> bool {
    let pointer = error.source.as_ref().and_then(|source| source.pointer.as_deref());
    pointer.is_some_and(|pointer| pointer.rsplit('/').next() == Some("from"))
}

fn by_status(status: u16) -> Kind {
    match status {
        400 | 422 => Kind::Invalid,
        401 => Kind::Unauthorized,
        402 => Kind::Account,
        403 => Kind::Forbidden,
        404 | 410 => Kind::NotFound,
        429 => Kind::RateLimit,
        _ => Kind::Other,
    }
}
