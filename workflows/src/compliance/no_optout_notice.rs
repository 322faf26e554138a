//! The message does not say how to opt out.

use chrono::{DateTime, Utc};

use super::{Case, Channel, Circumstance, Code, Rule, Until};

/// Every text and e-mail says, clearly and simply, how to opt out of more of them.
///
/// 12 CFR 1006.6(e).
pub(super) const RULE: Rule = Rule { code: Code::NoOptoutNotice, refuses, words };

fn refuses(case: &Case<'_>, _at: DateTime<Utc>) -> Option<Until> {
    (case.facts.channel != Channel::Call && case.facts.is(Circumstance::NoOptoutNotice)).then_some(Until::SomeoneActs)
}

fn words(_case: &Case<'_>, _at: DateTime<Utc>) -> (String, &'static str) {
    ("The message does not say how to opt out.".to_owned(), Code::NoOptoutNotice.citation())
}
