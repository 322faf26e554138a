//! What became of a request: done, not done, or nobody knows.
//!
//! "Nobody knows" is not an error to be retried. A dial whose answer was lost may be ringing at a consumer's home, so the attempt
//! stays open until the carrier has been asked about it.

use std::fmt;
use std::time::Duration;

use crate::refusal::{Kind, Refusal};

/// The carrier's answer, or how we failed to get one.
#[derive(Debug, Clone, PartialEq)]
#[must_use]
pub enum Outcome<T> {
    /// Done, by this request.
    Accepted(T),
    /// What was asked for is the case already: hanging up a call that ended, joining a conference twice.
    AlreadyDone,
    /// Not done, and the carrier says why.
    Refused(Refusal),
    /// Not done; ask again after a while.
    RateLimited { after: Duration, refusal: Refusal },
    /// Not done: no connection came about, so not a byte of the request has left. The text is for the log.
    NotSent(String),
    /// Perhaps done. Ask the carrier before doing anything about it.
    Unknown(Doubt),
}

impl<T> Outcome<T> {
    /// The word for it, as it is stored and counted.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Accepted(_) => "accepted",
            Self::AlreadyDone => "already_done",
            Self::Refused(_) => "refused",
            Self::RateLimited { .. } => "rate_limited",
            Self::NotSent(_) => "not_sent",
            Self::Unknown(_) => "unknown",
        }
    }

    /// What was accepted.
    pub fn accepted(self) -> Option<T> {
        match self {
            Self::Accepted(value) => Some(value),
            _ => None,
        }
    }

    /// Whether what was asked for is the case now.
    pub fn is_done(&self) -> bool {
        matches!(self, Self::Accepted(_) | Self::AlreadyDone)
    }

    /// The same outcome of something that carries another value.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Outcome<U> {
        self.and_then(|value| Outcome::Accepted(f(value)))
    }

    pub(crate) fn and_then<U>(self, f: impl FnOnce(T) -> Outcome<U>) -> Outcome<U> {
        match self {
            Self::Accepted(value) => f(value),
            Self::AlreadyDone => Outcome::AlreadyDone,
            Self::Refused(refusal) => Outcome::Refused(refusal),
            Self::RateLimited { after, refusal } => Outcome::RateLimited { after, refusal },
            Self::NotSent(why) => Outcome::NotSent(why),
            Self::Unknown(doubt) => Outcome::Unknown(doubt),
        }
    }

    /// Refusals that say the goal is reached already are no refusals.
    pub(crate) fn done_when(self, kinds: &[Kind]) -> Self {
        match self {
            Self::Refused(refusal) if kinds.contains(&refusal.kind) => Self::AlreadyDone,
            other => other,
        }
    }
}

/// Why nobody knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Doubt {
    /// No answer in time.
    TimedOut,
    /// The connection broke after it had been made.
    ConnectionLost,
    /// The carrier failed, with this status; it may have acted before it did.
    ServerFailed(u16),
    /// A status that is neither success nor refusal.
    Unexpected(u16),
    /// Success, but the answer cannot be read.
    Unreadable,
    /// A list that was longer than we follow; what is missing from it may still exist.
    Unfinished,
    /// An earlier request with the same idempotency key has not been answered yet.
    InProgress,
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TimedOut => f.write_str("no answer in time"),
            Self::ConnectionLost => f.write_str("connection lost before the answer"),
            Self::ServerFailed(status) => write!(f, "carrier failed with status {status}"),
            Self::Unexpected(status) => write!(f, "unexpected status {status}"),
            Self::Unreadable => f.write_str("unreadable answer"),
            Self::Unfinished => f.write_str("list not read to its end"),
            Self::InProgress => f.write_str("the same request is in progress"),
        }
    }
}
