//! The last so many measured durations, in seconds, and what they say about the next one.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

/// Enough to see a shape, few enough to follow a drift.
const KEPT: usize = 400;
/// Fewer survivors than this tell nothing about how long the rest last.
const TELLING: usize = 8;
/// Nothing measured lasts longer: a day.
const LONGEST: f64 = 86_400.0;

/// A sliding empirical distribution.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(try_from = "Vec<f64>", into = "Vec<f64>")]
pub(super) struct Sample {
    recent: VecDeque<f64>,
    sorted: Vec<f64>,
}

impl Sample {
    /// What is believed before anything was measured: `first`, then each longer by `factor` and `step`.
    pub(super) fn guess(first: f64, factor: f64, step: f64) -> Self {
        let all: Vec<f64> = std::iter::successors(Some(first), |last| Some(last * factor + step)).take(30).collect();
        Self { recent: all.iter().copied().collect(), sorted: all }
    }

    /// Adds a measured duration; what is no duration is ignored.
    pub(super) fn push(&mut self, secs: f64) {
        if !(0.0..=LONGEST).contains(&secs) {
            return;
        }
        self.sorted.insert(self.sorted.partition_point(|x| *x < secs), secs);
        self.recent.push_back(secs);
        if self.recent.len() > KEPT
            && let Some(old) = self.recent.pop_front()
        {
            self.sorted.remove(self.sorted.partition_point(|x| *x < old));
        }
    }

    /// The share that took at most `secs`.
    pub(super) fn share(&self, secs: f64) -> f64 {
        ratio(self.at_most(secs), self.sorted.len())
    }

    /// The duration that a share of `q` does not exceed.
    pub(super) fn quantile(&self, q: f64) -> f64 {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "few")]
        let at = (q * self.sorted.len() as f64) as usize;
        self.sorted[at.min(self.sorted.len() - 1)]
    }

    /// The probability that what has lasted `age` ends within the next `secs`. Past what was seen it is memoryless.
    pub(super) fn ends_within(&self, age: f64, secs: f64) -> f64 {
        let past = self.at_most(age);
        let left = self.sorted.len() - past;
        if left < TELLING {
            return (1.0 - (-secs / (0.6 * age).max(5.0)).exp()).min(0.9);
        }
        ratio(self.at_most(age + secs) - past, left)
    }

    /// How dense the durations are about `secs`, a second and a half to either side.
    pub(super) fn density(&self, secs: f64) -> f64 {
        ratio(self.at_most(secs + 1.5) - self.at_most(secs - 1.5), self.sorted.len()) / 3.0
    }

    fn at_most(&self, secs: f64) -> usize {
        self.sorted.partition_point(|x| *x <= secs)
    }
}

#[expect(clippy::cast_precision_loss, reason = "hundreds")]
fn ratio(part: usize, whole: usize) -> f64 {
    part as f64 / whole as f64
}

impl From<Sample> for Vec<f64> {
    fn from(sample: Sample) -> Self {
        sample.recent.into()
    }
}

impl TryFrom<Vec<f64>> for Sample {
    type Error = &'static str;

    fn try_from(recent: Vec<f64>) -> Result<Self, Self::Error> {
        if recent.len() < TELLING || recent.len() > KEPT {
            return Err("a sample holds 8 to 400 durations");
        }
        if !recent.iter().all(|x| (0.0..=LONGEST).contains(x)) {
            return Err("a duration is between nothing and a day");
        }
        let mut sorted = recent.clone();
        sorted.sort_by(f64::total_cmp);
        Ok(Self { recent: recent.into(), sorted })
    }
}
