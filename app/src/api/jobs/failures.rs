//! Errors that are alike, as one.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use workflows::{
    db::Tx,
    id::OrgId,
    job::{self, Failure, Filter},
};

use crate::problem::Problem;

/// As long as history is kept.
const DAYS: i64 = 30;
const MOST: i64 = 50;

/// An error, however often it happened.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ErrorOut {
    /// Give it as `fingerprint` to get its jobs.
    fingerprint: String,
    /// The latest, as it was said.
    sample: String,
    /// The kinds of jobs it happened to.
    kinds: Vec<String>,
    /// Attempts that ended in it.
    failures: i64,
    /// Dead letters it left that are there still, counted no further than 10,001.
    dead_letters: i64,
    first_at: DateTime<Utc>,
    last_at: DateTime<Utc>,
}

pub(super) async fn failures(tx: &mut Tx, org: OrgId, filter: &Filter) -> Result<Vec<ErrorOut>, Problem> {
    let since = (tx.now().await? - TimeDelta::days(DAYS)).date_naive();
    let (kind, queue) = (filter.kind.as_deref(), filter.queue.as_deref());
    let all = job::failures(tx, org, kind, queue, since, MOST).await?;
    Ok(all.into_iter().map(ErrorOut::from).collect())
}

impl From<Failure> for ErrorOut {
    fn from(failure: Failure) -> Self {
        Self {
            fingerprint: failure.fingerprint,
            sample: failure.sample,
            kinds: failure.kinds,
            failures: failure.failures,
            dead_letters: failure.letters,
            first_at: failure.first_at,
            last_at: failure.last_at,
        }
    }
}
