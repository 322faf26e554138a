//! Failures of one shape: the same error once quoted text, ids and numbers are left out.
//!
//! The shape is taken, and failures counted, by the call that writes them (`error_fingerprint`, `job_errors_count` in the
//! schema); this reads what was counted.

use chrono::{DateTime, NaiveDate, Utc};

use crate::{db::Tx, id::OrgId};

/// An error, however often it happened.
#[derive(Clone, Debug)]
pub struct Failure {
    /// What its cases have in common: sixteen hexadecimal digits.
    pub fingerprint: String,
    /// The latest, as it was said.
    pub sample: String,
    /// The kinds of jobs it happened to.
    pub kinds: Vec<String>,
    /// Attempts that ended in it.
    pub failures: i64,
    /// Dead letters that it left and that are there still; counted no further than 10,001.
    pub letters: i64,
    /// When it was first seen, in what is kept.
    pub first_at: DateTime<Utc>,
    /// When it was last seen.
    pub last_at: DateTime<Utc>,
}

/// The errors seen since a day, the latest first; of one kind or queue if wanted.
///
/// # Errors
/// When the connection is lost.
pub async fn failures(
    tx: &mut Tx,
    org: OrgId,
    kind: Option<&str>,
    queue: Option<&str>,
    since: NaiveDate,
    limit: i64,
) -> Result<Vec<Failure>, sqlx::Error> {
    sqlx::query_file_as!(Failure, "queries/job_errors.sql", org.0, kind, queue, since, limit).fetch_all(&mut **tx).await
}

/// How that error was last said; none when it is forgotten.
///
/// # Errors
/// When the connection is lost.
pub async fn said(tx: &mut Tx, org: OrgId, fingerprint: &str) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar!(
        "select sample from job_errors where org_id = $1 and fingerprint = $2 order by last_at desc limit 1",
        org.0,
        fingerprint
    )
    .fetch_optional(&mut **tx)
    .await
}
