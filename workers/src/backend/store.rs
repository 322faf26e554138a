//! What the lanes of one worker process share: the lease, the tasks, and the way in and out.

use std::{
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    time::Instant,
};

use tokio::{
    sync::{Notify, mpsc},
    task::JoinHandle,
};
use workflows::db::Db;

use super::{
    Claimed,
    acker::{self, Ack, Verdict},
    heartbeat,
    lane::Lane,
    lateness::Lateness,
    lease::Lease,
    pump,
    tally::Tally,
};
use crate::{registry::Registry, runtime::Config};

pub(crate) struct Store {
    pub(super) db: Db,
    pub(super) config: Config,
    pub(super) registry: Arc<Registry>,
    pub(super) lanes: Vec<Arc<Lane>>,
    pub(super) tally: Tally,
    pub(super) lateness: Lateness,
    /// The pump has something to do.
    pub(super) pump: Notify,
    /// The heartbeat has: a lease is wanted.
    pub(super) heart: Notify,
    lease: Mutex<Option<Arc<Lease>>>,
    stopping: AtomicBool,
    drained: AtomicBool,
    acks: mpsc::UnboundedSender<Ack>,
    tasks: Mutex<Vec<JoinHandle<()>>>,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("worker", &self.config.name).finish_non_exhaustive()
    }
}

impl Store {
    /// Starts the tasks of a worker process.
    pub(crate) fn open(db: Db, registry: Arc<Registry>, config: Config) -> Arc<Self> {
        let (acks, outcomes) = mpsc::unbounded_channel();
        let lanes = config.queues.iter().map(|queue| Arc::new(Lane::new(queue.clone()))).collect();
        let store = Arc::new(Self {
            db,
            config,
            registry,
            lanes,
            tally: Tally::default(),
            lateness: Lateness::default(),
            pump: Notify::new(),
            heart: Notify::new(),
            lease: Mutex::default(),
            stopping: AtomicBool::new(false),
            drained: AtomicBool::new(false),
            acks,
            tasks: Mutex::default(),
        });
        let tasks = vec![
            tokio::spawn(heartbeat::run(store.clone())),
            tokio::spawn(pump::run(store.clone())),
            tokio::spawn(acker::run(store.clone(), outcomes)),
        ];
        *store.tasks.lock().unwrap_or_else(PoisonError::into_inner) = tasks;
        store
    }

    /// One a queue.
    pub(crate) fn lanes(&self) -> impl Iterator<Item = Arc<Lane>> {
        self.lanes.iter().cloned()
    }

    pub(super) fn lane(&self, queue: &str) -> Option<&Arc<Lane>> {
        self.lanes.iter().find(|lane| lane.setup.name == queue)
    }

    /// The lease new jobs are claimed under.
    pub(super) fn lease(&self) -> Option<Arc<Lease>> {
        self.lease.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn may_claim(&self) -> bool {
        self.lease().is_some_and(|lease| lease.is_live())
    }

    pub(super) fn set_lease(&self, lease: Option<Arc<Lease>>) {
        *self.lease.lock().unwrap_or_else(PoisonError::into_inner) = lease;
        self.pump.notify_one();
    }

    /// Asks for a new lease: the connection that claimed under this one broke. After a server's crash the fence of a
    /// claim that was not yet on disk is given out again; the lease then tells the two apart.
    pub(super) fn abandon_lease(&self) {
        self.set_lease(None);
        self.heart.notify_one();
    }

    /// There may be due jobs for a lane.
    pub(super) fn hint(&self, lane: &Lane) {
        lane.hint();
        self.pump.notify_one();
    }

    /// Wakes the pump if a lane has become worth claiming for.
    pub(super) fn feed(&self, lane: &Lane) {
        let now = Instant::now();
        if lane.is_askable(now) || lane.is_claimable(now) {
            self.pump.notify_one();
        }
    }

    /// A handler ended.
    pub(super) fn ended(&self, lane: &Arc<Lane>, ack: Ack) {
        lane.ended();
        self.feed(lane);
        self.send(ack);
    }

    /// Gives back a job that never started; its attempt with it.
    pub(super) fn release(&self, lane: &Arc<Lane>, job: Arc<Claimed>) {
        self.send(Ack::of(lane, job, Verdict::Release));
    }

    pub(super) fn send(&self, ack: Ack) {
        // The acker ends only after everybody who could send.
        let _ = self.acks.send(ack);
    }

    pub(super) fn is_stopping(&self) -> bool {
        self.stopping.load(SeqCst)
    }

    /// Nothing is claimed, running or unsaved any more: the lease may go.
    pub(super) fn is_drained(&self) -> bool {
        self.drained.load(SeqCst)
    }

    /// Starts nothing new, here or at the next claim.
    pub(crate) fn stop(&self) {
        self.stopping.store(true, SeqCst);
        self.lanes.iter().for_each(|lane| lane.close());
        self.pump.notify_one();
    }

    /// Gives back what never started, flushes what ended, ends the lease. To be called when the workers are gone.
    pub(crate) async fn close(self: &Arc<Self>) {
        self.stop();
        let mut tasks = std::mem::take(&mut *self.tasks.lock().unwrap_or_else(PoisonError::into_inner)).into_iter();
        let (heart, pump) = (tasks.next(), tasks.next());
        join(pump).await;
        for lane in &self.lanes {
            lane.drain().into_iter().for_each(|job| self.release(lane, job));
        }
        self.send(Ack::Close);
        join(tasks.next()).await;
        self.drained.store(true, SeqCst);
        self.heart.notify_one();
        join(heart).await;
    }
}

async fn join(task: Option<JoinHandle<()>>) {
    if let Some(Err(error)) = futures::future::OptionFuture::from(task).await {
        tracing::error!(%error, "a task of the job store ended badly");
    }
}
