//! A thread: what is said with one address of one person, and who has yet to read it.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::json;

use crate::{
    db::Tx,
    event,
    id::{AccountId, ConsumerId, OrgId, ThreadId},
};

/// The two ends of a thread.
#[derive(Clone, Copy)]
pub struct Pair<'a> {
    pub org: OrgId,
    /// `sms` or `email`.
    pub channel: &'a str,
    pub ours: &'a str,
    pub theirs: &'a str,
}

/// A thread as pages and the API show it.
#[derive(Clone, Debug, Serialize)]
pub struct Thread {
    pub id: ThreadId,
    pub channel: String,
    pub account_id: Option<AccountId>,
    pub account_number: Option<String>,
    pub name: String,
    pub our_address: String,
    pub their_address: String,
    pub unread: i32,
    /// The beginning of the last message.
    pub last: Option<String>,
    pub updated_at: DateTime<Utc>,
}

/// Notes that something was written to them.
///
/// # Errors
/// When the database is away.
pub async fn touch(
    tx: &mut Tx,
    pair: Pair<'_>,
    consumer: ConsumerId,
    account: AccountId,
) -> Result<ThreadId, sqlx::Error> {
    put(tx, pair, consumer, account, 0).await
}

/// Notes that they wrote.
///
/// # Errors
/// When the database is away.
pub async fn received(
    tx: &mut Tx,
    pair: Pair<'_>,
    consumer: ConsumerId,
    account: AccountId,
) -> Result<ThreadId, sqlx::Error> {
    put(tx, pair, consumer, account, 1).await
}

async fn put(
    tx: &mut Tx,
    pair: Pair<'_>,
    consumer: ConsumerId,
    account: AccountId,
    unread: i32,
) -> Result<ThreadId, sqlx::Error> {
    sqlx::query_scalar!(
        r#"insert into threads (id, org_id, consumer_id, channel, our_address, their_address, unread, account_id, updated_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, wib_now())
           on conflict on constraint threads_pair_key do update set unread = threads.unread + excluded.unread,
             account_id = excluded.account_id, updated_at = excluded.updated_at, closed_at = null
           returning id as "id: ThreadId""#,
        ThreadId::new().0,
        pair.org.0,
        consumer.0,
        pair.channel,
        pair.ours,
        pair.theirs,
        unread,
        account.0
    )
    .fetch_one(&mut **tx)
    .await
}

/// Somebody has read it: nobody else is told any more.
///
/// # Errors
/// When the database is away. False: there is no such thread.
pub async fn read(tx: &mut Tx, org: OrgId, id: ThreadId) -> Result<bool, sqlx::Error> {
    let thread = sqlx::query_scalar!(
        r#"update threads set unread = 0, seen_at = wib_now() where org_id = $1 and id = $2
           returning account_id as "account: AccountId""#,
        org.0,
        id.0
    );
    let Some(account) = thread.fetch_optional(&mut **tx).await? else { return Ok(false) };
    event::publish(tx, org, "inbox", "read", json!({ "thread": id, "account_id": account })).await?;
    Ok(true)
}

/// One thread of the organisation.
///
/// # Errors
/// When the database is away.
pub async fn find(tx: &mut Tx, org: OrgId, id: ThreadId) -> Result<Option<Thread>, sqlx::Error> {
    Ok(query(tx, org, Some(id), None, false, 1).await?.pop())
}

/// The threads of a person, latest first.
///
/// # Errors
/// When the database is away.
pub async fn of_consumer(tx: &mut Tx, org: OrgId, consumer: ConsumerId) -> Result<Vec<Thread>, sqlx::Error> {
    query(tx, org, None, Some(consumer), false, 20).await
}

/// The latest threads, or only those with something unread.
///
/// # Errors
/// When the database is away.
pub async fn list(tx: &mut Tx, org: OrgId, unread: bool, limit: i64) -> Result<Vec<Thread>, sqlx::Error> {
    query(tx, org, None, None, unread, limit).await
}

async fn query(
    tx: &mut Tx,
    org: OrgId,
    id: Option<ThreadId>,
    consumer: Option<ConsumerId>,
    unread: bool,
    limit: i64,
) -> Result<Vec<Thread>, sqlx::Error> {
    sqlx::query_as!(
        Thread,
        r#"select t.id as "id: ThreadId", t.channel, t.account_id as "account_id: AccountId", a.number as "account_number?",
                  c.first_name || ' ' || c.last_name as "name!", t.our_address, t.their_address, t.unread, t.updated_at,
                  (select left(m.body, 120) from messages m where m.org_id = $1 and m.their_addr = t.their_address
                     and m.channel = t.channel order by m.created_at desc limit 1) as last
           from threads t
           join consumers c on c.id = t.consumer_id
           left join collection_accounts a on a.id = t.account_id
           where t.org_id = $1 and ($2::uuid is null or t.id = $2) and ($3::uuid is null or t.consumer_id = $3)
             and (not $4 or t.unread > 0)
           order by t.updated_at desc limit $5"#,
        org.0,
        id.map(|id| id.0),
        consumer.map(|id| id.0),
        unread,
        limit
    )
    .fetch_all(&mut **tx)
    .await
}
