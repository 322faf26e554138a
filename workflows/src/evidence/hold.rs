//! A legal hold: while it stands, nothing of the account, or of its person, is deleted.

use chrono::{DateTime, Utc};
use serde_json::json;
use uuid::Uuid;

use super::Error;
use crate::{
    audit,
    db::Tx,
    id::{AccountId, OrgId},
    transition::Actor,
};

/// A hold that stands.
#[derive(Clone, Debug)]
pub struct Hold {
    pub reason: String,
    pub placed_by: String,
    pub placed_at: DateTime<Utc>,
}

/// The hold of an account, its own or its person's.
///
/// # Errors
/// When the connection is lost.
pub async fn hold_of(tx: &mut Tx, org: OrgId, account: AccountId) -> Result<Option<Hold>, sqlx::Error> {
    sqlx::query_as!(
        Hold,
        r#"select h.reason, h.placed_at, coalesce(u.name, k.name, h.placed_by) as "placed_by!"
           from legal_holds h join collection_accounts a on a.org_id = h.org_id
           left join users u on u.org_id = h.org_id and 'user:' || u.id = h.placed_by
           left join api_keys k on k.org_id = h.org_id and 'key:' || k.id = h.placed_by
           where h.org_id = $1 and a.id = $2 and h.lifted_at is null
             and (h.account_id = a.id or h.consumer_id = a.consumer_id)
           order by h.placed_at limit 1"#,
        org.0,
        account.0
    )
    .fetch_optional(&mut **tx)
    .await
}

/// A hold that stands, and the account that it is on.
#[derive(Clone, Debug)]
pub struct Held {
    pub account: AccountId,
    pub number: String,
    pub reason: String,
    pub placed_by: String,
    pub placed_at: DateTime<Utc>,
}

/// The latest holds that stand.
///
/// # Errors
/// When the connection is lost.
pub async fn holds(tx: &mut Tx, org: OrgId, limit: i64) -> Result<Vec<Held>, sqlx::Error> {
    sqlx::query_as!(
        Held,
        r#"select a.id as "account: AccountId", a.number, h.reason, h.placed_at,
             coalesce(u.name, k.name, h.placed_by) as "placed_by!"
           from legal_holds h join collection_accounts a on a.id = h.account_id
           left join users u on u.org_id = h.org_id and 'user:' || u.id = h.placed_by
           left join api_keys k on k.org_id = h.org_id and 'key:' || k.id = h.placed_by
           where h.org_id = $1 and h.lifted_at is null order by h.placed_at desc limit $2"#,
        org.0,
        limit
    )
    .fetch_all(&mut **tx)
    .await
}

/// Places a hold on an account.
///
/// # Errors
/// When there is no such account, or one stands already.
pub async fn place_hold(tx: &mut Tx, org: OrgId, account: AccountId, reason: &str, actor: Actor) -> Result<(), Error> {
    let placed = sqlx::query!(
        "insert into legal_holds (id, org_id, account_id, reason, placed_by)
         select $3, org_id, id, $4, $5 from collection_accounts where org_id = $1 and id = $2
         on conflict (account_id) where lifted_at is null and account_id is not null do nothing",
        org.0,
        account.0,
        Uuid::now_v7(),
        reason,
        actor.to_string()
    )
    .execute(&mut **tx)
    .await?;
    if placed.rows_affected() == 0 {
        return Err(if hold_of(tx, org, account).await?.is_some() {
            Error::HeldAlready
        } else {
            Error::NotFound("account")
        });
    }
    Ok(audit::write(tx, org, &actor, "legal_hold.place", &account.to_string(), json!({})).await?)
}

/// Lifts the hold of an account.
///
/// # Errors
/// When there is no such account, or none stands.
pub async fn lift_hold(tx: &mut Tx, org: OrgId, account: AccountId, reason: &str, actor: Actor) -> Result<(), Error> {
    let lifted = sqlx::query!(
        "update legal_holds set lifted_at = wib_now(), lifted_by = $4, lifted_reason = $3
         where org_id = $1 and account_id = $2 and lifted_at is null",
        org.0,
        account.0,
        reason,
        actor.to_string()
    )
    .execute(&mut **tx)
    .await?;
    if lifted.rows_affected() == 0 {
        // Somebody else's is not there.
        super::scope_size(tx, org, super::Scope::Account { account_id: account }).await?;
        return Err(Error::NotHeld);
    }
    Ok(audit::write(tx, org, &actor, "legal_hold.lift", &account.to_string(), json!({})).await?)
}
