//! Throttles, priorities and the clock.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use workers::registry::Registry;
use workflows::{
    job::{self, Job, State},
    throttle,
};

use super::world::{Count, Tally, Worker, World, config, connect, counting};

const PERMITS: usize = 20;

#[derive(Serialize, Deserialize)]
struct Limited {
    key: String,
}

impl Job for Limited {
    const KIND: &'static str = "limited";
    const QUEUE: &'static str = "default";
    const THROTTLED: bool = true;

    fn throttle_keys(&self) -> Vec<String> {
        vec![self.key.clone()]
    }
}

#[tokio::test]
async fn two_workers_together_are_never_over_a_limit_and_nobody_else_waits_for_it() {
    let world = World::new().await;
    let mut tx = world.db.tenant(world.org).await.unwrap();
    throttle::set(&mut tx, "slow", PERMITS as i32, 2_000).await.unwrap();
    let jobs: Vec<Limited> = (0..60).map(|_| Limited { key: "slow".into() }).collect();
    job::enqueue_all(&mut tx, world.org, &jobs).await.unwrap();
    job::enqueue(&mut tx, world.org, &Limited { key: "unlimited".into() }).await.unwrap();
    tx.commit().await.unwrap();

    let starts: Arc<Mutex<Vec<(String, Instant)>>> = Arc::default();
    let runs = Tally::default();
    let begun = Instant::now();
    let workers = [world.db.clone(), connect(&world.url).await].map(|db| {
        let (starts, runs) = (starts.clone(), runs.clone());
        let registry = Registry::new().on(move |_, job: Limited| {
            starts.lock().unwrap().push((job.key, Instant::now()));
            runs.hit();
            async {}
        });
        Worker::start(db, registry, config())
    });
    runs.reaches(61).await;
    for worker in workers {
        worker.stop().await;
    }
    let starts = std::mem::take(&mut *starts.lock().unwrap());
    let (slow, free): (Vec<_>, Vec<_>) = starts.into_iter().partition(|(key, _)| key == "slow");
    let mut slow: Vec<Instant> = slow.into_iter().map(|(_, at)| at).collect();
    slow.sort_unstable();
    let crowded = slow.windows(PERMITS + 1).filter(|w| w[PERMITS] - w[0] < Duration::from_secs(2)).count();
    assert_eq!(crowded, 0, "windows of two seconds with more than {PERMITS}");
    assert!(free[0].1 - begun < slow[59] - begun, "a key at its limit held up another");
    assert_eq!(world.number("select max(attempt)::bigint from job_history").await, 1);
}

#[derive(Serialize, Deserialize)]
struct Doubly {
    narrow: Option<String>,
}

impl Job for Doubly {
    const KIND: &'static str = "doubly";
    const QUEUE: &'static str = "default";
    const THROTTLED: bool = true;

    fn throttle_keys(&self) -> Vec<String> {
        std::iter::once("wide".to_owned()).chain(self.narrow.clone()).collect()
    }
}

#[tokio::test]
async fn a_narrow_limit_is_kept_inside_a_wide_one_and_holds_up_nobody_else() {
    let world = World::new().await;
    let mut tx = world.db.tenant(world.org).await.unwrap();
    throttle::set(&mut tx, "wide", 100, 1_000).await.unwrap();
    throttle::set(&mut tx, "narrow", 10, 1_000).await.unwrap();
    let narrow: Vec<Doubly> = (0..20).map(|_| Doubly { narrow: Some("narrow".into()) }).collect();
    let others: Vec<Doubly> = (0..60).map(|_| Doubly { narrow: None }).collect();
    job::enqueue_all(&mut tx, world.org, &narrow).await.unwrap();
    job::enqueue_all(&mut tx, world.org, &others).await.unwrap();
    tx.commit().await.unwrap();
    let starts: Arc<Mutex<Vec<(bool, Instant)>>> = Arc::default();
    let (seen, runs) = (starts.clone(), Tally::default());
    let counted = runs.clone();
    let worker = world.work(Registry::new().on(move |_, job: Doubly| {
        seen.lock().unwrap().push((job.narrow.is_some(), Instant::now()));
        counted.hit();
        async {}
    }));
    runs.reaches(80).await;
    worker.stop().await;
    let starts = std::mem::take(&mut *starts.lock().unwrap());
    let when = |narrow: bool| starts.iter().filter(move |(n, _)| *n == narrow).map(|(_, at)| *at).collect::<Vec<_>>();
    let (narrow, others) = (when(true), when(false));
    let crowded = narrow.windows(11).filter(|w| w[10] - w[0] < Duration::from_secs(1)).count();
    assert_eq!(crowded, 0, "seconds with more than ten");
    assert!(others[59] < narrow[19], "a narrow limit held up those without it");
    assert!(narrow[19] - narrow[0] < Duration::from_secs(4), "{:?} for twenty", narrow[19] - narrow[0]);
}

#[tokio::test]
async fn what_is_more_urgent_starts_first() {
    let world = World::new().await;
    for n in 0..5 {
        world.enqueue(&Count::of(n)).await;
    }
    world.sql("update jobs set priority = 0 where args ->> 'n' = '4'").await;
    let order: Arc<Mutex<Vec<u64>>> = Arc::default();
    let (seen, runs) = (order.clone(), Tally::default());
    let counted = runs.clone();
    let worker = world.work(counting(move |_, job| {
        seen.lock().unwrap().push(job.n);
        counted.hit();
        async {}
    }));
    runs.reaches(5).await;
    worker.stop().await;
    assert_eq!(*order.lock().unwrap(), [4, 0, 1, 2, 3]);
}

#[tokio::test]
async fn a_job_is_due_on_the_simulated_clock() {
    let world = World::new().await;
    world.sql("insert into sim_clock (anchor_real, anchor_virtual, speed) values (clock_timestamp(), '2026-11-24 19:00Z', 600)").await;
    let worker = world.work(counting(|_, _| async {}));
    let mut tx = world.db.tenant(world.org).await.unwrap();
    let due = tx.now().await.unwrap() + TimeDelta::minutes(10);
    let id = job::enqueue_at(&mut tx, world.org, &Count::of(1), due).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    let begun = Instant::now();
    let done = world.until(id, |job| job.state == State::Done).await;
    worker.stop().await;
    assert!(done.started_at >= Some(due));
    assert!(begun.elapsed() < Duration::from_secs(20), "ten minutes pass in a second");
}
