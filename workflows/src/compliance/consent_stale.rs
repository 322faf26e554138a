//! The number was last known to be the person's too long ago.

use chrono::{DateTime, Utc};

use super::{Case, Channel, Code, Rule, Until};

/// Days for which a confirmation that the number is still the consumer's is good.
const GOOD_FOR: i64 = 60;

/// A consented text goes only to a number that the consumer, or the reassigned numbers database, confirmed within
/// sixty days.
///
/// 12 CFR 1006.6(d)(5)(i) and (ii).
pub(super) const RULE: Rule = Rule { code: Code::ConsentStale, refuses, words };

fn refuses(case: &Case<'_>, _at: DateTime<Utc>) -> Option<Until> {
    let stale = case.facts.verified_days.is_some_and(|days| days > GOOD_FOR);
    (case.facts.channel == Channel::Sms && case.facts.consented && stale).then_some(Until::SomeoneActs)
}

fn words(case: &Case<'_>, _at: DateTime<Utc>) -> (String, &'static str) {
    let days = case.facts.verified_days.unwrap_or_default();
    let sentence = format!("The number was last confirmed {days} days ago; texts need that within {GOOD_FOR}.");
    (sentence, Code::ConsentStale.citation())
}
