//! What this process finished since it last said so, per organisation and queue: the rates on *Jobs*.

use std::{
    collections::HashMap,
    mem,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use sqlx::PgConnection;
use uuid::Uuid;
use workflows::{
    id::OrgId,
    queue::latency::{self, CLASSES},
};

/// Counters that wait to be written. A process that is killed takes at most a heartbeat's worth with it.
#[derive(Debug, Default)]
pub(crate) struct Tally(Mutex<HashMap<(OrgId, &'static str), Counts>>);

#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    done: i32,
    failed: i32,
    dead: i32,
    ran: Duration,
    /// Starts by how long they had waited.
    waited: [i32; CLASSES],
}

/// How long a job waited, as far as is known, and ran.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Times {
    pub(super) waited: Option<Duration>,
    pub(super) ran: Duration,
}

/// How a start of a job ended, as counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    Done,
    Failed,
    Dead,
    /// Snoozed, released, cancelled: not counted.
    Otherwise,
}

impl Tally {
    pub(super) fn add(&self, org: OrgId, queue: &'static str, ended: Ended, times: Times) {
        if ended == Ended::Otherwise {
            return;
        }
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let counts = counts.entry((org, queue)).or_default();
        counts.done += i32::from(ended == Ended::Done);
        counts.failed += i32::from(ended != Ended::Done);
        counts.dead += i32::from(ended == Ended::Dead);
        counts.ran += times.ran;
        if let Some(waited) = times.waited {
            counts.waited[latency::class(waited.as_millis())] += 1;
        }
    }

    pub(super) async fn flush(&self, db: &mut PgConnection, lease: i32) -> Result<(), sqlx::Error> {
        let counts = mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        if counts.is_empty() {
            return Ok(());
        }
        let (keys, counts): (Vec<_>, Vec<_>) = counts.into_iter().unzip();
        let orgs: Vec<Uuid> = keys.iter().map(|(org, _)| org.0).collect();
        let queues: Vec<String> = keys.iter().map(|(_, queue)| (*queue).to_owned()).collect();
        sqlx::query!(
            "select job_count($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            lease,
            &orgs,
            &queues,
            &counts.iter().map(|c| c.done).collect::<Vec<_>>(),
            &counts.iter().map(|c| c.failed).collect::<Vec<_>>(),
            &counts.iter().map(|c| c.dead).collect::<Vec<_>>(),
            &counts.iter().map(|c| i64::try_from(c.ran.as_millis()).unwrap_or(i64::MAX)).collect::<Vec<_>>(),
            &counts.iter().flat_map(|c| c.waited).collect::<Vec<_>>(),
            CLASSES as i32,
        )
        .execute(db)
        .await?;
        Ok(())
    }
}
