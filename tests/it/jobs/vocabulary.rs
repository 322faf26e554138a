//! What a handler may answer, and what becomes of it.

use std::time::Duration;

use serde_json::json;
use workers::{outcome::Outcome, registry::Registry};
use workflows::job::{self, State};

use super::world::{Count, Tally, World, counting};

#[tokio::test]
async fn a_job_runs_once_and_is_kept_in_history() {
    let world = World::new().await;
    let runs = Tally::default();
    let id = world.enqueue(&Count::of(7)).await.unwrap();
    let counted = runs.clone();
    let worker = world.work(counting(move |_, job| {
        counted.hit();
        async move { assert_eq!(job.n, 7) }
    }));
    let done = world.until(id, |job| job.state == State::Done).await;
    worker.stop().await;
    assert_eq!((runs.count(), done.attempt, done.args), (1, 1, json!({"n": 7, "key": null})));
    assert!(done.worker.is_some() && done.started_at >= Some(done.created_at) && done.finished_at >= done.started_at);
    assert_eq!(world.number("select count(*) from jobs").await, 0);
}

#[tokio::test]
async fn a_failed_attempt_is_tried_again_until_none_is_left() {
    let world = World::new().await;
    let id = world.enqueue(&Count::of(1)).await.unwrap();
    let worker = world.work(counting(|_, _| async { Outcome::retry_after(Duration::ZERO, "no luck") }));
    let dead = world.until(id, |job| job.state == State::Dead).await;
    worker.stop().await;
    assert_eq!((dead.attempt, dead.error.as_deref()), (3, Some("no luck")));
}

#[tokio::test]
async fn an_error_backs_off_and_keeps_what_went_wrong() {
    let world = World::new().await;
    let id = world.enqueue(&Count::of(1)).await.unwrap();
    let worker = world.work(counting(|_, _| async { Err::<(), _>("the carrier is away") }));
    let retrying = world.until(id, |job| job.state == State::Retrying).await;
    worker.stop().await;
    assert_eq!(retrying.error.as_deref(), Some("the carrier is away"));
}

#[tokio::test]
async fn a_snooze_spends_no_attempt() {
    let world = World::new().await;
    let id = world.enqueue(&Count::of(1)).await.unwrap();
    let runs = Tally::default();
    let counted = runs.clone();
    let worker = world.work(counting(move |_, _| {
        let last = counted.hit() == 10;
        async move { if last { Outcome::Done } else { Outcome::snooze(Duration::from_millis(1)) } }
    }));
    let done = world.until(id, |job| job.state == State::Done).await;
    worker.stop().await;
    assert_eq!((runs.count(), done.attempt), (10, 1));
}

#[tokio::test]
async fn a_cancelled_and_a_discarded_job_keep_the_reason() {
    let world = World::new().await;
    let (no, never) = (world.enqueue(&Count::of(0)).await.unwrap(), world.enqueue(&Count::of(1)).await.unwrap());
    let worker = world.work(counting(|_, job| async move {
        if job.n == 0 { Outcome::Cancel("not wanted".into()) } else { Outcome::Discard("not possible".into()) }
    }));
    let cancelled = world.until(no, |job| job.state == State::Cancelled).await;
    let dead = world.until(never, |job| job.state == State::Dead).await;
    worker.stop().await;
    assert_eq!(cancelled.error.as_deref(), Some("not wanted"));
    assert_eq!(dead.error.as_deref(), Some("not possible"));
}

#[tokio::test]
async fn a_chain_of_steps_keeps_each_result() {
    let world = World::new().await;
    let first = world.enqueue(&Count::of(1)).await.unwrap();
    let worker = world.work(counting(|ctx, job| async move {
        if ctx.step() == 2 {
            return Outcome::done_with(&json!({"sum": job.n}));
        }
        Outcome::next(&json!({"sum": job.n}), &Count::of(job.n + 1))
    }));
    let last = super::world::eventually(async || {
        world.jobs().await.into_iter().find(|job| job.step == 2 && job.state == State::Done)
    })
    .await;
    worker.stop().await;
    let steps: Vec<_> = world.jobs().await.into_iter().map(|job| (job.step, job.state, job.result)).collect();
    let step = |n: i16| (n, State::Done, Some(json!({"sum": n + 1})));
    assert_eq!(steps, [step(2), step(1), step(0)]);
    assert!(last.id > first);
}

#[tokio::test]
async fn a_unique_key_admits_one_job_until_it_ends() {
    let world = World::new().await;
    let job = Count { n: 1, key: Some("account:1".into()) };
    let first = world.enqueue(&job).await.unwrap();
    assert_eq!(world.enqueue(&job).await, None);
    let worker = world.work(counting(|_, _| async {}));
    world.until(first, |job| job.state == State::Done).await;
    worker.stop().await;
    assert!(world.enqueue(&job).await.is_some());
}

#[tokio::test]
async fn many_jobs_are_enqueued_in_one_statement() {
    let world = World::new().await;
    let keyed = |n| Count { n, key: Some(format!("account:{n}")) };
    world.enqueue(&keyed(3)).await.unwrap();
    let mut tx = world.db.tenant(world.org).await.unwrap();
    let jobs: Vec<Count> = (0..10).map(keyed).collect();
    assert_eq!(job::enqueue_all(&mut tx, world.org, &jobs).await.unwrap(), 9);
    tx.commit().await.unwrap();
    assert_eq!(world.jobs().await.len(), 10);
}

#[tokio::test]
async fn a_job_that_is_not_committed_never_runs() {
    let world = World::new().await;
    let mut tx = world.db.tenant(world.org).await.unwrap();
    job::enqueue(&mut tx, world.org, &Count::of(0)).await.unwrap();
    tx.rollback().await.unwrap();
    let seen = Tally::default();
    let hits = seen.clone();
    let worker = world.work(Registry::new().on(move |_, job: Count| {
        assert_eq!(job.n, 1);
        hits.hit();
        async {}
    }));
    world.enqueue(&Count::of(1)).await;
    seen.reaches(1).await;
    worker.stop().await;
    assert_eq!(world.number("select count(*) from job_history").await, 1);
}
