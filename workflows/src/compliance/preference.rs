//! When the person does not want to be contacted.

use chrono::{DateTime, Datelike, Days as CalendarDays, NaiveTime, TimeDelta, Timelike, Utc};
use chrono_tz::Tz;
use serde::Serialize;

use super::{
    Channel, Days, Place,
    window::{DAY, clock, to_utc},
};

/// Hours of the day that the person called inconvenient, by their own clock. From late to early runs over midnight,
/// and the days name the one it begins on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Preference {
    /// Seconds of the day, the last not included.
    from: u32,
    to: u32,
    days: Days,
    /// What it is about; nothing means every channel, and every place.
    pub channel: Option<Channel>,
    pub place: Option<Place>,
}

/// Hours that hold no moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("inconvenient hours must begin and end at different times of the day, on at least one day")]
pub struct BadPreference;

impl Preference {
    /// `to` may be a whole day's seconds, `24:00`.
    ///
    /// # Errors
    /// When they hold no moment, or are no times of a day.
    pub fn new(from: u32, to: u32, days: Days) -> Result<Self, BadPreference> {
        let possible = from < DAY && to <= DAY && from != to && !days.is_empty();
        possible.then_some(Self { from, to, days, channel: None, place: None }).ok_or(BadPreference)
    }

    fn is_overnight(self) -> bool {
        self.from > self.to
    }

    /// Whether the moment is within, by this clock.
    pub(super) fn covers(self, zone: Tz, at: DateTime<Utc>) -> bool {
        let local = at.with_timezone(&zone);
        let (second, today) = (local.num_seconds_from_midnight(), local.weekday());
        if self.is_overnight() {
            let began = second >= self.from && self.days.contains(today);
            return began || (second < self.to && self.days.contains(today.pred()));
        }
        self.from <= second && second < self.to && self.days.contains(today)
    }

    /// When the hours that cover this moment end, by this clock.
    pub(super) fn ends(self, zone: Tz, at: DateTime<Utc>) -> DateTime<Utc> {
        let local = at.with_timezone(&zone);
        let tomorrow = self.is_overnight() && local.num_seconds_from_midnight() >= self.from;
        let day = local.date_naive() + CalendarDays::new(u64::from(tomorrow));
        to_utc(zone, day.and_time(NaiveTime::MIN) + TimeDelta::seconds(self.to.into()))
    }

    /// `not from 18:00 to 24:00`.
    pub(super) fn hours(self) -> String {
        format!("from {} to {}", clock(self.from), clock(self.to))
    }
}
