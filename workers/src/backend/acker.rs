//! Writes down how jobs ended: what gathered while one batch was on its way is the next.

mod batch;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use sqlx::PgConnection;
use tokio::sync::mpsc;

use self::batch::Batch;
use super::{
    Claimed,
    claimed::Row,
    lane::Lane,
    lease::Lease,
    link::Link,
    store::Store,
    tally::{Ended, Times},
};
use crate::{meter, outcome::Outcome};

/// As many outcomes as one statement takes.
const BATCH: usize = 1_000;
/// How long a broken database is left alone.
const PAUSE: Duration = Duration::from_millis(200);

/// How a job ended here.
pub(super) enum Verdict {
    /// Its handler, or what guards it, says so.
    Outcome(Outcome),
    /// It never started.
    Release,
    /// It has no permit yet, and never started.
    Refused(Outcome),
    /// No handler here knows its kind.
    Unknown(String),
}

/// An outcome on its way to the database.
pub(super) enum Ack {
    Job {
        lane: Arc<Lane>,
        job: Arc<Claimed>,
        verdict: Verdict,
        times: Times,
    },
    /// Nothing comes after this.
    Close,
}

impl Ack {
    pub(super) fn of(lane: &Arc<Lane>, job: Arc<Claimed>, verdict: Verdict) -> Self {
        Self::Job { lane: lane.clone(), job, verdict, times: Times::default() }
    }

    /// It waited so long from due to started, as far as is known, and its handler took so long.
    pub(super) fn after(mut self, waited: Option<Duration>, ran: Duration) -> Self {
        if let Self::Job { times, .. } = &mut self {
            *times = Times { waited, ran };
        }
        self
    }
}

pub(super) async fn run(store: Arc<Store>, mut outcomes: mpsc::UnboundedReceiver<Ack>) {
    let mut acker = Acker { link: Link::to(&store.db, store.config.lease), store };
    let mut acks = Vec::with_capacity(BATCH);
    while outcomes.recv_many(&mut acks, BATCH).await > 0 {
        let last = acks.iter().any(|ack| matches!(ack, Ack::Close));
        acker.save(&acks).await;
        acks.clear();
        if last {
            return;
        }
    }
}

struct Acker {
    store: Arc<Store>,
    link: Link,
}

impl Acker {
    /// Writes until it is written. While the database is away nothing new starts: too much is unsaved.
    async fn save(&mut self, acks: &[Ack]) {
        for (lease, batch) in self.by_lease(acks) {
            loop {
                match self.write(&lease, &batch).await {
                    Ok(()) => break,
                    // Written all the same, perhaps; then the guards find nothing the second time.
                    Err(error) => tracing::warn!(%error, "outcomes of {} jobs are not saved yet", batch.len()),
                }
                tokio::time::sleep(PAUSE).await;
            }
        }
        for ack in acks {
            self.settle(ack);
        }
    }

    fn by_lease<'a>(&self, acks: &'a [Ack]) -> Vec<(Arc<Lease>, Batch<'a>)> {
        let mut batches: BTreeMap<i32, (Arc<Lease>, Batch<'a>)> = BTreeMap::new();
        for ack in acks {
            if let Ack::Job { job, verdict, .. } = ack {
                let (_, batch) = batches.entry(job.lease.id).or_insert_with(|| (job.lease.clone(), Batch::default()));
                batch.add(job, verdict, |queue| !self.store.is_stopping() && self.store.lane(queue).is_some());
            }
        }
        batches.into_values().collect()
    }

    async fn write(&mut self, lease: &Arc<Lease>, batch: &Batch<'_>) -> Result<(), sqlx::Error> {
        let steps = self.link.with(async |db: &mut PgConnection| batch.write(db, lease.id).await).await?;
        self.hand_on(lease, steps);
        Ok(())
    }

    /// The next steps: ours go straight to their lane, the others' queue is told.
    fn hand_on(&self, lease: &Arc<Lease>, steps: Vec<Row>) {
        for row in steps {
            let Some(lane) = self.store.lane(&row.queue) else { continue };
            if row.ours {
                lane.put([row.claimed(lease)]);
            } else {
                self.store.hint(lane);
            }
        }
    }

    fn settle(&self, ack: &Ack) {
        let Ack::Job { lane, job, verdict, times } = ack else { return };
        match verdict {
            // It is due again at once, and perhaps ours to claim.
            Verdict::Release => self.store.hint(lane),
            Verdict::Refused(_) => {}
            _ => lane.saved(1),
        }
        let ended = ended(job, verdict);
        meter::saved(lane.setup.name, ended as usize, !matches!(verdict, Verdict::Release | Verdict::Refused(_)));
        self.store.tally.add(job.org, lane.setup.name, ended, *times);
    }
}

fn ended(job: &Claimed, verdict: &Verdict) -> Ended {
    match verdict {
        Verdict::Outcome(Outcome::Done | Outcome::DoneWith(_) | Outcome::Next(_)) => Ended::Done,
        Verdict::Outcome(Outcome::Retry { .. }) if job.attempt < job.max_attempts => Ended::Failed,
        Verdict::Outcome(Outcome::Retry { .. } | Outcome::Discard(_)) => Ended::Dead,
        _ => Ended::Otherwise,
    }
}
