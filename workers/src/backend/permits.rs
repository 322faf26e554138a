//! Permits for jobs of limited kinds, taken in Postgres before they start.
//!
//! What a limit gives is decided here, for all jobs of a claim at once ([`limit::permit`]), and taken by comparison: the
//! limits are moved on only if they stand as they were seen, else it is decided anew. So a worker holds no lock while it
//! thinks, and one that takes alone asks once. What cannot have a permit soon is put off ([`super::turns`]).

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{
    Claimed,
    clock::Clock,
    limit::{self, Limit, Reach, Span, micros},
    turns::{FURTHEST, Turns},
};
use crate::meter;

/// Permits are taken no further ahead than this.
const AHEAD: Duration = Duration::from_millis(250);
/// The same where a job's narrower limit leaves moments of a wider one unused.
const NEAR: Duration = Duration::from_millis(50);
/// Timers are hardly finer than this.
const SLACK: Duration = Duration::from_millis(5);
/// Others were quicker so many times: the jobs are put off.
const TRIES: usize = 20;
/// The clock is asked so many times before the first permit.
const LISTENS: usize = 8;
/// So many limits are remembered between claims.
const KNOWN: usize = 20_000;

/// When a job may start. Used later than that, a permit and the next one would be two in the time of one: then it is
/// void, and another has to be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Permit {
    pub(super) from: Instant,
    pub(super) until: Instant,
}

/// How many may start: at all, and as soon as they may.
#[derive(Clone, Copy)]
pub(super) struct Room {
    pub(super) all: usize,
    pub(super) now: usize,
}

/// Who may start, and when; who has to wait, and how long; who was claimed beyond what can be used.
#[derive(Default)]
pub(super) struct Ruling {
    pub(super) admitted: Vec<(Permit, Arc<Claimed>)>,
    pub(super) refused: Vec<(Duration, Arc<Claimed>)>,
    pub(super) surplus: Vec<Arc<Claimed>>,
}

/// What this process knows of the limits.
#[derive(Default)]
pub(super) struct Permits {
    known: HashMap<String, Option<Limit>>,
    turns: Turns,
    clock: Clock,
}

/// What was decided for each job; none: it is one too many.
type Answers = Vec<Option<Result<Span, (usize, f64)>>>;

impl Permits {
    /// Rules on all these jobs; no more than there is room for may start.
    pub(super) async fn admit(
        &mut self,
        db: &mut PgConnection,
        jobs: Vec<Arc<Claimed>>,
        room: Room,
    ) -> Result<Ruling, sqlx::Error> {
        if self.known.len() > KNOWN {
            self.known.clear();
        }
        if self.clock.now().is_none() {
            self.listen(db).await?;
        }
        for _ in 0..TRIES {
            let (limits, answers) = self.decide(&jobs, room);
            if self.take(db, &limits).await? {
                self.known.extend(limits.into_iter().map(|(key, limit)| (key, limit.map(Limit::written))));
                return Ok(self.ruling(jobs, answers));
            }
        }
        Ok(Ruling { surplus: jobs, ..Ruling::default() })
    }

    /// Sets the clock. One answer may be slow; permits told by it would be used late, and the next ones in time.
    async fn listen(&mut self, db: &mut PgConnection) -> Result<(), sqlx::Error> {
        for _ in 0..LISTENS {
            self.take(db, &HashMap::new()).await?;
        }
        Ok(())
    }

    /// Decides by the limits as they were last seen; only those of jobs that were looked at are asked about.
    fn decide(&self, jobs: &[Arc<Claimed>], room: Room) -> (HashMap<String, Option<Limit>>, Answers) {
        let now = self.clock.now().unwrap_or_default();
        let reach = Reach { ahead: self.clock.story(AHEAD), near: self.clock.story(NEAR) };
        let (mut left, mut limits) = (room, HashMap::new());
        let mut answer = |job: &Arc<Claimed>| {
            if left.all == 0 || left.now == 0 {
                return None;
            }
            for key in job.limits() {
                if !limits.contains_key(key) {
                    limits.insert(key.clone(), self.known.get(key).cloned().flatten());
                }
            }
            let answer = permit(&mut limits, job.limits(), now, reach);
            left.all -= usize::from(answer.is_ok());
            left.now -= usize::from(answer.is_ok_and(|span| span.from <= now + reach.near / 10.0));
            Some(answer)
        };
        let answers = jobs.iter().map(&mut answer).collect();
        (limits, answers)
    }

    /// Takes what was decided, if nobody was quicker; else learns how the limits stand.
    async fn take(
        &mut self,
        db: &mut PgConnection,
        limits: &HashMap<String, Option<Limit>>,
    ) -> Result<bool, sqlx::Error> {
        let keys: Vec<String> = limits.keys().cloned().collect();
        let seen: Vec<Option<DateTime<Utc>>> = limits.values().map(|limit| Some(limit.as_ref()?.seen)).collect();
        let next: Vec<Option<DateTime<Utc>>> = limits.values().map(|limit| Some(limit.as_ref()?.next_at())).collect();
        let rows = sqlx::query!(
            "select key, permits, period_ms, next_at, paused_until, taken, asked_at, moment, speed from throttle_take($1, $2, $3)",
            &keys,
            &seen as _,
            &next as _,
        )
        .fetch_all(db)
        .await?;
        let mut taken = false;
        for row in rows {
            if let (Some(real), Some(moment), Some(speed)) = (row.asked_at, row.moment, row.speed) {
                self.clock.hear(real, micros(moment), speed);
                taken = row.taken == Some(true);
                if !taken {
                    self.known.extend(keys.iter().map(|key| (key.clone(), None)));
                }
            } else if let (Some(key), Some(permits), Some(period), Some(next)) =
                (row.key, row.permits, row.period_ms, row.next_at)
            {
                self.known.insert(key, Some(Limit::new(permits, period, next, row.paused_until)));
            }
        }
        Ok(taken)
    }

    fn ruling(&mut self, jobs: Vec<Arc<Claimed>>, answers: Answers) -> Ruling {
        let (mut ruling, mut count) = (Ruling::default(), meter::Permits::default());
        for (job, answer) in jobs.into_iter().zip(answers) {
            match answer {
                None => ruling.surplus.push(job),
                Some(Ok(span)) => {
                    self.limited(job.limits()).into_iter().for_each(|key| count.granted(key));
                    ruling.admitted.push((self.real(span), job));
                }
                Some(Err((last, at))) => {
                    self.limited(job.limits()).get(last).into_iter().for_each(|key| count.refused(key));
                    ruling.refused.push((self.wait(last, at, &job), job));
                }
            }
        }
        self.turns.forget();
        ruling
    }

    fn real(&self, span: Span) -> Permit {
        let now = Instant::now();
        let from = self.clock.at(span.from).unwrap_or(now + FURTHEST);
        let until = self.clock.at(span.until).unwrap_or(now + FURTHEST);
        Permit { from, until: until.max(from + SLACK) }
    }

    /// Those of a job's keys that somebody limits.
    fn limited<'k>(&self, keys: &'k [String]) -> Vec<&'k String> {
        keys.iter().filter(|key| matches!(self.known.get(*key), Some(Some(_)))).collect()
    }

    /// How long a refused job waits until it is asked for again, a little before its turn.
    fn wait(&mut self, last: usize, at: f64, job: &Claimed) -> Duration {
        let limited = self.limited(job.limits());
        let Some(key) = limited.get(last) else { return AHEAD };
        let Some(Some(limit)) = self.known.get(*key) else { return AHEAD };
        let lead = if limited.len() == 1 { AHEAD } else { NEAR };
        self.turns.wait(&self.clock, key, at, limit.every, job, lead.mul_f64(0.6))
    }
}

/// A permit of all the limits under these keys that there are.
fn permit(
    limits: &mut HashMap<String, Option<Limit>>,
    keys: &[String],
    now: f64,
    reach: Reach,
) -> Result<Span, (usize, f64)> {
    let mut own: Vec<(&String, Limit)> = keys.iter().filter_map(|key| Some((key, limits.get(key)?.clone()?))).collect();
    let answer = limit::permit(&mut own.iter_mut().map(|(_, limit)| limit).collect::<Vec<_>>(), now, reach);
    if answer.is_ok() {
        limits.extend(own.into_iter().map(|(key, limit)| (key.clone(), Some(limit))));
    }
    answer
}
