//! May this person be contacted now, on this channel? One answer, with every reason, its source, and when to ask again.
//!
//! ```text
//! Facts ──decide(facts, now)──▶ Verdict { allowed | reasons in order, earliest_next }
//! ```
//!
//! [`decide`] is pure: the facts are read and `now` is taken (after the row lock, from the database) by the caller,
//! which also stores the verdict. A refusal is a verdict, never an error. One rule is one file, with its citation;
//! to add a rule, add the file, its [`Code`] and its row in `RULES`. Callers do not change.

mod calling_hours;
mod campaign_hours;
mod channel_optout;
mod dnc_number;
mod facts;
mod no_consent;
mod verdict;
mod window;
mod wrong_number;

use chrono::{DateTime, TimeDelta, Timelike, Utc};

pub use self::{
    calling_hours::calling_edge,
    facts::{Channel, Facts, Suppression, SuppressionKind, UnknownWord},
    verdict::{Code, Reason, Verdict},
    window::{BadWindow, Days, Window},
};
use crate::place::{Zones, candidate_zones};

/// Which edition of the rules decided. Changes whenever a verdict could.
pub const RULES_VERSION: &str = "2026-11-24.1";

/// A contact that is not lawful within a year is one for a person to look at.
const HORIZON: TimeDelta = TimeDelta::days(366);

/// Every rule, in the order in which reasons are told: first what only a person can lift, then what time lifts.
const RULES: [Rule; 6] = [
    wrong_number::rule,
    dnc_number::rule,
    channel_optout::rule,
    no_consent::rule,
    calling_hours::rule,
    campaign_hours::rule,
];

/// How many rules an allowed contact has passed.
pub const RULES_COUNT: usize = RULES.len();

/// Says why a contact at this moment is refused, or nothing. Must be true of one moment alone: what it answers at
/// `at` may not depend on when it was asked.
type Rule = fn(&Case<'_>, DateTime<Utc>) -> Option<Refusal>;

/// The facts, and what every rule would derive from them.
struct Case<'a> {
    facts: &'a Facts,
    zones: Zones,
}

struct Refusal {
    reason: Reason,
    until: Until,
}

/// Until when a rule refuses, as far as it can tell by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Until {
    /// A person has to act first.
    SomeoneActs,
    /// At no moment before this one would the rule agree.
    Moment(DateTime<Utc>),
}

/// Decides one contact: every rule that refuses, and the first whole second at which none would.
#[must_use]
pub fn decide(facts: &Facts, now: DateTime<Utc>) -> Verdict {
    let zones = candidate_zones(facts.phone.as_ref(), facts.state, facts.zip, facts.confirmed_zone);
    let case = Case { facts, zones };
    let refusals: Vec<Refusal> = refusals(&case, now).collect();
    let earliest_next = if refusals.is_empty() { None } else { earliest(&case, now) };
    let reasons = refusals.into_iter().map(|refusal| refusal.reason).collect();
    Verdict { reasons, earliest_next, zones, rules_version: RULES_VERSION, decided_at: now }
}

fn refusals(case: &Case<'_>, at: DateTime<Utc>) -> impl Iterator<Item = Refusal> {
    RULES.iter().filter_map(move |rule| rule(case, at))
}

/// The first whole second from `now` on at which every rule agrees; none if a person must act first.
///
/// Hops from one rule's bound to the next: each hop goes no further than the earliest moment that the most
/// demanding rule could agree to, so no lawful second is jumped over.
fn earliest(case: &Case<'_>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let mut at = whole_second(now);
    while at <= now + HORIZON {
        match latest_bound(case, at) {
            None => return Some(at),
            Some(Until::SomeoneActs) => return None,
            Some(Until::Moment(bound)) => at = whole_second(bound.max(at + TimeDelta::seconds(1))),
        }
    }
    None
}

/// Nothing if every rule agrees; else the furthest bound, a person's being the furthest of all.
fn latest_bound(case: &Case<'_>, at: DateTime<Utc>) -> Option<Until> {
    refusals(case, at).map(|refusal| refusal.until).reduce(|a, b| match (a, b) {
        (Until::Moment(a), Until::Moment(b)) => Until::Moment(a.max(b)),
        _ => Until::SomeoneActs,
    })
}

fn whole_second(at: DateTime<Utc>) -> DateTime<Utc> {
    let down = at.with_nanosecond(0).expect("zero nanoseconds are in every second");
    if down == at { at } else { down + TimeDelta::seconds(1) }
}

#[cfg(test)]
mod tests;
