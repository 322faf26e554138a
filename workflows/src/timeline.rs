//! An account's timeline: calls, refusals, retries to come and messages, in one list, newest first.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::{
    db::Tx,
    id::{AccountId, OrgId},
};

/// One line.
#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    /// The row it comes from.
    pub id: Uuid,
    pub at: DateTime<Utc>,
    /// `call`, `retry`, `message` or `placed`.
    pub kind: String,
    /// Where it stands: a call's state, a message's.
    pub state: String,
    /// What it came to, once it came to something.
    pub outcome: Option<String>,
    /// In a sentence, with a rule's reason where one refused.
    pub detail: Option<String>,
    pub citation: Option<String>,
    /// Still to come: `at` is when it is due.
    pub pending: bool,
    /// Whatever else: attempt, campaign, agent, seconds talked.
    pub facts: Value,
}

/// The lines of an account before a moment, newest first.
///
/// # Errors
/// When the connection is lost.
pub async fn of_account(
    tx: &mut Tx,
    org: OrgId,
    account: AccountId,
    before: Option<DateTime<Utc>>,
    limit: i64,
) -> Result<Vec<Entry>, sqlx::Error> {
    sqlx::query_file_as!(Entry, "queries/account_timeline.sql", org.0, account.0, before, limit)
        .fetch_all(&mut **tx)
        .await
}
