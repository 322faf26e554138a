//! A job that this process holds.

use std::{
    sync::{Arc, OnceLock},
    time::Instant,
};

use chrono::{DateTime, Utc};
use uuid::Uuid;
use workflows::{id::OrgId, job::JobId};

use super::lease::Lease;

/// A job under a lease of ours, at one fence.
#[derive(Debug)]
pub(crate) struct Claimed {
    pub(crate) id: JobId,
    pub(crate) org: OrgId,
    pub(crate) fence: i32,
    /// Where its row is, as long as nobody updates it.
    pub(crate) tid: String,
    pub(crate) kind: String,
    pub(crate) args: String,
    pub(crate) attempt: i16,
    pub(crate) max_attempts: i16,
    pub(crate) step: i16,
    pub(crate) run_id: Option<Uuid>,
    pub(crate) run_at: DateTime<Utc>,
    pub(crate) lease: Arc<Lease>,
    pub(crate) claimed_at: Instant,
    /// Read from `args` once: a job may be asked for a permit many times.
    pub(crate) limits: OnceLock<Vec<String>>,
}

impl Claimed {
    /// The limits it draws from, the widest first: the account's, then the sender's, then the campaign's. Known once
    /// its registry was asked.
    pub(super) fn limits(&self) -> &[String] {
        self.limits.get().map_or(&[], Vec::as_slice)
    }
}

/// A row as `job_claim_fair` and `job_next` return it.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) id: i64,
    pub(super) org_id: Uuid,
    pub(super) fence: i32,
    pub(super) tid: String,
    pub(super) queue: String,
    pub(super) kind: String,
    pub(super) args: String,
    pub(super) attempt: i16,
    pub(super) max_attempts: i16,
    pub(super) step: i16,
    pub(super) run_id: Option<Uuid>,
    pub(super) priority: i16,
    pub(super) run_at: DateTime<Utc>,
    /// Under our lease; a step's next job may be for somebody else.
    pub(super) ours: bool,
    /// Claimed as its organisation's share of the lane.
    pub(super) shared: bool,
}

impl Row {
    pub(super) fn claimed(self, lease: &Arc<Lease>) -> Arc<Claimed> {
        Arc::new(Claimed {
            id: JobId(self.id),
            org: OrgId(self.org_id),
            fence: self.fence,
            tid: self.tid,
            kind: self.kind,
            args: self.args,
            attempt: self.attempt,
            max_attempts: self.max_attempts,
            step: self.step,
            run_id: self.run_id,
            run_at: self.run_at,
            lease: lease.clone(),
            claimed_at: Instant::now(),
            limits: OnceLock::new(),
        })
    }
}
