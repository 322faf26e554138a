//! The audit log: who did what to what, written in the transaction of the deed, never changed.

use serde_json::Value;

use crate::{db::Tx, id::OrgId, transition::Actor};

/// Writes one line, at the database's clock.
///
/// # Errors
/// When the connection is lost.
pub async fn write(
    tx: &mut Tx,
    org: OrgId,
    actor: &Actor,
    action: &str,
    subject: &str,
    payload: Value,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into audit_log (org_id, at, actor, action, subject, payload) values ($1, wib_now(), $2, $3, $4, $5)",
        org.0,
        actor.to_string(),
        action,
        subject,
        payload
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
