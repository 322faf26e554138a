//! Permits for jobs of limited kinds, reserved in Postgres before they start.
//!
//! A reserved permit has a moment of its own; the job starts at that moment. What cannot have one soon is snoozed to
//! about when it can, each job behind the other, so that a long backlog is not claimed over and over.

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

use sqlx::PgConnection;

use super::Claimed;

/// Permits are reserved no further ahead than this.
const AHEAD_MS: i32 = 250;
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
        let mut grants = self.reserve(db, &needs(&jobs)).await?;
        let mut ruling = Ruling::default();
        for (keys, job) in jobs {
            match take(&mut grants, &keys) {
                Ok(permit) => ruling.admitted.push((permit, job)),
                Err(key) => ruling.refused.push((self.guess(key, &grants[key]), job)),
            }
        }
        Ok(ruling)
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
        needs: &HashMap<&str, i32>,
    ) -> Result<HashMap<String, Grant>, sqlx::Error> {
        let keys: Vec<String> = needs.keys().map(|key| (*key).to_owned()).collect();
        let wants: Vec<i32> = needs.values().copied().collect();
        let rows = sqlx::query!(
            r#"select key as "key!", granted as "granted!", asked_at as "asked_at!", first_ms, every_ms, slack_ms from throttle_reserve($1, $2, $3)"#,
            &keys,
            &wants,
            AHEAD_MS,
        )
        .fetch_all(db)
        .await?;
        let mut grants = HashMap::new();
        for row in rows {
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

fn needs(jobs: &[(Vec<String>, Arc<Claimed>)]) -> HashMap<&str, i32> {
    let mut needs = HashMap::new();
    for key in jobs.iter().flat_map(|(keys, _)| keys) {
        *needs.entry(key.as_str()).or_default() += 1;
    }
    needs
}

/// A permit under each key, or the key that has none. Nothing is taken unless all can be.
fn take<'k>(grants: &mut HashMap<String, Grant>, keys: &'k [String]) -> Result<Permit, &'k str> {
    if let Some(empty) = keys.iter().find(|key| grants.get(*key).is_some_and(|grant| grant.left == 0)) {
        return Err(empty);
    }
    let mut permit = Permit { from: Instant::now(), until: Instant::now() + FURTHEST };
    for key in keys {
        if let Some(grant) = grants.get_mut(key) {
            permit.from = permit.from.max(grant.next);
            permit.until = permit.until.min(grant.next + grant.slack);
            grant.left -= 1;
            grant.next += grant.every;
        }
    }
    Ok(permit)
}

/// Under a stopped clock nothing is ever due; look again in a while.
fn real(ms: Option<f64>) -> Duration {
    ms.map_or(FURTHEST, |ms| Duration::from_secs_f64((ms / 1e3).clamp(0.0, FURTHEST.as_secs_f64())))
}
