//! Virtual time: a straight line through one anchor.
//!
//! Everything a called person would notice (rings, greetings, talk, windows,
//! `occurred_at`) happens in virtual time. Signatures, webhook time-outs and
//! retries are between two machines and use real time.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// The line: at `anchor_real` it is `anchor_virtual`, and from there `speed`
/// virtual seconds pass in a real one. Zero stands still.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clock {
    /// A real moment.
    pub anchor_real: DateTime<Utc>,
    /// The virtual moment that goes with it.
    pub anchor_virtual: DateTime<Utc>,
    /// Virtual seconds per real second.
    pub speed: f64,
}

impl Clock {
    /// A clock that agrees with the real one now and runs at `speed` from here.
    #[must_use]
    pub fn starting_now(speed: f64) -> Self {
        let now = real_now();
        Self { anchor_real: now, anchor_virtual: now, speed }
    }

    /// The virtual moment that goes with a real one.
    #[must_use]
    pub fn at(&self, real: DateTime<Utc>) -> DateTime<Utc> {
        let micros = (real - self.anchor_real).num_microseconds().unwrap_or(0);
        self.anchor_virtual + TimeDelta::microseconds(scaled(micros, self.speed))
    }

    /// How long to sleep until a virtual moment; `None` while time stands still.
    #[must_use]
    pub fn until(&self, moment: DateTime<Utc>, real: DateTime<Utc>) -> Option<Duration> {
        let left = moment - self.at(real);
        if left <= TimeDelta::zero() {
            return Some(Duration::ZERO);
        }
        self.real_span(left)
    }

    /// What a virtual span takes in reality; `None` while time stands still.
    #[must_use]
    pub fn real_span(&self, span: TimeDelta) -> Option<Duration> {
        if self.speed <= 0.0 {
            return None;
        }
        let micros = scaled(span.num_microseconds().unwrap_or(i64::MAX), 1.0 / self.speed);
        // One more, so that rounding never wakes us a moment too early.
        Some(Duration::from_micros(u64::try_from(micros).unwrap_or(0) + 1))
    }

    /// The same line from a new virtual moment on.
    pub(crate) fn jumped_to(self, moment: DateTime<Utc>) -> Self {
        Self { anchor_real: real_now(), anchor_virtual: moment, speed: self.speed }
    }
}

/// The one place where the simulator reads the real clock.
pub(crate) fn real_now() -> DateTime<Utc> {
    Utc::now()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "a float holds microseconds exactly for 285 years"
)]
fn scaled(micros: i64, by: f64) -> i64 {
    (micros as f64 * by) as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noon() -> DateTime<Utc> {
        "2026-03-10T18:00:00Z".parse().unwrap()
    }

    #[test]
    fn sixty_times_speed_makes_a_minute_of_a_second() {
        let clock = Clock { anchor_real: DateTime::UNIX_EPOCH, anchor_virtual: noon(), speed: 60.0 };
        let real = DateTime::UNIX_EPOCH + TimeDelta::seconds(1);
        assert_eq!(clock.at(real), noon() + TimeDelta::seconds(60));
        let wait = clock.until(noon() + TimeDelta::seconds(120), real).unwrap();
        assert!((999..1001).contains(&wait.as_millis()));
    }

    #[test]
    fn a_standing_clock_never_reaches_the_next_moment() {
        let clock = Clock { anchor_real: DateTime::UNIX_EPOCH, anchor_virtual: noon(), speed: 0.0 };
        let later = DateTime::UNIX_EPOCH + TimeDelta::days(1);
        assert_eq!(clock.at(later), noon());
        assert_eq!(clock.until(noon() + TimeDelta::seconds(1), later), None);
    }
}
