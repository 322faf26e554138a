//! Schedules as operators see them, and firing one by hand.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{db::Tx, hub::Hint, id::OrgId, job::JobId, queue};

/// A schedule with what it did last. Only the platform makes them (a campaign with hours has one): nobody can write a
/// cron here, and one that never comes is refused where the campaign is made.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its identity.
    pub id: Uuid,
    /// What it belongs to: `campaign:<id>`.
    pub name: String,
    /// The campaign's name.
    pub campaign: Option<String>,
    /// The kind of job it enqueues.
    pub kind: String,
    /// When, as it was written.
    pub cron: String,
    /// On whose wall clock.
    pub tz: String,
    /// Whether it fires by itself.
    pub enabled: bool,
    /// The next slot; none: never again.
    pub next_at: Option<DateTime<Utc>>,
    /// When it last fired.
    pub last_at: Option<DateTime<Utc>>,
    /// By whose hand; none: its moment came.
    pub last_by: Option<String>,
}

/// What came of firing one by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fired {
    /// There is a job now.
    Job(JobId),
    /// It fired in this very second.
    Just,
    /// It is off.
    Off,
    /// No such schedule.
    Nothing,
}

/// An organisation's schedules, the next to fire first.
///
/// # Errors
/// When the connection is lost.
pub async fn board(tx: &mut Tx, org: OrgId) -> Result<Vec<Line>, sqlx::Error> {
    sqlx::query_as!(
        Line,
        r#"select s.id, s.name, c.name as "campaign?", s.kind, s.cron, s.tz, s.enabled, s.next_at,
                  t.fired_at as "last_at?", coalesce(u.name, t.fired_by) as last_by
           from schedules s
           left join campaigns c on s.name = 'campaign:' || c.id
           left join lateral (
             select fired_at, fired_by from schedule_ticks where schedule_id = s.id order by slot desc limit 1
           ) t on true
           left join users u on 'user:' || u.id = t.fired_by
           where s.org_id = $1 order by not s.enabled, s.next_at nulls last, s.name"#,
        org.0
    )
    .fetch_all(&mut **tx)
    .await
}

/// Fires a schedule now, beside its slots, which stay as they are. Twice in a second is once: the slot is unique.
///
/// # Errors
/// When the connection is lost.
pub async fn fire_now(tx: &mut Tx, org: OrgId, id: Uuid, by: &str) -> Result<Fired, sqlx::Error> {
    let found =
        sqlx::query!("select enabled, queue from schedules where org_id = $1 and id = $2 for update", org.0, id);
    let Some(schedule) = found.fetch_optional(&mut **tx).await? else { return Ok(Fired::Nothing) };
    if !schedule.enabled {
        return Ok(Fired::Off);
    }
    let job = sqlx::query_scalar!(
        "with tick as (
           insert into schedule_ticks (schedule_id, org_id, slot, fired_at, fired_by)
           select $2, $1, date_trunc('second', moment), moment, $3 from (select wib_now() as moment) clock
           on conflict do nothing returning fired_at
         )
         insert into jobs (org_id, queue, kind, run_at, args, max_attempts, run_id, created_at)
         select s.org_id, s.queue, s.kind, tick.fired_at, s.args, s.max_attempts, s.run_id, tick.fired_at
         from tick, schedules s where s.org_id = $1 and s.id = $2
         returning id",
        org.0,
        id,
        by
    )
    .fetch_optional(&mut **tx)
    .await?;
    if let Some(queue) = queue::known(&schedule.queue) {
        tx.hint(Hint::Queue(queue));
    }
    Ok(job.map_or(Fired::Just, |id| Fired::Job(JobId(id))))
}
