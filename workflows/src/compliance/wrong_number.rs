//! Somebody else answers at this number.

use chrono::{DateTime, Utc};

use super::{Case, Channel, Code, Reason, Refusal, SuppressionKind, Until};

/// A number known to be another person's is neither called nor texted.
///
/// 12 CFR 1006.6(d)(1): no communication about a debt with a third party; 15 USC 1692c(b).
pub(super) fn rule(case: &Case<'_>, _at: DateTime<Utc>) -> Option<Refusal> {
    let by_phone = case.facts.channel != Channel::Email;
    (by_phone && case.facts.suppressed_by(&[SuppressionKind::WrongNumber])).then(|| Refusal {
        reason: Reason {
            code: Code::WrongNumber,
            sentence: "The number belongs to somebody else.".to_owned(),
            citation: "12 CFR 1006.6(d)(1)",
        },
        until: Until::SomeoneActs,
    })
}
