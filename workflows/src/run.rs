//! A run: one thing living through its states, with the jobs, provider requests and webhooks along the way.
//!
//! There is no table of runs. Campaigns, calls, messages, recipients and agents are state machines with a history; jobs carry
//! the id of what they are for. This reads them together.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::{
    db::Tx,
    id::{AccountId, CampaignId, OrgId},
};

/// One run in a list.
#[derive(Clone, Debug, Serialize)]
pub struct Run {
    pub id: Uuid,
    /// `campaign`, `call`, `message`, `recipient` or `agent`.
    pub noun: String,
    pub state: String,
    /// When it began.
    pub began_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
}

/// One line of a run's timeline.
#[derive(Clone, Debug, Serialize)]
pub struct Step {
    pub at: DateTime<Utc>,
    /// `transition`, `decision`, `job`, `request`, `webhook`, or of a recipient `attempt`.
    pub kind: String,
    /// What happened: an event, a channel, a job's kind, a command, a webhook's type.
    pub what: String,
    /// Where it led: a state or an outcome.
    pub outcome: String,
    /// Whatever else is known, without personal data.
    pub detail: Value,
    /// Still to come: `at` is when it is due.
    pub pending: bool,
}

/// The latest runs, newest first: campaigns, calls and messages, or one of the three.
///
/// # Errors
/// When the connection is lost.
pub async fn list(
    tx: &mut Tx,
    org: OrgId,
    noun: Option<&str>,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Run>, sqlx::Error> {
    sqlx::query_as!(
        Run,
        r#"select id as "id!", noun as "noun!", state as "state!", began_at as "began_at!", ended_at from (
             (select id, 'campaign' as noun, state::text, created_at as began_at, ended_at from campaigns
              where org_id = $1 and ($2::text is null or $2 = 'campaign') and ($3::uuid is null or id < $3)
              order by id desc limit $4)
             union all
             (select id, 'call', state::text, intent_at, ended_at from calls
              where org_id = $1 and ($2::text is null or $2 = 'call') and ($3::uuid is null or id < $3)
              order by id desc limit $4)
             union all
             (select id, 'message', state::text, created_at, ended_at from messages
              where org_id = $1 and ($2::text is null or $2 = 'message') and ($3::uuid is null or id < $3)
              order by id desc limit $4)
           ) runs order by id desc limit $4"#,
        org.0,
        noun,
        before,
        limit
    )
    .fetch_all(&mut **tx)
    .await
}

/// Whom or what a run is about, in the words people know it by.
#[derive(Clone, Debug)]
pub struct Subject {
    pub run: Uuid,
    pub account: Option<AccountId>,
    pub account_number: Option<String>,
    pub campaign: Option<CampaignId>,
    pub campaign_name: Option<String>,
    /// Of an attempt: its channel, its number on the list, and where it went.
    pub channel: Option<String>,
    pub attempt_no: Option<i32>,
    pub max_attempts: Option<i32>,
    pub address: Option<String>,
}

/// The subjects of these runs; none of what is no run.
///
/// # Errors
/// When the connection is lost.
pub async fn subjects(tx: &mut Tx, org: OrgId, runs: &[Uuid]) -> Result<Vec<Subject>, sqlx::Error> {
    sqlx::query_as!(
        Subject,
        r#"select s.run as "run!", s.account as "account: AccountId", a.number as "account_number?",
                  s.campaign as "campaign: CampaignId", m.name as "campaign_name?", s.channel, s.attempt_no,
                  m.max_attempts as "max_attempts?", s.address
           from (
             select id as run, account_id as account, campaign_id as campaign, 'call' as channel, attempt_no, to_addr as address
             from calls where org_id = $1 and id = any($2)
             union all
             select id, account_id, campaign_id, channel, attempt_no, their_addr from messages where org_id = $1 and id = any($2)
             union all
             select id, account_id, campaign_id, null, null, null from recipients where org_id = $1 and id = any($2)
             union all
             select id, null, id, null, null, null from campaigns where org_id = $1 and id = any($2)
             union all
             select id, null, null, null, null, null from agents where org_id = $1 and id = any($2)
           ) s
           left join collection_accounts a on a.id = s.account
           left join campaigns m on m.id = s.campaign"#,
        org.0,
        runs
    )
    .fetch_all(&mut **tx)
    .await
}

/// One run, whatever it is.
///
/// # Errors
/// When the connection is lost.
pub async fn find(tx: &mut Tx, org: OrgId, id: Uuid) -> Result<Option<Run>, sqlx::Error> {
    sqlx::query_as!(
        Run,
        r#"select $2::uuid as "id!", noun as "noun!", state as "state!", began_at as "began_at!", ended_at from (
             select 'campaign' as noun, state::text, created_at as began_at, ended_at from campaigns where org_id = $1 and id = $2
             union all
             select 'call', state::text, intent_at, ended_at from calls where org_id = $1 and id = $2
             union all
             select 'message', state::text, created_at, ended_at from messages where org_id = $1 and id = $2
             union all
             select 'recipient', r.state::text, c.created_at, null from recipients r join campaigns c on c.id = r.campaign_id
             where r.org_id = $1 and r.id = $2
             union all
             select 'agent', state::text, since, null from agents where org_id = $1 and id = $2
           ) run limit 1"#,
        org.0,
        id
    )
    .fetch_optional(&mut **tx)
    .await
}

/// What happened to a run, oldest first; at most `limit` of the latest; what is due comes last. Webhooks
/// are told at the time they arrived.
///
/// # Errors
/// When the connection is lost.
pub async fn timeline(tx: &mut Tx, org: OrgId, id: Uuid, limit: i64) -> Result<Vec<Step>, sqlx::Error> {
    sqlx::query_file_as!(Step, "queries/run_timeline.sql", org.0, id, limit).fetch_all(&mut **tx).await
}
