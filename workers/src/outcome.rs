//! What a handler answers: the one vocabulary every job speaks.

use std::{fmt::Display, time::Duration};

use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;
use workflows::job::Job;

/// How a job ended, or why it did not.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// It is done.
    Done,
    /// It is done, and this is kept as its result (JSON).
    DoneWith(String),
    /// This step is done; the next one starts with its result kept, in one commit, and without waiting in the queue.
    Next(Box<Next>),
    /// It failed; it is tried again after the delay, or after a backoff with full jitter, until no attempts are left.
    Retry {
        /// When; `None` backs off exponentially.
        after: Option<Duration>,
        /// What went wrong: kept, and shown to operators.
        error: String,
    },
    /// Not now. No attempt is spent.
    Snooze(Wait),
    /// It is not wanted any more.
    Cancel(String),
    /// It can never succeed: dead, for an operator to look at.
    Discard(String),
}

/// A delay, or a moment, of the one clock.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Wait {
    /// So long from now.
    For(Duration),
    /// Until then.
    Until(DateTime<Utc>),
}

/// A step's result and the job that goes on from it.
#[derive(Clone, Debug, PartialEq)]
pub struct Next {
    pub(crate) result: String,
    pub(crate) queue: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) args: String,
    pub(crate) priority: i16,
    pub(crate) max_attempts: i16,
    pub(crate) run_id: Option<Uuid>,
}

impl Outcome {
    /// It failed; try again after a backoff.
    pub fn retry(error: impl Display) -> Self {
        Self::Retry { after: None, error: error.to_string() }
    }

    /// It failed; try again after that long.
    pub fn retry_after(after: Duration, error: impl Display) -> Self {
        Self::Retry { after: Some(after), error: error.to_string() }
    }

    /// Not now, but after a [`Duration`] or at a moment.
    pub fn snooze(wait: impl Into<Wait>) -> Self {
        Self::Snooze(wait.into())
    }

    /// It is done, with a result worth keeping.
    ///
    /// # Errors
    /// When the result is not JSON.
    pub fn done_with(result: &impl Serialize) -> Result<Self, serde_json::Error> {
        Ok(Self::DoneWith(serde_json::to_string(result)?))
    }

    /// This step is done with a result; `job` goes on.
    ///
    /// # Errors
    /// When result or job are not JSON.
    pub fn next<J: Job>(result: &impl Serialize, job: &J) -> Result<Self, serde_json::Error> {
        Ok(Self::Next(Box::new(Next {
            result: serde_json::to_string(result)?,
            queue: J::QUEUE,
            kind: J::KIND,
            args: serde_json::to_string(job)?,
            priority: J::PRIORITY,
            max_attempts: J::MAX_ATTEMPTS,
            run_id: job.run_id(),
        })))
    }
}

impl From<Duration> for Wait {
    fn from(delay: Duration) -> Self {
        Self::For(delay)
    }
}

impl From<DateTime<Utc>> for Wait {
    fn from(moment: DateTime<Utc>) -> Self {
        Self::Until(moment)
    }
}

/// What a handler may return: an outcome, or a result whose error means "try again after a backoff".
pub trait IntoOutcome {
    /// The outcome it stands for.
    fn into_outcome(self) -> Outcome;
}

impl IntoOutcome for Outcome {
    fn into_outcome(self) -> Outcome {
        self
    }
}

impl IntoOutcome for () {
    fn into_outcome(self) -> Outcome {
        Outcome::Done
    }
}

impl<T: IntoOutcome, E: Display> IntoOutcome for Result<T, E> {
    fn into_outcome(self) -> Outcome {
        match self {
            Ok(outcome) => outcome.into_outcome(),
            // `{:#}` prints the whole chain of causes where the error knows it.
            Err(error) => Outcome::retry(format!("{error:#}")),
        }
    }
}
