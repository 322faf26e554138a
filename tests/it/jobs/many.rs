//! Many limits at once, as seen by what executes. `WIB_TEST_KEYS` makes it bigger: 1,000 on a machine with nothing else to do.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use serde::{Deserialize, Serialize};
use workers::registry::Registry;
use workflows::{
    job::{self, Job},
    throttle,
};

use super::world::{Tally, World, connect};

const SECONDS: usize = 6;
/// Long, because a permit may be used late by a hundredth of it, and the machine may be busy.
const PERIOD: usize = 4;
const SLOW: &str = "once a minute";

#[derive(Serialize, Deserialize)]
struct Draw {
    keys: Vec<String>,
}

impl Job for Draw {
    const KIND: &'static str = "draw";
    const QUEUE: &'static str = "default";
    const THROTTLED: bool = true;

    fn throttle_keys(&self) -> Vec<String> {
        self.keys.clone()
    }
}

fn keys() -> usize {
    std::env::var("WIB_TEST_KEYS").ok().and_then(|keys| keys.parse().ok()).unwrap_or(8)
}

/// Permits a second of a key.
fn permits(key: usize) -> usize {
    2 + key % 19
}

/// When the jobs of each key started, by the narrowest of theirs.
type Starts = Arc<Mutex<HashMap<String, Vec<Instant>>>>;

fn recording(starts: &Starts, runs: &Tally) -> Registry {
    let (starts, runs) = (starts.clone(), runs.clone());
    Registry::new().on(move |_, mut job: Draw| {
        let key = job.keys.pop().unwrap();
        if key != SLOW {
            runs.hit();
        }
        starts.lock().unwrap().entry(key).or_default().push(Instant::now());
        async {}
    })
}

async fn limit(world: &World, wide: Option<i32>) {
    let mut tx = world.db.tenant(world.org).await.unwrap();
    throttle::set(&mut tx, SLOW, 1, 60_000).await.unwrap();
    if let Some(permits) = wide {
        throttle::set(&mut tx, "wide", permits, 1_000).await.unwrap();
    }
    for key in 0..keys() {
        throttle::set(&mut tx, &key.to_string(), (permits(key) * PERIOD) as i32, PERIOD as i32 * 1_000).await.unwrap();
    }
    tx.commit().await.unwrap();
}

/// The slow key's jobs first, then enough of every other key for the time and half as much again.
async fn fill(world: &World, slow: usize, wide: bool) -> usize {
    let mut tx = world.db.tenant(world.org).await.unwrap();
    let head: Vec<Draw> = (0..slow).map(|_| Draw { keys: vec![SLOW.into()] }).collect();
    job::enqueue_all(&mut tx, world.org, &head).await.unwrap();
    let round = |n: usize| (0..keys()).filter(move |key| n < permits(*key) * SECONDS * 3 / 2);
    let names = |key: usize| wide.then(|| "wide".to_owned()).into_iter().chain([key.to_string()]).collect();
    let rest: Vec<Draw> = (0..20 * SECONDS * 3 / 2).flat_map(round).map(|key| Draw { keys: names(key) }).collect();
    job::enqueue_all(&mut tx, world.org, &rest).await.unwrap();
    tx.commit().await.unwrap();
    rest.len()
}

/// No window holds more than the limit; answers what part of it was used in the middle of the run, key by key.
fn judge(starts: &mut HashMap<String, Vec<Instant>>, begun: Instant) -> Vec<f64> {
    let (from, to) = (begun + Duration::from_secs(1), begun + Duration::from_secs(SECONDS as u64));
    let mut used = Vec::new();
    for key in 0..keys() {
        let uses = starts.get_mut(&key.to_string()).unwrap();
        uses.sort_unstable();
        let most = permits(key) * PERIOD;
        let over = uses.windows(most + 1).filter(|w| w[most] - w[0] < Duration::from_secs(PERIOD as u64)).count();
        assert_eq!(over, 0, "windows of key {key} with more than {most}");
        let had = uses.iter().filter(|at| from <= **at && **at < to).count();
        // Counted between two moments that are nobody's: one more or less is chance.
        used.push((had + 1) as f64 / (permits(key) * (SECONDS - 1)) as f64);
    }
    used
}

async fn run(slow: usize, wide: Option<i32>, workers: usize) -> (Starts, Instant) {
    let world = World::new().await;
    limit(&world, wide).await;
    let jobs = fill(&world, slow, wide.is_some()).await;
    let (starts, runs) = (Starts::default(), Tally::default());
    let begun = Instant::now();
    let mut running = Vec::new();
    for _ in 0..workers {
        let db = connect(&world.url).await;
        running.push(super::world::Worker::start(db, recording(&starts, &runs), super::world::config()));
    }
    runs.reaches(jobs).await;
    for worker in running {
        worker.stop().await;
    }
    (starts, begun)
}

#[tokio::test]
async fn many_limits_are_each_used_and_kept_behind_thousands_of_jobs_of_a_slow_one() {
    let (starts, begun) = run(2_000, None, 1).await;
    let mut starts = starts.lock().unwrap();
    assert_eq!(starts[SLOW].len(), 1, "one a minute");
    let first = starts.iter().filter(|(key, _)| *key != SLOW).map(|(_, uses)| uses[0]).max().unwrap();
    assert!(first - begun < Duration::from_secs(5), "a key waited {:?} behind the slow one", first - begun);
    judge(&mut starts, first.max(begun));
}

#[tokio::test]
async fn narrow_limits_inside_a_wide_one_are_used_to_the_full() {
    let (starts, begun) = run(0, Some(10_000), 1).await;
    let used = judge(&mut starts.lock().unwrap(), begun);
    assert!(used.iter().all(|used| *used >= 0.9), "{used:?}");
}

#[tokio::test]
async fn two_workers_that_share_many_limits_never_exceed_one() {
    let (starts, begun) = run(0, Some(10_000), 2).await;
    judge(&mut starts.lock().unwrap(), begun);
}
