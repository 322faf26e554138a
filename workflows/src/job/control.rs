//! What operators do to a job: cancel it, or make a new one of a dead one.

use super::JobId;
use crate::{db::Tx, hub::Hint, id::OrgId, queue};

/// Why an operator's wish cannot be met.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No such job in this organisation.
    #[error("job {0} not found")]
    NotFound(JobId),
    /// It has ended already, or is not dead, or was retried before.
    #[error("job {0} is not in a state for that")]
    NotNow(JobId),
    /// The connection is lost.
    #[error("job query failed")]
    Database(#[from] sqlx::Error),
}

/// Cancels a job: one that waits at once, one that runs at its next retry or snooze (a handler is not torn down).
///
/// # Errors
/// [`Error::NotFound`] when none of that id waits or runs.
pub async fn cancel(tx: &mut Tx, org: OrgId, id: JobId) -> Result<(), Error> {
    if end_waiting(tx, org, id).await? || flag_running(tx, org, id).await? {
        return Ok(());
    }
    Err(if super::get(tx, org, id).await?.is_some() { Error::NotNow(id) } else { Error::NotFound(id) })
}

async fn end_waiting(tx: &mut Tx, org: OrgId, id: JobId) -> Result<bool, sqlx::Error> {
    let ended = sqlx::query!(
        "with gone as (
           delete from jobs where org_id = $1 and id = $2 and lease is null
           returning id, org_id, queue, kind, priority, run_at, args, attempt, max_attempts, fence, unique_key, run_id, step, created_at, started_at, last_error
         )
         insert into job_history (id, org_id, queue, kind, priority, run_at, args, attempt, max_attempts, fence, unique_key, run_id, step, created_at, started_at, finished_at, outcome, error)
         select id, org_id, queue, kind, priority, run_at, args, attempt, max_attempts, fence, unique_key, run_id, step, created_at, started_at, wib_now(), 'cancelled', last_error from gone",
        org.0,
        id.0,
    )
    .execute(&mut **tx)
    .await?;
    Ok(ended.rows_affected() == 1)
}

async fn flag_running(tx: &mut Tx, org: OrgId, id: JobId) -> Result<bool, sqlx::Error> {
    let flagged = sqlx::query!("update jobs set cancelled = true where org_id = $1 and id = $2", org.0, id.0)
        .execute(&mut **tx)
        .await?;
    Ok(flagged.rows_affected() == 1)
}

/// The job an operator made of this one.
///
/// # Errors
/// When the connection is lost.
pub async fn made_anew(tx: &mut Tx, org: OrgId, job: &super::JobRow) -> Result<Option<JobId>, sqlx::Error> {
    let id = sqlx::query_scalar!(
        "select retried_by from job_history where org_id = $1 and kind = $2 and id = $3",
        org.0,
        job.kind,
        job.id.0
    );
    Ok(id.fetch_optional(&mut **tx).await?.flatten().map(JobId))
}

/// Makes a new job of a dead or cancelled one, with all its attempts; the old one remembers the new one's id.
///
/// # Errors
/// [`Error::NotNow`] when it is not dead or cancelled, was retried before, or its unique key is taken.
pub async fn retry(tx: &mut Tx, org: OrgId, id: JobId) -> Result<JobId, Error> {
    let dead = super::get(tx, org, id).await?.ok_or(Error::NotFound(id))?;
    let again = sqlx::query_scalar!(
        "with old as (
           select h.id, h.org_id, h.queue, h.kind, h.priority, h.args, h.max_attempts, h.unique_key, h.run_id, h.step
           from job_history h
           where h.org_id = $1 and h.kind = $2 and h.id = $3 and h.outcome <> 'done' and h.retried_by is null
           for update
         )
         insert into jobs (org_id, queue, kind, priority, run_at, args, max_attempts, unique_key, run_id, step, created_at)
         select old.org_id, old.queue, old.kind, old.priority, clock.moment, old.args, old.max_attempts, old.unique_key, old.run_id, old.step, clock.moment
         from old, (select wib_now() as moment) clock
         on conflict (org_id, unique_key) where unique_key is not null do nothing
         returning id",
        org.0,
        dead.kind,
        id.0,
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or(Error::NotNow(id))?;
    sqlx::query!(
        "update job_history set retried_by = $4 where org_id = $1 and kind = $2 and id = $3",
        org.0,
        dead.kind,
        id.0,
        again,
    )
    .execute(&mut **tx)
    .await?;
    if let Some(queue) = queue::known(&dead.queue) {
        tx.hint(Hint::Queue(queue));
    }
    Ok(JobId(again))
}
