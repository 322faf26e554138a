//! Nobody starves: neither an organisation behind another's backlog, nor the lowest priority behind the highest.

use std::sync::{Arc, Mutex};

use workers::runtime::Config;
use workflows::{id::OrgId, job};

use super::world::{Count, Tally, World, config, counting};

/// One queue, so many at once, nothing claimed ahead.
fn narrow(concurrency: usize) -> Config {
    let mut config = config();
    config.queues.truncate(1);
    config.queues[0].concurrency = concurrency;
    config.queues[0].ahead = 0;
    config
}

async fn backlog(world: &World, org: OrgId, jobs: u64) {
    let mut tx = world.db.tenant(org).await.unwrap();
    let jobs: Vec<Count> = (0..jobs).map(Count::of).collect();
    job::enqueue_all(&mut tx, org, &jobs).await.unwrap();
    tx.commit().await.unwrap();
}

/// Works off `jobs` jobs and tells whose they were, in order.
async fn order(world: &World, config: Config, jobs: usize) -> Vec<OrgId> {
    let seen: Arc<Mutex<Vec<OrgId>>> = Arc::default();
    let (order, runs) = (seen.clone(), Tally::default());
    let counted = runs.clone();
    let worker = world.work_as(
        counting(move |ctx, _| {
            order.lock().unwrap().push(ctx.org());
            counted.hit();
            async {}
        }),
        config,
    );
    runs.reaches(jobs).await;
    worker.stop().await;
    seen.lock().unwrap().clone()
}

#[tokio::test]
async fn ten_jobs_do_not_wait_behind_another_organisations_thousands() {
    let world = World::new().await;
    let other = OrgId::new();
    backlog(&world, world.org, 3_000).await;
    backlog(&world, other, 10).await;
    let order = order(&world, narrow(8), 100).await;
    let last = order.iter().rposition(|org| *org == other).unwrap();
    assert_eq!(order[..=last].iter().filter(|org| **org == other).count(), 10);
    assert!(last < 40, "the tenth was number {last}");
}

#[tokio::test]
async fn of_many_organisations_each_has_its_turn_though_one_job_is_claimed_at_a_time() {
    let world = World::new().await;
    backlog(&world, world.org, 500).await;
    let others: Vec<OrgId> = (0..39).map(|_| OrgId::new()).collect();
    for org in &others {
        backlog(&world, *org, 2).await;
    }
    let order = order(&world, narrow(1), 90).await;
    let missed = others.iter().filter(|org| !order[..60].contains(org)).count();
    assert_eq!(missed, 0, "organisations without a turn in sixty jobs");
}

#[tokio::test]
async fn the_lowest_priority_has_its_share_while_the_highest_never_runs_dry() {
    let world = World::new().await;
    backlog(&world, world.org, 1_000).await;
    world.sql("update jobs set priority = case when id % 2 = 0 then 0 else 3 end").await;
    let _ = order(&world, narrow(1), 160).await;
    let low = world.number("select count(*) from job_history where priority = 3").await;
    assert!((8..=14).contains(&low), "{low} of about 160");
}
