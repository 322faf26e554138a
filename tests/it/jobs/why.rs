//! Why a job does not run, asked of the database.

use chrono::TimeDelta;
use uuid::Uuid;
use workflows::{
    id::{CampaignId, MessageId, RecipientId},
    job::{
        self, JobId,
        why::{self, Held, Rule},
    },
    message::{SendSms, Target},
    queue, throttle,
};

use super::world::{Count, World, counting, eventually};

async fn held(world: &World, id: JobId) -> Vec<Held> {
    let mut tx = world.db.tenant(world.org).await.unwrap();
    why::load_one(&mut tx, world.org, id).await.unwrap().unwrap()
}

async fn rule(world: &World, id: JobId) -> Rule {
    held(world, id).await[0].rule
}

/// A worker that works queue `send`, as far as anybody can see.
async fn somebody_works(world: &World) {
    world.sql("insert into leases (worker, expires_at, queues, slots, running) values ('box/1', 'infinity', '{default,send}', '{8,8}', '{0,0}')").await;
}

fn text(campaign: CampaignId) -> SendSms {
    let target = Target::Recipient { recipient: RecipientId(Uuid::now_v7()), campaign };
    SendSms { message: MessageId(Uuid::now_v7()), target, sender: "+12125550199".into() }
}

#[tokio::test]
async fn without_a_worker_a_job_waits_for_one() {
    let world = World::new().await;
    let id = world.enqueue(&Count::of(1)).await.unwrap();
    assert_eq!(rule(&world, id).await, Rule::NoWorker);
    let worker = world.work(counting(|_, _| std::future::pending::<()>()));
    world.until(id, |job| job.state == job::State::Running).await;
    assert_eq!(rule(&world, id).await, Rule::Running);
    let said = "select count(*) from leases where running[1] = 1 and queues[1] = 'default' and slots[1] = 8 and version is not null";
    eventually(async || (world.number(said).await == 1).then_some(())).await;
    drop(worker);
}

#[tokio::test]
async fn a_paused_queue_holds_what_is_due_and_not_yet_what_is_due_later() {
    let world = World::new().await;
    somebody_works(&world).await;
    let mut tx = world.db.tenant(world.org).await.unwrap();
    queue::pause(&mut tx, "default").await.unwrap();
    let at = tx.now().await.unwrap() + TimeDelta::hours(1);
    let now = job::enqueue(&mut tx, world.org, &Count::of(1)).await.unwrap().unwrap();
    let later = job::enqueue_at(&mut tx, world.org, &Count::of(2), at).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    assert_eq!(rule(&world, now).await, Rule::QueuePaused);
    let held = held(&world, later).await;
    assert_eq!((held[0].rule, held[1].rule), (Rule::Scheduled, Rule::QueuePaused));
    let drift = held[0].until.unwrap() - at;
    assert!(drift.abs() < TimeDelta::milliseconds(1), "{drift}");
}

#[tokio::test]
async fn a_limit_holds_until_its_next_permit_and_a_retry_after_until_its_moment() {
    let world = World::new().await;
    somebody_works(&world).await;
    let mut tx = world.db.tenant(world.org).await.unwrap();
    throttle::set(&mut tx, "sms:+12125550199", 6, 60_000).await.unwrap();
    let id = job::enqueue(&mut tx, world.org, &text(CampaignId(Uuid::now_v7()))).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    assert_eq!(rule(&world, id).await, Rule::Next);
    world.sql("update throttles set next_at = wib_now() + interval '20 s' where key like 'sms:+%'").await;
    let full = held(&world, id).await;
    assert_eq!(full[0].rule, Rule::Throttle);
    assert!(!full[0].because.contains("5550199"), "a number is nobody's to read");
    let mut tx = world.db.tenant(world.org).await.unwrap();
    let until = tx.now().await.unwrap() + TimeDelta::minutes(3);
    throttle::pause_until(&mut tx, "sms:+12125550199", until).await.unwrap();
    tx.commit().await.unwrap();
    let told = held(&world, id).await;
    assert_eq!(told[0].rule, Rule::ThrottlePaused);
    assert!((told[0].until.unwrap() - until).abs() < TimeDelta::milliseconds(1));
}

#[tokio::test]
async fn a_campaign_outside_its_hours_holds_its_messages_until_they_begin_again() {
    let world = World::new().await;
    somebody_works(&world).await;
    world.sql("insert into campaigns (id, org_id, name, type, state, pause_reason, created_by)
      select '01900000-0000-7000-8000-000000000001', id, 'Spring', 'sms_blast', 'paused', 'window_closed', 'system' from organizations").await;
    world.sql("insert into schedules (id, org_id, name, queue, kind, args, max_attempts, cron, tz, next_at)
      select gen_random_uuid(), id, 'campaign:01900000-0000-7000-8000-000000000001', 'default', 'start_campaign', '{}', 3, '0 9 * * *', 'UTC', '2100-01-01 09:00Z' from organizations").await;
    let id = world.enqueue(&text(CampaignId("01900000-0000-7000-8000-000000000001".parse().unwrap()))).await.unwrap();
    let held = held(&world, id).await;
    assert_eq!((held[0].rule, held[0].until), (Rule::CampaignWindow, "2100-01-01T09:00:00Z".parse().ok()));
    assert!(held[0].because.contains("Spring"));
}

#[tokio::test]
async fn a_job_knows_how_many_are_before_it_and_who_has_its_key() {
    let world = World::new().await;
    somebody_works(&world).await;
    let mut last = world.enqueue(&Count::of(0)).await.unwrap();
    for n in 1..4 {
        last = world.enqueue(&Count::of(n)).await.unwrap();
    }
    let behind = held(&world, last).await;
    assert_eq!(behind[0].rule, Rule::Behind);
    assert!(behind[0].because.starts_with("3 jobs"), "{}", behind[0].because);
    let keyed = Count { n: 9, key: Some("one".into()) };
    let first = world.enqueue(&keyed).await.unwrap();
    let mut tx = world.db.tenant(world.org).await.unwrap();
    job::cancel(&mut tx, world.org, first).await.unwrap();
    sqlx::query("insert into job_kinds (kind, queue) values ('count', 'default') on conflict do nothing")
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(rule(&world, first).await, Rule::Ended);
    let second = world.enqueue(&keyed).await.unwrap();
    let taken = held(&world, first).await;
    assert_eq!(taken[0].rule, Rule::UniqueKey);
    assert!(taken[0].because.contains(&second.to_string()));
}
