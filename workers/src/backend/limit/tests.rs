use proptest::prelude::*;

use super::*;

const SECOND: f64 = 1e6;
const REACH: Reach = Reach { ahead: 0.25 * SECOND, near: 0.025 * SECOND };
const START: f64 = 1_000.0 * SECOND;

fn limit(permits: i32) -> Limit {
    Limit::new(permits, 1_000, DateTime::from_timestamp(0, 0).expect("the epoch"), None)
}

/// Every window of the period that begins with a use.
fn crowded(mut uses: Vec<f64>, permits: usize) -> usize {
    uses.sort_by(f64::total_cmp);
    uses.windows(permits + 1).filter(|uses| uses[permits] - uses[0] < SECOND).count()
}

proptest! {
    #[test]
    fn no_window_has_more_than_the_limit_however_late_a_permit_is_used(
        permits in 1..50_i32,
        asks in prop::collection::vec((0.0..0.1 * SECOND, 0.0..1.0), 1..400),
    ) {
        let (mut limit, mut now, mut uses) = (limit(permits), START, Vec::new());
        for (pause, late) in asks {
            now += pause;
            if let Ok(span) = permit(&mut [&mut limit], now, REACH) {
                uses.push(span.from + (span.until - span.from) * late);
            }
        }
        prop_assert_eq!(crowded(uses, permits as usize), 0);
    }

    #[test]
    fn a_narrow_and_a_wide_limit_are_both_kept(
        narrow in 1..20_i32,
        wide in 1..60_i32,
        asks in prop::collection::vec((0.0..0.02 * SECOND, any::<bool>()), 1..800),
    ) {
        let (mut few, mut many, mut now) = (limit(narrow), limit(wide), START);
        let (mut narrowly, mut all) = (Vec::new(), Vec::new());
        for (pause, both) in asks {
            now += pause;
            let mut limits = vec![&mut many];
            if both {
                limits.push(&mut few);
            }
            if let Ok(span) = permit(&mut limits, now, REACH) {
                all.push(span.from);
                if both {
                    narrowly.push(span.from);
                }
            }
        }
        prop_assert_eq!((crowded(narrowly, narrow as usize), crowded(all, wide as usize)), (0, 0));
    }
}

#[test]
fn a_limit_that_is_asked_a_little_late_loses_nothing() {
    let (mut limit, mut now, mut uses) = (limit(10), START, 0);
    while now < START + 60.0 * SECOND {
        match permit(&mut [&mut limit], now, Reach { ahead: 0.0, near: 0.0 }) {
            Ok(_) => uses += 1,
            Err((_, at)) => now = at + 4_000.0,
        }
    }
    assert!(uses >= 589, "{uses} of 600");
}

#[test]
fn a_narrow_limit_leaves_the_wide_one_to_the_others() {
    let (mut wide, mut narrow) = (limit(100), limit(1));
    assert!(permit(&mut [&mut wide, &mut narrow], START, REACH).is_ok());
    let refused = permit(&mut [&mut wide, &mut narrow], START, REACH);
    assert!(matches!(refused, Err((1, at)) if at > START + SECOND), "{refused:?}");
    let other = permit(&mut [&mut wide], START, REACH).expect("the wide limit is free");
    assert!(other.from < START + 0.02 * SECOND, "{other:?}");
}

#[test]
fn where_the_wide_limit_is_spoken_for_a_narrow_permit_is_for_the_same_moment() {
    let (mut wide, mut narrow) = (limit(10), limit(5));
    permit(&mut [&mut wide], START, REACH).expect("a first permit");
    permit(&mut [&mut wide], START, REACH).expect("a second");
    let span = permit(&mut [&mut wide, &mut narrow], START, REACH).expect("both");
    assert!((span.from - START - 2.0 * 101_000.0).abs() < 1.0 && span.until > span.from, "{span:?}");
}
