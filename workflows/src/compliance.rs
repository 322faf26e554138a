//! May this person be contacted now, on this channel? One answer, with every reason, its source, and when to ask again.
//!
//! ```text
//! Facts ──decide(facts, now)──▶ Verdict { allowed | reasons in order, earliest_next }
//! ```
//!
//! [`decide`] is pure: the facts are read and `now` is taken (after the row lock, from the database) by the caller,
//! which also stores the verdict. A refusal is a verdict, never an error. One rule is one file, with its citation;
//! to add a rule, add the file, its [`Code`] and its row in `RULES`. Callers do not change.

mod attempt;
mod attorney;
mod bankruptcy;
mod budget;
mod calling_hours;
mod campaign_hours;
mod cease;
mod channel_optout;
mod consent_stale;
mod conv_7day;
mod deceased;
mod dispute_hold;
mod dnc_number;
mod facts;
mod freq_7in7;
mod law;
mod limit;
mod mini_tcpa;
mod no_consent;
mod no_optout_notice;
mod pref_time;
mod preference;
pub mod sample;
mod state_freq;
mod verdict;
mod window;
mod workplace;
mod wrong_number;

use chrono::{DateTime, TimeDelta, Timelike, Utc};

pub use self::{
    attempt::{Attempt, AttemptKind},
    budget::{Budget, Count, budget},
    calling_hours::calling_edge,
    facts::{Channel, Circumstance, Facts, Mode, Place, Policy, Suppression, SuppressionKind, UnknownWord},
    preference::{BadPreference, Preference},
    verdict::{Code, Reason, Verdict},
    window::{BadWindow, Days, Window},
};
use crate::place::{self, Zones};

/// Which edition of the rules decided. Changes whenever a verdict could.
pub const RULES_VERSION: &str = "2026-11-24.2";

/// A contact that is not lawful within a year is one for a person to look at.
const HORIZON: TimeDelta = TimeDelta::days(366);

/// Every rule, in the order in which reasons are told: first what only a person can lift, then what time lifts.
static RULES: [Rule; RULES_COUNT] = [
    deceased::RULE,
    bankruptcy::RULE,
    attorney::RULE,
    cease::RULE,
    dispute_hold::RULE,
    wrong_number::RULE,
    dnc_number::RULE,
    channel_optout::RULE,
    no_consent::RULE,
    consent_stale::RULE,
    workplace::RULE,
    no_optout_notice::RULE,
    freq_7in7::RULE,
    conv_7day::RULE,
    state_freq::RULE,
    mini_tcpa::RULE,
    pref_time::RULE,
    calling_hours::RULE,
    campaign_hours::RULE,
];

/// How many rules an allowed contact has passed.
pub const RULES_COUNT: usize = 19;

/// One rule: it refuses a contact at a moment, until some other moment, and has words for that.
struct Rule {
    code: Code,
    /// Nothing where it agrees. Must be true of one moment alone: what it answers at `at` may not depend on when it
    /// was asked.
    refuses: fn(&Case<'_>, DateTime<Utc>) -> Option<Until>,
    /// Why it refused, and the law or policy it rests on.
    words: fn(&Case<'_>, DateTime<Utc>) -> (String, &'static str),
}

/// The facts, and what every rule would derive from them.
struct Case<'a> {
    facts: &'a Facts,
    zones: Zones,
    /// Up to the moment of the decision, the earliest first.
    attempts: Vec<&'a Attempt>,
    states: [&'static str; 3],
    new_york_city: bool,
}

impl<'a> Case<'a> {
    fn new(facts: &'a Facts, now: DateTime<Utc>) -> Self {
        let (phone, zip) = (facts.phone.as_ref(), facts.zip);
        let mut attempts: Vec<&Attempt> = facts.attempts.iter().filter(|attempt| attempt.at <= now).collect();
        attempts.sort_unstable_by_key(|attempt| attempt.at);
        Self {
            facts,
            zones: place::candidate_zones(phone, facts.state, zip, facts.confirmed_zone),
            attempts,
            states: place::candidate_states(phone, facts.state, zip),
            new_york_city: place::may_be_new_york_city(phone, zip),
        }
    }

    /// Whether any clue points to this state.
    fn is_in(&self, state: &str) -> bool {
        self.states.contains(&state)
    }
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
    let case = Case::new(facts, now);
    let reasons: Vec<Reason> = refusals(&case, now).map(|(rule, _)| rule.reason(&case, now)).collect();
    let earliest_next = if reasons.is_empty() { None } else { earliest(&case, now) };
    Verdict { reasons, earliest_next, zones: case.zones, rules_version: RULES_VERSION, decided_at: now }
}

/// Each rule in its order, and what it says against the contact.
#[must_use]
pub fn explain(facts: &Facts, now: DateTime<Utc>) -> Vec<(Code, Option<Reason>)> {
    let case = Case::new(facts, now);
    let said = |rule: &Rule| (rule.refuses)(&case, now).map(|_| rule.reason(&case, now));
    RULES.iter().map(|rule| (rule.code, said(rule))).collect()
}

impl Rule {
    fn reason(&self, case: &Case<'_>, at: DateTime<Utc>) -> Reason {
        let (sentence, citation) = (self.words)(case, at);
        Reason { code: self.code, sentence, citation }
    }
}

fn refusals(case: &Case<'_>, at: DateTime<Utc>) -> impl Iterator<Item = (&'static Rule, Until)> {
    RULES.iter().filter_map(move |rule| Some((rule, (rule.refuses)(case, at)?)))
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
    refusals(case, at).map(|(_, until)| until).reduce(|a, b| match (a, b) {
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
