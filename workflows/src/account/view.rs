//! Who looked: a person's debts are shown to nobody without a line about it.

use serde_json::json;

use crate::{
    audit,
    db::Tx,
    id::{AccountId, OrgId},
    transition::Actor,
};

/// Writes down that somebody was shown an account.
///
/// # Errors
/// When the connection is lost.
pub async fn viewed(tx: &mut Tx, org: OrgId, id: AccountId, actor: &Actor) -> Result<(), sqlx::Error> {
    audit::write(tx, org, actor, "account.view", &id.to_string(), json!({})).await
}

/// Writes down that somebody was shown a list of so many accounts. What was searched for may name a person: it stays out.
///
/// # Errors
/// When the connection is lost.
pub async fn searched(tx: &mut Tx, org: OrgId, shown: usize, actor: &Actor) -> Result<(), sqlx::Error> {
    audit::write(tx, org, actor, "account.search", &org.to_string(), json!({ "shown": shown })).await
}
