//! Holds whoever an entry is about, as a decision holds them, and always in the same order: no contact is decided
//! between the moment an entry is read for and the moment it commits.

use serde_json::json;
use uuid::Uuid;

use super::Scope;
use crate::{
    db::Tx,
    decision, event,
    id::{AccountId, ConsumerId, OrgId},
    ledger::Error,
};

/// Everybody who is reached under this number or address.
pub(super) async fn address(tx: &mut Tx, org: OrgId, value: &str) -> Result<(), sqlx::Error> {
    addresses(tx, org, &[value.to_owned()]).await
}

/// The same for many. A lateral look-up each, then the people by their ids: the planner never reads a whole table.
pub(super) async fn addresses(tx: &mut Tx, org: OrgId, values: &[String]) -> Result<(), sqlx::Error> {
    let people = sqlx::query_scalar!(
        r#"select distinct consumer_id as "id!" from unnest($2::text[]) as asked (value) cross join lateral (
             select consumer_id from phones where org_id = $1 and e164 = value
             union all
             select consumer_id from email_addresses where org_id = $1 and address = value offset 0) known"#,
        org.0,
        values
    )
    .fetch_all(&mut **tx)
    .await?;
    decision::lock_all(tx, &people).await
}

pub(super) async fn person(tx: &mut Tx, org: OrgId, consumer: ConsumerId) -> Result<(), Error> {
    let theirs = sqlx::query_scalar!(
        r#"select 1 as "one!" from consumers where org_id = $1 and id = $2 for no key update"#,
        org.0,
        consumer.0
    );
    theirs.fetch_optional(&mut **tx).await?.map(drop).ok_or(Error::NotFound("consumer"))
}

/// Everybody who owes the debt of this account; answers the debt's group.
pub(super) async fn debt(tx: &mut Tx, org: OrgId, account: AccountId) -> Result<Uuid, Error> {
    let debt = sqlx::query_scalar!(
        "select debt_group_id from collection_accounts where org_id = $1 and id = $2",
        org.0,
        account.0
    );
    let debt = debt.fetch_optional(&mut **tx).await?.ok_or(Error::NotFound("account"))?;
    let people = sqlx::query_scalar!(
        "select distinct consumer_id from collection_accounts where org_id = $1 and debt_group_id = $2",
        org.0,
        debt
    )
    .fetch_all(&mut **tx)
    .await?;
    decision::lock_all(tx, &people).await?;
    Ok(debt)
}

/// Whoever owes this account, which is of this organisation; held.
pub(crate) async fn owner(tx: &mut Tx, org: OrgId, account: AccountId) -> Result<ConsumerId, Error> {
    let consumer = crate::ledger::person(tx, org, account).await?;
    decision::lock(tx, consumer).await?;
    Ok(consumer)
}

/// Tells the open pages of the accounts concerned.
pub(super) async fn tell(tx: &mut Tx, org: OrgId, scope: &Scope) -> Result<(), sqlx::Error> {
    let (value, consumer, account) = match scope {
        Scope::Address(to) => (Some(to.as_str()), None, None),
        Scope::Person(consumer) => (None, Some(consumer.0), None),
        Scope::Debt(account) => (None, None, Some(account.0)),
    };
    let accounts = sqlx::query_scalar!(
        r#"select id as "id: AccountId" from collection_accounts where org_id = $1 and (id = $4 or consumer_id = $3
             or consumer_id in (select consumer_id from phones where org_id = $1 and e164 = $2
               union all select consumer_id from email_addresses where org_id = $1 and address = $2)) limit 20"#,
        org.0,
        value,
        consumer,
        account
    );
    for account in accounts.fetch_all(&mut **tx).await? {
        event::publish(tx, org, &format!("account:{account}"), "suppression", json!({})).await?;
    }
    Ok(())
}
