//! The probability that an answer finds nobody free.

/// Above this many expected of either kind the normal law is close enough.
const MANY: f64 = 14.0;
/// As far as a distribution is followed.
const LONGEST: usize = 64;

/// A number of things that each happen or not, by its mean and variance.
#[derive(Clone, Copy, Debug)]
pub(super) struct Count {
    pub(super) mean: f64,
    pub(super) var: f64,
}

/// P(answers - freed >= free): whoever answers then is one too many.
pub(super) fn overflow(answers: Count, freed: Count, free: f64) -> f64 {
    if answers.mean.max(freed.mean) > MANY { normal(answers, freed, free) } else { exact(answers, freed, free) }
}

fn normal(answers: Count, freed: Count, free: f64) -> f64 {
    let spread = (answers.var + freed.var + 0.05).sqrt();
    upper_tail((free - 0.5 - answers.mean + freed.mean) / spread)
}

fn exact(answers: Count, freed: Count, free: f64) -> f64 {
    let (answers, freed) = (distribution(answers), distribution(freed));
    let tail = upper_sums(&answers);
    let at_least = |k: f64| {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small count")]
        let at = k.max(0.0) as usize;
        tail.get(at).copied().unwrap_or(0.0)
    };
    let mut k = free;
    let mut risk = 0.0;
    for p in freed {
        risk += p * at_least(k);
        k += 1.0;
    }
    risk.clamp(0.0, 1.0)
}

fn upper_sums(of: &[f64]) -> Vec<f64> {
    let mut sums: Vec<f64> = of
        .iter()
        .rev()
        .scan(0.0, |sum, p| {
            *sum += p;
            Some(*sum)
        })
        .collect();
    sums.reverse();
    sums
}

/// The binomial law with this mean and variance; as they near each other, the Poisson law.
fn distribution(count: Count) -> Vec<f64> {
    let mean = count.mean.max(0.0);
    let spread = mean - count.var;
    let trials = if spread > 1e-3 * mean { (mean * mean / spread).round().max(mean.ceil()) } else { f64::INFINITY };
    if trials > 400.0 { poisson(mean) } else { binomial(trials.max(1.0), (mean / trials.max(1.0)).min(0.9999)) }
}

fn poisson(mean: f64) -> Vec<f64> {
    series((-mean).exp(), |k| mean / k)
}

fn binomial(trials: f64, p: f64) -> Vec<f64> {
    series((1.0 - p).powf(trials), |k| ((trials - k + 1.0) / k).max(0.0) * p / (1.0 - p))
}

/// Probabilities of 0, 1, 2 … by the ratio of each to the one before.
fn series(first: f64, ratio: impl Fn(f64) -> f64) -> Vec<f64> {
    let mut all = vec![first];
    let (mut last, mut sum, mut k) = (first, first, 1.0);
    while sum < 0.99999 && all.len() < LONGEST {
        last *= ratio(k);
        sum += last;
        k += 1.0;
        all.push(last);
    }
    all
}

/// The share of the normal law above `z`, by Abramowitz and Stegun 26.2.17; off by less than 1e-7.
fn upper_tail(z: f64) -> f64 {
    let t = 1.0 / (1.0 + 0.231_641_9 * z.abs());
    let poly =
        t * (0.319_381_53 + t * (-0.356_563_782 + t * (1.781_477_937 + t * (-1.821_255_978 + t * 1.330_274_429))));
    let above = poly * (-z * z / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt();
    if z >= 0.0 { above } else { 1.0 - above }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    /// As it would be counted, case by case: a free agent less than who answers.
    #[rstest]
    #[case::nobody_answers(Count { mean: 0.0, var: 0.0 }, Count { mean: 0.0, var: 0.0 }, 1.0, 0.0)]
    #[case::nobody_is_free(Count { mean: 0.0, var: 0.0 }, Count { mean: 0.0, var: 0.0 }, 0.0, 1.0)]
    #[case::a_coin_a_call(Count { mean: 1.0, var: 0.5 }, Count { mean: 0.0, var: 0.0 }, 1.0, 0.75)]
    #[case::a_coin_an_agent(Count { mean: 1.0, var: 0.5 }, Count { mean: 0.5, var: 0.25 }, 1.0, 0.5)]
    fn the_risk_is_exact_for_few(#[case] answers: Count, #[case] freed: Count, #[case] free: f64, #[case] risk: f64) {
        assert!((overflow(answers, freed, free) - risk).abs() < 1e-3);
    }

    #[test]
    fn for_many_the_normal_law_agrees_with_the_exact_one() {
        let (answers, freed) = (Count { mean: 13.0, var: 9.0 }, Count { mean: 12.0, var: 8.0 });
        for free in [-2.0, 1.0, 5.0, 9.0] {
            assert!((normal(answers, freed, free) - exact(answers, freed, free)).abs() < 0.015);
        }
    }
}
