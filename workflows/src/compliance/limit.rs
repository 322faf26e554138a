//! So many contacts in so many calendar days, by every clock the person may live by.

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;

use super::{Attempt, Case, window::to_utc};

/// `most` contacts within `days` consecutive calendar days, today being the last of them. The day of a contact is the
/// one that the person's clock showed; where that may be one of several clocks, the limit holds on each.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limit {
    pub(super) most: usize,
    pub(super) days: u64,
}

impl Limit {
    /// Nothing while one more contact stays within the limit by every clock; else a moment before which it does not by
    /// at least one of them.
    pub(super) fn reached_until(
        self,
        case: &Case<'_>,
        at: DateTime<Utc>,
        counts: impl Fn(&Attempt) -> bool + Copy,
    ) -> Option<DateTime<Utc>> {
        case.zones.iter().filter_map(|zone| Some(midnight(zone, self.free_on(case, at, zone, counts)?))).max()
    }

    /// Contacts that count against it, by the clock that counts most of them.
    pub(super) fn used(self, case: &Case<'_>, at: DateTime<Utc>, counts: impl Fn(&Attempt) -> bool + Copy) -> usize {
        case.zones.iter().map(|zone| self.within(case, at, zone, counts).count()).max().unwrap_or_default()
    }

    /// The first day on which so many of today's contacts have left that one more is within the limit; nothing if it
    /// is already.
    pub(super) fn free_on(
        self,
        case: &Case<'_>,
        at: DateTime<Utc>,
        zone: Tz,
        counts: impl Fn(&Attempt) -> bool + Copy,
    ) -> Option<NaiveDate> {
        let spare = self.within(case, at, zone, counts).count().checked_sub(self.most)?;
        let leaves = self.within(case, at, zone, counts).nth(spare)?;
        leaves.checked_add_days(Days::new(self.days))
    }

    /// The days of the contacts that count today, the earliest first.
    fn within(
        self,
        case: &Case<'_>,
        at: DateTime<Utc>,
        zone: Tz,
        counts: impl Fn(&Attempt) -> bool,
    ) -> impl Iterator<Item = NaiveDate> {
        let today = at.with_timezone(&zone).date_naive();
        let reach = TimeDelta::days(i64::try_from(self.days).unwrap_or(i64::MAX)) + TimeDelta::days(1);
        let recent = case.attempts.iter().filter(move |attempt| at - attempt.at < reach && counts(attempt));
        let dates = recent.map(move |attempt| attempt.at.with_timezone(&zone).date_naive());
        dates.filter(move |date| today - Days::new(self.days) < *date && *date <= today)
    }
}

/// When a day begins by this clock.
pub(super) fn midnight(zone: Tz, date: NaiveDate) -> DateTime<Utc> {
    to_utc(zone, date.and_time(chrono::NaiveTime::MIN))
}
