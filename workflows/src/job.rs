//! A job: something to be done later, elsewhere or again.
//!
//! ```text
//! scheduled ──due──▶ pending ──claim──▶ running ──Done──────────────▶ done
//!                       ▲                  │ ├──Cancel──────────────▶ cancelled
//!                       │                  │ └──Discard, attempts out─▶ dead ──retry──▶ a new job
//!                       └──Retry, Snooze, ─┘
//!                          rescue (retrying)
//! ```
//!
//! [`enqueue`] writes it in the caller's transaction, so that a state and the jobs it causes commit together. Workers
//! claim it, run its handler and acknowledge (`workers::backend`). Delivery is at least once: a handler may run twice.
//! [`list`] and [`get`] read, [`cancel`] and [`retry`] are what operators do.

mod control;
mod failure;
mod read;
mod search;
pub mod why;

use std::{fmt, str::FromStr};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sqlx::types::Json;
use uuid::Uuid;

use crate::{db::Tx, hub::Hint, id::OrgId, trace::Traced};

pub use control::{Error, cancel, retry};
pub(crate) use control::{again, dismiss, end_waiting, flag_running};
pub use failure::{Failure, failures, said};
pub use read::{JobRow, State, get, retrying};
pub use search::{Filter, list};

/// Identifies a job, waiting or finished; printed as a decimal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, sqlx::Type)]
#[sqlx(transparent)]
pub struct JobId(pub i64);

/// What is to be done: a few ids, never a copied record.
pub trait Job: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Stable for as long as rows of it may exist.
    const KIND: &'static str;
    /// Which queue it waits in.
    const QUEUE: &'static str;
    /// How often it may start before it is dead.
    const MAX_ATTEMPTS: i16 = 20;
    /// The lane, 0 first, 3 last.
    const PRIORITY: i16 = 1;
    /// Whether [`Job::throttle_keys`] is to be asked before a job of this kind starts.
    const THROTTLED: bool = false;

    /// The thing that runs (a campaign, a call, an import): its timeline shows this job.
    fn run_id(&self) -> Option<Uuid> {
        None
    }

    /// At most one job of an organisation waits or runs under a key.
    fn unique_key(&self) -> Option<String> {
        None
    }

    /// The limits this job draws a permit from, each.
    fn throttle_keys(&self) -> Vec<String> {
        Vec::new()
    }
}

/// Enqueues a job, due now. `None` when one with its unique key is there already.
///
/// # Errors
/// When the connection is lost.
pub async fn enqueue<J: Job>(tx: &mut Tx, org: OrgId, job: &J) -> Result<Option<JobId>, sqlx::Error> {
    insert(tx, org, job, None).await
}

/// Enqueues a job for a moment of the one clock.
///
/// # Errors
/// When the connection is lost.
pub async fn enqueue_at<J: Job>(
    tx: &mut Tx,
    org: OrgId,
    job: &J,
    at: DateTime<Utc>,
) -> Result<Option<JobId>, sqlx::Error> {
    insert(tx, org, job, Some(at)).await
}

async fn insert<J: Job>(
    tx: &mut Tx,
    org: OrgId,
    job: &J,
    at: Option<DateTime<Utc>>,
) -> Result<Option<JobId>, sqlx::Error> {
    let id = sqlx::query_scalar!(
        "insert into jobs (org_id, queue, kind, priority, run_at, args, max_attempts, unique_key, run_id, created_at)
         select $1, $2, $3, $4, coalesce($5, clock.moment), $6, $7, $8, $9, clock.moment
         from (select wib_now() as moment) clock
         on conflict (org_id, unique_key) where unique_key is not null do nothing
         returning id",
        org.0,
        J::QUEUE,
        J::KIND,
        J::PRIORITY,
        at,
        Json(Traced::new(job)) as _,
        J::MAX_ATTEMPTS,
        job.unique_key(),
        job.run_id(),
    )
    .fetch_optional(&mut **tx)
    .await?;
    tx.hint(Hint::Queue(J::QUEUE));
    Ok(id.map(JobId))
}

/// Enqueues many jobs, due now, in one statement; tells how many were new.
///
/// # Errors
/// When the connection is lost.
pub async fn enqueue_all<J: Job>(tx: &mut Tx, org: OrgId, jobs: &[J]) -> Result<u64, sqlx::Error> {
    let args: Vec<Json<Traced<'_, J>>> = jobs.iter().map(|job| Json(Traced::new(job))).collect();
    let keys: Vec<Option<String>> = jobs.iter().map(Job::unique_key).collect();
    let runs: Vec<Option<Uuid>> = jobs.iter().map(Job::run_id).collect();
    let done = sqlx::query!(
        "insert into jobs (org_id, queue, kind, priority, run_at, args, max_attempts, unique_key, run_id, created_at)
         select $1, $2, $3, $4, clock.moment, job.args, $5, job.unique_key, job.run_id, clock.moment
         from (select wib_now() as moment) clock,
           unnest($6::jsonb[], $7::text[], $8::uuid[]) job(args, unique_key, run_id)
         on conflict (org_id, unique_key) where unique_key is not null do nothing",
        org.0,
        J::QUEUE,
        J::KIND,
        J::PRIORITY,
        J::MAX_ATTEMPTS,
        &args as _,
        &keys as _,
        &runs as _,
    )
    .execute(&mut **tx)
    .await?;
    tx.hint(Hint::Queue(J::QUEUE));
    Ok(done.rows_affected())
}

impl fmt::Display for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for JobId {
    type Err = std::num::ParseIntError;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        s.parse().map(Self)
    }
}

impl Serialize for JobId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for JobId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
