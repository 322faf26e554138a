//! An account's timeline: calls, verdicts, retries to come and messages, in one list, newest first; and the campaigns
//! it stands on.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::{
    db::Tx,
    id::{AccountId, CampaignId, OrgId},
    recipient,
};

/// One line.
#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    /// The row it comes from.
    pub id: Uuid,
    pub at: DateTime<Utc>,
    /// `call`, `decision`, `retry`, `message`, `opened`, `clicked`, `opted_out`, `opted_in` or `placed`.
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

/// The lines of an account before a moment, newest first; a few more than asked for where the last share a moment.
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

/// A list an account is on.
#[derive(Clone, Debug)]
pub struct Standing {
    pub campaign: CampaignId,
    pub name: String,
    pub state: recipient::State,
    pub attempts_used: i32,
    pub max_attempts: i32,
    pub next_at: Option<DateTime<Utc>>,
    pub outcome: Option<String>,
    pub explanation: Option<String>,
}

/// The lists an account is on, newest campaign first.
///
/// # Errors
/// When the connection is lost.
pub async fn standing(tx: &mut Tx, org: OrgId, account: AccountId) -> Result<Vec<Standing>, sqlx::Error> {
    sqlx::query_as!(
        Standing,
        r#"select c.id as "campaign: CampaignId", c.name, r.state as "state: recipient::State", r.attempts_used,
                  r.max_attempts, r.next_at, r.outcome, r.explanation
           from recipients r join campaigns c on c.id = r.campaign_id
           where r.org_id = $1 and r.account_id = $2 order by c.id desc limit 20"#,
        org.0,
        account.0
    )
    .fetch_all(&mut **tx)
    .await
}
