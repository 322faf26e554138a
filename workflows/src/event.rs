//! What pages and subscribers are told: rows, so that a reader who was away can catch up, plus a hint.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::{db::Tx, hub::Hint, id::OrgId};

/// Writes an event in the caller's transaction. Topics: `campaigns`, `campaign:<id>`, `agents`, `agent:<id>`,
/// `account:<id>`, `jobs`.
///
/// # Errors
/// When the connection is lost.
pub async fn publish(tx: &mut Tx, org: OrgId, topic: &str, kind: &str, payload: Value) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into events (org_id, topic, kind, payload) values ($1, $2, $3, $4)",
        org.0,
        topic,
        kind,
        payload
    )
    .execute(&mut **tx)
    .await?;
    tx.hint(Hint::Events);
    Ok(())
}

/// An event as it was committed.
#[derive(Clone, Debug)]
pub struct Stored {
    pub id: i64,
    pub org: OrgId,
    pub topic: String,
    pub kind: String,
    pub payload: Value,
    pub at: DateTime<Utc>,
}

/// What came after an event, for a reader who was away. Identities become visible out of order, so what was written
/// up to ten seconds before it is given again.
///
/// # Errors
/// When the connection is lost.
pub async fn after(
    tx: &mut Tx,
    org: OrgId,
    last: i64,
    topics: &[String],
    limit: i64,
) -> Result<Vec<Stored>, sqlx::Error> {
    sqlx::query_as!(
        Stored,
        r#"select id, org_id as "org: OrgId", topic, kind, payload, at from events
           where org_id = $1 and topic = any($3) and id <> $2
             and (id > $2 or at > (select at from events where org_id = $1 and id = $2) - interval '10 s')
           order by id limit $4"#,
        org.0,
        last,
        topics,
        limit
    )
    .fetch_all(&mut **tx)
    .await
}
