//! An attorney speaks for the person.

use chrono::{DateTime, Utc};

use super::{Case, Circumstance, Code, Rule, Until};

/// Somebody known to be represented is not contacted; the attorney is.
///
/// 12 CFR 1006.6(b)(2), 15 USC 1692c(a)(2).
pub(super) const RULE: Rule = Rule { code: Code::Attorney, refuses, words };

fn refuses(case: &Case<'_>, _at: DateTime<Utc>) -> Option<Until> {
    case.facts.is(Circumstance::Attorney).then_some(Until::SomeoneActs)
}

fn words(_case: &Case<'_>, _at: DateTime<Utc>) -> (String, &'static str) {
    ("An attorney represents the consumer.".to_owned(), Code::Attorney.citation())
}
