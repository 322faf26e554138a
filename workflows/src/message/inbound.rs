//! What somebody writes to us: matched to its account, honoured, shown.

use chrono::{DateTime, Utc};
use serde_json::json;

use crate::{
    db::Tx,
    event,
    id::{AccountId, ConsumerId, MessageId, OrgId},
    keyword::{Meaning, meaning},
    suppression,
    thread::{self, Pair},
    transition::{self, Actor, Change},
};

/// A text as it came.
pub struct Inbound<'a> {
    pub from: &'a str,
    /// One of our numbers.
    pub to: &'a str,
    pub text: &'a str,
    pub provider_id: &'a str,
    pub at: DateTime<Utc>,
}

/// Whose it is.
struct Writer {
    consumer: ConsumerId,
    account: AccountId,
}

/// Takes in a text. None: the number it came to is nobody's. What it asks for is in effect when this commits, whether
/// or not we know who wrote it.
///
/// # Errors
/// When the database is away.
pub async fn receive(tx: &mut Tx, inbound: &Inbound<'_>) -> Result<Option<(OrgId, Option<MessageId>)>, sqlx::Error> {
    let Some(org) = owner(tx, inbound.to).await? else { return Ok(None) };
    match meaning(inbound.text) {
        Meaning::Stop => suppression::opt_out(tx, org, "sms", inbound.from, "keyword").await?,
        Meaning::Start => suppression::opt_in(tx, org, "sms", inbound.from).await?,
        Meaning::Help | Meaning::Words => {}
    }
    let Some(writer) = writer(tx, org, inbound.from).await? else { return Ok(Some((org, None))) };
    let id = store(tx, org, &writer, inbound).await?;
    Ok(Some((org, Some(id))))
}

/// The account that was last written to or called under this number; else the newest of the person who has it.
async fn writer(tx: &mut Tx, org: OrgId, number: &str) -> Result<Option<Writer>, sqlx::Error> {
    sqlx::query_as!(
        Writer,
        r#"select consumer as "consumer!: ConsumerId", account as "account!: AccountId" from (
             (select m.consumer_id as consumer, m.account_id as account, 0 as rank from messages m
              where m.org_id = $1 and m.their_addr = $2 and m.channel = 'sms' and m.account_id is not null
              order by m.created_at desc limit 1)
             union all
             (select a.consumer_id, a.id, 1 from phones p join collection_accounts a on a.consumer_id = p.consumer_id
              where p.org_id = $1 and p.e164 = $2 and p.status <> 'wrong' order by a.status = 'open' desc, a.id desc limit 1)
           ) known order by rank limit 1"#,
        org.0,
        number
    )
    .fetch_optional(&mut **tx)
    .await
}

async fn store(tx: &mut Tx, org: OrgId, writer: &Writer, inbound: &Inbound<'_>) -> Result<MessageId, sqlx::Error> {
    let id = MessageId::new();
    sqlx::query!(
        "insert into messages (id, org_id, channel, direction, account_id, consumer_id, our_addr, their_addr, state, body,
             provider_id, ended_at, created_at)
         values ($1, $2, 'sms', 'inbound', $3, $4, $5, $6, 'received', $7, $8, $9, $9)",
        id.0,
        org.0,
        writer.account.0,
        writer.consumer.0,
        inbound.to,
        inbound.from,
        inbound.text,
        inbound.provider_id,
        inbound.at
    )
    .execute(&mut **tx)
    .await?;
    let pair = Pair { org, channel: "sms", ours: inbound.to, theirs: inbound.from };
    let thread = thread::received(tx, pair, writer.consumer, writer.account).await?;
    note(tx, org, id, inbound.at).await?;
    let what = json!({ "id": id, "thread": thread, "account_id": writer.account, "direction": "inbound" });
    for topic in [format!("account:{}", writer.account), "inbox".to_owned()] {
        event::publish(tx, org, &topic, "message", what.clone()).await?;
    }
    Ok(id)
}

async fn note(tx: &mut Tx, org: OrgId, id: MessageId, at: DateTime<Utc>) -> Result<(), sqlx::Error> {
    let (noun, from, to, event, actor) = ("message", "", "received", "received", Actor::Carrier);
    transition::append(tx, Change { org, noun, id: id.0, seq: 0, from, to, event, actor, detail: None, at }).await
}

/// Ends e-mails to whoever got the one with this token. False: nobody did.
///
/// RFC 8058; 12 CFR 1006.6(e): no login, no fee, nothing to give but the wish itself.
///
/// # Errors
/// When the database is away.
pub async fn unsubscribe(tx: &mut Tx, token: &str, source: &str) -> Result<bool, sqlx::Error> {
    let sent = sqlx::query!(
        r#"select org_id as "org: OrgId", their_addr, account_id as "account: AccountId" from messages where unsubscribe_token = $1"#,
        token
    );
    let Some(sent) = sent.fetch_optional(&mut **tx).await? else { return Ok(false) };
    suppression::opt_out(tx, sent.org, "email", &sent.their_addr, source).await?;
    if let Some(account) = sent.account {
        event::publish(tx, sent.org, &format!("account:{account}"), "suppression", json!({ "channel": "email" }))
            .await?;
    }
    Ok(true)
}

/// The agency whose e-mail has this token.
///
/// # Errors
/// When the database is away.
pub async fn sender_of(tx: &mut Tx, token: &str) -> Result<Option<String>, sqlx::Error> {
    let name = sqlx::query_scalar!(
        "select o.name from messages m join organizations o on o.id = m.org_id where m.unsubscribe_token = $1",
        token
    );
    name.fetch_optional(&mut **tx).await
}

/// Whose number that is.
///
/// # Errors
/// When the database is away.
pub async fn owner(tx: &mut Tx, number: &str) -> Result<Option<OrgId>, sqlx::Error> {
    sqlx::query_scalar!(r#"select org_id as "org: OrgId" from numbers where e164 = $1"#, number)
        .fetch_optional(&mut **tx)
        .await
}
