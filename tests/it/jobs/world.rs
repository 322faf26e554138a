//! A database of its own, an organisation, and worker processes that live as long as the test wants.

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use serde::{Deserialize, Serialize};
use tokio::{sync::oneshot, task::JoinHandle};
use workers::{
    registry::{Ctx, Registry},
    runtime::{Config, Queue, Runtime},
};
use workflows::{
    db::Db,
    hub::Hub,
    id::OrgId,
    job::{self, Filter, Job, JobId, JobRow},
};

use crate::support;

/// Something a test awaits takes no longer than this, however busy the machine.
const PATIENCE: Duration = Duration::from_secs(30);

pub(super) struct World {
    pub(super) db: Db,
    pub(super) org: OrgId,
    pub(super) url: String,
    _database: support::Database,
}

impl World {
    pub(super) async fn new() -> Self {
        let database = support::database().await;
        let (db, url, org) = (connect(&database.url).await, database.url.clone(), OrgId::new());
        let mut tx = db.system().await.unwrap();
        let insert = "insert into organizations (id, slug, name) values ($1, 'acme', 'Acme Recovery')";
        sqlx::query(insert).bind(org).execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
        Self { db, org, url, _database: database }
    }

    pub(super) async fn enqueue<J: Job>(&self, job: &J) -> Option<JobId> {
        let mut tx = self.db.tenant(self.org).await.unwrap();
        let id = job::enqueue(&mut tx, self.org, job).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    pub(super) async fn job(&self, id: JobId) -> JobRow {
        let mut tx = self.db.tenant(self.org).await.unwrap();
        job::get(&mut tx, self.org, id).await.unwrap().unwrap()
    }

    pub(super) async fn jobs(&self) -> Vec<JobRow> {
        let mut tx = self.db.tenant(self.org).await.unwrap();
        job::list(&mut tx, self.org, &Filter::default(), None, 1_000).await.unwrap()
    }

    /// Waits until a job is as wanted.
    pub(super) async fn until(&self, id: JobId, wanted: impl Fn(&JobRow) -> bool) -> JobRow {
        eventually(async || Some(self.job(id).await).filter(|job| wanted(job))).await
    }

    pub(super) async fn sql(&self, statement: &'static str) {
        let mut tx = self.db.system().await.unwrap();
        sqlx::raw_sql(statement).execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
    }

    pub(super) async fn number(&self, query: &'static str) -> i64 {
        let mut tx = self.db.system().await.unwrap();
        sqlx::query_scalar(query).fetch_one(&mut *tx).await.unwrap()
    }

    pub(super) fn work(&self, registry: Registry) -> Worker {
        Worker::start(self.db.clone(), registry, config())
    }

    pub(super) fn work_as(&self, registry: Registry, config: Config) -> Worker {
        Worker::start(self.db.clone(), registry, config)
    }
}

/// As `wib_app`, whom row security holds.
pub(super) async fn connect(url: &str) -> Db {
    Db::connect(url, 8, Hub::default()).await.unwrap()
}

/// Two queues, a short lease.
pub(super) fn config() -> Config {
    let queue = |name, ahead| Queue { name, concurrency: 8, ahead, unsaved: 8, timeout: Duration::from_secs(1) };
    Config { lease: Duration::from_secs(2), queues: vec![queue("default", 100), queue("live", 0)], ..Config::default() }
}

/// A worker process, within this one.
pub(super) struct Worker {
    stop: Option<oneshot::Sender<()>>,
    running: JoinHandle<()>,
}

impl Worker {
    pub(super) fn start(db: Db, registry: Registry, config: Config) -> Self {
        let (stop, stopped) = oneshot::channel::<()>();
        let runtime = Runtime::new(db, registry, config);
        let running = tokio::spawn(async move {
            let told = async {
                let _ = stopped.await;
            };
            runtime.run(told).await.unwrap();
        });
        Self { stop: Some(stop), running }
    }

    pub(super) async fn stop(mut self) {
        let _ = self.stop.take().unwrap().send(());
        tokio::time::timeout(PATIENCE, self.running).await.unwrap().unwrap();
    }
}

/// Polls until there is an answer.
pub(super) async fn eventually<T>(mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let found = async {
        loop {
            if let Some(found) = look().await {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(PATIENCE, found).await.expect("it never came to be")
}

/// The job of these tests: a number.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Count {
    pub(super) n: u64,
    pub(super) key: Option<String>,
}

impl Count {
    pub(super) fn of(n: u64) -> Self {
        Self { n, key: None }
    }
}

impl Job for Count {
    const KIND: &'static str = "count";
    const QUEUE: &'static str = "default";
    const MAX_ATTEMPTS: i16 = 3;

    fn unique_key(&self) -> Option<String> {
        self.key.clone()
    }
}

/// How often something happened.
#[derive(Clone, Default)]
pub(super) struct Tally(Arc<AtomicUsize>);

impl Tally {
    pub(super) fn hit(&self) -> usize {
        self.0.fetch_add(1, SeqCst) + 1
    }

    pub(super) fn count(&self) -> usize {
        self.0.load(SeqCst)
    }

    pub(super) async fn reaches(&self, n: usize) {
        eventually(async || (self.count() >= n).then_some(())).await;
    }
}

/// A registry with one handler for [`Count`].
pub(super) fn counting<R>(handler: impl Fn(Ctx, Count) -> R + Send + Sync + 'static) -> Registry
where
    R: Future<Output: workers::outcome::IntoOutcome> + Send + 'static,
{
    Registry::new().on(handler)
}
