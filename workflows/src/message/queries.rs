//! What jobs, webhooks, pages and the API read of messages.

use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

use super::State;
use crate::{
    db::Tx,
    id::{AccountId, BatchId, CampaignId, MessageId, OrgId},
};

/// A message as the API shows it.
#[derive(Clone, Debug, Serialize)]
pub struct Message {
    pub id: MessageId,
    pub channel: String,
    pub direction: String,
    pub campaign_id: Option<CampaignId>,
    pub account_id: Option<AccountId>,
    pub state: State,
    pub outcome: String,
    pub provider_id: Option<String>,
    pub error: Option<String>,
    pub created_at: DateTime<Utc>,
    pub sent_at: Option<DateTime<Utc>>,
    pub delivered_at: Option<DateTime<Utc>>,
    pub opened_at: Option<DateTime<Utc>>,
    pub clicked_at: Option<DateTime<Utc>>,
}

/// One message.
///
/// # Errors
/// When the database is away.
pub async fn find(tx: &mut Tx, id: MessageId) -> Result<Option<Message>, sqlx::Error> {
    sqlx::query_as!(
        Message,
        r#"select id as "id: MessageId", channel, direction, campaign_id as "campaign_id: CampaignId",
                  account_id as "account_id: AccountId", state as "state: State", outcome, provider_id, error, created_at,
                  sent_at, delivered_at, opened_at, clicked_at
           from messages where id = $1"#,
        id.0
    )
    .fetch_optional(&mut **tx)
    .await
}

/// Whose message it is.
///
/// # Errors
/// When the database is away, or there is no such message.
pub async fn org(tx: &mut Tx, id: MessageId) -> Result<OrgId, sqlx::Error> {
    sqlx::query_scalar!(r#"select org_id as "org: OrgId" from messages where id = $1"#, id.0).fetch_one(&mut **tx).await
}

/// The message that a provider speaks of: by our own note, or by its id.
///
/// # Errors
/// When the database is away.
pub async fn by_provider(
    tx: &mut Tx,
    ours: Option<Uuid>,
    theirs: Option<&str>,
) -> Result<Option<(MessageId, OrgId)>, sqlx::Error> {
    let row = sqlx::query!(
        r#"select id as "id: MessageId", org_id as "org: OrgId" from messages
           where id = $1 or provider_id = $2 order by (id = $1) desc nulls last limit 1"#,
        ours,
        theirs
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(|row| (row.id, row.org)))
}

/// Locks a message unless somebody else has it: false, and a job applies the webhook a moment later.
///
/// # Errors
/// When the database is away.
pub async fn lock_now(tx: &mut Tx, id: MessageId) -> Result<bool, sqlx::Error> {
    let free = sqlx::query_scalar!("select 1 from messages where id = $1 for update skip locked", id.0);
    Ok(free.fetch_optional(&mut **tx).await?.is_some())
}

/// Messages that nothing was heard of for so long (seconds of the one clock). Each is asked about more rarely the longer
/// it takes: an e-mail may be under way for days, and every question counts against the provider's limit.
///
/// # Errors
/// When the database is away.
pub async fn stale(tx: &mut Tx, silence_secs: f64, limit: i64) -> Result<Vec<(MessageId, OrgId)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select id as "id: MessageId", org_id as "org: OrgId" from messages
           where state in ('queued', 'sent') and intent_at is not null
             and greatest(intent_at, last_event_at, checked_at) 
                 < wib_now() - greatest(make_interval(secs => $1), (wib_now() - intent_at) / 4)
           order by created_at limit $2"#,
        silence_secs,
        limit
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.org)).collect())
}

/// One message as it is read in a thread.
#[derive(Clone, Debug)]
pub struct Bubble {
    pub id: MessageId,
    pub inbound: bool,
    pub channel: String,
    pub state: State,
    pub subject: String,
    pub body: String,
    pub error: Option<String>,
    pub author: Option<String>,
    pub campaign: Option<String>,
    /// Why it was not sent or did not arrive, in a sentence.
    pub reason: Option<String>,
    pub at: DateTime<Utc>,
}

/// What was said between one of our addresses' kind and one of theirs, newest last.
///
/// # Errors
/// When the database is away.
pub async fn of_pair(
    tx: &mut Tx,
    org: OrgId,
    channel: &str,
    theirs: &str,
    limit: i64,
) -> Result<Vec<Bubble>, sqlx::Error> {
    let mut bubbles = sqlx::query_as!(
        Bubble,
        r#"select m.id as "id: MessageId", m.direction = 'inbound' as "inbound!", m.channel, m.state as "state: State",
                  m.subject, m.body, m.error, u.name as "author?", k.name as "campaign?", m.created_at as at,
                  case when m.state = 'skipped' then (select d.reasons -> 0 ->> 'sentence' from compliance_decisions d where d.id = m.decision_id)
                    when m.state in ('failed', 'bounced', 'cancelled', 'unknown_closed') then coalesce(
                      (select t.detail from transitions t where t.noun = 'message' and t.id = m.id and t.detail is not null
                       order by t.seq desc limit 1), m.error) end as reason
           from messages m left join users u on u.id = m.author left join campaigns k on k.id = m.campaign_id
           where m.org_id = $1 and m.channel = $2 and m.their_addr = $3
           order by m.created_at desc, m.id desc limit $4"#,
        org.0,
        channel,
        theirs,
        limit
    )
    .fetch_all(&mut **tx)
    .await?;
    bubbles.reverse();
    Ok(bubbles)
}

/// What is known of a message whose outcome is open.
#[derive(Clone, Debug)]
pub struct Open {
    pub org: OrgId,
    pub channel: String,
    pub campaign: Option<CampaignId>,
    pub provider_id: Option<String>,
    /// The request it went in, where the provider has not answered for it.
    pub batch: Option<BatchId>,
    /// Since the intent, by the one clock.
    pub age_secs: f64,
}

/// A message that is neither delivered nor not; none when it is settled.
///
/// # Errors
/// When the database is away.
pub async fn open(tx: &mut Tx, id: MessageId) -> Result<Option<Open>, sqlx::Error> {
    sqlx::query_as!(
        Open,
        r#"select m.org_id as "org: OrgId", m.channel, m.campaign_id as "campaign: CampaignId", m.provider_id,
                  b.id as "batch?: BatchId", extract(epoch from wib_now() - m.intent_at)::float8 as "age_secs!"
           from messages m left join message_batches b on b.id = m.batch_id and b.settled_at is null
           where m.id = $1 and m.state in ('queued', 'sent') and m.intent_at is not null"#,
        id.0
    )
    .fetch_optional(&mut **tx)
    .await
}
