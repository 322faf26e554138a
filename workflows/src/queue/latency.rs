//! How long jobs waited from due to started, as classes of a scale: counts of classes add up, over minutes and workers.

use serde::Serialize;

/// Where a class ends, in milliseconds; the last has no end.
const ENDS: [u32; 16] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 300_000];
/// So many classes there are.
pub const CLASSES: usize = ENDS.len() + 1;

/// The class of a wait.
#[must_use]
pub fn class(ms: u128) -> usize {
    ENDS.partition_point(|end| u128::from(*end) < ms)
}

/// Half of the jobs, 95 and 99 in a hundred waited no longer than so, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Latency {
    pub p50: f64,
    pub p95: f64,
    pub p99: f64,
}

impl Latency {
    /// Of counts by class; `None`: nothing was counted.
    #[must_use]
    pub fn of(counts: &[i64]) -> Option<Self> {
        let all: i64 = counts.iter().sum();
        (all > 0).then(|| Self { p50: quantile(counts, 0.5), p95: quantile(counts, 0.95), p99: quantile(counts, 0.99) })
    }
}

/// As if the waits of a class were spread evenly over it; of the last, its beginning.
#[expect(clippy::cast_precision_loss, reason = "a figure for people")]
fn quantile(counts: &[i64], share: f64) -> f64 {
    let wanted = counts.iter().sum::<i64>() as f64 * share;
    let mut below = 0.0;
    for (class, n) in counts.iter().map(|n| *n as f64).enumerate() {
        if below + n >= wanted && n > 0.0 {
            let from = class.checked_sub(1).and_then(|before| ENDS.get(before)).map_or(0.0, |end| f64::from(*end));
            let to = ENDS.get(class).map_or(from, |end| f64::from(*end));
            return from + (to - from) * (wanted - below) / n;
        }
        below += n;
    }
    f64::from(ENDS[ENDS.len() - 1])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::at_once(0, 0)]
    #[case::at_the_end(1, 0)]
    #[case::past_it(2, 1)]
    #[case::seconds(1_500, 10)]
    #[case::for_ever(10_000_000, 16)]
    fn a_wait_has_its_class(#[case] ms: u128, #[case] expected: usize) {
        assert_eq!(class(ms), expected);
    }

    #[test]
    fn nothing_counted_has_no_latency() {
        assert_eq!(Latency::of(&[0; CLASSES]), None);
        assert_eq!(Latency::of(&[]), None);
    }

    #[test]
    fn a_hundred_waits_of_five_to_ten_milliseconds_have_their_half_in_the_middle() {
        let mut counts = [0; CLASSES];
        counts[class(7)] = 100;
        assert_eq!(Latency::of(&counts), Some(Latency { p50: 7.5, p95: 9.75, p99: 9.95 }));
    }

    proptest! {
        #[test]
        fn a_larger_share_never_waited_less(counts in prop::collection::vec(0_i64..1_000, CLASSES)) {
            if let Some(of) = Latency::of(&counts) {
                prop_assert!(of.p50 <= of.p95 && of.p95 <= of.p99);
            }
        }
    }
}
