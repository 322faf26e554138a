//! The person's work is no place for this.

use chrono::{DateTime, Utc};

use super::{Case, Channel, Circumstance as Is, Code, Place, Rule, Until};

/// Nobody is called at work whose employer is known to forbid it, and nobody is written to at an address of the
/// employer's who did not agree to that.
///
/// 12 CFR 1006.6(b)(3) for calls; 12 CFR 1006.22(f)(3) for e-mails.
pub(super) const RULE: Rule = Rule { code: Code::Workplace, refuses, words };

fn refuses(case: &Case<'_>, _at: DateTime<Utc>) -> Option<Until> {
    let facts = case.facts;
    let forbidden = match facts.channel {
        Channel::Call => facts.place == Place::Work && facts.is(Is::EmployerProhibits),
        Channel::Sms => false,
        Channel::Email => facts.is(Is::WorkEmail) && !facts.is(Is::WorkEmailConsented),
    };
    forbidden.then_some(Until::SomeoneActs)
}

fn words(case: &Case<'_>, _at: DateTime<Utc>) -> (String, &'static str) {
    match case.facts.channel {
        Channel::Email => ("The address is the employer's.".to_owned(), "12 CFR 1006.22(f)(3)"),
        _ => ("The employer does not allow calls at work.".to_owned(), "12 CFR 1006.6(b)(3)"),
    }
}
