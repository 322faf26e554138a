//! Where an agent's audio goes: a phone of theirs, or the browser's telephone with the carrier's credential.

use serde_json::json;

use super::Error;
use crate::{
    audit,
    db::Tx,
    id::{AgentId, OrgId},
    phone::E164,
    transition::Actor,
};

/// The credential an agent's browser has already, if it has one.
///
/// # Errors
/// [`Error::NotFound`] when the organisation has no such agent.
pub async fn credential(tx: &mut Tx, org: OrgId, id: AgentId) -> Result<Option<(String, String)>, Error> {
    let row = sqlx::query!("select credential_id, sip_username from agents where org_id = $1 and id = $2", org.0, id.0)
        .fetch_optional(&mut **tx)
        .await?
        .ok_or(Error::NotFound)?;
    Ok(row.credential_id.zip(row.sip_username))
}

/// Remembers a credential just made. The first one stays: a second request must not orphan the leg of the first.
///
/// # Errors
/// When the database is away.
pub async fn keep_credential(
    tx: &mut Tx,
    org: OrgId,
    id: AgentId,
    credential: &str,
    sip_username: &str,
) -> Result<bool, Error> {
    let done = sqlx::query!(
        "update agents set credential_id = $3, sip_username = $4 where org_id = $1 and id = $2 and credential_id is null",
        org.0,
        id.0,
        credential,
        sip_username
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Lets an agent's leg be dialed to a phone instead of the browser.
///
/// # Errors
/// [`Error::NotFound`] when the organisation has no such agent.
pub async fn use_phone(tx: &mut Tx, org: OrgId, id: AgentId, phone: &E164) -> Result<(), Error> {
    let done = sqlx::query!("update agents set phone = $3 where org_id = $1 and id = $2", org.0, id.0, phone.as_str())
        .execute(&mut **tx)
        .await?;
    if done.rows_affected() == 0 {
        return Err(Error::NotFound);
    }
    Ok(audit::write(tx, org, &Actor::System, "user.change", &id.to_string(), json!({ "fields": ["phone"] })).await?)
}
