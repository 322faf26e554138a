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
    if !end_waiting(tx, org, &[id.0]).await?.is_empty() || !flag_running(tx, org, &[id.0]).await?.is_empty() {
        return Ok(());
    }
    Err(if super::get(tx, org, id).await?.is_some() { Error::NotNow(id) } else { Error::NotFound(id) })
}

/// Ends those of these jobs that wait, and answers which.
pub(crate) async fn end_waiting(tx: &mut Tx, org: OrgId, ids: &[i64]) -> Result<Vec<i64>, sqlx::Error> {
    sqlx::query_scalar!(
        "with gone as (
           delete from jobs where org_id = $1 and id = any($2) and lease is null
           returning id, org_id, queue, kind, priority, run_at, args, attempt, max_attempts, fence, unique_key, run_id, step, created_at, started_at, last_error
         )
         insert into job_history (id, org_id, queue, kind, priority, run_at, args, attempt, max_attempts, fence, unique_key, run_id, step, created_at, started_at, finished_at, outcome, error)
         select id, org_id, queue, kind, priority, run_at, args, attempt, max_attempts, fence, unique_key, run_id, step, created_at, started_at, wib_now(), 'cancelled', last_error from gone
         returning id",
        org.0,
        ids,
    )
    .fetch_all(&mut **tx)
    .await
}

/// Asks those of these jobs that run to end at their next retry, and answers which.
pub(crate) async fn flag_running(tx: &mut Tx, org: OrgId, ids: &[i64]) -> Result<Vec<i64>, sqlx::Error> {
    sqlx::query_scalar!("update jobs set cancelled = true where org_id = $1 and id = any($2) returning id", org.0, ids)
        .fetch_all(&mut **tx)
        .await
}

/// Makes a new job of a dead or cancelled one, with all its attempts; the old one remembers the new one's id.
///
/// # Errors
/// [`Error::NotNow`] when it is not dead or cancelled, was retried before, or its unique key is taken.
pub async fn retry(tx: &mut Tx, org: OrgId, id: JobId) -> Result<JobId, Error> {
    let dead = super::get(tx, org, id).await?.ok_or(Error::NotFound(id))?;
    again(tx, org, id, &dead.kind).await?.ok_or(Error::NotNow(id))
}

/// The new job of one of that kind; none when it is not dead or cancelled, was retried before, or its key is taken.
///
/// It has the old one's arguments, and so the attempt's id: a call or a message that was placed already is found to be,
/// and one that was not is decided anew.
pub(crate) async fn again(tx: &mut Tx, org: OrgId, id: JobId, kind: &str) -> Result<Option<JobId>, sqlx::Error> {
    let again = sqlx::query!(
        r#"with old as (
           select h.id, h.org_id, h.queue, h.kind, h.priority, h.args, h.max_attempts, h.unique_key, h.run_id, h.step
           from job_history h
           where h.org_id = $1 and h.kind = $2 and h.id = $3 and h.outcome <> 'done' and h.retried_by is null
           for update
         )
         insert into jobs (org_id, queue, kind, priority, run_at, args, max_attempts, unique_key, run_id, step, created_at)
         select old.org_id, old.queue, old.kind, old.priority, clock.moment, old.args, old.max_attempts, old.unique_key, old.run_id, old.step, clock.moment
         from old, (select wib_now() as moment) clock
         on conflict (org_id, unique_key) where unique_key is not null do nothing
         returning id as "id: JobId", queue"#,
        org.0,
        kind,
        id.0,
    );
    let Some(again) = again.fetch_optional(&mut **tx).await? else { return Ok(None) };
    sqlx::query!(
        "update job_history set retried_by = $4 where org_id = $1 and kind = $2 and id = $3",
        org.0,
        kind,
        id.0,
        again.id.0,
    )
    .execute(&mut **tx)
    .await?;
    if let Some(queue) = queue::known(&again.queue) {
        tx.hint(Hint::Queue(queue));
    }
    Ok(Some(again.id))
}

/// Takes those of these jobs that are dead out of the dead letters, and answers which; their rows stay in history.
pub(crate) async fn dismiss(tx: &mut Tx, org: OrgId, ids: &[i64], kinds: &[String]) -> Result<Vec<i64>, sqlx::Error> {
    sqlx::query_scalar!(
        "update job_history h set dismissed_at = wib_now() from unnest($2::bigint[], $3::text[]) d(id, kind)
         where h.org_id = $1 and h.kind = d.kind and h.id = d.id
           and h.outcome = 'dead' and h.retried_by is null and h.dismissed_at is null
         returning h.id",
        org.0,
        ids,
        kinds,
    )
    .fetch_all(&mut **tx)
    .await
}
