//! The person has died.

use chrono::{DateTime, Utc};

use super::{Case, Circumstance, Code, Rule, Until};

/// Nobody who is known to have died is contacted, on any channel; the estate is a matter for a person. Policy, and
/// 12 CFR 1006.6(a)(4), by which an executor is the consumer from then on.
pub(super) const RULE: Rule = Rule { code: Code::Deceased, refuses, words };

fn refuses(case: &Case<'_>, _at: DateTime<Utc>) -> Option<Until> {
    case.facts.is(Circumstance::Deceased).then_some(Until::SomeoneActs)
}

fn words(_case: &Case<'_>, _at: DateTime<Utc>) -> (String, &'static str) {
    ("The consumer has died.".to_owned(), Code::Deceased.citation())
}
