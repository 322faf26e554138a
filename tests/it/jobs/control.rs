//! What operators do: pause, resume, limit, cancel, retry, list.

use std::time::Duration;

use chrono::{TimeDelta, Utc};
use workers::outcome::Outcome;
use workflows::{
    id::OrgId,
    job::{self, Filter, State},
    queue,
};

use super::world::{Count, Tally, World, counting, eventually};

#[tokio::test]
async fn a_paused_queue_starts_nothing_and_a_resumed_one_goes_on() {
    let world = World::new().await;
    let runs = Tally::default();
    let counted = runs.clone();
    let worker = world.work(counting(move |_, _| {
        counted.hit();
        async {}
    }));
    order(&world, async |tx| assert!(queue::pause(tx, "default").await.unwrap())).await;
    let id = world.enqueue(&Count::of(1)).await.unwrap();
    tokio::time::sleep(Duration::from_secs(1)).await; // as long as an order may take
    assert_eq!((runs.count(), world.job(id).await.state), (0, State::Pending));
    order(&world, async |tx| assert!(queue::resume(tx, "default").await.unwrap())).await;
    world.until(id, |job| job.state == State::Done).await;
    worker.stop().await;
}

#[tokio::test]
async fn a_pause_gives_back_what_was_claimed_but_never_started() {
    let world = World::new().await;
    for n in 0..100 {
        world.enqueue(&Count::of(n)).await;
    }
    let worker = world.work(counting(|_, _| tokio::time::sleep(Duration::from_millis(20))));
    eventually(async || (world.number("select count(*) from job_history").await >= 20).then_some(())).await;
    order(&world, async |tx| assert!(queue::pause(tx, "default").await.unwrap())).await;
    eventually(async || (world.number("select count(*) from jobs where lease is not null").await == 0).then_some(()))
        .await;
    assert_eq!(world.number("select coalesce(max(attempt), 0)::bigint from jobs").await, 0);
    worker.stop().await;
}

#[tokio::test]
async fn an_operator_limits_how_many_run_at_once() {
    let world = World::new().await;
    order(&world, async |tx| assert!(queue::set_concurrency(tx, "default", Some(2)).await.unwrap())).await;
    for n in 0..12 {
        world.enqueue(&Count::of(n)).await;
    }
    let (now, most) = (Tally::default(), std::sync::Arc::new(std::sync::Mutex::new(0)));
    let seen = most.clone();
    let ended = Tally::default();
    let done = ended.clone();
    let worker = world.work(counting(move |_, _| {
        let running = now.hit() - ended.count();
        let mut most = seen.lock().unwrap();
        *most = running.max(*most);
        let ended = ended.clone();
        async move {
            tokio::time::sleep(Duration::from_millis(20)).await;
            ended.hit();
        }
    }));
    done.reaches(12).await;
    worker.stop().await;
    assert_eq!(*most.lock().unwrap(), 2);
}

#[tokio::test]
async fn a_waiting_job_is_cancelled_at_once_and_a_running_one_at_its_next_retry() {
    let world = World::new().await;
    let mut tx = world.db.tenant(world.org).await.unwrap();
    let later = Utc::now() + TimeDelta::hours(1);
    let waiting = job::enqueue_at(&mut tx, world.org, &Count::of(0), later).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    let running = world.enqueue(&Count::of(1)).await.unwrap();
    let worker = world.work(counting(|_, _| async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        Outcome::snooze(Duration::from_millis(1))
    }));
    world.until(running, |job| job.state == State::Running).await;
    for id in [waiting, running] {
        order(&world, async |tx| job::cancel(tx, world.org, id).await.unwrap()).await;
    }
    assert_eq!(world.job(waiting).await.state, State::Cancelled);
    world.until(running, |job| job.state == State::Cancelled).await;
    worker.stop().await;
    let mut tx = world.db.tenant(world.org).await.unwrap();
    assert!(matches!(job::cancel(&mut tx, world.org, running).await, Err(job::Error::NotNow(_))));
}

#[tokio::test]
async fn a_dead_job_is_made_anew_once() {
    let world = World::new().await;
    let id = world.enqueue(&Count::of(1)).await.unwrap();
    let worker = world.work(counting(|_, _| async { Outcome::Discard("broken".into()) }));
    world.until(id, |job| job.state == State::Dead).await;
    worker.stop().await;
    let mut tx = world.db.tenant(world.org).await.unwrap();
    let again = job::retry(&mut tx, world.org, id).await.unwrap();
    assert!(matches!(job::retry(&mut tx, world.org, id).await, Err(job::Error::NotNow(_))));
    tx.commit().await.unwrap();
    let again = world.job(again).await;
    assert_eq!((again.state, again.attempt, again.args["n"].as_i64()), (State::Pending, 0, Some(1)));
}

#[tokio::test]
async fn jobs_are_listed_page_by_page_newest_first_and_only_ones_own() {
    let world = World::new().await;
    let worker = world.work(counting(|_, job| async move {
        if job.n % 2 == 0 { Outcome::Done } else { Outcome::Discard("odd".into()) }
    }));
    for n in 0..10 {
        world.enqueue(&Count::of(n)).await;
    }
    eventually(async || world.jobs().await.iter().all(|job| job.finished_at.is_some()).then_some(())).await;
    worker.stop().await;
    world.enqueue(&Count::of(10)).await;

    let mut tx = world.db.tenant(world.org).await.unwrap();
    let all = Filter::default();
    let first = job::list(&mut tx, world.org, &all, None, 6).await.unwrap();
    let second = job::list(&mut tx, world.org, &all, Some(first[5].id), 6).await.unwrap();
    let numbers: Vec<_> = first.iter().chain(&second).map(|job| job.args["n"].as_i64().unwrap()).collect();
    assert_eq!(numbers, (0..=10).rev().collect::<Vec<_>>());
    let dead = Filter { state: Some(State::Dead), kind: Some("count".into()), ..Filter::default() };
    assert_eq!(job::list(&mut tx, world.org, &dead, None, 50).await.unwrap().len(), 5);

    let stranger = OrgId::new();
    let mut tx = world.db.tenant(stranger).await.unwrap();
    assert!(job::list(&mut tx, world.org, &all, None, 50).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_queue_tells_its_depth_and_what_it_did() {
    let world = World::new().await;
    let worker = world.work(counting(|_, _| async {}));
    let id = world.enqueue(&Count::of(1)).await.unwrap();
    world.until(id, |job| job.state == State::Done).await;
    worker.stop().await;
    world.enqueue(&Count::of(2)).await;
    let mut tx = world.db.tenant(world.org).await.unwrap();
    let queues = queue::list(&mut tx, world.org).await.unwrap();
    let names: Vec<_> = queues.iter().map(|queue| queue.name.as_str()).collect();
    assert_eq!(names, queue::NAMES);
    let default = queues.last().unwrap();
    assert_eq!((default.pending, default.running, default.done[2], default.oldest.is_some()), (1, 0, 1, true));
}

async fn order(world: &World, what: impl AsyncFnOnce(&mut workflows::db::Tx)) {
    let mut tx = world.db.tenant(world.org).await.unwrap();
    what(&mut tx).await;
    tx.commit().await.unwrap();
}
