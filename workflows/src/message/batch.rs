//! E-mails that go in one request: everybody decided for himself, one body, one key.
//!
//! The body is kept byte for byte before it is sent, so that a repeat within the provider's day is no second mail
//! (INVARIANTS, rule 3 and b3).

use chrono::TimeDelta;
use uuid::Uuid;

use super::{
    Error, State,
    place::{self, ByMail},
};
use crate::{
    campaign,
    compliance::Channel,
    db::Tx,
    decision,
    id::{AccountId, BatchId, CampaignId, ConsumerId, MessageId, OrgId, RecipientId},
    kill_switch,
};

/// The provider remembers a key for a day; an hour before that we stop relying on it.
const REMEMBERED: TimeDelta = TimeDelta::hours(23);

/// What is to be done about a batch.
#[derive(Debug)]
pub enum Batch {
    /// New: make a body of it, [`seal`] it, send it. Empty: nobody may be written to.
    Fresh(Vec<Member>),
    /// It was sent, or may have been: the same bytes again.
    Again { members: Vec<MessageId>, body: Vec<u8> },
    /// It may have been sent so long ago that the provider has forgotten its key.
    Forgotten { members: Vec<MessageId> },
    /// It is done, or gone.
    Settled,
    /// The kill switch is on: ask again later. Nothing was written, and nothing may be sent again.
    Held,
}

/// One e-mail of a batch. Its `Debug` tells nobody's address and no word of it.
pub struct Member {
    pub id: MessageId,
    pub from: String,
    pub to: String,
    pub subject: String,
    pub html: String,
    pub text: String,
    pub unsubscribe_url: String,
}

impl std::fmt::Debug for Member {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Member").field("id", &self.id).finish_non_exhaustive()
    }
}

struct Row {
    campaign: Option<CampaignId>,
    members: Vec<Uuid>,
    body: Option<Vec<u8>>,
    old: bool,
    settled: bool,
}

/// Opens a batch: decides about everybody in it, or finds it decided.
///
/// # Errors
/// When the database is away.
pub async fn take_batch(tx: &mut Tx, id: BatchId, site: &str) -> Result<Batch, Error> {
    let held = kill_switch::holds(tx).await?;
    let row = read(tx, id).await?;
    let ids = || row.members.iter().copied().map(MessageId).collect();
    match row.body {
        _ if row.settled => Ok(Batch::Settled),
        Some(_) if row.old => Ok(Batch::Forgotten { members: ids() }),
        body if held && (body.is_some() || contacts(tx, row.campaign).await?) => Ok(Batch::Held),
        Some(body) => Ok(Batch::Again { members: ids(), body }),
        None => Ok(Batch::Fresh(decide(tx, id, row.campaign, &row.members, site).await?)),
    }
}

/// A campaign that does not run any more takes its people back, switch or no switch.
async fn contacts(tx: &mut Tx, campaign: Option<CampaignId>) -> Result<bool, Error> {
    match campaign {
        Some(campaign) => Ok(campaign::is_running(tx, campaign).await?),
        None => Ok(true),
    }
}

async fn read(tx: &mut Tx, id: BatchId) -> Result<Row, Error> {
    sqlx::query_as!(
        Row,
        r#"select campaign_id as "campaign: CampaignId", members, body, settled_at is not null as "settled!",
                  coalesce(intent_at < clock_timestamp() - make_interval(secs => $2), false) as "old!"
           from message_batches where id = $1 for update"#,
        id.0,
        REMEMBERED.as_seconds_f64()
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or(Error::NotFound)
}

async fn decide(
    tx: &mut Tx,
    batch: BatchId,
    campaign: Option<CampaignId>,
    members: &[Uuid],
    site: &str,
) -> Result<Vec<Member>, Error> {
    let mut ready = Vec::new();
    for id in members.iter().copied().map(MessageId) {
        let member = match campaign {
            Some(campaign) => listed(tx, batch, campaign, id, site).await?,
            None => composed(tx, id, site).await?,
        };
        ready.extend(member);
    }
    Ok(ready)
}

async fn listed(
    tx: &mut Tx,
    batch: BatchId,
    campaign: CampaignId,
    id: MessageId,
    site: &str,
) -> Result<Option<Member>, Error> {
    let claim = sqlx::query_scalar!(
        r#"select id as "id: RecipientId" from recipients where campaign_id = $1 and state = 'claimed' and call_id = $2"#,
        campaign.0,
        id.0
    );
    let Some(recipient) = claim.fetch_optional(&mut **tx).await? else { return Ok(None) };
    place::lock(tx, campaign, recipient).await?;
    let ready = place::attempt(tx, id, recipient, Channel::Email, Some(ByMail { batch, site })).await?;
    Ok(ready.ok().map(|ready| Member {
        id,
        from: ready.from,
        to: ready.to,
        subject: ready.rendered.subject,
        html: ready.rendered.html.unwrap_or_default(),
        text: ready.rendered.text,
        unsubscribe_url: place::way_out(site, ready.unsubscribe.as_deref().unwrap_or_default()),
    }))
}

/// Something that somebody wrote, decided at the moment of sending.
async fn composed(tx: &mut Tx, id: MessageId, site: &str) -> Result<Option<Member>, Error> {
    let row = sqlx::query!(
        r#"select org_id as "org: OrgId", account_id as "account: AccountId", consumer_id as "consumer: ConsumerId",
                  our_addr, their_addr, subject, body, html, state as "state: State", unsubscribe_token
           from messages where id = $1"#,
        id.0
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or(Error::NotFound)?;
    let (Some(account), Some(consumer)) = (row.account, row.consumer) else { return Err(Error::NotFound) };
    decision::lock(tx, consumer).await?;
    if row.state != State::Queued
        || !place::permitted(tx, id, row.org, account, consumer, "email", &row.their_addr).await?
    {
        return Ok(None);
    }
    Ok(Some(Member {
        id,
        from: row.our_addr,
        to: row.their_addr,
        subject: row.subject,
        html: row.html.unwrap_or_default(),
        text: row.body,
        unsubscribe_url: place::way_out(site, row.unsubscribe_token.as_deref().unwrap_or_default()),
    }))
}

/// Writes down the very bytes that will be sent, and who is in them: the intent before the action.
///
/// # Errors
/// When the database is away.
pub async fn seal(tx: &mut Tx, id: BatchId, members: &[MessageId], body: &[u8]) -> Result<(), sqlx::Error> {
    let members: Vec<Uuid> = members.iter().map(|id| id.0).collect();
    sqlx::query!(
        "update message_batches set members = $2, body = $3, intent_at = clock_timestamp() where id = $1",
        id.0,
        &members,
        body
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The provider answered for everybody in it, or nobody is in it. The bytes are not needed any more.
///
/// # Errors
/// When the database is away.
pub async fn settle_batch(tx: &mut Tx, id: BatchId) -> Result<(), sqlx::Error> {
    sqlx::query!("update message_batches set settled_at = wib_now() where id = $1", id.0).execute(&mut **tx).await?;
    Ok(())
}

/// A new batch of these messages.
///
/// # Errors
/// When the database is away.
pub async fn open(
    tx: &mut Tx,
    org: OrgId,
    campaign: Option<CampaignId>,
    members: &[MessageId],
) -> Result<BatchId, sqlx::Error> {
    let (id, members) = (BatchId::new(), members.iter().map(|id| id.0).collect::<Vec<_>>());
    sqlx::query!(
        "insert into message_batches (id, org_id, campaign_id, members) values ($1, $2, $3, $4)",
        id.0,
        org.0,
        campaign.map(|id| id.0),
        &members
    )
    .execute(&mut **tx)
    .await?;
    Ok(id)
}
