//! People whom nothing moves on any more, because an operator cancelled the job that would have, or it died.
//!
//! A claim and the job that dials are written in one transaction, as are a wait and the job that ends it, or a hang-up
//! and the job that ends its wrap-up. So where neither a job nor a live call is left, nobody is at work.

use crate::{
    db::Tx,
    id::{CallId, RecipientId},
};

/// A claim nobody will give back.
#[derive(Clone, Copy, Debug)]
pub struct Forgotten {
    pub recipient: RecipientId,
    pub call: CallId,
}

/// Claims without a live call and without a job.
///
/// # Errors
/// When the database is away.
pub async fn claims_forgotten(tx: &mut Tx, limit: i64) -> Result<Vec<Forgotten>, sqlx::Error> {
    sqlx::query_as!(
        Forgotten,
        r#"select r.id as "recipient: RecipientId", r.call_id as "call!: CallId"
           from campaigns k join recipients r on r.campaign_id = k.id and r.state = 'claimed'
           where k.type = 'voice' and k.state in ('running', 'paused', 'draining')
             and not exists(select from jobs j where j.run_id = r.call_id)
             and not exists(select from calls c where c.id = r.call_id
                            and c.state in ('intent', 'dialing', 'ringing', 'answered', 'bridged'))
           limit $1"#,
        limit
    )
    .fetch_all(&mut **tx)
    .await
}

/// The same among those who are written to: no message on its way, nor a job, nor a batch with a job.
///
/// # Errors
/// When the database is away.
pub async fn messages_forgotten(tx: &mut Tx, limit: i64) -> Result<Vec<RecipientId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select r.id as "id: RecipientId"
           from campaigns k join recipients r on r.campaign_id = k.id and r.state = 'claimed'
           where k.type <> 'voice' and k.state in ('running', 'paused', 'draining')
             and not exists(select from messages m where m.id = r.call_id and m.state in ('queued', 'sent'))
             and not exists(select from jobs j where j.run_id = r.call_id)
             and not exists(select from message_batches b join jobs j on j.run_id = b.id
                            where b.campaign_id = k.id and b.settled_at is null and r.call_id = any(b.members))
           limit $1"#,
        limit
    )
    .fetch_all(&mut **tx)
    .await
}

/// Waits that are over, and that no job will end.
///
/// # Errors
/// When the database is away.
pub async fn waits_forgotten(tx: &mut Tx, limit: i64) -> Result<Vec<RecipientId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select r.id as "id: RecipientId"
           from campaigns k join recipients r on r.campaign_id = k.id and r.state = 'retry_wait'
           where k.state in ('running', 'paused', 'draining') and r.next_at < wib_now()
             and not exists(select from jobs j where j.run_id = r.id)
           limit $1"#,
        limit
    )
    .fetch_all(&mut **tx)
    .await
}
