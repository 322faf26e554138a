//! Worker processes that are killed, and such that stop and wake.

use std::{
    process::{Child, Command, Stdio},
    time::Duration,
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use workflows::job::State;

use super::world::{Count, Tally, Worker, World, config, connect, counting, eventually};

/// Where the victim process finds the database.
const URL: &str = "WIB_TEST_VICTIM_URL";

#[tokio::test]
async fn the_jobs_of_a_killed_worker_run_elsewhere() {
    let world = World::new().await;
    let id = world.enqueue(&Count::of(1)).await.unwrap();
    let mut victim = Victim::start(&world.url);
    world.until(id, |job| job.state == State::Running).await;
    victim.0.kill().unwrap();
    let worker = world.work(counting(|_, _| async {}));
    let done = world.until(id, |job| job.state == State::Done).await;
    worker.stop().await;
    assert_eq!(done.attempt, 2, "a rescue counts as an attempt");
}

#[tokio::test]
async fn a_job_that_kills_its_workers_is_dead_after_its_attempts() {
    let world = World::new().await;
    let id = world.enqueue(&Count::of(1)).await.unwrap();
    world.sql("update jobs set max_attempts = 1").await;
    let mut victim = Victim::start(&world.url);
    world.until(id, |job| job.state == State::Running).await;
    victim.0.kill().unwrap();
    let worker = world.work(counting(|_, _| async {}));
    let dead = world.until(id, |job| job.state == State::Dead).await;
    worker.stop().await;
    assert_eq!(dead.error.as_deref(), Some("the worker died and no attempts are left"));
}

#[tokio::test]
async fn a_worker_that_was_stopped_and_wakes_changes_nothing() {
    let world = World::new().await;
    let id = world.enqueue(&Count::of(1)).await.unwrap();
    let victim = Victim::start(&world.url);
    world.until(id, |job| job.state == State::Running).await;
    victim.signal(Signal::SIGSTOP);
    let runs = Tally::default();
    let counted = runs.clone();
    let worker = world.work(counting(move |_, _| {
        counted.hit();
        async {}
    }));
    let done = world.until(id, |job| job.state == State::Done).await;
    let leases = world.number("select coalesce(max(id), 0)::bigint from leases").await;
    victim.signal(Signal::SIGCONT);
    // It is awake once it has noticed, and taken a new lease.
    eventually(async || (world.number("select coalesce(max(id), 0)::bigint from leases").await > leases).then_some(()))
        .await;
    worker.stop().await;
    let after = world.job(id).await;
    assert_eq!((after.state, after.attempt, after.finished_at), (State::Done, 2, done.finished_at));
    assert_eq!((runs.count(), world.number("select count(*) from job_history").await), (1, 1));
}

/// A worker process of its own, whose handlers take ten minutes.
struct Victim(Child);

impl Victim {
    fn start(url: &str) -> Self {
        let victim = Command::new(std::env::current_exe().unwrap())
            .args(["jobs::kills::a_victim", "--exact", "--ignored", "--nocapture"])
            .env(URL, url)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        Self(victim.unwrap())
    }

    fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(self.0.id().try_into().unwrap()), signal).unwrap();
    }
}

impl Drop for Victim {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test]
#[ignore = "the process that the tests above start and kill"]
async fn a_victim() {
    let Ok(url) = std::env::var(URL) else { return };
    let registry = counting(|_, _| tokio::time::sleep(Duration::from_mins(10)));
    let mut config = config();
    config.queues.iter_mut().for_each(|queue| queue.timeout = Duration::from_mins(20));
    let _worker = Worker::start(connect(&url).await, registry, config);
    std::future::pending().await
}
