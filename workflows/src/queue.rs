//! A queue: where jobs of one temperament wait, and what operators order of it.
//!
//! `live` is what a person on the phone waits for, `dial` new calls, `send` messages, `webhook` what carriers told us, `media` sounds
//! to be fetched, `default` the rest. Orders (pause, resume, concurrency) are rows that every worker process reads several times a second.

mod forecast;
pub mod latency;

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{db::Tx, hub::Hint, id::OrgId};

pub use self::{
    forecast::{Depth, Forecast, LeftOver, left_over, of_list, of_queue},
    latency::Latency,
};

/// Every queue there is.
pub const NAMES: [&str; 6] = ["live", "dial", "send", "webhook", "media", "default"];

/// The queue of that name, if there is one.
#[must_use]
pub fn known(name: &str) -> Option<&'static str> {
    NAMES.into_iter().find(|known| *known == name)
}

/// A queue as one organisation sees it. Counts stop at ten thousand and one: "more than ten thousand".
#[derive(Clone, Debug, Serialize)]
pub struct Queue {
    /// Its name.
    pub name: String,
    /// Whether an operator has paused it.
    pub paused: bool,
    /// How many may run at once in a worker process; `None`: as the process was set up.
    pub concurrency: Option<i32>,
    /// Due and waiting.
    pub pending: i64,
    /// Waiting for their moment.
    pub scheduled: i64,
    /// With a worker.
    pub running: i64,
    /// Since when the oldest due job waits.
    pub oldest: Option<DateTime<Utc>>,
    /// Finished in the last minute, five minutes and hour.
    pub done: Vec<i64>,
    /// Attempts that failed in the last minute, five minutes and hour.
    pub failed: Vec<i64>,
    /// Dead in the last hour.
    pub dead: i64,
    /// How long a job of the last hour ran on average.
    pub mean_ms: Option<f64>,
    /// Finished in each of the last sixty minutes, the oldest first.
    pub by_minute: Vec<i64>,
    /// How many jobs of the last five minutes waited how long, by [`latency::class`].
    pub waits: Vec<i64>,
    /// When the depth was counted in the last five minutes, and what was left to do then, in order.
    pub looked_at: Vec<DateTime<Utc>>,
    /// As many.
    pub depths: Vec<i64>,
}

impl Queue {
    /// How long jobs of the last five minutes waited; `None`: none started.
    #[must_use]
    pub fn latency(&self) -> Option<Latency> {
        Latency::of(&self.waits)
    }

    /// What is left to do, as counted last.
    #[must_use]
    pub fn left(&self) -> i64 {
        self.depths.last().copied().unwrap_or_default()
    }

    /// When its backlog is worked off.
    #[must_use]
    pub fn forecast(&self) -> Forecast {
        let depths: Vec<Depth> = self.looked_at.iter().copied().zip(self.depths.iter().copied()).collect();
        of_queue(&depths, self.paused)
    }
}

/// The queues with an organisation's depth and rates.
///
/// # Errors
/// When the connection is lost.
pub async fn list(tx: &mut Tx, org: OrgId) -> Result<Vec<Queue>, sqlx::Error> {
    sqlx::query_file_as!(Queue, "queries/list_queues.sql", org.0).fetch_all(&mut **tx).await
}

/// Counts what is left to do, if it is time and nobody else does. Takes a hundredth of the time at most.
///
/// # Errors
/// When the connection is lost.
pub async fn sample(tx: &mut Tx) -> Result<(), sqlx::Error> {
    sqlx::query!(r#"select job_sample() as "counted!""#).fetch_one(&mut **tx).await?;
    Ok(())
}

/// Pauses a queue: running jobs end, nothing new starts, within a second, anywhere. `false`: no such queue.
///
/// # Errors
/// When the connection is lost.
pub async fn pause(tx: &mut Tx, name: &str) -> Result<bool, sqlx::Error> {
    set_paused(tx, name, true).await
}

/// Resumes a queue. `false`: no such queue.
///
/// # Errors
/// When the connection is lost.
pub async fn resume(tx: &mut Tx, name: &str) -> Result<bool, sqlx::Error> {
    set_paused(tx, name, false).await
}

async fn set_paused(tx: &mut Tx, name: &str, paused: bool) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!("update queues set paused = $2 where name = $1", name, paused).execute(&mut **tx).await?;
    hint(tx, name);
    Ok(done.rows_affected() == 1)
}

/// Sets how many jobs of a queue may run at once in each worker process; `None` returns to the process's own.
///
/// # Errors
/// When the connection is lost.
pub async fn set_concurrency(tx: &mut Tx, name: &str, concurrency: Option<i32>) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!("update queues set concurrency = $2 where name = $1", name, concurrency)
        .execute(&mut **tx)
        .await?;
    hint(tx, name);
    Ok(done.rows_affected() == 1)
}

fn hint(tx: &mut Tx, name: &str) {
    if let Some(queue) = known(name) {
        tx.hint(Hint::Queue(queue));
    }
}
