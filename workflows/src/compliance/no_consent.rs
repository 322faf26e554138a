//! Texts need the person's consent.

use chrono::{DateTime, Utc};

use super::{Case, Channel, Code, Reason, Refusal, Until};

/// A text is sent only to somebody who agreed to texts; a call dialed one by one and an e-mail need no consent.
///
/// 12 CFR 1006.6(d)(5): the procedures that keep texts from third parties start from the consumer's own number and
/// consent; 47 CFR 64.1200(a)(1) for whatever is sent by machine.
pub(super) fn rule(case: &Case<'_>, _at: DateTime<Utc>) -> Option<Refusal> {
    (case.facts.channel == Channel::Sms && !case.facts.consented).then(|| Refusal {
        reason: Reason {
            code: Code::NoConsent,
            sentence: "The consumer has not agreed to texts.".to_owned(),
            citation: "12 CFR 1006.6(d)(5)",
        },
        until: Until::SomeoneActs,
    })
}
