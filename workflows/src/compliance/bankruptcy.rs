//! The person is in bankruptcy.

use chrono::{DateTime, Utc};

use super::{Case, Circumstance, Code, Rule, Until};

/// A bankruptcy stays every act to collect, on any channel.
///
/// 11 USC 362(a)(6), and 524(a)(2) after a discharge.
pub(super) const RULE: Rule = Rule { code: Code::Bankruptcy, refuses, words };

fn refuses(case: &Case<'_>, _at: DateTime<Utc>) -> Option<Until> {
    case.facts.is(Circumstance::Bankrupt).then_some(Until::SomeoneActs)
}

fn words(_case: &Case<'_>, _at: DateTime<Utc>) -> (String, &'static str) {
    ("The consumer is in bankruptcy.".to_owned(), Code::Bankruptcy.citation())
}
