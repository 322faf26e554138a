//! The pulse of a worker process: its lease, the rescue of what others left, and its counters.

use std::sync::Arc;

use sqlx::PgConnection;

use super::{
    lease::{self, Lease},
    link::Link,
    store::Store,
};
use crate::meter;

/// A lease is renewed so many times before it would expire.
const BEATS_PER_TTL: u32 = 4;

pub(super) async fn run(store: Arc<Store>) {
    let mut link = Link::to(&store.db, store.config.lease / 2);
    let mut heart = Heart { store, retired: Vec::new(), current: None };
    while !heart.store.is_drained() {
        if let Err(error) = link.with(async |db| heart.beat(db).await).await {
            tracing::warn!(%error, "worker heartbeat failed");
        }
        heart.mourn();
        heart.rest().await;
    }
    let ended = link.with(async |db| heart.end(db).await).await;
    if let Err(error) = ended {
        tracing::warn!(%error, "the lease was not ended; it expires by itself");
    }
}

struct Heart {
    store: Arc<Store>,
    current: Option<Arc<Lease>>,
    /// Not renewed any more, but handlers may still end in time under them.
    retired: Vec<Arc<Lease>>,
}

impl Heart {
    async fn rest(&self) {
        let beat = self.store.config.lease / BEATS_PER_TTL;
        let _ = tokio::time::timeout(beat, self.store.heart.notified()).await;
    }

    async fn beat(&mut self, db: &mut PgConnection) -> Result<(), sqlx::Error> {
        self.hold(db).await?;
        self.rescue(db).await?;
        self.store.lateness.look(db).await?;
        if let Some(lease) = &self.current {
            self.store.tally.flush(db, lease.id).await?;
        }
        Ok(())
    }

    async fn hold(&mut self, db: &mut PgConnection) -> Result<(), sqlx::Error> {
        let ttl = self.store.config.lease;
        let running: Vec<i32> = self.store.lanes.iter().map(|lane| lease::count(lane.running())).collect();
        match self.store.lease() {
            Some(lease) if lease.renew(db, ttl, &running).await? => self.renewed(),
            Some(lost) => {
                tracing::error!(lease = lost.id, "lease {} was lost; what runs under it is stopped", lost.id);
                lost.lose();
                self.store.config.vital.lost();
                meter::lost();
                self.open(db).await?;
            }
            None => self.open(db).await?,
        }
        Ok(())
    }

    fn renewed(&self) {
        self.store.config.vital.leased(self.store.config.lease);
        meter::renewed();
    }

    async fn open(&mut self, db: &mut PgConnection) -> Result<(), sqlx::Error> {
        let lease = Lease::open(db, &self.store.config).await?;
        self.store.config.vital.leased(self.store.config.lease);
        self.retired.extend(self.current.replace(lease.clone()));
        self.store.set_lease(Some(lease));
        Ok(())
    }

    async fn rescue(&self, db: &mut PgConnection) -> Result<(), sqlx::Error> {
        let rescued = sqlx::query_scalar!(r#"select job_rescue() as "rescued!""#).fetch_one(db).await?;
        if rescued > 0 {
            meter::rescued(rescued);
            tracing::warn!(jobs = rescued, "{rescued} jobs of dead workers were rescued");
            self.store.lanes.iter().for_each(|lane| self.store.hint(lane));
        }
        Ok(())
    }

    /// What runs under a lease that has run out is stopped: somebody else may have started it.
    fn mourn(&mut self) {
        self.retired.retain(|lease| {
            let live = lease.is_live();
            if !live {
                lease.lose();
            }
            live
        });
    }

    async fn end(&self, db: &mut PgConnection) -> Result<(), sqlx::Error> {
        let Some(lease) = &self.current else { return Ok(()) };
        self.store.tally.flush(db, lease.id).await?;
        lease.end(db).await
    }
}
