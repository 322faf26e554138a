//! A dispute of one debt: while it is open the account is not collected.
//!
//! 12 CFR 1006.38(d)(2): from the written dispute until verification is sent.

use chrono::{DateTime, Utc};

use crate::{
    db::Tx,
    id::{AccountId, EntryId, OrgId},
    ledger::{Error, Lift, Provenance},
};

pub(super) async fn open(
    tx: &mut Tx,
    org: OrgId,
    account: AccountId,
    at: DateTime<Utc>,
    said: &Provenance,
) -> Result<EntryId, Error> {
    let open = sqlx::query_scalar!(
        "select opened_at from disputes where account_id = $1 and verified_at is null and lifted_at is null",
        account.0
    );
    if let Some(since) = open.fetch_optional(&mut **tx).await? {
        return Err(Error::Stands(since));
    }
    let id = EntryId::new();
    sqlx::query!(
        "insert into disputes (id, org_id, account_id, opened_at, source, reason, evidence_ref, added_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        id.0,
        org.0,
        account.0,
        at,
        said.source,
        said.reason,
        said.evidence_ref,
        said.actor.to_string()
    )
    .execute(&mut **tx)
    .await?;
    stand(tx, account, "open", "disputed").await?;
    Ok(id)
}

/// Verification was sent, or the dispute was withdrawn or never made.
pub(super) async fn close(
    tx: &mut Tx,
    account: AccountId,
    id: EntryId,
    verified: bool,
    lift: &Lift,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update disputes set verified_at = case when $2 then wib_now() end, lifted_at = case when not $2 then wib_now() end,
           lifted_by = $3, lifted_reason = $4 where id = $1",
        id.0,
        verified,
        lift.actor.to_string(),
        lift.reason
    )
    .execute(&mut **tx)
    .await?;
    stand(tx, account, "disputed", "open").await
}

/// What was paid, recalled or closed stays so.
async fn stand(tx: &mut Tx, account: AccountId, from: &str, to: &str) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update collection_accounts set status = $3, updated_at = wib_now() where id = $1 and status = $2",
        account.0,
        from,
        to
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
