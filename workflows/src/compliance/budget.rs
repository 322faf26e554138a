//! How much contact is left: what the limits have counted, and when the next contact is lawful.
//!
//! `2 of 7 calls in 7 days; next allowed Tue 08:00 CST`

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::{Case, Channel, Facts, Verdict, freq_7in7, limit::Limit, refusals, state_freq};
use crate::place::Zones;

/// What one contact more would draw on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Every limit that binds this contact: first that on calls about the debt, then the states'.
    pub counts: Vec<Count>,
    /// When it is lawful next, and the clock that it waits for. None when it is lawful now, and when a person has to
    /// act first.
    pub next: Option<(DateTime<Utc>, Tz)>,
    asked: DateTime<Utc>,
}

/// What one limit has counted, by the clock that counts most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// The state or city whose limit it is; none: the one on calls, which the law presumes everywhere.
    pub whose: Option<&'static str>,
    pub used: usize,
    pub most: usize,
    pub days: u64,
    /// The consumer agreed to more (12 CFR 1006.14(b)(3)(i)).
    pub lifted: bool,
}

/// Reads the limits as the rules do; `verdict` is the one decided on these facts.
#[must_use]
pub fn budget(facts: &Facts, verdict: &Verdict) -> Budget {
    let now = verdict.decided_at;
    let case = Case::new(facts, now);
    let calls = (facts.channel == Channel::Call).then(|| calls(&case, now));
    let states =
        state_freq::standing(&case, now).map(|(whose, used, limit)| Count::new(Some(whose), used, limit, false));
    let counts = calls.into_iter().chain(states).collect();
    Budget { counts, next: verdict.earliest_next.map(|at| (at, binding(&case, at))), asked: now }
}

fn calls(case: &Case<'_>, now: DateTime<Utc>) -> Count {
    let limit = freq_7in7::limit(case);
    Count::new(None, limit.used(case, now, freq_7in7::counts), limit, case.facts.agreed_to_more(now))
}

/// The clock by which the contact would still be refused a second earlier.
fn binding(case: &Case<'_>, next: DateTime<Utc>) -> Tz {
    let before = next - TimeDelta::seconds(1);
    let binds = |zone: &Tz| refusals(&case.by(*zone), before).next().is_some();
    case.zones.iter().find(binds).or_else(|| case.zones.iter().next()).unwrap_or(Tz::UTC)
}

impl<'a> Case<'a> {
    /// The same, were this the person's only clock.
    fn by(&self, zone: Tz) -> Case<'a> {
        let Self { facts, states, new_york_city, .. } = *self;
        Case { facts, zones: Zones::of(zone), attempts: self.attempts.clone(), states, new_york_city }
    }
}

impl Count {
    fn new(whose: Option<&'static str>, used: usize, limit: Limit, lifted: bool) -> Self {
        Self { whose, used, most: limit.most, days: limit.days, lifted }
    }

    /// Whether at most one contact more stays within the limit.
    #[must_use]
    pub fn near(&self) -> bool {
        !self.lifted && self.used + 1 >= self.most
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { used, most, days, .. } = self;
        match self.whose {
            Some(whose) => write!(f, "{whose}: {used} of {most} contacts in {days} days"),
            None if self.lifted => write!(f, "{used} calls in {days} days; more were agreed to"),
            None => write!(f, "{used} of {most} calls in {days} days"),
        }
    }
}

impl Budget {
    /// The counts alone, in words; nothing where no limit binds.
    #[must_use]
    pub fn used(&self) -> String {
        self.counts.iter().map(Count::to_string).collect::<Vec<_>>().join("; ")
    }
}

impl fmt::Display for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let next = self.next.map(|(at, zone)| format!("next allowed {}", moment(at, self.asked, zone)));
        let counts = self.counts.iter().map(Count::to_string);
        f.write_str(&counts.chain(next).collect::<Vec<_>>().join("; "))
    }
}

/// The day of the week says enough within a week.
fn moment(at: DateTime<Utc>, asked: DateTime<Utc>, zone: Tz) -> String {
    let format = if at - asked < TimeDelta::days(6) { "%a %H:%M %Z" } else { "%a %-d %b %Y %H:%M %Z" };
    at.with_timezone(&zone).format(format).to_string()
}

#[cfg(test)]
mod tests;
