//! Follows the events table: at every hint what is newer than the newest, and twice a second the whole window again,
//! for what was committed late.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use tokio::{sync::broadcast::error::RecvError, time::timeout};
use tokio_util::sync::CancellationToken;
use workflows::{db::Db, hub::Hint, id::OrgId};

use super::{Event, Realtime};

/// No transaction of ours stays open for longer after it was given an identity.
const WINDOW: Duration = Duration::from_secs(10);
/// How often the window is read again, and the wait without a hint.
const AGAIN: Duration = Duration::from_millis(500);
/// Hints that come within this are one look.
const GATHER: Duration = Duration::from_millis(10);

struct Tail {
    db: Db,
    /// Everything up to here was seen more than a window ago.
    floor: i64,
    newest: i64,
    seen: HashMap<i64, Instant>,
    reread_at: Instant,
}

/// Tells the hub every event once, until told to stop.
pub(super) async fn follow(db: Db, realtime: Realtime, stop: CancellationToken) {
    let mut hints = db.hub().subscribe();
    let mut tail = Tail { db, floor: 0, newest: -1, seen: HashMap::new(), reread_at: Instant::now() };
    let work = async {
        loop {
            match tail.read().await {
                Ok(events) => events.into_iter().for_each(|event| realtime.tell(event)),
                Err(error) => {
                    tracing::warn!(%error, "events cannot be read for now");
                    tokio::time::sleep(AGAIN).await;
                }
            }
            // Told or not, look again: a hint may be lost.
            let _ = timeout(AGAIN, hinted(&mut hints)).await;
            tokio::time::sleep(GATHER).await;
        }
    };
    tokio::select! {
        () = stop.cancelled() => {}
        () = work => {}
    }
}

async fn hinted(hints: &mut tokio::sync::broadcast::Receiver<Hint>) {
    loop {
        match hints.recv().await {
            Ok(Hint::Events) | Err(RecvError::Lagged(_)) => return,
            Ok(_) => {}
            Err(RecvError::Closed) => return std::future::pending().await,
        }
    }
}

impl Tail {
    async fn read(&mut self) -> Result<Vec<Event>, sqlx::Error> {
        if self.newest < 0 {
            return self.begin().await.map(|()| Vec::new());
        }
        let whole = self.reread_at.elapsed() >= AGAIN;
        let after = if whole { self.floor } else { self.newest };
        let mut events = self.after(after).await?;
        events.retain(|event| !self.seen.contains_key(&event.id));
        let now = Instant::now();
        self.seen.extend(events.iter().map(|event| (event.id, now)));
        self.newest = events.iter().map(|event| event.id).fold(self.newest, i64::max);
        if whole {
            self.forget(now);
        }
        Ok(events)
    }

    /// What was there before us concerns nobody: a new page starts with a snapshot.
    async fn begin(&mut self) -> Result<(), sqlx::Error> {
        let mut tx = self.db.system().await?;
        let newest =
            sqlx::query_scalar!(r#"select coalesce(max(id), 0) as "id!" from events"#).fetch_one(&mut *tx).await?;
        tx.commit().await?;
        (self.floor, self.newest) = (newest, newest);
        Ok(())
    }

    async fn after(&self, id: i64) -> Result<Vec<Event>, sqlx::Error> {
        let mut tx = self.db.system().await?;
        let events = sqlx::query_as!(
            Event,
            r#"select id, org_id as "org: OrgId", topic, kind, payload, at from events where id > $1 order by id limit 20000"#,
            id
        )
        .fetch_all(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(events)
    }

    fn forget(&mut self, now: Instant) {
        self.reread_at = now;
        let old = |at: &Instant| now.duration_since(*at) > WINDOW;
        let settled = self.seen.iter().filter(|(_, at)| old(at)).map(|(id, _)| *id).max();
        self.floor = self.floor.max(settled.unwrap_or(self.floor));
        self.seen.retain(|id, at| !old(at) || *id > self.floor);
    }
}
