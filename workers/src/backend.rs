//! Where apalis workers get their jobs: our own Postgres store behind apalis-core's [`apalis_core::backend::Backend`].
//!
//! ```text
//!            hints, timers                 poll_next            handler             Ack (tower layer)
//! jobs ──▶ pump (claims for all queues) ──▶ Lane (one a queue) ──▶ … ──▶ acker (one statement a batch) ──▶ job_history
//!            ▲ permits                        ▲ orders                         │
//!            └── heartbeat: lease, rescue ────┴────────────────────────────────┘
//! ```
//!
//! One [`Store`] a process: one lease, one pump with one statement for all its queues, one acker, one heartbeat, a
//! connection each. A lane hands a job out only while the lease is live, its concurrency allows and not too much is
//! finished but not yet committed. Every acknowledgement compares (lease, fence), so a process that was stopped and
//! wakes changes nothing.

mod ack;
mod acker;
mod claimed;
mod clock;
mod fair;
mod heartbeat;
mod lane;
mod lateness;
mod lease;
mod limit;
mod link;
mod permits;
mod pump;
mod store;
mod tally;
mod turns;

use std::{
    convert::Infallible,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Instant,
};

use apalis_core::{
    backend::{Backend as ApalisBackend, BackendConfig, finalize::Ephemeral},
    task::{Task, builder::TaskBuilder, task_id::TaskId},
    worker::context::WorkerContext,
};
use tokio::time::Sleep;

use self::{
    ack::AckLayer,
    lane::{Lane, Turn},
};
pub(crate) use self::{claimed::Claimed, store::Store};

/// One queue's end of the store, as an apalis worker polls it.
pub(crate) struct Backend {
    store: Arc<Store>,
    lane: Arc<Lane>,
    /// Rings when the next job with a permit for later may start.
    timer: Option<Pin<Box<Sleep>>>,
}

impl Backend {
    pub(crate) fn new(store: Arc<Store>, lane: Arc<Lane>) -> Self {
        Self { store, lane, timer: None }
    }

    /// Pending until the moment has come; the lane's waker comes earlier if anything else changes.
    fn sleep_until(&mut self, moment: Instant, cx: &mut Context<'_>) -> Poll<()> {
        let timer = self.timer.insert(Box::pin(tokio::time::sleep_until(moment.into())));
        timer.as_mut().poll(cx)
    }
}

impl ApalisBackend for Backend {
    type Task = Task<Arc<Claimed>>;
    type Error = Infallible;

    fn poll_ready(&mut self, _: &mut Context<'_>, _: &WorkerContext) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn poll_next(&mut self, cx: &mut Context<'_>, _: &WorkerContext) -> Poll<Option<Result<Self::Task, Infallible>>> {
        self.lane.register(cx.waker());
        loop {
            match self.lane.turn(Instant::now()) {
                Turn::Start(job) => {
                    self.store.feed(&self.lane);
                    let id = TaskId::from_int(job.id.0.unsigned_abs());
                    return Poll::Ready(Some(Ok(TaskBuilder::new(job).task_id(id).build())));
                }
                Turn::Stale(job) => self.store.release(&self.lane, job),
                Turn::Void(job) => {
                    self.lane.keep([job].into_iter());
                    self.store.feed(&self.lane);
                }
                Turn::Later(moment) => ready!(self.sleep_until(moment, cx)),
                Turn::Nothing => return Poll::Pending,
            }
        }
    }

    /// Nothing of a lane's own is left to flush: the store is closed once, after all its workers.
    fn poll_close(&mut self, _: &mut Context<'_>, _: &WorkerContext) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }
}

impl BackendConfig for Backend {
    type Args = Arc<Claimed>;
    type Id = i64;
    type Kind = Ephemeral;
    type Config = ();
    type Layer = AckLayer;

    fn config(&self) -> &() {
        &()
    }

    fn middleware(&mut self, _: &mut WorkerContext) -> AckLayer {
        AckLayer::new(self.store.clone(), self.lane.clone())
    }
}
