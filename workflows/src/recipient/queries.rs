//! What pages and the API read of recipients.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::State;
use crate::{
    db::Tx,
    id::{AccountId, CallId, CampaignId, RecipientId},
};

/// How many of a campaign's people stand where. The terms add up to the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    pub planned: i64,
    pub queued: i64,
    pub claimed: i64,
    pub retry_wait: i64,
    pub done: i64,
    pub failed: i64,
    pub suppressed: i64,
    pub skipped: i64,
}

impl Tally {
    /// The conservation line: planned = done + failed + suppressed + skipped + in flight.
    #[must_use]
    pub fn balances(&self) -> bool {
        self.planned == self.finished() + self.queued + self.claimed + self.retry_wait
    }

    /// People who came to an end.
    #[must_use]
    pub fn finished(&self) -> i64 {
        self.done + self.failed + self.suppressed + self.skipped
    }
}

/// Adds up what moved since the last time, so that looking stays cheap.
///
/// # Errors
/// When the database is away.
pub async fn fold(tx: &mut Tx) -> Result<(), sqlx::Error> {
    sqlx::query!("select recipient_fold()").execute(&mut **tx).await?;
    Ok(())
}

/// A campaign's people by state, counted as they move; `planned` is what the plan wrote down, not a recount.
///
/// # Errors
/// When the database is away.
pub async fn tally(tx: &mut Tx, campaign: CampaignId) -> Result<Tally, sqlx::Error> {
    sqlx::query_as!(
        Tally,
        r#"select coalesce(c.planned, 0)::bigint as "planned!", coalesce(t.queued, 0) as "queued!",
                  coalesce(t.claimed, 0) as "claimed!", coalesce(t.retry_wait, 0) as "retry_wait!",
                  coalesce(t.done, 0) as "done!", coalesce(t.failed, 0) as "failed!",
                  coalesce(t.suppressed, 0) as "suppressed!", coalesce(t.skipped, 0) as "skipped!"
           from (select $1::uuid as id) it
           left join campaigns c on c.id = it.id
           left join recipient_tallies t on t.campaign_id = it.id"#,
        campaign.0
    )
    .fetch_one(&mut **tx)
    .await
}

/// When the first of those who wait for a retry is due.
///
/// # Errors
/// When the database is away.
pub async fn next_retry(tx: &mut Tx, campaign: CampaignId) -> Result<Option<DateTime<Utc>>, sqlx::Error> {
    sqlx::query_scalar!(
        "select min(next_at) from recipients where campaign_id = $1 and state = 'retry_wait'",
        campaign.0
    )
    .fetch_one(&mut **tx)
    .await
}

/// Whose place it is.
///
/// # Errors
/// When the database is away.
pub async fn account(tx: &mut Tx, id: RecipientId) -> Result<Option<AccountId>, sqlx::Error> {
    sqlx::query_scalar!(r#"select account_id as "id: AccountId" from recipients where id = $1"#, id.0)
        .fetch_optional(&mut **tx)
        .await
}

/// One person on a list, as the API shows it.
#[derive(Clone, Debug, Serialize)]
pub struct Recipient {
    pub id: RecipientId,
    pub account_id: AccountId,
    pub account_number: String,
    pub name: String,
    pub state: State,
    pub attempts_used: i32,
    pub max_attempts: i32,
    pub call_id: Option<CallId>,
    pub next_at: Option<DateTime<Utc>>,
    pub outcome: Option<String>,
    pub explanation: Option<String>,
    pub position: i32,
}

/// A page of a campaign's list, in its order, after a position.
///
/// # Errors
/// When the database is away.
pub async fn page(
    tx: &mut Tx,
    campaign: CampaignId,
    state: Option<State>,
    after: i32,
    limit: i64,
) -> Result<Vec<Recipient>, sqlx::Error> {
    sqlx::query_as!(
        Recipient,
        r#"select r.id as "id: RecipientId", r.account_id as "account_id: AccountId", a.number as account_number,
                  c.first_name || ' ' || c.last_name as "name!", r.state as "state: State", r.attempts_used,
                  r.max_attempts, r.call_id as "call_id: CallId", r.next_at, r.outcome, r.explanation, r.position
           from recipients r
           join collection_accounts a on a.id = r.account_id
           join consumers c on c.id = r.consumer_id
           where r.campaign_id = $1 and ($2::recipient_state is null or r.state = $2) and r.position > $3
           order by r.position limit $4"#,
        campaign.0,
        state as Option<State>,
        after,
        limit
    )
    .fetch_all(&mut **tx)
    .await
}

/// What is left of a list, counted no further than it takes to decide.
#[derive(Clone, Copy, Debug)]
pub struct Workload {
    pub anybody_queued: bool,
    pub anybody_waiting: bool,
    /// A thousand stands for more.
    pub claimed: i64,
}

/// Looks at what is left of a list.
///
/// # Errors
/// When the database is away.
pub async fn workload(tx: &mut Tx, campaign: CampaignId) -> Result<Workload, sqlx::Error> {
    sqlx::query_as!(
        Workload,
        r#"select exists(select from recipients where campaign_id = $1 and state = 'queued') as "anybody_queued!",
                  exists(select from recipients where campaign_id = $1 and state = 'retry_wait') as "anybody_waiting!",
                  (select count(*) from (select from recipients where campaign_id = $1 and state = 'claimed' limit 1000) c) as "claimed!""#,
        campaign.0
    )
    .fetch_one(&mut **tx)
    .await
}
