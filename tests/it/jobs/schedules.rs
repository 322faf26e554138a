//! Schedules fire once a slot, whoever asks.

use workers::scheduler;
use workflows::schedule::{self, Cron};

use super::world::{Count, World, connect, eventually};

#[tokio::test]
async fn two_schedulers_fire_a_slot_once() {
    let world = World::new().await;
    // A second is an hour: the slots of a day pass while we watch.
    world.sql("insert into sim_clock (anchor_real, anchor_virtual, speed) values (clock_timestamp(), '2026-11-24 19:00Z', 3600)").await;
    let mut tx = world.db.tenant(world.org).await.unwrap();
    let hourly = Cron::parse("30 * * * *", "America/New_York").unwrap();
    schedule::put(&mut tx, world.org, "hourly", &hourly, &Count::of(1)).await.unwrap();
    tx.commit().await.unwrap();
    let schedulers = [world.db.clone(), connect(&world.url).await]
        .map(|db| tokio::spawn(scheduler::run(db, 30, std::future::pending())));
    eventually(async || (world.number("select count(*) from schedule_ticks").await >= 4).then_some(())).await;
    schedulers.iter().for_each(tokio::task::JoinHandle::abort);
    let doubled = "select count(*) from (select slot from schedule_ticks group by slot having count(*) > 1) twice";
    assert_eq!(world.number(doubled).await, 0);
    let off = "select count(*) from schedule_ticks where extract(minute from slot) <> 30";
    assert_eq!(world.number(off).await, 0);
    let ticks_without_job = "select (select count(*) from schedule_ticks) - (select count(*) from jobs)";
    assert_eq!(world.number(ticks_without_job).await, 0);
}
