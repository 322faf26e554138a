//! Claims jobs for all lanes of a process.
//!
//! Idle, it repeats one statement (`job_look`): what is due when, and what the operators ordered. A hint, a due moment
//! or room in a lane makes it claim; a lane that got all it asked for is asked for again as soon as it has room.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use sqlx::PgConnection;
use tokio::sync::broadcast::{self, error::RecvError};
use workflows::hub::Hint;

use super::{
    Claimed,
    acker::{Ack, Verdict},
    claimed::Row,
    fair::Fair,
    lane::{Lane, Want},
    lease::Lease,
    link::Link,
    permits::{Permits, Room},
    store::Store,
};
use crate::{meter, outcome::Outcome};

/// After a claim came back short the next due moment is asked for, but not more often than this.
const LOOK_AGAIN: Duration = Duration::from_millis(10);
/// Orders are read at least this often, however busy the pump is.
const ORDERS: Duration = Duration::from_millis(500);
/// How long a broken database is left alone.
const PAUSE: Duration = Duration::from_millis(200);

pub(super) async fn run(store: Arc<Store>) {
    let now = Instant::now();
    let link = Link::to(&store.db, store.config.lease);
    let hints = store.db.hub().subscribe();
    let mut pump = Pump {
        store,
        link,
        hints,
        permits: Permits::default(),
        fair: Fair::default(),
        look_at: now,
        looked_at: now - ORDERS,
        looked_at_all: now - ORDERS,
    };
    while !pump.store.is_stopping() {
        pump.turn().await;
        pump.rest().await;
    }
}

struct Pump {
    store: Arc<Store>,
    link: Link,
    hints: broadcast::Receiver<Hint>,
    permits: Permits,
    fair: Fair,
    look_at: Instant,
    looked_at: Instant,
    looked_at_all: Instant,
}

impl Pump {
    async fn turn(&mut self) {
        // Without a lease the heartbeat is at work on one, and will say so.
        let Some(lease) = self.store.lease().filter(|lease| lease.is_live()) else { return };
        if let Err(error) = self.look_and_claim(&lease).await {
            tracing::warn!(%error, "nothing was claimed");
            self.store.abandon_lease();
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn look_and_claim(&mut self, lease: &Arc<Lease>) -> Result<(), sqlx::Error> {
        let now = Instant::now();
        if now >= self.look_at || now - self.looked_at >= ORDERS {
            self.look(now).await?;
        }
        for lane in self.store.lanes.clone() {
            self.rule(&lane, usize::MAX).await?;
        }
        self.claim(lease).await
    }

    async fn look(&mut self, now: Instant) -> Result<(), sqlx::Error> {
        let queues: Vec<String> = self.store.lanes.iter().map(|lane| lane.setup.name.to_owned()).collect();
        // Between, only what is new or to come: walking past what is gone costs more than the rest.
        let all = now - self.looked_at_all >= ORDERS;
        if all {
            self.looked_at_all = now;
        }
        let orders = self.link.with(async |db: &mut PgConnection| look(db, &queues, all).await).await?;
        let mut next = self.store.config.poll;
        for order in orders {
            let Some(lane) = self.store.lane(&order.queue) else { continue };
            lane.obey(order.paused, order.concurrency);
            if order.paused {
                lane.drain().into_iter().for_each(|job| self.store.release(lane, job));
            }
            match order.due_ms {
                Some(ms) if ms <= 0.0 => lane.hint(),
                Some(ms) if !order.paused => next = Duration::from_secs_f64((ms / 1e3).min(next.as_secs_f64())),
                _ => {}
            }
        }
        (self.looked_at, self.look_at) = (now, Instant::now() + next);
        self.store.config.vital.looked();
        Ok(())
    }

    async fn claim(&mut self, lease: &Arc<Lease>) -> Result<(), sqlx::Error> {
        let now = Instant::now();
        let wanted: Vec<(Arc<Lane>, Want)> = (self.store.lanes.iter())
            .map(|lane| (lane.clone(), lane.want(now)))
            .filter(|(_, want)| want.room > 0)
            .collect();
        if wanted.is_empty() {
            return Ok(());
        }
        let turns = &mut self.fair;
        let rows = self.link.with(async |db: &mut PgConnection| turns.claim(db, &wanted, lease.id).await).await?;
        meter::claimed(rows.len());
        self.deal(&wanted, rows, lease).await
    }

    async fn deal(
        &mut self,
        wanted: &[(Arc<Lane>, Want)],
        mut rows: Vec<Row>,
        lease: &Arc<Lease>,
    ) -> Result<(), sqlx::Error> {
        // The statement answers in the order of the rows on disk.
        rows.sort_unstable_by_key(|row| (row.priority, row.run_at, row.id));
        for (lane, want) in wanted {
            let jobs: Vec<Arc<Claimed>> =
                rows.extract_if(.., |row| row.queue == lane.setup.name).map(|row| row.claimed(lease)).collect();
            if jobs.len() >= want.jobs() {
                lane.hint(); // there may be more
            } else {
                self.look_at = self.look_at.min(self.looked_at + LOOK_AGAIN);
            }
            self.hand(lane, jobs, want.room).await?;
        }
        Ok(())
    }

    /// Gives jobs to their lane, no more than there is room for; the others go back to the queue.
    async fn hand(&mut self, lane: &Arc<Lane>, jobs: Vec<Arc<Claimed>>, room: usize) -> Result<(), sqlx::Error> {
        let is_limited = |job: &Arc<Claimed>| !self.store.registry.throttle_keys(job).is_empty();
        let (limited, mut free): (Vec<_>, Vec<_>) = jobs.into_iter().partition(is_limited);
        let surplus = free.split_off(free.len().min(room));
        surplus.into_iter().for_each(|job| self.store.release(lane, job));
        let room = room - free.len();
        lane.put(free);
        // There was room for those that are kept already.
        let before = lane.keep(limited.into_iter());
        self.rule(lane, room + before).await
    }

    /// Gives those that wait for a permit the moment of theirs, or puts them off. Those that would not start while it is
    /// good keep waiting, as far as there is room.
    async fn rule(&mut self, lane: &Arc<Lane>, room: usize) -> Result<(), sqlx::Error> {
        let (jobs, most) = lane.ask(Instant::now());
        if jobs.is_empty() {
            return Ok(());
        }
        let permits = &mut self.permits;
        let mut ruling = self
            .link
            .with(async |db: &mut PgConnection| permits.admit(db, jobs, Room { all: room, now: most }).await)
            .await?;
        let surplus = ruling.surplus.split_off(ruling.surplus.len().min(room.saturating_sub(ruling.admitted.len())));
        lane.ruled(ruling.admitted.len() + ruling.surplus.len() + surplus.len(), ruling.refused.len());
        lane.keep(ruling.surplus.into_iter());
        for (permit, job) in ruling.admitted {
            lane.put_at(permit, job);
        }
        for (wait, job) in ruling.refused {
            self.store.send(Ack::of(lane, job, Verdict::Refused(Outcome::snooze(wait))));
        }
        surplus.into_iter().for_each(|job| self.store.release(lane, job));
        Ok(())
    }

    /// Sleeps until there is something to do.
    async fn rest(&mut self) {
        let now = Instant::now();
        if self.store.is_stopping()
            || (self.store.may_claim()
                && self.store.lanes.iter().any(|lane| lane.is_askable(now) || lane.is_claimable(now)))
        {
            return;
        }
        tokio::select! {
            hint = self.hints.recv() => self.hear(hint),
            () = self.store.pump.notified() => {}
            () = tokio::time::sleep_until(self.look_at.into()) => {}
        }
    }

    fn hear(&mut self, hint: Result<Hint, RecvError>) {
        match hint {
            Ok(Hint::Queue(queue)) => {
                if let Some(lane) = self.store.lane(queue) {
                    // A paused queue may just have been resumed: only a look can tell.
                    if lane.is_paused() {
                        self.look_at = Instant::now();
                    }
                    lane.hint();
                }
            }
            Ok(_) => {}
            Err(_) => self.store.lanes.iter().for_each(|lane| lane.hint()),
        }
    }
}

struct Order {
    queue: String,
    paused: bool,
    concurrency: Option<i32>,
    due_ms: Option<f64>,
}

async fn look(db: &mut PgConnection, queues: &[String], all: bool) -> Result<Vec<Order>, sqlx::Error> {
    sqlx::query_as!(
        Order,
        r#"select queue as "queue!", paused as "paused!", concurrency, due_ms from job_look($1, $2)"#,
        queues,
        all
    )
    .fetch_all(db)
    .await
}
