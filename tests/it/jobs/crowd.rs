//! Several worker processes, leases that go, partitions that come and go, and timers: what happens beside a job.

use std::time::Duration;

use chrono::{TimeDelta, Utc};
use workflows::job::{self, State};

use super::world::{Count, Tally, Worker, World, config, connect, counting, eventually};

#[tokio::test]
async fn several_workers_on_one_queue_run_each_job_once() {
    let world = World::new().await;
    let mut tx = world.db.tenant(world.org).await.unwrap();
    let jobs: Vec<Count> = (0..1_000).map(Count::of).collect();
    job::enqueue_all(&mut tx, world.org, &jobs).await.unwrap();
    tx.commit().await.unwrap();
    let runs = Tally::default();
    let mut workers = Vec::new();
    for _ in 0..3 {
        let counted = runs.clone();
        let registry = counting(move |_, _| {
            counted.hit();
            async {}
        });
        workers.push(Worker::start(connect(&world.url).await, registry, config()));
    }
    eventually(async || (world.number("select count(*) from job_history").await == 1_000).then_some(())).await;
    for worker in workers {
        worker.stop().await;
    }
    assert_eq!((runs.count(), world.number("select count(distinct id) from job_history").await), (1_000, 1_000));
    assert_eq!(world.number("select count(*) from jobs").await, 0);
}

#[tokio::test]
async fn a_lost_lease_stops_what_runs_under_it_and_its_late_answer_changes_nothing() {
    let world = World::new().await;
    let id = world.enqueue(&Count::of(1)).await.unwrap();
    let stopped = Tally::default();
    let counted = stopped.clone();
    let mut config = config();
    config.queues.iter_mut().for_each(|queue| queue.timeout = Duration::from_mins(1));
    let worker = world.work_as(
        counting(move |ctx, _| {
            let stopped = Hit(counted.clone());
            async move {
                if ctx.attempt() == 1 {
                    std::future::pending::<()>().await;
                }
                std::mem::forget(stopped);
            }
        }),
        config,
    );
    world.until(id, |job| job.state == State::Running).await;
    world.sql("update leases set expires_at = clock_timestamp() - interval '1 second'").await;
    let done = world.until(id, |job| job.state == State::Done).await;
    worker.stop().await;
    assert_eq!((done.attempt, stopped.count()), (2, 1));
    assert_eq!(world.number("select count(*) from job_history").await, 1);
}

/// Counts that it was dropped.
struct Hit(Tally);

impl Drop for Hit {
    fn drop(&mut self) {
        self.0.hit();
    }
}

#[tokio::test]
async fn partitions_are_made_and_dropped_while_jobs_end() {
    let world = World::new().await;
    world.sql("select wib_as_owner(); create table job_history_20200101 partition of job_history for values from ('2020-01-01') to ('2020-01-02')").await;
    let mut tx = world.db.tenant(world.org).await.unwrap();
    let jobs: Vec<Count> = (0..500).map(Count::of).collect();
    job::enqueue_all(&mut tx, world.org, &jobs).await.unwrap();
    tx.commit().await.unwrap();
    let worker = world.work(counting(|_, _| async {}));
    for _ in 0..3 {
        world.sql("select wib_as_owner(); do $$ declare part text; begin select c.relname into part from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'job_history'::regclass and c.relname ~ '\\d{8}$' order by 1 desc limit 1; execute format('drop table %I', part); end $$; select job_history_rotate(30)").await;
    }
    eventually(async || (world.number("select count(*) from job_history").await == 500).then_some(())).await;
    worker.stop().await;
    assert_eq!(world.number("select count(*) from pg_class where relname = 'job_history_20200101'").await, 0);
    assert_eq!(world.number("select count(*) from jobs").await, 0);
}

#[tokio::test]
async fn a_job_for_a_moment_starts_at_it_and_not_at_the_next_poll() {
    let world = World::new().await;
    let mut config = config();
    config.poll = Duration::from_mins(5);
    let worker = world.work_as(counting(|_, _| async {}), config);
    let mut tx = world.db.tenant(world.org).await.unwrap();
    let due = Utc::now() + TimeDelta::milliseconds(700);
    let id = job::enqueue_at(&mut tx, world.org, &Count::of(1), due).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    let done = world.until(id, |job| job.state == State::Done).await;
    worker.stop().await;
    let late = done.started_at.unwrap() - done.run_at;
    assert!(late >= TimeDelta::zero() && late < TimeDelta::milliseconds(400), "{late}");
}
