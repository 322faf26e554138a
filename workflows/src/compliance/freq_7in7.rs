//! Seven calls in seven days about one debt.

use chrono::{DateTime, Utc};

use super::{Attempt, Case, Channel, Code, Rule, Until, limit::Limit};

const LAWFUL: Limit = Limit { most: 7, days: 7 };

/// Not more than seven calls within seven consecutive days about a particular debt: an eighth is presumed to harass.
/// Every call that was placed and connected counts, whether it was answered, met a machine or was dropped; per person
/// and debt, never per number. An agency may set a lower limit. Lifted while the consumer's consent to more calls lasts.
///
/// 12 CFR 1006.14(b)(2)(i)(A), with the exclusions of (b)(3).
pub(super) const RULE: Rule = Rule { code: Code::Freq7In7, refuses, words };

/// The limit that applies: the law's, or the agency's lower one.
pub(super) fn limit(case: &Case<'_>) -> Limit {
    let ours = case.facts.policy.calls_per_week.unwrap_or(LAWFUL.most);
    Limit { most: LAWFUL.most.min(ours), ..LAWFUL }
}

pub(super) fn counts(attempt: &Attempt) -> bool {
    attempt.is_call() && attempt.this_debt && attempt.counts()
}

fn refuses(case: &Case<'_>, at: DateTime<Utc>) -> Option<Until> {
    let applies = case.facts.channel == Channel::Call && !case.facts.agreed_to_more(at);
    applies.then(|| limit(case).reached_until(case, at, counts))?.map(Until::Moment)
}

fn words(case: &Case<'_>, at: DateTime<Utc>) -> (String, &'static str) {
    let limit = limit(case);
    let used = limit.used(case, at, counts);
    let citation = if limit.most < LAWFUL.most { "policy: calls in seven days" } else { Code::Freq7In7.citation() };
    (format!("{used} of {} calls about this debt in seven days are used.", limit.most), citation)
}
