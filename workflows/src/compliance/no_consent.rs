//! Texts, and calls by machine, need the person's consent.

use chrono::{DateTime, Utc};

use super::{Case, Channel, Code, Mode, Rule, Until};

/// A text is sent only to somebody who agreed to texts, and an artificial or recorded voice, or a dialer that makes
/// numbers up, calls only somebody who agreed to that. A call to a number on a list, dialed by hand or by a pacer,
/// needs no consent (Facebook v. Duguid, 592 U.S. 395), nor does an e-mail.
///
/// 47 CFR 64.1200(a)(1); 12 CFR 1006.6(d)(5): the procedures that keep texts from third parties start from the
/// consumer's own number and consent.
pub(super) const RULE: Rule = Rule { code: Code::NoConsent, refuses, words };

fn refuses(case: &Case<'_>, _at: DateTime<Utc>) -> Option<Until> {
    let asked = match case.facts.channel {
        Channel::Call => matches!(case.facts.mode, Mode::Atds | Mode::Prerecorded),
        Channel::Sms => true,
        Channel::Email => false,
    };
    (asked && !case.facts.consented).then_some(Until::SomeoneActs)
}

fn words(case: &Case<'_>, _at: DateTime<Utc>) -> (String, &'static str) {
    match case.facts.channel {
        Channel::Call => ("The consumer has not agreed to calls by a machine.".to_owned(), "47 CFR 64.1200(a)(1)"),
        _ => ("The consumer has not agreed to texts.".to_owned(), "12 CFR 1006.6(d)(5)"),
    }
}
