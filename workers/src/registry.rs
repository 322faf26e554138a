//! Which handler does which kind of job.
//!
//! ```ignore
//! let registry = Registry::new()
//!     .on(move |ctx, job: PlaceCall| place_call::handle(environment.clone(), ctx, job))
//!     .on(close_wrap_up::handle);
//! ```

use std::{any::Any, collections::HashMap, future::Future, panic::resume_unwind, sync::Arc};

use apalis_core::error::BoxDynError;
use chrono::{DateTime, Utc};
use futures::future::BoxFuture;
use tokio_util::task::AbortOnDropHandle;
use tracing::Instrument;
use uuid::Uuid;
use workflows::{
    db::Db,
    id::OrgId,
    job::{Job, JobId},
    trace,
};

use crate::{
    backend::Claimed,
    outcome::{IntoOutcome, Outcome},
};

/// What a handler knows besides its job.
#[derive(Clone, Debug)]
pub struct Ctx {
    /// Where transactions come from.
    pub db: Db,
    claimed: Arc<Claimed>,
}

impl Ctx {
    /// The job's identity.
    #[must_use]
    pub fn job_id(&self) -> JobId {
        self.claimed.id
    }

    /// Whose job it is.
    #[must_use]
    pub fn org(&self) -> OrgId {
        self.claimed.org
    }

    /// The thing that runs.
    #[must_use]
    pub fn run_id(&self) -> Option<Uuid> {
        self.claimed.run_id
    }

    /// How often it has started, this time included.
    #[must_use]
    pub fn attempt(&self) -> i16 {
        self.claimed.attempt
    }

    /// Whether it is dead if this attempt fails.
    #[must_use]
    pub fn is_last_attempt(&self) -> bool {
        self.claimed.attempt >= self.claimed.max_attempts
    }

    /// Its place in a chain of steps.
    #[must_use]
    pub fn step(&self) -> i16 {
        self.claimed.step
    }

    /// When it was due.
    #[must_use]
    pub fn run_at(&self) -> DateTime<Utc> {
        self.claimed.run_at
    }

    /// The job's fence and the lease it runs under: together they name this one start of it.
    #[must_use]
    pub fn fence(&self) -> (i32, i32) {
        (self.claimed.fence, self.claimed.lease.id)
    }

    /// Whether this process still holds the job, as far as it can know without asking. To be looked at right before
    /// something irreversible: a process that was stopped for a while wakes in the middle of a handler.
    #[must_use]
    pub fn still_ours(&self) -> bool {
        self.claimed.lease.is_live()
    }
}

/// No handler here knows this kind: an older or newer release enqueued it. Another worker may.
#[derive(Debug, thiserror::Error)]
#[error("no handler for kind {0} in this worker")]
pub(crate) struct UnknownKind(String);

/// The lease went, and with it the right to go on.
#[derive(Debug, thiserror::Error)]
#[error("the lease was lost while the handler ran")]
struct LeaseLost;

type Run = Box<dyn Fn(Ctx) -> BoxFuture<'static, Outcome> + Send + Sync>;
type ThrottleKeys = fn(&str) -> Vec<String>;

struct Kind {
    queue: &'static str,
    run: Run,
    throttle_keys: Option<ThrottleKeys>,
}

/// The kinds a worker process handles.
#[derive(Default)]
pub struct Registry {
    kinds: HashMap<&'static str, Kind>,
}

impl Registry {
    /// Knows nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Handles a kind. A payload that does not decode is dead with its error; it never stops a worker.
    #[must_use]
    pub fn on<J, F, Fut>(mut self, handler: F) -> Self
    where
        J: Job,
        F: Fn(Ctx, J) -> Fut + Send + Sync + 'static,
        Fut: Future<Output: IntoOutcome> + Send + 'static,
    {
        let run: Run = Box::new(move |ctx| match serde_json::from_str::<J>(&ctx.claimed.args) {
            Ok(job) => {
                let answer = handler(ctx, job);
                Box::pin(async move { answer.await.into_outcome() })
            }
            Err(error) => Box::pin(std::future::ready(Outcome::Discard(format!("payload does not decode: {error}")))),
        });
        let throttle_keys = J::THROTTLED.then_some(keys_of::<J> as ThrottleKeys);
        self.kinds.insert(J::KIND, Kind { queue: J::QUEUE, run, throttle_keys });
        self
    }

    /// Every kind with its queue.
    pub(crate) fn kinds(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.kinds.iter().map(|(kind, entry)| (*kind, entry.queue))
    }

    /// The limits a claimed job draws from.
    pub(crate) fn throttle_keys<'j>(&self, job: &'j Claimed) -> &'j [String] {
        let keys = self.kinds.get(job.kind.as_str()).and_then(|kind| kind.throttle_keys);
        job.limits.get_or_init(|| keys.map_or_else(Vec::new, |keys| keys(&job.args)))
    }

    /// Runs a job on a task of its own, so that one that computes does not hold up one that a caller waits for.
    pub(crate) async fn run(self: Arc<Self>, db: Db, job: Arc<Claimed>) -> Result<Outcome, BoxDynError> {
        let kind = self.kinds.get(job.kind.as_str()).ok_or_else(|| UnknownKind(job.kind.clone()))?;
        let span = tracing::info_span!("job", job.id = %job.id, job.kind = %job.kind, job.attempt = job.attempt, org.id = %job.org);
        trace::adopt(&span, &job.args);
        let handler = (kind.run)(Ctx { db, claimed: job.clone() }).instrument(span);
        let mut handler = AbortOnDropHandle::new(tokio::spawn(handler));
        tokio::select! {
            ended = &mut handler => Ok(ended.unwrap_or_else(|gone| resume_unwind(panic_of(gone)))),
            () = job.lease.lost() => Err(LeaseLost.into()),
        }
    }
}

/// A handler's task is only ever aborted together with the future that waits for it, so what ends it is a panic.
fn panic_of(gone: tokio::task::JoinError) -> Box<dyn Any + Send> {
    gone.try_into_panic().unwrap_or_else(|gone| Box::new(gone.to_string()))
}

/// A payload that does not decode draws nothing: its handler will say so.
fn keys_of<J: Job>(args: &str) -> Vec<String> {
    serde_json::from_str::<J>(args).map(|job| job.throttle_keys()).unwrap_or_default()
}
