//! Worker processes, as their own heartbeats tell of them. Across organisations; no job is named.

use chrono::{DateTime, Utc};

use crate::db::Db;

/// A worker process.
#[derive(Clone, Debug)]
pub struct Worker {
    /// Its lease.
    pub id: i32,
    /// `host/pid`.
    pub name: String,
    /// Its release; none of one before releases were told.
    pub version: Option<String>,
    /// What it works, how many jobs of each run, and how many may.
    pub lanes: Vec<Lane>,
    /// When it took its lease, in real time.
    pub started_at: DateTime<Utc>,
    /// Real seconds since its last heartbeat.
    pub heartbeat_secs: f64,
    /// Whether its lease is alive: if not, its jobs are being run elsewhere.
    pub alive: bool,
}

/// What a process does of one queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lane {
    /// The queue.
    pub queue: String,
    /// At its last heartbeat.
    pub running: i32,
    /// How many may run at once in this process.
    pub slots: i32,
}

/// Every process that did not end in an orderly way, the living first.
///
/// # Errors
/// When the database is away.
pub async fn list(db: &Db) -> Result<Vec<Worker>, sqlx::Error> {
    let mut tx = db.system().await?;
    let rows = sqlx::query!(
        r#"select l.id, l.worker, l.version, coalesce(l.queues, '{}') as "queues!", coalesce(l.running, '{}') as "running!",
                  array(select coalesce(q.concurrency, x.slot) from unnest(l.queues, l.slots) x(name, slot)
                        left join queues q on q.name = x.name) as "slots!",
                  l.started_at, l.expires_at > clock_timestamp() as "alive!",
                  extract(epoch from clock_timestamp() - coalesce(l.beat_at, l.expires_at - interval '10 s'))::float8 as "heartbeat_secs!"
           from leases l where l.expires_at > '-infinity' order by l.expires_at > clock_timestamp() desc, l.id"#
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    let lanes = |queues: Vec<String>, running: Vec<i32>, slots: Vec<i32>| {
        let counts = running.into_iter().zip(slots);
        queues.into_iter().zip(counts).map(|(queue, (running, slots))| Lane { queue, running, slots }).collect()
    };
    Ok(rows
        .into_iter()
        .map(|row| Worker {
            id: row.id,
            name: row.worker,
            version: row.version,
            lanes: lanes(row.queues, row.running, row.slots),
            started_at: row.started_at,
            heartbeat_secs: row.heartbeat_secs,
            alive: row.alive,
        })
        .collect())
}
