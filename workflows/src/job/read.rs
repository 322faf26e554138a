//! Reading one job: from the hot table while it waits or runs, from history once it ended.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::JobId;
use crate::{db::Tx, id::OrgId};

/// Where a job is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Its moment is yet to come, and it never started.
    Scheduled,
    /// Due, waiting for a worker.
    Pending,
    /// It started before; its moment is yet to come.
    Retrying,
    /// A worker has it.
    Running,
    /// Final.
    Done,
    /// Final.
    Cancelled,
    /// Out of attempts, or not to be understood. Final, unless an operator makes a new job of it.
    Dead,
}

/// A job as lists and pages show it.
#[derive(Clone, Debug, Serialize)]
pub struct JobRow {
    /// Its identity.
    pub id: JobId,
    /// The queue it waits, or waited, in.
    pub queue: String,
    /// What is to be done.
    pub kind: String,
    /// Where it is in its life.
    pub state: State,
    /// The lane, 0 first.
    pub priority: i16,
    /// How often it started.
    pub attempt: i16,
    /// How often it may.
    pub max_attempts: i16,
    /// When it is, or was last, due.
    pub run_at: DateTime<Utc>,
    /// When it was enqueued.
    pub created_at: DateTime<Utc>,
    /// When a worker last claimed it.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// The thing that runs.
    pub run_id: Option<Uuid>,
    /// Its place in a chain of steps.
    pub step: i16,
    /// What it was told.
    pub args: Value,
    /// What a step handed on.
    pub result: Option<Value>,
    /// What went wrong last.
    pub error: Option<String>,
    /// Which worker process has or had it.
    pub worker: Option<String>,
    /// What its error has in common with others like it.
    pub fingerprint: Option<String>,
    /// The job an operator made of it.
    pub retried_by: Option<JobId>,
    /// When an operator took it out of the dead letters.
    pub dismissed_at: Option<DateTime<Utc>>,
}

/// One job of an organisation, waiting, running or finished.
///
/// # Errors
/// When the connection is lost.
pub async fn get(tx: &mut Tx, org: OrgId, id: JobId) -> Result<Option<JobRow>, sqlx::Error> {
    sqlx::query_file_as!(JobRow, "queries/get_job.sql", org.0, id.0,).fetch_optional(&mut **tx).await
}

/// How many jobs of each queue started before and wait for their next start; counted no further than 10,001 a queue.
///
/// # Errors
/// When the connection is lost.
pub async fn retrying(tx: &mut Tx, org: OrgId) -> Result<Vec<(String, i64)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select q.name, (
             select count(*) from (
               select from jobs j where j.org_id = $1 and j.queue = q.name and j.lease is null and j.attempt > 0
                 and j.run_at > wib_now() limit 10001) c) as "n!"
           from queues q"#,
        org.0
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|row| (row.name, row.n)).collect())
}
