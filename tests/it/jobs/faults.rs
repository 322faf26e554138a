//! What goes wrong in handlers and in what they are given. None of it stops a worker.

use std::time::Duration;

use workers::outcome::Outcome;
use workflows::job::State;

use super::world::{Count, Tally, World, counting};

#[tokio::test]
async fn a_panic_is_a_failed_attempt() {
    let world = World::new().await;
    let id = world.enqueue(&Count::of(1)).await.unwrap();
    let worker = world.work(counting(|ctx, _| async move { assert!(ctx.attempt() > 1, "boom") }));
    let done = world.until(id, |job| job.state == State::Done).await;
    worker.stop().await;
    assert_eq!(done.attempt, 2);
}

#[tokio::test]
async fn a_handler_that_takes_too_long_is_a_failed_attempt_and_is_stopped() {
    let world = World::new().await;
    let id = world.enqueue(&Count::of(1)).await.unwrap();
    let stopped = Tally::default();
    let counted = stopped.clone();
    let worker = world.work(counting(move |ctx, _| {
        let stopped = Hit(counted.clone());
        async move {
            if ctx.attempt() == 1 {
                std::future::pending::<()>().await;
            }
            std::mem::forget(stopped);
        }
    }));
    let done = world.until(id, |job| job.state == State::Done).await;
    worker.stop().await;
    assert_eq!((done.attempt, stopped.count()), (2, 1));
}

/// Counts that it was dropped.
struct Hit(Tally);

impl Drop for Hit {
    fn drop(&mut self) {
        self.0.hit();
    }
}

#[tokio::test]
async fn a_payload_that_does_not_decode_is_dead_and_the_next_job_runs() {
    let world = World::new().await;
    let bad = world.enqueue(&Count::of(1)).await.unwrap();
    world.sql("update jobs set args = '{\"n\": \"seven\"}'").await;
    let good = world.enqueue(&Count::of(2)).await.unwrap();
    let worker = world.work(counting(|_, _| async {}));
    world.until(good, |job| job.state == State::Done).await;
    let dead = world.until(bad, |job| job.state == State::Dead).await;
    worker.stop().await;
    assert!(dead.error.unwrap().contains("does not decode"));
}

#[tokio::test]
async fn a_kind_nobody_knows_waits_without_spending_attempts() {
    let world = World::new().await;
    let id = world.enqueue(&Count::of(1)).await.unwrap();
    world.sql("update jobs set kind = 'of_the_next_release'").await;
    let worker = world.work(counting(|_, _| async {}));
    let waiting = world.until(id, |job| job.error.is_some()).await;
    worker.stop().await;
    assert_eq!((waiting.state, waiting.attempt), (State::Scheduled, 0));
    assert!(waiting.error.unwrap().contains("of_the_next_release"));
}

#[tokio::test]
async fn a_worker_that_stops_ends_what_runs_and_gives_back_the_rest() {
    let world = World::new().await;
    for n in 0..20 {
        world.enqueue(&Count::of(n)).await;
    }
    let started = Tally::default();
    let counted = started.clone();
    let worker = world.work(counting(move |_, _| {
        counted.hit();
        tokio::time::sleep(Duration::from_millis(300))
    }));
    started.reaches(8).await;
    worker.stop().await;
    let jobs = world.jobs().await;
    let done = jobs.iter().filter(|job| job.state == State::Done).count();
    assert_eq!(done, started.count());
    assert!(
        jobs.iter().filter(|job| job.state != State::Done).all(|job| job.state == State::Pending && job.attempt == 0)
    );
    assert_eq!(world.number("select count(*) from leases where expires_at > clock_timestamp()").await, 0);
}

#[tokio::test]
async fn a_handler_that_outlasts_the_grace_has_failed_and_is_tried_again() {
    let world = World::new().await;
    let id = world.enqueue(&Count::of(1)).await.unwrap();
    let mut config = super::world::config();
    config.grace = Duration::from_millis(100);
    let worker = world.work_as(counting(|_, _| std::future::pending::<()>()), config);
    world.until(id, |job| job.state == State::Running).await;
    worker.stop().await;
    let cut_off = world.job(id).await;
    assert!(cut_off.error.unwrap().contains("stopped before the handler ended"));
    let worker = world.work(counting(|_, _| async {}));
    let done = world.until(id, |job| job.state == State::Done).await;
    worker.stop().await;
    assert_eq!(done.attempt, 2);
}

#[tokio::test]
async fn a_worker_outlives_the_connections_it_lost() {
    let world = World::new().await;
    let worker = world.work(counting(|_, _| async { Outcome::Done }));
    let before = world.enqueue(&Count::of(1)).await.unwrap();
    world.until(before, |job| job.state == State::Done).await;
    world.sql("reset role; select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()").await;
    let after = super::world::eventually(async || {
        let mut tx = world.db.tenant(world.org).await.ok()?;
        let id = workflows::job::enqueue(&mut tx, world.org, &Count::of(2)).await.ok()??;
        tx.commit().await.ok().map(|()| id)
    })
    .await;
    world.until(after, |job| job.state == State::Done).await;
    worker.stop().await;
    assert!(world.number("select count(*) from leases").await >= 2, "a new lease was taken");
}
