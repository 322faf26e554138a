//! The person wrote that all communication must cease.

use chrono::{DateTime, Utc};

use super::{Case, Circumstance, Code, Rule, Until};

/// Whoever refused in writing to pay, or wrote that communication must cease, is not contacted.
///
/// 12 CFR 1006.6(c)(1), 15 USC 1692c(c).
pub(super) const RULE: Rule = Rule { code: Code::Cease, refuses, words };

fn refuses(case: &Case<'_>, _at: DateTime<Utc>) -> Option<Until> {
    case.facts.is(Circumstance::Ceased).then_some(Until::SomeoneActs)
}

fn words(_case: &Case<'_>, _at: DateTime<Utc>) -> (String, &'static str) {
    ("The consumer asked in writing that communication cease.".to_owned(), Code::Cease.citation())
}
