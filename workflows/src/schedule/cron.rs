//! A cron expression on the wall clock of a time zone, daylight saving included.

use std::str::FromStr;

use chrono::{DateTime, LocalResult, NaiveDateTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

/// Why an expression is not understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Not five fields (minute hour day month weekday), or six with seconds in front.
    #[error("cron expression is not understood: {0}")]
    Expression(String),
    /// No year has such a day: 30 February.
    #[error("cron expression never comes: no month has such a day")]
    Never,
    /// Not a zone of the IANA database.
    #[error("time zone is not known: {0}")]
    Zone(String),
}

/// How far after a gap the next valid minute is looked for; the largest gap on record is a day (Samoa, 2011).
const LONGEST_GAP: TimeDelta = TimeDelta::hours(25);

/// When something is due, again and again.
#[derive(Clone, Debug)]
pub struct Cron {
    expression: String,
    zone: Tz,
    schedule: cron::Schedule,
}

impl Cron {
    /// Reads `minute hour day month weekday` (weekday 0 or 7 is Sunday, as everywhere but in the crate beneath).
    ///
    /// # Errors
    /// When the expression or the zone is not understood.
    pub fn parse(expression: &str, zone: &str) -> Result<Self, Error> {
        let zone = Tz::from_str(zone).map_err(|_| Error::Zone(zone.into()))?;
        let schedule =
            cron::Schedule::from_str(&quartz(expression)?).map_err(|error| Error::Expression(error.to_string()))?;
        if schedule.after(&DateTime::UNIX_EPOCH).next().is_none() {
            return Err(Error::Never);
        }
        Ok(Self { expression: expression.into(), zone, schedule })
    }

    /// As it was written.
    #[must_use]
    pub fn expression(&self) -> &str {
        &self.expression
    }

    /// On whose wall clock.
    #[must_use]
    pub fn zone(&self) -> Tz {
        self.zone
    }

    /// The first slot after a moment.
    ///
    /// A wall-clock time that a spring forward leaves out is due at the next valid minute; one that an autumn back
    /// repeats is due the first time only.
    #[must_use]
    pub fn next_after(&self, moment: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let wall = moment.with_timezone(&self.zone).naive_local();
        // The expression is walked on the bare wall clock, which knows neither gaps nor repeats.
        self.schedule
            .after(&Utc.from_utc_datetime(&wall))
            .filter_map(|slot| self.moment_of(slot.naive_utc()))
            .find(|slot| *slot > moment)
    }

    fn moment_of(&self, wall: NaiveDateTime) -> Option<DateTime<Utc>> {
        match self.zone.from_local_datetime(&wall) {
            LocalResult::Single(moment) | LocalResult::Ambiguous(moment, _) => Some(moment.to_utc()),
            LocalResult::None => self.after_gap(wall),
        }
    }

    fn after_gap(&self, wall: NaiveDateTime) -> Option<DateTime<Utc>> {
        let minutes = 1..=LONGEST_GAP.num_minutes();
        minutes
            .map(|n| wall + TimeDelta::minutes(n))
            .find_map(|later| self.zone.from_local_datetime(&later).earliest())
            .map(|moment| moment.to_utc())
    }
}

/// The crate beneath wants seconds and counts weekdays from Sunday = 1; names mean the same to everybody.
fn quartz(expression: &str) -> Result<String, Error> {
    let fields: Vec<&str> = expression.split_whitespace().collect();
    match fields[..] {
        [minute, hour, day, month, weekday] => Ok(format!("0 {minute} {hour} {day} {month} {}", named(weekday))),
        [second, minute, hour, day, month, weekday] => {
            Ok(format!("{second} {minute} {hour} {day} {month} {}", named(weekday)))
        }
        _ => Err(Error::Expression(expression.into())),
    }
}

fn named(weekdays: &str) -> String {
    const NAMES: [&str; 8] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"];
    let (days, step) = weekdays.split_once('/').map_or((weekdays, None), |(days, step)| (days, Some(step)));
    let name = |c: char| c.to_digit(10).and_then(|n| NAMES.get(n as usize)).map_or(c.to_string(), |n| (*n).into());
    let named: String = days.chars().map(name).collect();
    step.map_or(named.clone(), |step| format!("{named}/{step}"))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn at(s: &str) -> DateTime<Utc> {
        s.parse().unwrap()
    }

    #[rstest]
    #[case::every_morning("0 8 * * *", "2026-11-22T00:00:00Z", "2026-11-22T13:00:00Z")]
    #[case::strictly_after("0 8 * * *", "2026-11-22T13:00:00Z", "2026-11-23T13:00:00Z")]
    #[case::weekdays_only("0 8 * * 1-5", "2026-11-21T14:00:00Z", "2026-11-23T13:00:00Z")]
    #[case::zero_is_sunday("0 8 * * 0", "2026-11-21T14:00:00Z", "2026-11-22T13:00:00Z")]
    #[case::seven_is_sunday("0 8 * * 7", "2026-11-21T14:00:00Z", "2026-11-22T13:00:00Z")]
    #[case::seconds("30 0 8 * * *", "2026-11-22T00:00:00Z", "2026-11-22T13:00:30Z")]
    #[case::a_gap_is_due_at_the_next_valid_minute("30 2 * * *", "2026-03-08T00:00:00Z", "2026-03-08T07:00:00Z")]
    #[case::and_the_day_after_as_ever("30 2 * * *", "2026-03-08T07:00:00Z", "2026-03-09T06:30:00Z")]
    #[case::a_fold_is_due_the_first_time("30 1 * * *", "2026-11-01T00:00:00Z", "2026-11-01T05:30:00Z")]
    #[case::and_not_the_second("30 1 * * *", "2026-11-01T05:30:00Z", "2026-11-02T06:30:00Z")]
    #[case::nor_when_asked_within_the_second("30 1 * * *", "2026-11-01T06:10:00Z", "2026-11-02T06:30:00Z")]
    fn the_next_slot_on_a_new_york_clock(#[case] cron: &str, #[case] after: &str, #[case] next: &str) {
        let cron = Cron::parse(cron, "America/New_York").unwrap();
        assert_eq!(cron.next_after(at(after)), Some(at(next)));
    }

    #[rstest]
    #[case::too_few("* * *", "UTC")]
    #[case::nonsense("a b c d e", "UTC")]
    #[case::no_such_minute("99 * * * *", "UTC")]
    #[case::no_such_zone("* * * * *", "Mars/Olympus")]
    #[case::empty("", "UTC")]
    #[case::no_such_day("0 9 30 2 *", "UTC")]
    fn what_is_not_understood_is_refused(#[case] cron: &str, #[case] zone: &str) {
        assert!(Cron::parse(cron, zone).is_err());
    }

    proptest::proptest! {
        #[test]
        fn slots_go_forward_and_never_stand_still(start in 1_760_000_000_i64..1_830_000_000, minute in 0_u8..60, hour in 0_u8..24) {
            let cron = Cron::parse(&format!("{minute} {hour} * * *"), "America/New_York").unwrap();
            let start = DateTime::from_timestamp(start, 0).unwrap();
            let first = cron.next_after(start).unwrap();
            let second = cron.next_after(first).unwrap();
            proptest::prop_assert!(start < first && first < second);
            proptest::prop_assert!(second - first <= TimeDelta::hours(26));
        }
    }
}
