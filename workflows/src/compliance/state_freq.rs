//! What single states and cities allow less of.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use super::{
    Attempt, Case, Channel, Code, Facts, Place, Rule, Until,
    limit::{Limit, midnight},
};

/// The limits of Massachusetts, Washington, New York City and the District of Columbia, wherever the address, its ZIP
/// or the area code points to one of them. Every contact of ours that was connected counts, answered or not.
///
/// Each limit's own source is in [`LIMITS`].
pub(super) const RULE: Rule = Rule { code: Code::StateFreq, refuses, words };

struct StateLimit {
    name: &'static str,
    citation: &'static str,
    limit: Limit,
    /// In force on days from the first until before the second.
    force: (NaiveDate, NaiveDate),
    applies: fn(&Case<'_>) -> bool,
    /// The contacts that it limits.
    binds: fn(&Facts) -> bool,
    counts: fn(&Attempt) -> bool,
}

const ALWAYS: (NaiveDate, NaiveDate) = (NaiveDate::MIN, NaiveDate::MAX);
/// When New York City's new rules began.
const NYC_2026: NaiveDate = NaiveDate::from_ymd_opt(2026, 9, 1).expect("a day of the calendar");

static LIMITS: [StateLimit; 8] = [
    // Calls and texts, per debt; unanswered calls count (Armata v. Target, 480 Mass. 14).
    StateLimit {
        name: "Massachusetts",
        citation: "209 CMR 18.16(1)(d)",
        limit: Limit { most: 2, days: 7 },
        force: ALWAYS,
        applies: |case| case.is_in("MA"),
        binds: |facts| facts.channel != Channel::Email && facts.place != Place::Work,
        counts: |attempt| attempt.channel != Channel::Email && attempt.this_debt && attempt.place != Place::Work,
    },
    StateLimit {
        name: "Massachusetts, at work",
        citation: "209 CMR 18.16(1)(d)",
        limit: Limit { most: 2, days: 30 },
        force: ALWAYS,
        applies: |case| case.is_in("MA"),
        binds: |facts| facts.channel != Channel::Email && facts.place == Place::Work,
        counts: |attempt| attempt.channel != Channel::Email && attempt.this_debt && attempt.place == Place::Work,
    },
    // All channels, per person. That the week is a rolling one is our choice.
    StateLimit {
        name: "Washington",
        citation: "RCW 19.16.250",
        limit: Limit { most: 3, days: 7 },
        force: ALWAYS,
        applies: |case| case.is_in("WA"),
        binds: |_| true,
        counts: |_| true,
    },
    StateLimit {
        name: "Washington, at work",
        citation: "RCW 19.16.250",
        limit: Limit { most: 1, days: 7 },
        force: ALWAYS,
        applies: |case| case.is_in("WA"),
        binds: |facts| facts.place == Place::Work,
        counts: |attempt| attempt.place == Place::Work,
    },
    // All channels, per debt.
    StateLimit {
        name: "New York City",
        citation: "6 RCNY 5-77",
        limit: Limit { most: 2, days: 7 },
        force: (NaiveDate::MIN, NYC_2026),
        applies: |case| case.new_york_city,
        binds: |_| true,
        counts: |attempt| attempt.this_debt,
    },
    StateLimit {
        name: "New York City",
        citation: "6 RCNY 5-77, from 2026-09-01",
        limit: Limit { most: 3, days: 7 },
        force: (NYC_2026, NaiveDate::MAX),
        applies: |case| case.new_york_city,
        binds: |_| true,
        counts: |attempt| attempt.this_debt,
    },
    // Calls; texts and e-mails together; per debt.
    StateLimit {
        name: "The District of Columbia",
        citation: "D.C. Code 28-3814",
        limit: Limit { most: 4, days: 7 },
        force: ALWAYS,
        applies: |case| case.is_in("DC"),
        binds: |facts| facts.channel == Channel::Call,
        counts: |attempt| attempt.is_call() && attempt.this_debt,
    },
    StateLimit {
        name: "The District of Columbia",
        citation: "D.C. Code 28-3814",
        limit: Limit { most: 5, days: 7 },
        force: ALWAYS,
        applies: |case| case.is_in("DC"),
        binds: |facts| facts.channel != Channel::Call,
        counts: |attempt| !attempt.is_call() && attempt.this_debt,
    },
];

impl StateLimit {
    fn reached_until(&self, case: &Case<'_>, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let counts = |attempt: &Attempt| attempt.counts() && (self.counts)(attempt);
        let zones = case.zones.iter().filter(|zone| self.in_force(*zone, at));
        let until = self.force.1;
        zones.filter_map(|zone| Some(midnight(zone, self.limit.free_on(case, at, zone, counts)?.min(until)))).max()
    }

    fn in_force(&self, zone: Tz, at: DateTime<Utc>) -> bool {
        let (from, until) = self.force;
        (from..until).contains(&at.with_timezone(&zone).date_naive())
    }

    fn used(&self, case: &Case<'_>, at: DateTime<Utc>) -> usize {
        self.limit.used(case, at, |attempt| attempt.counts() && (self.counts)(attempt))
    }
}

/// Each limit that binds the contact: whose it is, what it has counted, and what it allows.
pub(super) fn standing<'a>(
    case: &'a Case<'_>,
    at: DateTime<Utc>,
) -> impl Iterator<Item = (&'static str, usize, Limit)> + 'a {
    let now = here(case).filter(move |limit| case.zones.iter().any(|zone| limit.in_force(zone, at)));
    now.map(move |limit| (limit.name, limit.used(case, at), limit.limit))
}

fn here<'a>(case: &'a Case<'_>) -> impl Iterator<Item = &'static StateLimit> + 'a {
    LIMITS.iter().filter(|limit| (limit.applies)(case) && (limit.binds)(case.facts))
}

fn reached<'a>(
    case: &'a Case<'_>,
    at: DateTime<Utc>,
) -> impl Iterator<Item = (&'static StateLimit, DateTime<Utc>)> + 'a {
    here(case).filter_map(move |limit| Some((limit, limit.reached_until(case, at)?)))
}

fn refuses(case: &Case<'_>, at: DateTime<Utc>) -> Option<Until> {
    reached(case, at).map(|(_, until)| until).max().map(Until::Moment)
}

fn words(case: &Case<'_>, at: DateTime<Utc>) -> (String, &'static str) {
    let Some((limit, _)) = reached(case, at).max_by_key(|(_, until)| *until) else { return Default::default() };
    let Limit { most, days } = limit.limit;
    (format!("{}: not more than {most} contacts in {days} days.", limit.name), limit.citation)
}
