//! The one row that stands for everything this process holds, and how sure we may be of it without asking.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use sqlx::PgConnection;
use tokio_util::sync::CancellationToken;

use crate::runtime::Config;

/// A lease of ours.
#[derive(Debug)]
pub(crate) struct Lease {
    pub(crate) id: i32,
    /// Counted from before the statement that renewed it, on a clock that goes on while the process is stopped.
    until: Mutex<Instant>,
    lost: CancellationToken,
}

impl Lease {
    /// Takes a new lease, and says what is worked under it.
    pub(super) async fn open(db: &mut PgConnection, config: &Config) -> Result<Arc<Self>, sqlx::Error> {
        let (asked, ttl) = (Instant::now(), config.lease);
        let queues: Vec<String> = config.queues.iter().map(|queue| queue.name.to_owned()).collect();
        let slots: Vec<i32> = config.queues.iter().map(|queue| count(queue.concurrency)).collect();
        let id = sqlx::query_scalar!(
            "insert into leases (worker, expires_at, version, queues, slots, running, beat_at)
             values ($1, clock_timestamp() + $2 * interval '1 ms', $3, $4, $5::int[], array_fill(0, array[cardinality($5::int[])]), clock_timestamp())
             returning id",
            config.name,
            millis(ttl),
            env!("CARGO_PKG_VERSION"),
            &queues,
            &slots,
        )
        .fetch_one(db)
        .await?;
        Ok(Arc::new(Self { id, until: Mutex::new(asked + ttl), lost: CancellationToken::new() }))
    }

    /// Prolongs it and tells how many jobs of each queue run; `false`: it had expired, and may be somebody else's already.
    pub(super) async fn renew(
        &self,
        db: &mut PgConnection,
        ttl: Duration,
        running: &[i32],
    ) -> Result<bool, sqlx::Error> {
        let asked = Instant::now();
        let renewed = sqlx::query!(
            "update leases set expires_at = clock_timestamp() + $2 * interval '1 ms', running = $3, beat_at = clock_timestamp()
             where id = $1 and expires_at > clock_timestamp()",
            self.id,
            millis(ttl),
            running,
        )
        .execute(db)
        .await?;
        let held = renewed.rows_affected() == 1;
        if held {
            *self.until.lock().unwrap_or_else(PoisonError::into_inner) = asked + ttl;
        }
        Ok(held)
    }

    /// Ends it now: what is still under it is anybody's.
    pub(super) async fn end(&self, db: &mut PgConnection) -> Result<(), sqlx::Error> {
        sqlx::query!("update leases set expires_at = '-infinity' where id = $1", self.id).execute(db).await?;
        Ok(())
    }

    /// Whether what is under it is still ours, as far as the clock can tell.
    pub(crate) fn is_live(&self) -> bool {
        !self.lost.is_cancelled() && Instant::now() < *self.until.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Stops whatever runs under it.
    pub(super) fn lose(&self) {
        self.lost.cancel();
    }

    /// Resolves when it is lost.
    pub(crate) async fn lost(&self) {
        self.lost.cancelled().await;
    }
}

pub(super) fn count(n: usize) -> i32 {
    i32::try_from(n).unwrap_or(i32::MAX)
}

#[expect(clippy::cast_precision_loss, reason = "a lease is not as long as the age of the earth")]
fn millis(ttl: Duration) -> f64 {
    ttl.as_millis() as f64
}
