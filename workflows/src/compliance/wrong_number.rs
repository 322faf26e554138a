//! Somebody else answers at this number.

use chrono::{DateTime, Utc};

use super::{Case, Channel, Code, Rule, SuppressionKind as Kind, Until};

const KINDS: [Kind; 2] = [Kind::WrongNumber, Kind::Reassigned];

/// A number known to be another person's is neither called nor texted.
///
/// 12 CFR 1006.6(d)(1): no communication about a debt with a third party; 15 USC 1692c(b).
pub(super) const RULE: Rule = Rule { code: Code::WrongNumber, refuses, words };

fn refuses(case: &Case<'_>, _at: DateTime<Utc>) -> Option<Until> {
    (case.facts.channel != Channel::Email && case.facts.suppressed_by(&KINDS)).then_some(Until::SomeoneActs)
}

fn words(_case: &Case<'_>, _at: DateTime<Utc>) -> (String, &'static str) {
    ("The number belongs to somebody else.".to_owned(), Code::WrongNumber.citation())
}
