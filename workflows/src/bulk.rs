//! A bulk action: one order over all jobs that a filter found, carried out by a durable job.
//!
//! ```text
//! queued ──job──▶ running (done of total) ──▶ done
//!   │  ▲            │  ▲  └─attempts out──▶ failed
//!   └──┴──stop──▶ stopped ──resume──▶ queued      (failed resumes, too)
//! ```
//!
//! [`request`] writes down what the filter finds, in the statement that counts it: nothing is added later, and every
//! row is accounted for at the end. [`advance`] does a batch: deeds, results and progress in one transaction, under the
//! lock of the order, so that a worker that dies or wakes late repeats nothing. [`rehearse`] only tells.

mod file;
mod queries;
mod rehearsal;
mod whom;
mod work;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

pub use self::{
    file::{HEADER, lines},
    queries::{find, list},
    rehearsal::{Contacts, Rehearsal, rehearse},
    work::{Step, advance},
};
use crate::{
    audit,
    db::Tx,
    event,
    id::{BulkId, OrgId},
    job::{self, Filter, Job},
    transition::Actor,
};

/// What one order takes at most: a transaction writes all of it down.
pub const MOST: i32 = 100_000;

/// What is done to each job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "bulk_verb", rename_all = "snake_case")]
pub enum Verb {
    /// A new job is made of a dead or cancelled one, as [`job::retry`] does.
    Retry,
    /// One that has not ended is cancelled, as [`job::cancel`] does.
    Cancel,
    /// A dead one leaves the dead letters; its row stays in history.
    Delete,
}

impl Verb {
    /// Every one of them.
    pub const ALL: [Self; 3] = [Self::Retry, Self::Cancel, Self::Delete];

    /// As it is written everywhere.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Retry => "retry",
            Self::Cancel => "cancel",
            Self::Delete => "delete",
        }
    }
}

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "bulk_state", rename_all = "snake_case")]
pub enum State {
    /// It waits for a worker.
    Queued,
    /// A worker is at it.
    Running,
    /// An operator stopped it; what was done stays done.
    Stopped,
    /// Every job has its result. Final.
    Done,
    /// It was tried too often; an operator may resume it.
    Failed,
}

/// A bulk action as lists and pages show it.
#[derive(Clone, Debug)]
pub struct Bulk {
    pub id: BulkId,
    pub verb: Verb,
    pub filter: Filter,
    pub reason: String,
    pub state: State,
    /// The jobs that were found.
    pub total: i32,
    /// Those that have their result.
    pub done: i32,
    /// Of these, nothing was done to so many.
    pub refused: i32,
    pub failure: Option<String>,
    pub requested_by: String,
    pub requested_at: DateTime<Utc>,
    pub started_at: Option<DateTime<Utc>>,
    pub finished_at: Option<DateTime<Utc>>,
}

/// Goes on with a bulk action.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BulkAction {
    pub bulk: BulkId,
    /// Which resume it belongs to. A job of an earlier one does nothing.
    pub round: i32,
}

impl Job for BulkAction {
    const KIND: &'static str = "bulk_action";
    const QUEUE: &'static str = "default";
    /// Somebody waits for it.
    const PRIORITY: i16 = 0;

    fn run_id(&self) -> Option<Uuid> {
        Some(self.bulk.0)
    }

    fn unique_key(&self) -> Option<String> {
        Some(format!("bulk:{}:{}", self.bulk, self.round))
    }
}

/// Why it is not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("there is no such bulk action")]
    NotFound,
    #[error("no job matches this filter")]
    NothingMatches,
    #[error("more than 100,000 jobs match this filter: narrow it, by time or by kind")]
    TooMany,
    #[error("it is {0}, and cannot be {1}")]
    NotNow(&'static str, &'static str),
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
}

/// Writes the order down with all it is about, and enqueues the job that carries it out; answers how many jobs it is about.
///
/// # Errors
/// When the filter finds nothing, or more than [`MOST`].
pub async fn request(
    tx: &mut Tx,
    org: OrgId,
    id: BulkId,
    verb: Verb,
    filter: &Filter,
    reason: &str,
    actor: Actor,
) -> Result<i64, Error> {
    let total = match queries::insert(tx, org, id, verb, filter, reason, actor).await? {
        0 => return Err(Error::NothingMatches),
        more if more > i64::from(MOST) => return Err(Error::TooMany),
        total => total,
    };
    let said = json!({ "action": verb, "filter": named(filter), "jobs": total, "reason": reason });
    note(tx, org, id, &actor, "bulk.request", said).await?;
    job::enqueue(tx, org, &BulkAction { bulk: id, round: 0 }).await?;
    told(tx, org, id).await?;
    Ok(total)
}

/// Stops it: no batch begins after this. A batch at work ends first, for it holds the lock.
///
/// # Errors
/// When it has ended, or was stopped before.
pub async fn stop(tx: &mut Tx, org: OrgId, id: BulkId, actor: Actor) -> Result<(), Error> {
    let bulk = queries::locked(tx, org, id).await?.ok_or(Error::NotFound)?;
    match bulk.state {
        State::Queued | State::Running => queries::set(tx, org, id, State::Stopped, bulk.round).await?,
        state => return Err(Error::NotNow(state.word(), "stopped")),
    }
    note(tx, org, id, &actor, "bulk.stop", json!({ "done": bulk.done, "jobs": bulk.total })).await?;
    told(tx, org, id).await?;
    Ok(())
}

/// Goes on where it was stopped, or given up.
///
/// # Errors
/// When it was not.
pub async fn resume(tx: &mut Tx, org: OrgId, id: BulkId, actor: Actor) -> Result<(), Error> {
    let bulk = queries::locked(tx, org, id).await?.ok_or(Error::NotFound)?;
    let round = bulk.round + 1;
    match bulk.state {
        State::Stopped | State::Failed => queries::set(tx, org, id, State::Queued, round).await?,
        state => return Err(Error::NotNow(state.word(), "resumed")),
    }
    note(tx, org, id, &actor, "bulk.resume", json!({ "done": bulk.done, "jobs": bulk.total })).await?;
    job::enqueue(tx, org, &BulkAction { bulk: id, round }).await?;
    told(tx, org, id).await?;
    Ok(())
}

/// Gives it up, with the reason people are shown. What was done stays done.
///
/// # Errors
/// When the connection is lost.
pub async fn fail(tx: &mut Tx, org: OrgId, job: &BulkAction, why: &str) -> Result<(), sqlx::Error> {
    if queries::fail(tx, org, job, why).await? {
        note(tx, org, job.bulk, &Actor::System, "bulk.fail", json!({})).await?;
        told(tx, org, job.bulk).await?;
    }
    Ok(())
}

impl State {
    /// As it is written everywhere.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Stopped => "stopped",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }
}

/// The filter for the audit trail, which holds no words of an error: they may name somebody.
fn named(filter: &Filter) -> Filter {
    Filter { text: filter.text.as_ref().map(|_| "…".to_owned()), ..filter.clone() }
}

async fn note(
    tx: &mut Tx,
    org: OrgId,
    id: BulkId,
    actor: &Actor,
    action: &str,
    said: Value,
) -> Result<(), sqlx::Error> {
    audit::write(tx, org, actor, action, &id.to_string(), said).await
}

async fn told(tx: &mut Tx, org: OrgId, id: BulkId) -> Result<(), sqlx::Error> {
    event::publish(tx, org, "jobs", "bulk", json!({ "id": id })).await
}
