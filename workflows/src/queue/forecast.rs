//! When a backlog is worked off, by how it went in the last minutes.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;

/// What is said of a backlog.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(tag = "forecast", rename_all = "snake_case")]
pub enum Forecast {
    /// Nothing is left to do.
    Clear,
    /// Nothing new starts: it clears after somebody resumes it.
    Paused,
    /// Not looked at long enough to tell.
    Unknown,
    /// More comes than is done.
    Grows { per_minute: f64 },
    /// As much comes as is done, or nothing moves.
    Stands,
    /// It is worked off then, if it goes on so.
    Clears { at: DateTime<Utc>, per_minute: f64 },
}

/// The hours end before a list does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct LeftOver {
    pub at: DateTime<Utc>,
    /// About so many people.
    pub left: i64,
}

/// How much was left to do at a moment.
pub type Depth = (DateTime<Utc>, i64);

/// Two looks nearer to each other than this say nothing.
const LEAST: TimeDelta = TimeDelta::seconds(20);
/// Nobody waits for what takes longer.
const FURTHEST: f64 = 60.0 * 24.0 * 30.0;

/// Of a queue: `depths` in order of time, the last of them now.
#[must_use]
pub fn of_queue(depths: &[Depth], paused: bool) -> Forecast {
    let Some(&(now, left)) = depths.last() else { return Forecast::Clear };
    match left {
        0 => Forecast::Clear,
        _ if paused => Forecast::Paused,
        _ => trend(depths, now, left),
    }
}

/// Since its highest it falls; a backlog that is highest now has grown since its lowest.
fn trend(depths: &[Depth], now: DateTime<Utc>, left: i64) -> Forecast {
    let before = depths.iter().filter(|(at, _)| now - *at >= LEAST);
    let Some(&(top_at, top)) = before.clone().max_by_key(|(at, depth)| (*depth, *at)) else { return Forecast::Unknown };
    if top > left {
        return clears(now, left, per_minute(top - left, now - top_at));
    }
    let (low_at, low) = before.min_by_key(|(at, depth)| (*depth, *at)).copied().unwrap_or((top_at, top));
    match left - low {
        0 => Forecast::Stands,
        more => Forecast::Grows { per_minute: per_minute(more, now - low_at) },
    }
}

/// Of a campaign that has `left` people before it and brought `ended` to an end in the last `over`.
#[must_use]
pub fn of_list(now: DateTime<Utc>, left: i64, ended: i64, over: TimeDelta) -> Forecast {
    match (left, ended) {
        (0, _) => Forecast::Clear,
        _ if over < LEAST => Forecast::Unknown,
        (_, 0) => Forecast::Stands,
        _ => clears(now, left, per_minute(ended, over)),
    }
}

/// What is left when the hours end at `closes`, where they end first.
#[must_use]
pub fn left_over(forecast: Forecast, now: DateTime<Utc>, left: i64, closes: DateTime<Utc>) -> Option<LeftOver> {
    let Forecast::Clears { at, per_minute } = forecast else { return None };
    (at > closes).then(|| LeftOver { at: closes, left: rest(left, per_minute, closes - now) })
}

fn clears(now: DateTime<Utc>, left: i64, per_minute: f64) -> Forecast {
    let minutes = (to_f64(left) / per_minute).min(FURTHEST);
    #[expect(clippy::cast_possible_truncation, reason = "at most a month")]
    let at = now + TimeDelta::seconds((minutes * 60.0).ceil() as i64);
    Forecast::Clears { at, per_minute }
}

#[expect(clippy::cast_possible_truncation, reason = "no more than were left")]
fn rest(left: i64, per_minute: f64, time: TimeDelta) -> i64 {
    let done = (per_minute * time.as_seconds_f64().max(0.0) / 60.0).floor() as i64;
    (left - done).clamp(1, left)
}

fn per_minute(n: i64, over: TimeDelta) -> f64 {
    to_f64(n) * 60.0 / over.as_seconds_f64().max(1.0)
}

#[expect(clippy::cast_precision_loss, reason = "a forecast")]
fn to_f64(n: i64) -> f64 {
    n as f64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::{Forecast as F, *};

    fn at(minute: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::minutes(minute)
    }

    fn looked(depths: &[i64]) -> Vec<Depth> {
        depths.iter().zip(0..).map(|(depth, minute)| (at(minute), *depth)).collect()
    }

    #[rstest]
    #[case::never_looked_at(&[], false, F::Clear)]
    #[case::empty(&[9, 0], false, F::Clear)]
    #[case::paused(&[9, 5], true, F::Paused)]
    #[case::empty_and_paused(&[9, 0], true, F::Clear)]
    #[case::one_look(&[9], false, F::Unknown)]
    #[case::falling(&[900, 600, 300], false, F::Clears { at: at(3), per_minute: 300.0 })]
    #[case::filled_and_falling(&[0, 1_000, 900], false, F::Clears { at: at(11), per_minute: 100.0 })]
    #[case::growing(&[100, 200, 300], false, F::Grows { per_minute: 100.0 })]
    #[case::standing(&[50, 50, 50], false, F::Stands)]
    fn of_a_queue(#[case] depths: &[i64], #[case] paused: bool, #[case] expected: Forecast) {
        assert_eq!(of_queue(&looked(depths), paused), expected);
    }

    #[rstest]
    #[case::over(0, 50, 10, F::Clear)]
    #[case::begun_a_moment_ago(50, 0, 0, F::Unknown)]
    #[case::nothing_moves(50, 0, 10, F::Stands)]
    #[case::under_way(50, 50, 10, F::Clears { at: at(10), per_minute: 5.0 })]
    fn of_a_list(#[case] left: i64, #[case] ended: i64, #[case] over: i64, #[case] expected: Forecast) {
        assert_eq!(of_list(at(0), left, ended, TimeDelta::minutes(over)), expected);
    }

    #[rstest]
    #[case::in_time(100, 60, None)]
    #[case::too_late(900, 60, Some(600))]
    #[case::closed(900, -5, Some(900))]
    fn of_the_end_of_the_hours(#[case] left: i64, #[case] closes: i64, #[case] expected: Option<i64>) {
        let forecast = of_list(at(0), left, 50, TimeDelta::minutes(10));
        let over = left_over(forecast, at(0), left, at(closes));
        assert_eq!(over, expected.map(|left| LeftOver { at: at(closes), left }));
    }

    proptest! {
        #[test]
        fn what_clears_clears_later_than_now(depths in prop::collection::vec(0_i64..1_000_000, 0..9)) {
            let depths = looked(&depths);
            if let F::Clears { at, per_minute } = of_queue(&depths, false) {
                prop_assert!(at > depths.last().unwrap().0 && per_minute > 0.0);
            }
        }
    }
}
