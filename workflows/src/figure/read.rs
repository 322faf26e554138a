//! The statements behind the figures.

use super::{Figures, Queue};
use crate::{
    db::{Db, Tx},
    throttle,
};

/// A campaign with fewer people who answered tells nothing of its share.
const ENOUGH_ANSWERS: i64 = 30;
/// Larger lists are not recounted here; their own page does it.
const RECOUNTED: i32 = 200_000;

/// Reads every figure.
///
/// # Errors
/// When the database is away.
pub async fn read(db: &Db) -> Result<Figures, sqlx::Error> {
    let mut tx = db.system().await?;
    let mut figures = Figures { queues: queues(&mut tx).await?, ..Figures::default() };
    workers(&mut tx, &mut figures).await?;
    calls(&mut tx, &mut figures).await?;
    chain(&mut tx, &mut figures).await?;
    campaigns(&mut tx, &mut figures).await?;
    figures.paused = paused(&mut tx).await?;
    tx.commit().await?;
    Ok(figures)
}

async fn queues(tx: &mut Tx) -> Result<Vec<Queue>, sqlx::Error> {
    sqlx::query_as!(
        Queue,
        r#"select q.name, q.paused, due.n as "pending!", later.n as "scheduled!",
                  coalesce((select sum(x.running) from leases l, unnest(l.queues, l.running) x(queue, running)
                            where x.queue = q.name and l.expires_at > clock_timestamp()), 0) as "running!",
                  coalesce(greatest(0, extract(epoch from clock.moment - first.due)), 0)::float8 as "oldest_secs!"
           from queues q
           cross join (select wib_now() as moment) clock
           cross join lateral (select count(*) as n from (
             select from generate_series(0, 3) p cross join lateral (
               select from jobs j where j.queue = q.name and j.priority = p and j.lease is null and j.run_at <= clock.moment limit 10001
             ) lane limit 10001) c) due
           cross join lateral (select count(*) as n from (
             select from generate_series(0, 3) p cross join lateral (
               select from jobs j where j.queue = q.name and j.priority = p and j.lease is null and j.run_at > clock.moment limit 10001
             ) lane limit 10001) c) later
           cross join lateral (select min(lane.run_at) as due from generate_series(0, 3) p cross join lateral (
             select j.run_at from jobs j where j.queue = q.name and j.priority = p and j.lease is null
             order by j.run_at, j.id limit 1
           ) lane) first
           order by q.name"#
    )
    .fetch_all(&mut **tx)
    .await
}

async fn workers(tx: &mut Tx, figures: &mut Figures) -> Result<(), sqlx::Error> {
    let row = sqlx::query!(
        r#"select (select count(*) from leases where expires_at > clock_timestamp()) as "alive!",
                  (select extract(epoch from clock_timestamp() - max(expires_at))::float8 from leases where expires_at > '-infinity') as gone_secs,
                  coalesce(sum(m.dead), 0) as "dead!", extract(epoch from wib_now() - min(m.minute))::float8 as dead_secs
           from job_minutes m where m.dead > 0 and m.minute > wib_now() - interval '1 hour'"#
    )
    .fetch_one(&mut **tx)
    .await?;
    figures.workers = row.alive;
    figures.workers_gone_secs = row.gone_secs.filter(|secs| *secs > 0.0);
    (figures.dead, figures.dead_secs) = (row.dead, row.dead_secs);
    Ok(())
}

async fn calls(tx: &mut Tx, figures: &mut Figures) -> Result<(), sqlx::Error> {
    let rows = sqlx::query!(
        r#"select c.state::text as "state!", count(*) as "calls!",
                  extract(epoch from wib_now() - max(coalesce(c.last_event_at, c.intent_at)))::float8 as "silent_secs!",
                  extract(epoch from wib_now() - min(c.intent_at) filter (where c.outcome = 'unknown'))::float8 as unknown_secs
           from calls c where c.state in ('intent', 'dialing', 'ringing', 'answered', 'bridged')
           group by c.state"#
    )
    .fetch_all(&mut **tx)
    .await?;
    figures.calls_silent_secs = rows.iter().map(|row| row.silent_secs).reduce(f64::min);
    figures.unknown_secs = rows.iter().filter_map(|row| row.unknown_secs).reduce(f64::max);
    figures.calls = rows.into_iter().map(|row| (row.state, row.calls)).collect();
    Ok(())
}

async fn chain(tx: &mut Tx, figures: &mut Figures) -> Result<(), sqlx::Error> {
    let row = sqlx::query!(
        r#"select count(*) as "waiting!", extract(epoch from clock_timestamp() - min(u.since))::float8 as secs
           from (select since from audit_unchained limit 10001) u"#
    )
    .fetch_one(&mut **tx)
    .await?;
    (figures.unchained, figures.unchained_secs) = (row.waiting, row.secs);
    Ok(())
}

async fn campaigns(tx: &mut Tx, figures: &mut Figures) -> Result<(), sqlx::Error> {
    let row = sqlx::query!(
        r#"select count(*) filter (where k.planned <= $2 and k.planned <> people.n) as "unbalanced!",
                  coalesce(max(left_alone.n / nullif(k.abandon_cap * left_alone.answered, 0))
                           filter (where k.state = 'running' and left_alone.answered >= $1), 0)::float8 as "abandonment!"
           from campaigns k
           cross join lateral (select count(*) as n from recipients r where r.campaign_id = k.id and k.planned <= $2) people
           cross join lateral (
             select count(*) filter (where c.abandoned) as n, count(*) as answered from calls c
             where c.campaign_id = k.id and c.answered_at > wib_now() - interval '30 days' and c.amd_result is distinct from 'machine'
           ) left_alone
           where k.state in ('running', 'draining')"#,
        ENOUGH_ANSWERS,
        RECOUNTED,
    )
    .fetch_one(&mut **tx)
    .await?;
    (figures.unbalanced, figures.abandonment) = (row.unbalanced, row.abandonment);
    Ok(())
}

/// Every class is told, at nought, too: a series that comes and goes cannot be watched.
async fn paused(tx: &mut Tx) -> Result<Vec<(&'static str, i64)>, sqlx::Error> {
    let keys = sqlx::query_scalar!("select key from throttles where paused_until > wib_now()");
    let keys = keys.fetch_all(&mut **tx).await?;
    let count = |class| keys.iter().filter(|key| throttle::class(key) == class).count();
    Ok(throttle::CLASSES.map(|class| (class, i64::try_from(count(class)).unwrap_or(i64::MAX))).into())
}
