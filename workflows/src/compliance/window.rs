//! Hours of the day on days of the week, by a local clock, and when they next begin.

use std::fmt;

use chrono::{
    DateTime, Datelike, Days as CalendarDays, NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone, Timelike, Utc,
    Weekday,
};
use chrono_tz::Tz;
use serde::{Serialize, Serializer};

use crate::place::Zones;

pub(super) const DAY: u32 = 24 * 60 * 60;

/// Half-open hours, `[from, to)`, on some days of the week.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Seconds of the day.
    from: u32,
    to: u32,
    days: Days,
}

/// Days of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days(u8);

/// Hours that end before they begin, or no day at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("calling hours must begin before they end, on at least one day")]
pub struct BadWindow;

impl Days {
    pub const ALL: Self = Self(0b111_1111);

    pub(super) fn is_empty(self) -> bool {
        self == Self(0)
    }

    pub(super) fn contains(self, day: Weekday) -> bool {
        self.0 >> day.num_days_from_monday() & 1 == 1
    }
}

impl FromIterator<Weekday> for Days {
    fn from_iter<I: IntoIterator<Item = Weekday>>(days: I) -> Self {
        Self(days.into_iter().fold(0, |set, day| set | 1 << day.num_days_from_monday()))
    }
}

/// `Mon, Wed`.
impl fmt::Display for Days {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let week = std::iter::successors(Some(Weekday::Mon), |day| Some(day.succ())).take(7);
        let days: Vec<String> = week.filter(|day| self.contains(*day)).map(|day| day.to_string()).collect();
        f.write_str(&days.join(", "))
    }
}

impl Serialize for Days {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Window {
    /// Hours within one day. `to` may be midnight, which then means the end of the day.
    ///
    /// # Errors
    /// When no moment lies within.
    pub fn new(from: NaiveTime, to: NaiveTime, days: Days) -> Result<Self, BadWindow> {
        let to = if to == NaiveTime::MIN { DAY } else { to.num_seconds_from_midnight() };
        let window = Self { from: from.num_seconds_from_midnight(), to, days };
        if window.from < window.to && !days.is_empty() { Ok(window) } else { Err(BadWindow) }
    }

    pub(super) const fn every_day(from_hour: u32, to_hour: u32) -> Self {
        Self { from: from_hour * 3_600, to: to_hour * 3_600, days: Days::ALL }
    }

    /// Nothing if it is open by every clock; else a moment before which at least one of them is still closed.
    pub(super) fn closed_until(self, zones: Zones, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        zones.iter().filter(|zone| !self.is_open(*zone, at)).map(|zone| self.opens(zone, at)).max()
    }

    /// What the clocks show that are outside: `07:30 in Denver and 06:30 in Phoenix`.
    pub(super) fn clocks_closed(self, zones: Zones, at: DateTime<Utc>) -> String {
        let closed = zones.iter().filter(|zone| !self.is_open(*zone, at));
        let clocks: Vec<String> = closed.map(|zone| shown(zone, at, self.days)).collect();
        clocks.join(" and ")
    }

    /// What comes next for somebody who may live by any of these clocks: the first of them to close, or, once one is
    /// closed, the last to open again. When, whether it opens, and by which clock.
    pub(super) fn edge(self, zones: Zones, at: DateTime<Utc>) -> Option<(DateTime<Utc>, bool, Tz)> {
        let opens = zones.iter().filter(|zone| !self.is_open(*zone, at)).map(|zone| (self.opens(zone, at), true, zone));
        let closes = zones.iter().map(|zone| (self.closes(zone, at), false, zone));
        opens.max_by_key(|edge| edge.0).or_else(|| closes.min_by_key(|edge| edge.0))
    }

    /// When an open day ends. No clock is set at that hour anywhere people are called.
    fn closes(self, zone: Tz, at: DateTime<Utc>) -> DateTime<Utc> {
        let local = at.with_timezone(&zone);
        let left = self.to.saturating_sub(local.num_seconds_from_midnight());
        let now = local.naive_local();
        to_utc(zone, now.with_nanosecond(0).unwrap_or(now) + TimeDelta::seconds(left.into()))
    }

    fn is_open(self, zone: Tz, at: DateTime<Utc>) -> bool {
        let local = at.with_timezone(&zone);
        let second = local.num_seconds_from_midnight();
        self.from <= second && second < self.to && self.days.contains(local.weekday())
    }

    /// When it next opens. A local clock enters the window at `from` (twice in the night it is set back, never in
    /// one where it jumps over it) or when it is set, forward or back, into the middle of it.
    fn opens(self, zone: Tz, at: DateTime<Utc>) -> DateTime<Utc> {
        let today = at.with_timezone(&zone).date_naive();
        let from = NaiveTime::from_num_seconds_from_midnight_opt(self.from, 0).expect("before the end of the day");
        let by_clock = (0..=8).filter_map(|n| today.checked_add_days(CalendarDays::new(n))).flat_map(|day| {
            let local = zone.from_local_datetime(&day.and_time(from));
            [local.earliest(), local.latest()].into_iter().flatten().map(|local| local.to_utc())
        });
        let moments = by_clock.chain(clock_set(zone, at, at + TimeDelta::days(9)));
        let next = moments.filter(|moment| *moment > at && self.is_open(zone, *moment)).min();
        // Eight days hold every day of the week; only a clock that jumps over the whole window can defer it further.
        next.unwrap_or(at + TimeDelta::days(8))
    }
}

/// The moment at which the clock is set forward or back, if it is between these two.
fn clock_set(zone: Tz, mut before: DateTime<Utc>, mut after: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let offset = |at: DateTime<Utc>| zone.offset_from_utc_datetime(&at.naive_utc()).fix();
    let old = offset(before);
    if offset(after) == old {
        return None;
    }
    while after - before > TimeDelta::seconds(1) {
        let middle = before + (after - before) / 2;
        if offset(middle) == old { before = middle } else { after = middle }
    }
    after.with_nanosecond(0)
}

/// When a local clock shows this, the first time it does; where it jumps over it, an hour later.
pub(super) fn to_utc(zone: Tz, local: NaiveDateTime) -> DateTime<Utc> {
    let found = zone.from_local_datetime(&local).earliest();
    let found = found.or_else(|| zone.from_local_datetime(&(local + TimeDelta::hours(1))).earliest());
    found.map_or_else(|| local.and_utc(), |local| local.to_utc())
}

/// `18:00`.
pub(super) fn clock(second: u32) -> String {
    format!("{:02}:{:02}", second / 3_600, second / 60 % 60)
}

/// `07:59 in New York`, with the day of the week where that may be the reason.
fn shown(zone: Tz, at: DateTime<Utc>, days: Days) -> String {
    let local = at.with_timezone(&zone);
    let format = if days == Days::ALL { "%H:%M" } else { "%H:%M on %A" };
    let place = zone.name().rsplit('/').next().unwrap_or_default().replace('_', " ");
    format!("{} in {place}", local.format(format))
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} to {}", clock(self.from), clock(self.to))?;
        if self.days == Days::ALL { Ok(()) } else { write!(f, " on {}", self.days) }
    }
}

impl fmt::Debug for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Window({self})")
    }
}

impl Serialize for Window {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
