//! Signs of life of the other processes, for health checks and metrics. Across organisations; counts only.

use crate::db::Db;

/// How long ago each gave a sign, in real seconds. None: never.
#[derive(Clone, Debug, Default)]
pub struct Pulse {
    /// The worker process that renewed its lease last.
    pub worker_secs: Option<f64>,
    /// Campaigns that should be paced now.
    pub pacing: i64,
    /// The pacer that renewed its lease last.
    pub pacer_secs: Option<f64>,
    /// Worker processes with a living lease.
    pub workers: i64,
}

/// Reads them.
///
/// # Errors
/// When the database is away.
pub async fn read(db: &Db) -> Result<Pulse, sqlx::Error> {
    let mut tx = db.system().await?;
    // A lease lasts ten seconds from its renewal.
    let pulse = sqlx::query_as!(
        Pulse,
        r#"select (select extract(epoch from clock_timestamp() - (max(expires_at) - interval '10 s'))::float8 from leases) as worker_secs,
                  (select count(*) from campaigns where state in ('running', 'draining')) as "pacing!",
                  (select extract(epoch from clock_timestamp() - (max(expires_at) - interval '10 s'))::float8 from pacer_leases) as pacer_secs,
                  (select count(*) from leases where expires_at > clock_timestamp()) as "workers!""#
    )
    .fetch_one(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(pulse)
}

/// How long ago, on the one clock, a webhook was last received; none in the last day.
///
/// # Errors
/// When the database is away.
pub async fn webhook_secs(db: &Db) -> Result<Option<f64>, sqlx::Error> {
    let mut tx = db.system().await?;
    let secs = sqlx::query_scalar!(
        "select extract(epoch from wib_now() - max(received_at))::float8 from webhook_events
         where received_at > wib_now() - interval '1 day'"
    )
    .fetch_one(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(secs)
}

/// The kinds of jobs that workers have handlers for.
///
/// # Errors
/// When the database is away.
pub async fn kinds(db: &Db) -> Result<Vec<String>, sqlx::Error> {
    let mut tx = db.system().await?;
    let kinds = sqlx::query_scalar!("select kind from job_kinds order by kind").fetch_all(&mut *tx).await?;
    tx.commit().await?;
    Ok(kinds)
}

/// Whether the database takes what is written: a standby does not, nor one whose disk is full. What is written is undone.
///
/// # Errors
/// With what it says against it.
pub async fn writes(db: &Db) -> Result<(), sqlx::Error> {
    let mut tx = db.system().await?;
    sqlx::query!(
        "insert into job_kinds (kind, queue) values ('readyz/' || pg_backend_pid(), 'default') on conflict do nothing"
    )
    .execute(&mut *tx)
    .await?;
    tx.rollback().await
}
