//! The states' laws of telephone solicitation, for agencies that choose to keep to them.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Attempt, Case, Channel, Code, Rule, Until};

const STATES: [&str; 3] = ["FL", "OK", "MD"];
const MOST: usize = 3;
const WITHIN: TimeDelta = TimeDelta::hours(24);

/// Not more than three calls and texts to a person within twenty-four hours, where Florida's, Oklahoma's or Maryland's
/// law of solicitation is heeded. Pure collection is outside these laws: an agency turns them on.
///
/// Fla. Stat. 501.616(6), which the other two follow.
pub(super) const RULE: Rule = Rule { code: Code::MiniTcpa, refuses, words };

pub(super) fn applies(case: &Case<'_>) -> bool {
    case.facts.policy.mini_tcpa && STATES.iter().any(|state| case.is_in(state))
}

fn counts(attempt: &Attempt) -> bool {
    attempt.channel != Channel::Email && attempt.was_placed()
}

fn refuses(case: &Case<'_>, at: DateTime<Utc>) -> Option<Until> {
    if case.facts.channel == Channel::Email || !applies(case) {
        return None;
    }
    let recent = || case.attempts.iter().filter(|a| a.at <= at && at - a.at < WITHIN && counts(a));
    let spare = recent().count().checked_sub(MOST)?;
    recent().nth(spare).map(|attempt| Until::Moment(attempt.at + WITHIN))
}

fn words(_case: &Case<'_>, _at: DateTime<Utc>) -> (String, &'static str) {
    (format!("{MOST} calls and texts within a day are used."), Code::MiniTcpa.citation())
}
