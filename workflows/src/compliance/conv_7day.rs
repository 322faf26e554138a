//! Seven days' rest after a conversation about the debt.

use chrono::{DateTime, Utc};

use super::{Attempt, Case, Channel, Code, Rule, Until, limit::Limit};

const REST: Limit = Limit { most: 1, days: 7 };

/// No call within seven consecutive days after a conversation about the debt, whoever began it; its day is the first of
/// the seven. Lifted while the consumer's consent to more calls lasts.
///
/// 12 CFR 1006.14(b)(2)(i)(B).
pub(super) const RULE: Rule = Rule { code: Code::Conv7Day, refuses, words };

fn counts(attempt: &Attempt) -> bool {
    attempt.is_call() && attempt.this_debt && attempt.was_conversation()
}

fn refuses(case: &Case<'_>, at: DateTime<Utc>) -> Option<Until> {
    let applies = case.facts.channel == Channel::Call && !case.facts.agreed_to_more(at);
    // The last conversation is the one that counts.
    applies.then(|| REST.reached_until(case, at, counts))?.map(Until::Moment)
}

fn words(case: &Case<'_>, at: DateTime<Utc>) -> (String, &'static str) {
    let last = case.attempts.iter().rfind(|attempt| attempt.at <= at && counts(attempt));
    let days = last.map_or(0, |attempt| (at - attempt.at).num_days());
    let when = match days {
        0 => "within the last day".to_owned(),
        1 => "a day ago".to_owned(),
        days => format!("{days} days ago"),
    };
    (
        format!("We spoke with the consumer about this debt {when}; calls rest for seven days."),
        Code::Conv7Day.citation(),
    )
}
