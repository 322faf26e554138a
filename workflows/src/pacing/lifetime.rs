//! How long talks last, learned from those that still go on as well: at the start only the short ones have ended, and
//! whoever looks at these alone believes that everybody is free soon.

use serde::{Deserialize, Serialize};

const BINS: usize = 32;
const FIRST: f64 = 2.0;
const WIDER: f64 = 1.25;
/// What is learned fades over about so many ends.
const FADE: f64 = 1.0 - 1.0 / 400.0;

/// A life table: by age, how many ended and how many seconds were lived.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(super) struct Lifetime {
    ended: Vec<f64>,
    lived: Vec<f64>,
}

impl Lifetime {
    /// Ends once in `mean` seconds, and hardly ever in the first ten.
    pub(super) fn guess(mean: f64) -> Self {
        let lived: Vec<f64> = (0..BINS).map(|at| (edge(at + 1) - edge(at)).min(60.0) * 10.0).collect();
        let rate = |at: usize| if edge(at) < 10.0 { 0.2 / mean } else { 1.0 / mean };
        Self { ended: lived.iter().enumerate().map(|(at, secs)| secs * rate(at)).collect(), lived }
    }

    /// `secs` more were lived, at this age; a gap in the telling counts as a minute.
    pub(super) fn live(&mut self, age: f64, secs: f64) {
        self.lived[bin(age)] += secs.clamp(0.0, 60.0);
    }

    /// One ended.
    pub(super) fn end(&mut self, age: f64) {
        self.ended.iter_mut().chain(&mut self.lived).for_each(|x| *x *= FADE);
        self.ended[bin(age)] += 1.0;
    }

    /// The probability that what has lasted `age` ends within the next `secs`.
    pub(super) fn ends_within(&self, age: f64, secs: f64) -> f64 {
        let (mut at, mut from, to) = (bin(age), age.max(0.0), age.max(0.0) + secs);
        let mut sum = 0.0;
        while from < to {
            let until = if at + 1 < BINS { edge(at + 1).min(to) } else { to };
            sum += (until - from).max(0.0) * self.ended[at] / self.lived[at];
            from = until;
            at = (at + 1).min(BINS - 1);
        }
        1.0 - (-sum).exp()
    }

    pub(super) fn is_sound(&self) -> bool {
        self.ended.len() == BINS
            && self.lived.len() == BINS
            && self.ended.iter().all(|x| (0.0..1e6).contains(x))
            && self.lived.iter().all(|x| (1e-3..1e9).contains(x))
    }
}

/// Where a bin begins.
fn edge(at: usize) -> f64 {
    if at == 0 { 0.0 } else { FIRST * WIDER.powf(super::num(at - 1)) }
}

fn bin(age: f64) -> usize {
    if age < FIRST || age.is_nan() {
        return 0;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small count")]
    let at = ((age / FIRST).ln() / WIDER.ln()) as usize + 1;
    at.min(BINS - 1)
}
