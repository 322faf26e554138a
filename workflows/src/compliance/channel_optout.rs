//! The person asked us to stop using this channel.

use chrono::{DateTime, Utc};

use super::{Case, Code, Rule, SuppressionKind as Kind, Until};

/// An opt-out stops its own medium at once, however it was given.
///
/// 12 CFR 1006.14(h)(1) for any medium; 47 CFR 64.1200(a)(10) for calls and texts; 12 CFR 1006.6(e) for electronic
/// messages.
pub(super) const RULE: Rule = Rule { code: Code::ChannelOptout, refuses, words };

fn refuses(case: &Case<'_>, _at: DateTime<Utc>) -> Option<Until> {
    case.facts.suppressed_by(&[Kind::Stop, Kind::Unsubscribe]).then_some(Until::SomeoneActs)
}

fn words(case: &Case<'_>, _at: DateTime<Utc>) -> (String, &'static str) {
    (format!("The consumer has opted out of {}.", case.facts.channel.plural()), Code::ChannelOptout.citation())
}
