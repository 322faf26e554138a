//! How long a failed job waits: exponential, with full jitter, so that a crowd that failed together does not return
//! together.

use std::time::Duration;

use rand::Rng;

const FIRST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_mins(10);
/// Jitter may come close to nothing; a failing job must not spin.
const SHORTEST: Duration = Duration::from_millis(100);

/// The delay after the given attempt (the first is 1).
pub(crate) fn after_attempt(attempt: i16) -> Duration {
    rand::rng().random_range(SHORTEST..=ceiling(attempt))
}

fn ceiling(attempt: i16) -> Duration {
    let doublings = u32::try_from(attempt.saturating_sub(1)).unwrap_or(0);
    FIRST.saturating_mul(2_u32.saturating_pow(doublings)).min(LONGEST)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::first(1, 1)]
    #[case::second(2, 2)]
    #[case::fifth(5, 16)]
    #[case::capped(11, 600)]
    #[case::never_overflows(i16::MAX, 600)]
    #[case::nonsense_is_the_first(0, 1)]
    fn the_ceiling_doubles_up_to_ten_minutes(#[case] attempt: i16, #[case] seconds: u64) {
        assert_eq!(ceiling(attempt), Duration::from_secs(seconds));
    }

    proptest::proptest! {
        #[test]
        fn a_delay_is_never_nothing_and_never_above_the_ceiling(attempt: i16) {
            let delay = after_attempt(attempt);
            proptest::prop_assert!(delay >= SHORTEST && delay <= ceiling(attempt));
        }
    }
}
