//! The debt is disputed, and not yet verified.

use chrono::{DateTime, Utc};

use super::{Case, Circumstance, Code, Rule, Until};

/// A debt disputed in writing in time is not collected until its verification was sent.
///
/// 12 CFR 1006.38(d)(2), 15 USC 1692g(b).
pub(super) const RULE: Rule = Rule { code: Code::DisputeHold, refuses, words };

fn refuses(case: &Case<'_>, _at: DateTime<Utc>) -> Option<Until> {
    case.facts.is(Circumstance::DisputeOpen).then_some(Until::SomeoneActs)
}

fn words(_case: &Case<'_>, _at: DateTime<Utc>) -> (String, &'static str) {
    ("The debt is disputed, and no verification was sent yet.".to_owned(), Code::DisputeHold.citation())
}
