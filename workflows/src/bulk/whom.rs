//! Whom a send or a call would reach, if it ran now.

use serde_json::Value;

use crate::{
    call::{PlaceCall, Target as Dialed},
    compliance::{Channel, Mode},
    db::Tx,
    decision::{self, Contact, NoContact},
    id::{AccountId, MessageId, OrgId, RecipientId},
    job::Job,
    message::{SendEmail, SendSms, Target as Written},
};

/// The contact it would make; none where the attempt was made already, the claim is gone, or there is no address.
pub(super) async fn of(tx: &mut Tx, org: OrgId, kind: &str, args: Value) -> Result<Option<Contact>, sqlx::Error> {
    match kind {
        PlaceCall::KIND => match serde_json::from_value(args) {
            Ok(job) => call(tx, org, &job).await,
            Err(_) => Ok(None),
        },
        SendSms::KIND => match serde_json::from_value(args) {
            Ok(job) => text(tx, org, &job).await,
            Err(_) => Ok(None),
        },
        SendEmail::KIND => match serde_json::from_value(args) {
            Ok(job) => mail(tx, org, &job).await,
            Err(_) => Ok(None),
        },
        _ => Ok(None),
    }
}

async fn call(tx: &mut Tx, org: OrgId, job: &PlaceCall) -> Result<Option<Contact>, sqlx::Error> {
    let made = sqlx::query_scalar!(
        r#"select exists (select from calls where org_id = $1 and id = $2) as "made!""#,
        org.0,
        job.call.0
    );
    if made.fetch_one(&mut **tx).await? {
        return Ok(None);
    }
    let (account, phone, mode) = match &job.target {
        Dialed::Account { account, phone, .. } => (Some(*account), phone, Mode::Manual),
        Dialed::Recipient { recipient, phone, agent, .. } => {
            let mode = if agent.is_some() { Mode::Manual } else { Mode::Predictive };
            (claimed(tx, org, *recipient, job.call.0).await?, phone, mode)
        }
    };
    let Some(account) = account else { return Ok(None) };
    let contact = contact(tx, org, account, Channel::Call, phone.as_ref().map(|phone| phone.as_str())).await?;
    Ok(contact.map(|contact| Contact { mode, ..contact }))
}

async fn text(tx: &mut Tx, org: OrgId, job: &SendSms) -> Result<Option<Contact>, sqlx::Error> {
    match job.target {
        Written::Composed => composed(tx, org, job.message, Channel::Sms).await,
        Written::Recipient { recipient, .. } => match claimed(tx, org, recipient, job.message.0).await? {
            Some(account) => contact(tx, org, account, Channel::Sms, None).await,
            None => Ok(None),
        },
    }
}

/// Of a batch the first one: what holds for one of them mostly holds for all.
async fn mail(tx: &mut Tx, org: OrgId, job: &SendEmail) -> Result<Option<Contact>, sqlx::Error> {
    let first = sqlx::query_scalar!(
        r#"select members[1] as "first: MessageId" from message_batches where org_id = $1 and id = $2 and settled_at is null"#,
        org.0,
        job.batch.0
    );
    let Some(first) = first.fetch_optional(&mut **tx).await?.flatten() else { return Ok(None) };
    let Some(campaign) = job.campaign else { return composed(tx, org, first, Channel::Email).await };
    let account = sqlx::query_scalar!(
        r#"select account_id as "account: AccountId" from recipients
           where org_id = $1 and campaign_id = $2 and state = 'claimed' and call_id = $3"#,
        org.0,
        campaign.0,
        first.0
    );
    match account.fetch_optional(&mut **tx).await? {
        Some(account) => contact(tx, org, account, Channel::Email, None).await,
        None => Ok(None),
    }
}

/// The account of somebody on a list, while this attempt holds the claim.
async fn claimed(
    tx: &mut Tx,
    org: OrgId,
    id: RecipientId,
    attempt: uuid::Uuid,
) -> Result<Option<AccountId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select account_id as "account: AccountId" from recipients where org_id = $1 and id = $2 and call_id = $3"#,
        org.0,
        id.0,
        attempt
    )
    .fetch_optional(&mut **tx)
    .await
}

/// What somebody wrote and nobody has sent yet.
async fn composed(tx: &mut Tx, org: OrgId, id: MessageId, channel: Channel) -> Result<Option<Contact>, sqlx::Error> {
    let row = sqlx::query!(
        r#"select account_id as "account!: AccountId", their_addr from messages
           where org_id = $1 and id = $2 and state = 'queued' and intent_at is null and account_id is not null"#,
        org.0,
        id.0
    );
    match row.fetch_optional(&mut **tx).await? {
        Some(row) => contact(tx, org, row.account, channel, Some(&row.their_addr)).await,
        None => Ok(None),
    }
}

async fn contact(
    tx: &mut Tx,
    org: OrgId,
    account: AccountId,
    channel: Channel,
    to: Option<&str>,
) -> Result<Option<Contact>, sqlx::Error> {
    match decision::contact(tx, org, account, channel, to).await {
        Ok(contact) => Ok(Some(contact)),
        Err(NoContact::Database(error)) => Err(error),
        Err(_) => Ok(None),
    }
}
