//! The list: who is on it, fixed once when the campaign first starts and never queried again.

use serde::{Deserialize, Serialize};

use super::{Error, Kind};
use crate::{
    compliance::Channel,
    db::Tx,
    event,
    hub::Hint,
    id::{AccountId, CampaignId, CreditorId, ImportId, OrgId},
};

/// Whom a campaign asks for. Every given condition must hold; none given means every open account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Audience {
    /// Accounts of one creditor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub creditor_id: Option<CreditorId>,
    /// Accounts that one import created or updated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub import_id: Option<ImportId>,
    /// Just these.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_ids: Option<Vec<AccountId>>,
    /// At most so many, oldest account first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
}

/// Writes one recipient for every account of the audience, and how many there are. Runs once: a second call finds
/// the list fixed and changes nothing.
///
/// # Errors
/// When there is no such campaign or the database is away.
pub async fn plan(tx: &mut Tx, id: CampaignId) -> Result<i64, Error> {
    let row =
        sqlx::query!(r#"select org_id, type as "kind: Kind", planned, max_attempts, audience from campaigns where id = $1 for update"#, id.0)
            .fetch_optional(&mut **tx)
            .await?
            .ok_or(Error::NotFound)?;
    if let Some(planned) = row.planned {
        return Ok(planned.into());
    }
    let org = OrgId(row.org_id);
    let audience: Audience = serde_json::from_value(row.audience).unwrap_or_default();
    let planned = match row.kind {
        Kind::Voice => insert(tx, id, org, row.max_attempts, &audience).await?,
        kind => insert_addressed(tx, id, org, row.max_attempts, &audience, kind.channel()).await?,
    };
    sqlx::query!("update campaigns set planned = $2 where id = $1", id.0, i32::try_from(planned).unwrap_or(i32::MAX))
        .execute(&mut **tx)
        .await?;
    event::publish(tx, org, &format!("campaign:{id}"), "planned", serde_json::json!({ "planned": planned })).await?;
    tx.hint(Hint::Pacer);
    Ok(planned.try_into().unwrap_or(i64::MAX))
}

async fn insert(
    tx: &mut Tx,
    id: CampaignId,
    org: OrgId,
    max_attempts: i32,
    audience: &Audience,
) -> Result<u64, sqlx::Error> {
    let accounts: Option<Vec<uuid::Uuid>> =
        audience.account_ids.as_ref().map(|ids| ids.iter().map(|id| id.0).collect());
    let done = sqlx::query!(
        "insert into recipients (id, org_id, campaign_id, account_id, consumer_id, position, max_attempts)
         select gen_random_uuid(), a.org_id, $2, a.id, a.consumer_id, row_number() over (order by a.id), $3
         from collection_accounts a
         where a.org_id = $1 and a.status = 'open'
           and ($4::uuid is null or a.creditor_id = $4)
           and ($5::uuid is null or a.import_id = $5)
           and ($6::uuid[] is null or a.id = any($6))
         order by a.id limit $7
         on conflict on constraint recipients_once_per_campaign do nothing",
        org.0,
        id.0,
        max_attempts,
        audience.creditor_id.map(|id| id.0),
        audience.import_id.map(|id| id.0),
        accounts.as_deref(),
        audience.limit
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected())
}

/// The same for messages: whoever shares an address with somebody before them on the list gets no second one.
async fn insert_addressed(
    tx: &mut Tx,
    id: CampaignId,
    org: OrgId,
    max_attempts: i32,
    audience: &Audience,
    channel: Channel,
) -> Result<u64, sqlx::Error> {
    let accounts: Option<Vec<uuid::Uuid>> =
        audience.account_ids.as_ref().map(|ids| ids.iter().map(|id| id.0).collect());
    let done = sqlx::query!(
        "with people as (
           select a.id, a.org_id, a.consumer_id, case when $8 = 'email'
               then (select e.address from email_addresses e where e.consumer_id = a.consumer_id and e.status = 'ok' and not e.is_work
                     order by e.id limit 1)
               else (select p.e164 from phones p where p.consumer_id = a.consumer_id and p.status = 'ok' and p.textable
                     order by p.position, p.id limit 1) end as addr
           from collection_accounts a
           where a.org_id = $1 and a.status = 'open'
             and ($4::uuid is null or a.creditor_id = $4)
             and ($5::uuid is null or a.import_id = $5)
             and ($6::uuid[] is null or a.id = any($6))
           order by a.id limit $7
         ), numbered as (
           select *, row_number() over (order by id) as position,
             addr is not null and row_number() over (partition by addr order by id) > 1 as again
           from people
         )
         insert into recipients (id, org_id, campaign_id, account_id, consumer_id, position, max_attempts, to_key, state, outcome, explanation)
         select gen_random_uuid(), org_id, $2, id, consumer_id, position, $3, case when not again then addr end,
           case when again then 'skipped' else 'queued' end::recipient_state, case when again then 'duplicate' end,
           case when again then 'somebody before on the list has the same address' end
         from numbered
         on conflict on constraint recipients_once_per_campaign do nothing",
        org.0,
        id.0,
        max_attempts,
        audience.creditor_id.map(|id| id.0),
        audience.import_id.map(|id| id.0),
        accounts.as_deref(),
        audience.limit,
        channel.as_str()
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected())
}

/// The first accounts of an audience, in its order: for previews.
///
/// # Errors
/// When the database is away.
pub async fn first_of(tx: &mut Tx, org: OrgId, audience: &Audience, limit: i64) -> Result<Vec<AccountId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select a.id as "id: AccountId" from collection_accounts a
           where a.org_id = $1 and a.status = 'open'
             and ($2::uuid is null or a.creditor_id = $2) and ($3::uuid is null or a.import_id = $3)
           order by a.id limit $4"#,
        org.0,
        audience.creditor_id.map(|id| id.0),
        audience.import_id.map(|id| id.0),
        limit
    )
    .fetch_all(&mut **tx)
    .await
}

pub(super) async fn anybody(tx: &mut Tx, id: CampaignId, org: OrgId) -> Result<bool, Error> {
    let stored = sqlx::query_scalar!("select audience from campaigns where id = $1", id.0).fetch_one(&mut **tx).await?;
    let audience: Audience = serde_json::from_value(stored).unwrap_or_default();
    Ok(count(tx, org, &audience).await? > 0)
}

/// How many open accounts an audience has now.
///
/// # Errors
/// When the database is away.
pub async fn count(tx: &mut Tx, org: OrgId, audience: &Audience) -> Result<i64, sqlx::Error> {
    let accounts: Option<Vec<uuid::Uuid>> =
        audience.account_ids.as_ref().map(|ids| ids.iter().map(|id| id.0).collect());
    sqlx::query_scalar!(
        r#"select count(*) as "n!" from collection_accounts a
           where a.org_id = $1 and a.status = 'open'
             and ($2::uuid is null or a.creditor_id = $2)
             and ($3::uuid is null or a.import_id = $3)
             and ($4::uuid[] is null or a.id = any($4))"#,
        org.0,
        audience.creditor_id.map(|id| id.0),
        audience.import_id.map(|id| id.0),
        accounts.as_deref()
    )
    .fetch_one(&mut **tx)
    .await
}
