//! Retention: what was said is deleted three years after an account's last activity (seven where the organisation says
//! so), never under a legal hold. That it was said, when, and the verdict that allowed it stay.

use serde_json::json;
use uuid::Uuid;

use crate::{
    audit,
    db::Tx,
    id::{AccountId, OrgId},
    transition::Actor,
};

/// Accounts in one run.
const BATCH: i64 = 100;

/// Deletes the bodies and recordings of one batch of accounts, and the files of exports that expired, in the caller's
/// system transaction. Says first, in numbers, what it is about to do. Answers how many accounts.
///
/// # Errors
/// When the database is away; then nothing is deleted.
pub async fn erase_old(tx: &mut Tx) -> Result<usize, sqlx::Error> {
    drop_expired(tx).await?;
    let accounts = sqlx::query_file!("queries/evidence_erasable.sql", BATCH).fetch_all(&mut **tx).await?;
    if accounts.is_empty() {
        return Ok(0);
    }
    tracing::info!("what was said is about to be deleted for {} accounts past their retention", accounts.len());
    for account in &accounts {
        erase(tx, account.org, account.id).await?;
    }
    Ok(accounts.len())
}

async fn erase(tx: &mut Tx, org: OrgId, account: AccountId) -> Result<(), sqlx::Error> {
    let messages = sqlx::query!(
        "update messages set body = '', subject = '', html = null, erased_at = wib_now()
         where org_id = $1 and account_id = $2 and erased_at is null",
        org.0,
        account.0
    );
    let messages = messages.execute(&mut **tx).await?.rows_affected();
    let blobs: Vec<Uuid> = sqlx::query_scalar!(
        r#"with held as (
             select r.id, r.blob_id from recordings r join calls c on c.id = r.call_id
             where c.org_id = $1 and c.account_id = $2 and r.blob_id is not null and not r.legal_hold)
           update recordings r set blob_id = null from held where r.id = held.id returning held.blob_id as "blob!""#,
        org.0,
        account.0
    )
    .fetch_all(&mut **tx)
    .await?;
    sqlx::query!("delete from blobs where org_id = $1 and id = any($2)", org.0, &blobs).execute(&mut **tx).await?;
    let what = json!({ "messages": messages, "recordings": blobs.len() });
    audit::write(tx, org, &Actor::System, "retention.erase", &account.to_string(), what).await
}

/// The rows of exports stay; their files are made again by asking again.
async fn drop_expired(tx: &mut Tx) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "with expired as (
           select id, blob_id from evidence_exports where blob_id is not null and expires_at < wib_now() limit 100),
         let_go as (
           update evidence_exports e set blob_id = null from expired where e.id = expired.id)
         delete from blobs where id in (select blob_id from expired)"
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
