//! Permits for jobs of limited kinds, reserved in Postgres before they start.
//!
//! A reserved permit has a moment of its own; the job starts at that moment. What cannot have one soon is snoozed to
//! about when it can, each job behind the other, so that a long backlog is not claimed over and over.
//!
//! A job of several limits names the widest first: the account's, then the sender's, then the campaign's. The narrow ones
//! are asked first, and only for permits that are due: else a campaign of ten a minute would hold the account's permits
//! for moments at which it has none of its own.

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

use sqlx::PgConnection;

use super::Claimed;
use crate::meter;

/// Permits are reserved no further ahead than this.
const AHEAD_MS: i32 = 250;
/// The same under a job's narrower limits: its permits of the wider ones must still be good then.
const NARROW_AHEAD_MS: i32 = 2;
/// Where a guess at a job's turn ends.
const FURTHEST: Duration = Duration::from_mins(10);
/// Timers are hardly finer than this.
const SLACK: Duration = Duration::from_millis(5);
const SHORTEST: Duration = Duration::from_millis(5);

/// When a job may start. Used later than that, a permit and the next one would be two in the time of one: then it is
/// void, and another has to be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Permit {
    pub(super) from: Instant,
    pub(super) until: Instant,
}

/// A job with its limits and what it may do under those looked at.
type Candidate = (Vec<String>, Arc<Claimed>, Permit);

impl Permit {
    fn unlimited() -> Self {
        let now = Instant::now();
        Self { from: now, until: now + FURTHEST }
    }

    /// The same held to one more limit, whose next permit is taken.
    fn and(self, grant: &mut Grant) -> Self {
        let (from, until) = (self.from.max(grant.next), self.until.min(grant.next + grant.slack));
        grant.left -= 1;
        grant.next += grant.every;
        Self { from, until }
    }
}

/// Who may start, and when; who has to wait, and how long.
#[derive(Default)]
pub(super) struct Ruling {
    pub(super) admitted: Vec<(Permit, Arc<Claimed>)>,
    pub(super) refused: Vec<(Duration, Arc<Claimed>)>,
}

/// What this process guesses about each limit, and about the database's clock.
pub(super) struct Permits {
    /// When the next refused job's turn may be.
    turns: HashMap<String, Instant>,
    clock: Clock,
}

/// The database's real time, as an [`Instant`] of ours: the quickest answer seen is the best guess. Were each answer
/// taken for itself, a slow one would push its permits towards those of the next.
struct Clock {
    origin: Instant,
    /// Seconds from the database's epoch to our origin.
    offset: Option<f64>,
}

/// What was granted under a key just now.
struct Grant {
    left: u32,
    next: Instant,
    every: Duration,
    slack: Duration,
}

impl Permits {
    pub(super) async fn admit(
        &mut self,
        db: &mut PgConnection,
        jobs: Vec<(Vec<String>, Arc<Claimed>)>,
    ) -> Result<Ruling, sqlx::Error> {
        let mut ruling = Ruling::default();
        let deepest = jobs.iter().map(|(keys, _)| keys.len()).max().unwrap_or(0);
        let mut left: Vec<Candidate> = jobs.into_iter().map(|(keys, job)| (keys, job, Permit::unlimited())).collect();
        for depth in (0..deepest).rev() {
            left = self.narrow(db, left, depth, &mut ruling.refused).await?;
        }
        ruling.admitted = left.into_iter().map(|(_, job, permit)| (permit, job)).collect();
        Ok(ruling)
    }

    /// Holds everybody who has so many limits to that one; who gets no permit of it is refused.
    async fn narrow(
        &mut self,
        db: &mut PgConnection,
        candidates: Vec<Candidate>,
        depth: usize,
        refused: &mut Vec<(Duration, Arc<Claimed>)>,
    ) -> Result<Vec<Candidate>, sqlx::Error> {
        let ahead = if depth == 0 { AHEAD_MS } else { NARROW_AHEAD_MS };
        let mut grants = self.reserve(db, &needs(&candidates, depth), ahead).await?;
        let mut left = Vec::with_capacity(candidates.len());
        for (keys, job, permit) in candidates {
            match keys.get(depth).and_then(|key| Some((key, grants.get_mut(key)?))) {
                None => left.push((keys, job, permit)),
                Some((_, grant)) if grant.left > 0 => left.push((keys, job, permit.and(grant))),
                Some((key, grant)) => refused.push((self.guess(key, grant), job)),
            }
        }
        Ok(left)
    }

    /// When a refused job's turn may be: behind those refused before it.
    fn guess(&mut self, key: &str, grant: &Grant) -> Duration {
        let now = Instant::now();
        let turn = self.turns.get(key).map_or(grant.next, |turn| grant.next.max(*turn)).min(now + FURTHEST);
        self.turns.insert(key.to_owned(), turn + grant.every);
        (turn - now).max(SHORTEST)
    }

    async fn reserve(
        &mut self,
        db: &mut PgConnection,
        needs: &HashMap<String, i32>,
        ahead_ms: i32,
    ) -> Result<HashMap<String, Grant>, sqlx::Error> {
        if needs.is_empty() {
            return Ok(HashMap::new());
        }
        let keys: Vec<String> = needs.keys().cloned().collect();
        let wants: Vec<i32> = needs.values().copied().collect();
        let rows = sqlx::query!(
            r#"select key as "key!", granted as "granted!", asked_at as "asked_at!", first_ms, every_ms, slack_ms from throttle_reserve($1, $2, $3)"#,
            &keys,
            &wants,
            ahead_ms,
        )
        .fetch_all(db)
        .await?;
        let mut grants = HashMap::new();
        for row in rows {
            meter::permits(&row.key, needs.get(&row.key).copied().unwrap_or(0), row.granted);
            let next = self.clock.at(row.asked_at) + real(row.first_ms);
            let (every, slack) = (real(row.every_ms), real(row.slack_ms).max(SLACK));
            grants.insert(row.key, Grant { left: row.granted.unsigned_abs(), next, every, slack });
        }
        Ok(grants)
    }
}

impl Default for Permits {
    fn default() -> Self {
        Self { turns: HashMap::new(), clock: Clock { origin: Instant::now(), offset: None } }
    }
}

impl Clock {
    /// How much of the difference to a slower answer is believed: clocks drift, and are set.
    const CREEP: f64 = 0.02;

    fn at(&mut self, database: f64) -> Instant {
        let seen = self.origin.elapsed().as_secs_f64() - database;
        let known = self.offset.unwrap_or(seen);
        let offset = if seen < known { seen } else { known + (seen - known) * Self::CREEP };
        self.offset = Some(offset);
        self.origin + Duration::from_secs_f64((database + offset).max(0.0))
    }
}

fn needs(candidates: &[Candidate], depth: usize) -> HashMap<String, i32> {
    let mut needs = HashMap::new();
    for key in candidates.iter().filter_map(|(keys, ..)| keys.get(depth)) {
        *needs.entry(key.clone()).or_default() += 1;
    }
    needs
}

/// Under a stopped clock nothing is ever due; look again in a while.
fn real(ms: Option<f64>) -> Duration {
    ms.map_or(FURTHEST, |ms| Duration::from_secs_f64((ms / 1e3).clamp(0.0, FURTHEST.as_secs_f64())))
}
