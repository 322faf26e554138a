//! When a job that got no permit is asked for again: a guess, for one may come and others may go.
//!
//! Each is put behind those refused before it, so that a long backlog under a small limit is claimed once and not over
//! and over: of 10,000 jobs under one a minute, one comes back a minute. What is further off than [`FURTHEST`] comes back
//! within twice that, spread evenly, for a limit may be raised and others may be cancelled.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use super::{Claimed, clock::Clock, limit::micros};

/// Where a guess at a job's turn ends.
pub(super) const FURTHEST: Duration = Duration::from_mins(10);
const SHORTEST: Duration = Duration::from_millis(5);
/// A job that became due no longer ago than this was put off to its turn, and has come for it.
const FRESH: Duration = Duration::from_millis(100);
/// A turn no further off than this is one that somebody has come for.
const SOON: Duration = Duration::from_millis(500);
const KNOWN: usize = 20_000;

#[derive(Default)]
pub(super) struct Turns {
    /// The first turn that nobody was sent away to, in microseconds of the story.
    free: HashMap<String, f64>,
    /// The same among those refused in this claim alone.
    here: HashMap<String, f64>,
}

impl Turns {
    /// A claim was ruled on.
    pub(super) fn forget(&mut self) {
        self.here.clear();
        if self.free.len() > KNOWN {
            self.free.clear();
        }
    }

    /// How long a job waits whose limit has its next permit `at` and one `every` so long; it comes back `lead` early.
    pub(super) fn wait(
        &mut self,
        clock: &Clock,
        key: &str,
        at: f64,
        every: f64,
        job: &Claimed,
        lead: Duration,
    ) -> Duration {
        let now = clock.now().unwrap_or_default();
        let first = self.here.get(key).map_or(at, |turn| turn.max(at));
        let came = now - micros(job.run_at) < clock.story(FRESH) && first - now < clock.story(SOON);
        let turn = if came { first } else { self.free.get(key).map_or(first, |turn| turn.max(first)) };
        let wait = clock.at(turn).map_or(FURTHEST, |turn| turn.saturating_duration_since(Instant::now()));
        if wait >= FURTHEST {
            return FURTHEST + spread(job);
        }
        self.here.insert(key.to_owned(), first + every);
        let free = self.free.entry(key.to_owned()).or_insert(turn);
        *free = free.max(turn + every);
        wait.saturating_sub(lead).max(SHORTEST)
    }
}

/// Somewhere within [`FURTHEST`], the same for the same job.
fn spread(job: &Claimed) -> Duration {
    Duration::from_millis(job.id.0.unsigned_abs().wrapping_mul(7_919) % 600_000)
}
