//! A schedule: a job that is due again and again, by a cron expression on the wall clock of a time zone.
//!
//! ```text
//! enabled, next_at = the next slot ──due──▶ tick (schedule, slot) + job, next_at = the slot after now
//! ```
//!
//! [`fire_due`] may run in any number of processes: rows are claimed with `skip locked` and a slot, a moment in UTC,
//! fires once because its tick is unique. Slots missed while nobody ran are made up for by one.

mod board;
mod cron;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use sqlx::types::Json;
use uuid::Uuid;

pub use self::{
    board::{Fired, Line, board, fire_now},
    cron::{Cron, Error},
};
use crate::{db::Tx, hub::Hint, id::OrgId, job::Job, queue};

/// A schedule as lists show it.
#[derive(Clone, Debug, Serialize)]
pub struct Schedule {
    /// Its identity.
    pub id: Uuid,
    /// What it belongs to: `campaign:<id>`.
    pub name: String,
    /// The kind of job it enqueues.
    pub kind: String,
    /// When, as it was written.
    pub cron: String,
    /// On whose wall clock.
    pub tz: String,
    /// The next slot; `None`: never again.
    pub next_at: Option<DateTime<Utc>>,
    /// Whether it fires.
    pub enabled: bool,
}

/// Writes, or rewrites, the schedule of that name; it fires from the next slot on.
///
/// # Errors
/// When the connection is lost.
pub async fn put<J: Job>(tx: &mut Tx, org: OrgId, name: &str, when: &Cron, job: &J) -> Result<(), sqlx::Error> {
    let next = when.next_after(tx.now().await?);
    sqlx::query!(
        "insert into schedules (id, org_id, name, queue, kind, args, max_attempts, run_id, cron, tz, next_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         on conflict (org_id, name) do update
         set queue = excluded.queue, kind = excluded.kind, args = excluded.args, max_attempts = excluded.max_attempts, run_id = excluded.run_id,
           cron = excluded.cron, tz = excluded.tz, next_at = excluded.next_at, enabled = true",
        Uuid::now_v7(),
        org.0,
        name,
        J::QUEUE,
        J::KIND,
        Json(job) as _,
        J::MAX_ATTEMPTS,
        job.run_id(),
        when.expression(),
        when.zone().name(),
        next,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Lets a schedule fire no more; its ticks stay, as evidence.
///
/// # Errors
/// When the connection is lost.
pub async fn rest(tx: &mut Tx, org: OrgId, name: &str) -> Result<(), sqlx::Error> {
    sqlx::query!("update schedules set enabled = false where org_id = $1 and name = $2", org.0, name)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Removes a schedule, its ticks with it. `false`: there was none.
///
/// # Errors
/// When the connection is lost.
pub async fn remove(tx: &mut Tx, org: OrgId, name: &str) -> Result<bool, sqlx::Error> {
    let gone =
        sqlx::query!("delete from schedules where org_id = $1 and name = $2", org.0, name).execute(&mut **tx).await?;
    Ok(gone.rows_affected() == 1)
}

/// An organisation's schedules.
///
/// # Errors
/// When the connection is lost.
pub async fn list(tx: &mut Tx, org: OrgId) -> Result<Vec<Schedule>, sqlx::Error> {
    sqlx::query_as!(
        Schedule,
        "select id, name, kind, cron, tz, next_at, enabled from schedules where org_id = $1 order by name",
        org.0
    )
    .fetch_all(&mut **tx)
    .await
}

struct Due {
    id: Uuid,
    org_id: Uuid,
    slot: DateTime<Utc>,
    queue: String,
    kind: String,
    args: Value,
    max_attempts: i16,
    run_id: Option<Uuid>,
    cron: String,
    tz: String,
}

/// Enqueues the job of every due schedule, up to a batch, in the caller's system transaction; tells how many fired.
///
/// # Errors
/// When the connection is lost.
pub async fn fire_due(tx: &mut Tx) -> Result<usize, sqlx::Error> {
    let due = sqlx::query_as!(
        Due,
        r#"select id, org_id, next_at as "slot!", queue, kind, args, max_attempts, run_id, cron, tz from schedules
           where enabled and next_at <= wib_now() order by next_at limit 100 for update skip locked"#
    )
    .fetch_all(&mut **tx)
    .await?;
    for schedule in &due {
        fire(tx, schedule).await?;
    }
    Ok(due.len())
}

async fn fire(tx: &mut Tx, due: &Due) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "with tick as (
           insert into schedule_ticks (schedule_id, org_id, slot, fired_at) values ($1, $2, $3, wib_now())
           on conflict do nothing returning fired_at
         )
         insert into jobs (org_id, queue, kind, run_at, args, max_attempts, run_id, created_at)
         select $2, $4, $5, tick.fired_at, $6, $7, $8, tick.fired_at from tick",
        due.id,
        due.org_id,
        due.slot,
        due.queue,
        due.kind,
        due.args,
        due.max_attempts,
        due.run_id,
    )
    .execute(&mut **tx)
    .await?;
    advance(tx, due).await?;
    if let Some(queue) = queue::known(&due.queue) {
        tx.hint(Hint::Queue(queue));
    }
    Ok(())
}

/// An expression that is not understood any more (a zone was removed, say) disables its schedule, visibly.
async fn advance(tx: &mut Tx, due: &Due) -> Result<(), sqlx::Error> {
    let now = tx.now().await?.max(due.slot);
    let cron = Cron::parse(&due.cron, &due.tz);
    if let Err(error) = &cron {
        tracing::error!(schedule.id = %due.id, %error, "schedule {} is disabled", due.id);
    }
    let next = cron.as_ref().ok().and_then(|cron| cron.next_after(now));
    sqlx::query!("update schedules set next_at = $2, enabled = $3 where id = $1", due.id, next, cron.is_ok())
        .execute(&mut **tx)
        .await?;
    Ok(())
}
