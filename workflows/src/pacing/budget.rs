//! How many people were left waiting, over thirty days, and how many may still be.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// 16 CFR 310.4(b)(4)(i) counts over thirty days.
const DAYS: i64 = 30;
const DAY: f64 = 86_400.0;

/// Kept below the cap, as a share of it: the count ends near the target, on either side.
const MARGIN: f64 = 0.12;
/// A debt is repaid within so many answers, and an eighth of the answers so far.
const REPAID: f64 = 200.0;

/// Answers and abandoned calls of one day. Fractions, because a person whom AMD took for a machine is only inferred.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Day {
    pub live: f64,
    pub abandoned: f64,
}

/// Thirty days of them.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Budget {
    days: BTreeMap<i64, Day>,
}

impl Budget {
    pub(super) fn note(&mut self, t: f64, live: f64, abandoned: f64) {
        #[expect(clippy::cast_possible_truncation, reason = "days are few")]
        let today = (t / DAY).floor() as i64;
        self.days.retain(|day, _| *day > today - DAYS);
        let day = self.days.entry(today).or_default();
        day.live += live;
        day.abandoned += abandoned;
    }

    /// The thirty days as one.
    #[must_use]
    pub fn total(&self) -> Day {
        self.days.values().fold(Day::default(), |sum, day| Day {
            live: sum.live + day.live,
            abandoned: sum.abandoned + day.abandoned,
        })
    }

    /// The share that the next calls may have, and the one aimed at in the long run. A debt is repaid within some
    /// hundreds of answers; a credit is not spent, or a quiet month would buy a bad hour.
    pub(super) fn steer(&self, cap: f64) -> (f64, f64) {
        let total = self.total();
        let target = cap * (1.0 - MARGIN);
        let debt = (total.abandoned - total.live * target).max(0.0);
        (target - debt / (REPAID + total.live / 8.0), target)
    }

    pub(super) fn is_sound(&self) -> bool {
        self.days.len() <= 64
            && self.days.values().all(|d| d.live.is_finite() && d.abandoned >= 0.0 && d.abandoned <= d.live + 1e-6)
    }
}
