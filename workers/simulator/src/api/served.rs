//! A served request: its reply, and what becomes of it on the way.

use crate::refusal::Refusal;
use crate::reply::Reply;

/// A reply and what the connection does with it.
#[derive(Clone, Debug)]
pub(crate) struct Served {
    pub(crate) reply: Reply,
    pub(crate) headers: Vec<(&'static str, String)>,
    /// Held for thirty real seconds, so that the client gives up.
    pub(crate) hangs: bool,
    /// The connection breaks instead.
    pub(crate) breaks: bool,
    /// Answered from the memory of an earlier request.
    pub(crate) replayed: bool,
    /// The idempotency key that is under way until the reply has left.
    pub(crate) key: Option<String>,
    /// Virtual milliseconds until the reply.
    pub(crate) latency_ms: u64,
}

impl Served {
    pub(crate) fn hanging(mut self) -> Self {
        self.hangs = true;
        self
    }

    pub(crate) fn breaking(mut self) -> Self {
        self.breaks = true;
        self
    }

    /// Done, but answered with a refusal.
    pub(crate) fn denied(self, refusal: impl Into<Self>) -> Self {
        Self { key: self.key, ..refusal.into() }
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.headers.push((name, value.to_string()));
        self
    }

    /// A refusal for some real seconds.
    pub(crate) fn throttled(refusal: Refusal, reset: u32) -> Self {
        let reply = Reply::from(refusal);
        Self::from(reply)
            .with("x-ratelimit-limit", 30)
            .with("x-ratelimit-remaining", 0)
            .with("x-ratelimit-reset", reset)
    }
}

impl From<Reply> for Served {
    fn from(reply: Reply) -> Self {
        Self { reply, headers: Vec::new(), hangs: false, breaks: false, replayed: false, key: None, latency_ms: 0 }
    }
}

impl From<Refusal> for Served {
    fn from(refusal: Refusal) -> Self {
        match refusal.status {
            429 => Self::throttled(refusal, 1),
            _ => Reply::from(refusal).into(),
        }
    }
}
