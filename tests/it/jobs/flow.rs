//! How work flows, as *Jobs* shows it: waits, depths, and when a backlog is worked off.

use workflows::queue::{self, Forecast, Queue};

use super::world::{Count, World, counting, eventually};

async fn default_queue(world: &World) -> Queue {
    let mut tx = world.db.tenant(world.org).await.unwrap();
    let queues = queue::list(&mut tx, world.org).await.unwrap();
    queues.into_iter().find(|queue| queue.name == "default").unwrap()
}

/// Counts what is left now, whenever that was done last.
async fn sample(world: &World) {
    world.sql("update job_sampling set next_at = clock_timestamp()").await;
    let mut tx = world.db.system().await.unwrap();
    queue::sample(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn how_long_jobs_waited_is_told_by_those_that_ran() {
    let world = World::new().await;
    assert_eq!(default_queue(&world).await.latency(), None);
    // Due for ten minutes, and found by a worker only now.
    for i in 0..20 {
        world.enqueue(&Count::of(i)).await.unwrap();
    }
    world.sql("update jobs set run_at = run_at - interval '10 minutes'").await;
    let worker = world.work(counting(|_, _| async {}));
    let done = "select count(*) from job_history";
    eventually(async || (world.number(done).await == 20).then_some(())).await;
    worker.stop().await;
    let queue = default_queue(&world).await;
    let waited = queue.latency().expect("some started");
    assert!(waited.p50 >= 300_000.0, "{waited:?}");
    assert_eq!((queue.by_minute.len(), queue.by_minute.iter().sum::<i64>()), (60, 20));
}

#[tokio::test]
async fn a_backlog_that_shrinks_clears_and_one_that_grows_does_not() {
    let world = World::new().await;
    assert_eq!(default_queue(&world).await.forecast(), Forecast::Clear);
    for i in 0..30 {
        world.enqueue(&Count::of(i)).await.unwrap();
    }
    sample(&world).await;
    assert_eq!((default_queue(&world).await.left(), default_queue(&world).await.forecast()), (30, Forecast::Unknown));
    // Two minutes ago there were three times as many.
    world.sql("insert into job_depths select org_id, queue, minute - interval '2 minutes', at - interval '2 minutes', 90, 0 from job_depths").await;
    let forecast = default_queue(&world).await.forecast();
    assert!(
        matches!(forecast, Forecast::Clears { per_minute, .. } if (29.0..31.0).contains(&per_minute)),
        "{forecast:?}"
    );
    world.sql("update job_depths set due = 10 where due = 90").await;
    let forecast = default_queue(&world).await.forecast();
    assert!(matches!(forecast, Forecast::Grows { per_minute } if (9.0..11.0).contains(&per_minute)), "{forecast:?}");
    let mut tx = world.db.tenant(world.org).await.unwrap();
    queue::pause(&mut tx, "default").await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(default_queue(&world).await.forecast(), Forecast::Paused);
    world.sql("delete from jobs").await;
    sample(&world).await;
    assert_eq!(default_queue(&world).await.forecast(), Forecast::Clear);
}

#[tokio::test]
async fn counting_waits_its_turn_and_tells_no_neighbour() {
    let world = World::new().await;
    world.enqueue(&Count::of(1)).await.unwrap();
    sample(&world).await;
    world.sql("delete from jobs").await;
    let mut tx = world.db.system().await.unwrap();
    queue::sample(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(default_queue(&world).await.left(), 1, "it was counted a moment ago");
    let stranger = workflows::id::OrgId::new();
    let mut tx = world.db.tenant(stranger).await.unwrap();
    let theirs = queue::list(&mut tx, world.org).await.unwrap();
    assert!(theirs.iter().all(|queue| queue.depths.is_empty()));
}
