//! The outermost layer of a worker: it sees what the handler answered, and also its panic or time-out.

use std::{
    sync::Arc,
    task::{Context, Poll},
    time::{Duration, Instant},
};

use apalis_core::{error::BoxDynError, task::Task};
use futures::future::BoxFuture;
use tower::{Layer, Service};

use super::{
    Claimed,
    acker::{Ack, Verdict},
    lane::Lane,
    store::Store,
};
use crate::{meter, outcome::Outcome, registry::UnknownKind};

/// Tells the acker how each job ended.
#[derive(Clone)]
pub(crate) struct AckLayer {
    store: Arc<Store>,
    lane: Arc<Lane>,
}

impl AckLayer {
    pub(super) fn new(store: Arc<Store>, lane: Arc<Lane>) -> Self {
        Self { store, lane }
    }
}

impl<S> Layer<S> for AckLayer {
    type Service = AckService<S>;

    fn layer(&self, inner: S) -> AckService<S> {
        AckService { inner, to: self.clone() }
    }
}

pub(crate) struct AckService<S> {
    inner: S,
    to: AckLayer,
}

impl<S> Service<Task<Arc<Claimed>>> for AckService<S>
where
    S: Service<Task<Arc<Claimed>>, Response = Outcome>,
    S::Error: Into<BoxDynError>,
    S::Future: Send + 'static,
{
    type Response = ();
    type Error = BoxDynError;
    type Future = BoxFuture<'static, Result<(), BoxDynError>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxDynError>> {
        self.inner.poll_ready(cx).map_err(Into::into)
    }

    fn call(&mut self, task: Task<Arc<Claimed>>) -> Self::Future {
        meter::started(self.to.lane.name(), task.args.claimed_at.elapsed());
        let waited = self.to.store.lateness.of(task.args.run_at);
        let mut start = Start { to: self.to.clone(), job: Some(task.args.clone()), waited, at: Instant::now() };
        let answer = self.inner.call(task);
        Box::pin(async move {
            let verdict = answer.await.map_or_else(|error| failed(error.into()), Verdict::Outcome);
            start.ended(verdict);
            Ok(())
        })
    }
}

/// A job that has started, and will be told to have ended, come what may.
struct Start {
    to: AckLayer,
    job: Option<Arc<Claimed>>,
    waited: Option<Duration>,
    at: Instant,
}

impl Start {
    fn ended(&mut self, verdict: Verdict) {
        if let Some(job) = self.job.take() {
            let AckLayer { store, lane } = &self.to;
            let ran = self.at.elapsed();
            meter::ended(lane.name(), ran);
            store.ended(lane, Ack::of(lane, job, verdict).after(self.waited, ran));
        }
    }
}

impl Drop for Start {
    /// The worker was told to stop and the grace is over, or it was started anew.
    fn drop(&mut self) {
        self.ended(Verdict::Outcome(Outcome::retry("the worker was stopped before the handler ended")));
    }
}

fn failed(error: BoxDynError) -> Verdict {
    match error.downcast::<UnknownKind>() {
        Ok(unknown) => Verdict::Unknown(unknown.to_string()),
        Err(error) => Verdict::Outcome(Outcome::retry(error)),
    }
}
