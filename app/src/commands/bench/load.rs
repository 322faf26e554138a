//! The work that is measured, and a worker process that does it.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use anyhow::Context;
use serde::{Deserialize, Serialize};
use tokio::{
    sync::{Notify, oneshot},
    task::JoinHandle,
};
use workers::{
    outcome::Outcome,
    registry::Registry,
    runtime::{self, Config, Queue, Runtime},
};
use workflows::{
    db::Db,
    id::OrgId,
    job::{self, Job},
};

/// Apart from every queue of the product: no other worker takes part.
pub(super) const QUEUE: &str = "bench";
/// As many rows as one enqueueing statement takes.
const CHUNK: u64 = 1_000;
/// One job in so long: each finds an idle worker.
const PACE: Duration = Duration::from_millis(50);
/// A worker that has had nothing to do for so long is idle.
const IDLE: Duration = Duration::from_millis(700);

#[derive(Serialize, Deserialize)]
pub(super) struct Noop {
    i: u64,
}

impl Job for Noop {
    const KIND: &'static str = "bench_noop";
    const QUEUE: &'static str = QUEUE;
}

/// Knows when it was enqueued, in microseconds.
#[derive(Serialize, Deserialize)]
struct Stamp {
    t: u64,
}

impl Job for Stamp {
    const KIND: &'static str = "bench_stamp";
    const QUEUE: &'static str = QUEUE;
}

#[derive(Serialize, Deserialize)]
struct Chain {
    v: u64,
}

impl Job for Chain {
    const KIND: &'static str = "bench_chain";
    const QUEUE: &'static str = QUEUE;
}

/// Draws a permit of each of its limits.
#[derive(Serialize, Deserialize)]
pub(super) struct Draw {
    pub(super) keys: Vec<String>,
}

impl Job for Draw {
    const KIND: &'static str = "bench_draw";
    const QUEUE: &'static str = QUEUE;
    const THROTTLED: bool = true;

    fn throttle_keys(&self) -> Vec<String> {
        self.keys.clone()
    }
}

/// What the handlers have seen.
#[derive(Default)]
pub(super) struct Seen {
    done: AtomicU64,
    more: Notify,
    latencies: Mutex<Vec<f64>>,
}

impl Seen {
    pub(super) fn hit(&self) {
        self.done.fetch_add(1, Relaxed);
        self.more.notify_one();
    }

    async fn reaches(&self, n: u64) {
        while self.done.load(Relaxed) < n {
            self.more.notified().await;
        }
    }

    fn late(&self, since: u64) {
        let ms = Duration::from_micros(now().saturating_sub(since)).as_secs_f64() * 1e3;
        self.latencies.lock().unwrap_or_else(PoisonError::into_inner).push(ms);
        self.hit();
    }
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_micros()).unwrap_or(u64::MAX)
}

/// An organisation that nobody belongs to, and its work.
pub(super) struct Load {
    pub(super) db: Db,
    pub(super) org: OrgId,
    concurrency: usize,
}

impl Load {
    pub(super) fn new(db: Db, concurrency: usize) -> Self {
        Self { db, org: OrgId::new(), concurrency }
    }

    /// Enqueues no-ops, a thousand a statement.
    pub(super) async fn fill(&self, n: u64) -> anyhow::Result<()> {
        self.enqueue_all(n, |i| Noop { i }).await
    }

    /// Enqueues no-ops one after the other, a transaction each.
    pub(super) async fn fill_singly(&self, n: u64) -> anyhow::Result<()> {
        for i in 0..n {
            self.enqueue(&Noop { i }).await?;
        }
        Ok(())
    }

    /// Works off `n` no-ops; the time ends when the last one is committed and the worker has stopped.
    pub(super) async fn drain(&self, n: u64) -> anyhow::Result<Duration> {
        self.work_off(n, |seen| {
            Registry::new().on(move |_, _: Noop| {
                seen.hit();
                async {}
            })
        })
        .await
    }

    /// How long a job waits at an idle worker, from before it is enqueued to its handler, in milliseconds.
    pub(super) async fn pickup(&self, n: u64) -> anyhow::Result<Vec<f64>> {
        let seen = Arc::new(Seen::default());
        let stamps = seen.clone();
        let worker = self.worker(Registry::new().on(move |_, job: Stamp| {
            stamps.late(job.t);
            async {}
        }));
        tokio::time::sleep(IDLE).await;
        for _ in 0..n {
            self.enqueue(&Stamp { t: now() }).await?;
            tokio::time::sleep(PACE).await;
        }
        seen.reaches(n).await;
        worker.stop().await?;
        Ok(seen.latencies.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }

    /// Enqueues the first step of workflows of three.
    pub(super) async fn fill_chains(&self, n: u64) -> anyhow::Result<()> {
        self.enqueue_all(n, |v| Chain { v }).await
    }

    /// Runs `n` workflows of three steps, each step's result kept.
    pub(super) async fn drain_chains(&self, n: u64) -> anyhow::Result<Duration> {
        self.work_off(n, |seen| {
            Registry::new().on(move |ctx, job: Chain| {
                let outcome = step(ctx.step(), job.v);
                if ctx.step() == 2 {
                    seen.hit();
                }
                async move { outcome }
            })
        })
        .await
    }

    /// Jobs that were left behind; there must be none.
    pub(super) async fn left(&self) -> anyhow::Result<i64> {
        let mut tx = self.db.tenant(self.org).await?;
        let left = sqlx::query_scalar!(r#"select count(*) as "left!" from jobs where org_id = $1"#, self.org.0);
        Ok(left.fetch_one(&mut *tx).await?)
    }

    /// Removes every trace.
    pub(super) async fn clean(&self) -> anyhow::Result<()> {
        let mut tx = self.db.system().await?;
        sqlx::query!("delete from jobs where org_id = $1", self.org.0).execute(&mut *tx).await?;
        sqlx::query!("delete from job_history where org_id = $1", self.org.0).execute(&mut *tx).await?;
        sqlx::query!("delete from job_minutes where org_id = $1", self.org.0).execute(&mut *tx).await?;
        sqlx::query!("delete from throttles where key like 'bench:%'").execute(&mut *tx).await?;
        sqlx::query!("delete from job_kinds where queue = $1", QUEUE).execute(&mut *tx).await?;
        Ok(tx.commit().await?)
    }

    pub(super) async fn enqueue<J: Job>(&self, job: &J) -> anyhow::Result<()> {
        let mut tx = self.db.tenant(self.org).await?;
        job::enqueue(&mut tx, self.org, job).await?;
        Ok(tx.commit().await?)
    }

    pub(super) async fn enqueue_all<J: Job>(&self, n: u64, job: impl Fn(u64) -> J) -> anyhow::Result<()> {
        for start in (0..n).step_by(usize::try_from(CHUNK)?) {
            let jobs: Vec<J> = (start..n.min(start + CHUNK)).map(&job).collect();
            let mut tx = self.db.tenant(self.org).await?;
            job::enqueue_all(&mut tx, self.org, &jobs).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    pub(super) async fn work_off(
        &self,
        n: u64,
        registry: impl FnOnce(Arc<Seen>) -> Registry,
    ) -> anyhow::Result<Duration> {
        let seen = Arc::new(Seen::default());
        let begun = Instant::now();
        let worker = self.worker(registry(seen.clone()));
        seen.reaches(n).await;
        worker.stop().await?;
        Ok(begun.elapsed())
    }

    pub(super) fn worker(&self, registry: Registry) -> Worker {
        let queue = Queue { name: QUEUE, concurrency: self.concurrency, ..Queue::default() };
        let config = Config { queues: vec![queue], ..Config::default() };
        let (stop, stopped) = oneshot::channel::<()>();
        let runtime = Runtime::new(self.db.clone(), registry, config);
        let running = tokio::spawn(async move {
            let told = async {
                let _ = stopped.await;
            };
            runtime.run(told).await
        });
        Worker { stop, running }
    }
}

pub(super) struct Worker {
    stop: oneshot::Sender<()>,
    running: JoinHandle<Result<(), runtime::Error>>,
}

impl Worker {
    pub(super) async fn stop(self) -> anyhow::Result<()> {
        let _ = self.stop.send(());
        self.running.await.context("the worker panicked")?.context("the worker failed")
    }
}

fn step(step: i16, v: u64) -> Outcome {
    let result = serde_json::json!({ "v": v + 1 });
    let outcome = if step == 2 { Outcome::done_with(&result) } else { Outcome::next(&result, &Chain { v: v + 1 }) };
    outcome.unwrap_or_else(Outcome::retry)
}
