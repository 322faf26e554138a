//! A worker process: one apalis worker a queue under one monitor, on one store.

use std::{future::Future, io, sync::Arc, time::Duration};

use apalis::{layers::WorkerBuilderExt, prelude::Monitor};
use apalis_core::worker::builder::WorkerBuilder;
use workflows::db::Db;

use crate::{
    backend::{Backend, Claimed, Store},
    registry::Registry,
    vital::Vital,
};

/// How one queue is worked.
#[derive(Clone, Debug)]
pub struct Queue {
    /// Its name.
    pub name: &'static str,
    /// How many handlers run at once here, unless an operator says otherwise.
    pub concurrency: usize,
    /// How many jobs may be claimed beyond the free slots, at most; 0 for what a person waits for.
    pub ahead: usize,
    /// How many finished jobs may wait for their commit: so many would run again after a kill. 1 for what touches
    /// the world.
    pub unsaved: usize,
    /// A handler that takes longer has failed.
    pub timeout: Duration,
}

impl Default for Queue {
    /// For jobs that nobody waits for and that may run twice.
    fn default() -> Self {
        Self { name: "default", concurrency: 32, ahead: 500, unsaved: 1_000, timeout: Duration::from_secs(60) }
    }
}

/// How a worker process works.
#[derive(Clone, Debug)]
pub struct Config {
    /// What this process is called in `leases` and history.
    pub name: String,
    /// A dead process's jobs are taken back after so long.
    pub lease: Duration,
    /// A lost hint is made up for after so long.
    pub poll: Duration,
    /// How long handlers may take to end after the signal to stop.
    pub grace: Duration,
    /// The queues this process works.
    pub queues: Vec<Queue>,
    /// Told how it is.
    pub vital: Vital,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            name: process_name(),
            lease: Duration::from_secs(10),
            poll: Duration::from_millis(250),
            grace: Duration::from_secs(20),
            queues: vec![
                Queue { name: "live", concurrency: 64, ahead: 0, unsaved: 1, timeout: Duration::from_secs(15) },
                Queue { name: "dial", concurrency: 32, ahead: 0, unsaved: 1, timeout: Duration::from_secs(30) },
                Queue { name: "send", concurrency: 16, ahead: 0, unsaved: 1, timeout: Duration::from_secs(60) },
                Queue { name: "webhook", concurrency: 32, ahead: 64, unsaved: 32, timeout: Duration::from_secs(15) },
                // Whole files, from a carrier that may be slow.
                Queue { name: "media", concurrency: 8, ahead: 0, unsaved: 1, timeout: Duration::from_mins(5) },
                Queue::default(),
            ],
            vital: Vital::default(),
        }
    }
}

impl Config {
    /// Only these queues; unknown names are ignored.
    #[must_use]
    pub fn only(mut self, names: &[&str]) -> Self {
        self.queues.retain(|queue| names.contains(&queue.name));
        self
    }
}

fn process_name() -> String {
    let host = std::env::var("HOSTNAME").unwrap_or_else(|_| "worker".into());
    format!("{host}/{}", std::process::id())
}

/// Why a worker process ended, other than being told to.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The kinds it handles could not be written down.
    #[error("worker could not start")]
    Database(#[from] sqlx::Error),
    /// Its workers ended.
    #[error("workers ended: {0}")]
    Workers(String),
}

/// A worker process to be run.
pub struct Runtime {
    db: Db,
    registry: Arc<Registry>,
    config: Config,
}

impl Runtime {
    /// Works `config`'s queues with `registry`'s handlers.
    #[must_use]
    pub fn new(db: Db, registry: Registry, config: Config) -> Self {
        Self { db, registry: Arc::new(registry), config }
    }

    /// Works until `shutdown` resolves, then claims nothing more, lets running handlers end within the grace, gives
    /// back what never started and writes down what ended. What had to be cut off has failed, and is tried again.
    ///
    /// # Errors
    /// When the database is away at the start.
    pub async fn run(self, shutdown: impl Future<Output = ()> + Send) -> Result<(), Error> {
        self.announce().await?;
        let grace = self.config.grace;
        let store = Store::open(self.db.clone(), self.registry.clone(), self.config);
        let monitor = store.lanes().fold(Monitor::new(), |monitor, lane| {
            let (store, registry, db) = (store.clone(), self.registry.clone(), self.db.clone());
            monitor.register(move |_| {
                let (registry, db) = (registry.clone(), db.clone());
                let handler = move |job: Arc<Claimed>| registry.clone().run(db.clone(), job);
                WorkerBuilder::new(lane.name())
                    .backend(Backend::new(store.clone(), lane.clone()))
                    .catch_panic()
                    .timeout(lane.timeout())
                    .build(handler)
            })
        });
        let told = async {
            shutdown.await;
            store.stop();
            io::Result::Ok(())
        };
        let monitor = monitor
            .should_restart(|_, _| true)
            // A future of its own, so that the grace counts from the signal and not from here.
            .with_terminator(async move { tokio::time::sleep(grace).await });
        let ended = Box::pin(monitor.run_with_signal(told)).await;
        store.close().await;
        ended.map_err(|error| Error::Workers(error.to_string()))
    }

    /// Writes down which kinds there are, for lists to start from.
    async fn announce(&self) -> Result<(), sqlx::Error> {
        let (kinds, queues): (Vec<String>, Vec<String>) =
            self.registry.kinds().map(|(kind, queue)| (kind.to_owned(), queue.to_owned())).unzip();
        let mut tx = self.db.system().await?;
        sqlx::query!(
            "insert into job_kinds (kind, queue) select * from unnest($1::text[], $2::text[])
             on conflict (kind) do update set queue = excluded.queue where job_kinds.queue <> excluded.queue",
            &kinds,
            &queues,
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await
    }
}
