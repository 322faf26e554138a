//! What this process's workers count for Prometheus. Where nobody reads, nothing is kept.
//!
//! A queue's figures are looked up once: a process that ends forty thousand jobs a second has no time for names.

use std::{collections::BTreeMap, sync::OnceLock, time::Duration};

use metrics::{Counter, Gauge, Histogram, counter, gauge, histogram};
use workflows::{queue, throttle};

/// The ways a start of a job ends.
const ENDS: [&str; 4] = ["done", "failed", "dead", "given_back"];

struct Lane {
    ended: [Counter; 4],
    run: Histogram,
    start: Histogram,
    unsaved: Gauge,
}

impl Lane {
    fn new(queue: &'static str) -> Self {
        Self {
            ended: ENDS.map(|end| counter!("wib_jobs_ended_total", "queue" => queue, "outcome" => end)),
            run: histogram!("wib_job_run_seconds", "queue" => queue),
            start: histogram!("wib_job_start_seconds", "queue" => queue),
            unsaved: gauge!("wib_acks_uncommitted", "queue" => queue),
        }
    }
}

fn lane(queue: &str) -> Option<&'static Lane> {
    static LANES: OnceLock<Vec<(&str, Lane)>> = OnceLock::new();
    let lanes = LANES.get_or_init(|| queue::NAMES.map(|name| (name, Lane::new(name))).into());
    lanes.iter().find(|(name, _)| *name == queue).map(|(_, lane)| lane)
}

/// A handler starts, so long after its job was claimed.
pub(crate) fn started(queue: &str, waited: Duration) {
    if let Some(lane) = lane(queue) {
        lane.start.record(waited);
    }
}

/// A handler ended after so long; its outcome is to be committed.
pub(crate) fn ended(queue: &str, ran: Duration) {
    if let Some(lane) = lane(queue) {
        lane.run.record(ran);
        lane.unsaved.increment(1.0);
    }
}

/// An outcome is committed, or its job was somebody else's by then. `ran`: a handler had started.
pub(crate) fn saved(queue: &str, end: usize, ran: bool) {
    if let Some(lane) = lane(queue) {
        lane.ended[end].increment(1);
        if ran {
            lane.unsaved.decrement(1.0);
        }
    }
}

/// A claim came back with so many jobs.
pub(crate) fn claimed(jobs: usize) {
    histogram!("wib_claim_batch_jobs").record(jobs as f64);
}

/// The answers of one ruling, by the class of the limit and whether it gave; written when it is over.
#[derive(Default)]
pub(crate) struct Permits(BTreeMap<(&'static str, &'static str), u64>);

impl Permits {
    pub(crate) fn granted(&mut self, key: &str) {
        self.count(key, "granted");
    }

    pub(crate) fn refused(&mut self, key: &str) {
        self.count(key, "refused");
    }

    fn count(&mut self, key: &str, answer: &'static str) {
        *self.0.entry((throttle::class(key), answer)).or_default() += 1;
    }
}

impl Drop for Permits {
    fn drop(&mut self) {
        for ((class, answer), n) in &self.0 {
            counter!("wib_throttle_permits_total", "class" => *class, "answer" => *answer).increment(*n);
        }
    }
}

/// The lease was prolonged.
pub(crate) fn renewed() {
    counter!("wib_lease_renewals_total").increment(1);
}

/// The lease had run out before it was prolonged.
pub(crate) fn lost() {
    counter!("wib_leases_lost_total").increment(1);
}

/// Jobs of dead processes were taken back.
pub(crate) fn rescued(jobs: i32) {
    counter!("wib_jobs_rescued_total").increment(jobs.max(0).unsigned_abs().into());
}
