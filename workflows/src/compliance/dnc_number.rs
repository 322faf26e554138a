//! The number is on a do-not-call list.

use chrono::{DateTime, Utc};

use super::{Case, Channel, Code, Rule, SuppressionKind as Kind, Until};

const LISTS: [Kind; 4] = [Kind::Internal, Kind::Federal, Kind::State, Kind::Litigator];

/// A number on our own, a federal, a state or a litigators' list is neither called nor texted.
///
/// 12 CFR 1006.14(h)(1): a consumer who asked not to be contacted by a medium (here: this number) is not. The
/// federal and state registries govern solicitation (16 CFR 310.4(b)(1)(iii)); heeding them is policy.
pub(super) const RULE: Rule = Rule { code: Code::DncNumber, refuses, words };

fn refuses(case: &Case<'_>, _at: DateTime<Utc>) -> Option<Until> {
    (case.facts.channel != Channel::Email && case.facts.suppressed_by(&LISTS)).then_some(Until::SomeoneActs)
}

fn words(_case: &Case<'_>, _at: DateTime<Utc>) -> (String, &'static str) {
    ("The number is on a do-not-call list.".to_owned(), Code::DncNumber.citation())
}
