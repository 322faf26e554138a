//! Outcomes of one lease as the columns that the acknowledging functions take.

use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::{Acquire, PgConnection};
use uuid::Uuid;

use super::{Claimed, Row, Verdict};
use crate::{
    backoff,
    outcome::{Next, Outcome, Wait},
};

/// What `job_requeue` calls the ways a job is not done.
const RETRY: i16 = 1;
const GIVE_BACK: i16 = 2;
const CANCEL: i16 = 3;
const DEAD: i16 = 4;

/// A kind that nobody here knows is asked for again after so long.
const UNKNOWN: Duration = Duration::from_secs(30);

#[derive(Default)]
pub(super) struct Batch<'a> {
    done: Guards<'a>,
    results: Vec<Option<&'a str>>,
    stepped: Guards<'a>,
    steps: Vec<Step<'a>>,
    back: Guards<'a>,
    whys: Vec<Why<'a>>,
}

/// What makes sure that a row is still ours.
#[derive(Default)]
struct Guards<'a> {
    ids: Vec<i64>,
    fences: Vec<i32>,
    tids: Vec<&'a str>,
}

struct Step<'a> {
    job: &'a Claimed,
    next: &'a Next,
    keep: bool,
}

#[derive(Default)]
struct Why<'a> {
    code: i16,
    after_ms: Option<i64>,
    at: Option<DateTime<Utc>>,
    error: Option<&'a str>,
}

impl<'a> Guards<'a> {
    fn add(&mut self, job: &'a Claimed) {
        self.ids.push(job.id.0);
        self.fences.push(job.fence);
        self.tids.push(&job.tid);
    }
}

impl<'a> Batch<'a> {
    pub(super) fn len(&self) -> usize {
        self.done.ids.len() + self.stepped.ids.len() + self.back.ids.len()
    }

    /// `keeps` says whether this process runs the next step of that queue itself.
    pub(super) fn add(&mut self, job: &'a Claimed, verdict: &'a Verdict, keeps: impl FnOnce(&str) -> bool) {
        match verdict {
            Verdict::Outcome(Outcome::Done) => self.finish(job, None),
            Verdict::Outcome(Outcome::DoneWith(result)) => self.finish(job, Some(result)),
            Verdict::Outcome(Outcome::Next(next)) => self.step(job, next, keeps(next.queue)),
            Verdict::Outcome(other) | Verdict::Refused(other) => self.give_back(job, Why::of(other, job.attempt)),
            Verdict::Release => self.give_back(job, Why { code: GIVE_BACK, ..Why::default() }),
            Verdict::Unknown(error) => {
                self.give_back(
                    job,
                    Why { code: GIVE_BACK, after_ms: Some(millis(UNKNOWN)), error: Some(error), at: None },
                );
            }
        }
    }

    fn finish(&mut self, job: &'a Claimed, result: Option<&'a str>) {
        self.done.add(job);
        self.results.push(result);
    }

    fn step(&mut self, job: &'a Claimed, next: &'a Next, keep: bool) {
        self.stepped.add(job);
        self.steps.push(Step { job, next, keep });
    }

    fn give_back(&mut self, job: &'a Claimed, why: Why<'a>) {
        self.back.add(job);
        self.whys.push(why);
    }

    /// One commit for all of it; answers with the next steps.
    pub(super) async fn write(&self, db: &mut PgConnection, lease: i32) -> Result<Vec<Row>, sqlx::Error> {
        let (done, stepped, back) = (!self.results.is_empty(), !self.steps.is_empty(), !self.whys.is_empty());
        match (done, stepped, back) {
            (false, false, false) => Ok(Vec::new()),
            // The common cases are one statement, its own transaction.
            (true, false, false) => self.write_done(db, lease).await.map(|()| Vec::new()),
            (false, true, false) => self.write_steps(db, lease).await,
            (false, false, true) => self.write_back(db, lease).await.map(|()| Vec::new()),
            _ => self.write_all(db, lease).await,
        }
    }

    async fn write_all(&self, db: &mut PgConnection, lease: i32) -> Result<Vec<Row>, sqlx::Error> {
        let mut tx = db.begin().await?;
        if !self.results.is_empty() {
            self.write_done(&mut tx, lease).await?;
        }
        let steps = if self.steps.is_empty() { Vec::new() } else { self.write_steps(&mut tx, lease).await? };
        if !self.whys.is_empty() {
            self.write_back(&mut tx, lease).await?;
        }
        tx.commit().await?;
        Ok(steps)
    }

    async fn write_done(&self, db: &mut PgConnection, lease: i32) -> Result<(), sqlx::Error> {
        let Guards { ids, fences, tids } = &self.done;
        let results = self.results.iter().any(Option::is_some).then_some(&self.results);
        let lost = sqlx::query_scalar!(
            r#"select job_finish($1, $2, $3, $4, $5) as "lost!""#,
            ids,
            fences,
            tids as _,
            results as _,
            lease,
        )
        .fetch_one(db)
        .await?;
        if !lost.is_empty() {
            tracing::warn!(jobs = ?lost, "{} finished jobs were not ours any more", lost.len());
        }
        Ok(())
    }

    async fn write_back(&self, db: &mut PgConnection, lease: i32) -> Result<(), sqlx::Error> {
        let kept = sqlx::query_scalar!(
            r#"select job_requeue($1, $2, $3, $4, $5, $6, $7) as "kept!""#,
            &self.back.ids,
            &self.back.fences,
            &self.whys.iter().map(|why| why.code).collect::<Vec<_>>(),
            &self.whys.iter().map(|why| why.after_ms).collect::<Vec<_>>() as _,
            &self.whys.iter().map(|why| why.at).collect::<Vec<_>>() as _,
            &self.whys.iter().map(|why| why.error).collect::<Vec<_>>() as _,
            lease,
        )
        .fetch_one(db)
        .await?;
        let lost = self.whys.len().saturating_sub(usize::try_from(kept).unwrap_or(0));
        if lost > 0 {
            tracing::warn!("{lost} jobs to be tried again were not ours any more");
        }
        Ok(())
    }

    async fn write_steps(&self, db: &mut PgConnection, lease: i32) -> Result<Vec<Row>, sqlx::Error> {
        let Guards { ids, fences, tids } = &self.stepped;
        let steps = &self.steps;
        sqlx::query_as!(
            Row,
            r#"select id as "id!", org_id as "org_id!", fence as "fence!", tid as "tid!", queue as "queue!", kind as "kind!",
                 args as "args!", attempt as "attempt!", max_attempts as "max_attempts!", step as "step!", run_id,
                 priority as "priority!", run_at as "run_at!", ours as "ours!", false as "shared!"
               from job_next($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"#,
            ids,
            fences,
            tids as _,
            &steps.iter().map(|s| s.next.result.as_str()).collect::<Vec<_>>() as _,
            lease,
            &steps.iter().map(|s| s.job.org.0).collect::<Vec<_>>(),
            &steps.iter().map(|s| s.next.queue).collect::<Vec<_>>() as _,
            &steps.iter().map(|s| s.next.kind).collect::<Vec<_>>() as _,
            &steps.iter().map(|s| s.next.args.as_str()).collect::<Vec<_>>() as _,
            &steps.iter().map(|s| s.next.priority).collect::<Vec<_>>(),
            &steps.iter().map(|s| s.next.max_attempts).collect::<Vec<_>>(),
            &steps.iter().map(|s| s.next.run_id.or(s.job.run_id)).collect::<Vec<Option<Uuid>>>() as _,
            &steps.iter().map(|s| s.job.step + 1).collect::<Vec<_>>(),
            &steps.iter().map(|s| s.keep).collect::<Vec<_>>(),
        )
        .fetch_all(db)
        .await
    }
}

impl<'a> Why<'a> {
    fn of(outcome: &'a Outcome, attempt: i16) -> Self {
        match outcome {
            Outcome::Retry { after, error } => {
                let after = after.unwrap_or_else(|| backoff::after_attempt(attempt));
                Self { code: RETRY, after_ms: Some(millis(after)), at: None, error: Some(error) }
            }
            Outcome::Snooze(Wait::For(delay)) => {
                Self { code: GIVE_BACK, after_ms: Some(millis(*delay)), ..Self::default() }
            }
            Outcome::Snooze(Wait::Until(moment)) => Self { code: GIVE_BACK, at: Some(*moment), ..Self::default() },
            Outcome::Cancel(reason) => Self { code: CANCEL, error: Some(reason), ..Self::default() },
            Outcome::Discard(reason) => Self { code: DEAD, error: Some(reason), ..Self::default() },
            Outcome::Done | Outcome::DoneWith(_) | Outcome::Next(_) => Self::default(),
        }
    }
}

fn millis(delay: Duration) -> i64 {
    i64::try_from(delay.as_millis()).unwrap_or(i64::MAX)
}
