//! Finding jobs: by where they are, what they are for, what went wrong and when.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::types::Json;
use uuid::Uuid;

use super::{JobId, JobRow, State};
use crate::{
    db::Tx,
    id::{AccountId, CampaignId, OrgId},
};

/// Which jobs; empty is all of them. As JSON it is what `job_search` in the schema reads, and what a bulk action keeps.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    /// Only this kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Only this queue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub queue: Option<String>,
    /// Only this state.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<State>,
    /// Only what belongs to this very campaign, call, message or import.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run: Option<Uuid>,
    /// Only what was done for this campaign, its attempts included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub campaign: Option<CampaignId>,
    /// Only what was done about this account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountId>,
    /// Only what failed in this way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
    /// Only what failed with these words somewhere in its error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Only what ended, or where it has not ended was due, from then on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<DateTime<Utc>>,
    /// Not this moment any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<DateTime<Utc>>,
    /// Only dead jobs that nobody has retried or dismissed.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub dead_letters: bool,
    /// No bulk actions: they are stopped and resumed, not retried or cancelled.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub no_bulk: bool,
}

impl Filter {
    /// Does it let every job through?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        Self { no_bulk: false, ..self.clone() } == Self::default()
    }
}

/// Lists an organisation's jobs, newest first, `limit` of those before the cursor.
///
/// # Errors
/// When the connection is lost.
pub async fn list(
    tx: &mut Tx,
    org: OrgId,
    filter: &Filter,
    before: Option<JobId>,
    limit: i64,
) -> Result<Vec<JobRow>, sqlx::Error> {
    sqlx::query_file_as!(
        JobRow,
        "queries/list_jobs.sql",
        org.0,
        Json(filter) as _,
        before.map_or(i64::MAX, |id| id.0),
        i32::try_from(limit).unwrap_or(i32::MAX),
    )
    .fetch_all(&mut **tx)
    .await
}
