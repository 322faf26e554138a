//! What is kept for a while only, and thrown away by the hour.

use crate::db::Tx;

/// Deletes what nobody can ask for any more: events older than a reader may be away, answers to repeated requests,
/// sessions that ran out. Nothing of it is evidence. Answers how many rows went.
///
/// # Errors
/// When the database is away.
pub async fn prune(tx: &mut Tx) -> Result<u64, sqlx::Error> {
    let events = sqlx::query!("delete from events where at < clock_timestamp() - interval '1 day'");
    let answers = sqlx::query!("delete from idempotency_keys where created_at < clock_timestamp() - interval '1 day'");
    let sessions = sqlx::query!("delete from sessions where expires_at < clock_timestamp()");
    let mut gone = events.execute(&mut **tx).await?.rows_affected();
    gone += answers.execute(&mut **tx).await?.rows_affected();
    gone += sessions.execute(&mut **tx).await?.rows_affected();
    Ok(gone)
}
