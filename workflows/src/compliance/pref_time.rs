//! Times that the person called inconvenient.

use chrono::{DateTime, Utc};

use super::{Case, Code, Preference, Rule, Until};

/// No contact at a time that the consumer said, or that we know, to be inconvenient, by every clock they may live by.
///
/// 12 CFR 1006.6(b)(1), 15 USC 1692c(a)(1).
pub(super) const RULE: Rule = Rule { code: Code::PrefTime, refuses, words };

fn covering<'a>(case: &'a Case<'_>, at: DateTime<Utc>) -> impl Iterator<Item = (&'a Preference, DateTime<Utc>)> {
    let facts = case.facts;
    let ours = facts.preferences.iter().filter(|wish| {
        wish.channel.is_none_or(|channel| channel == facts.channel)
            && wish.place.is_none_or(|place| place == facts.place)
    });
    let zones = case.zones;
    ours.filter_map(move |wish| {
        let ends = zones.iter().filter(|zone| wish.covers(*zone, at)).map(|zone| wish.ends(zone, at)).max()?;
        Some((wish, ends))
    })
}

fn refuses(case: &Case<'_>, at: DateTime<Utc>) -> Option<Until> {
    covering(case, at).map(|(_, ends)| ends).max().map(Until::Moment)
}

fn words(case: &Case<'_>, at: DateTime<Utc>) -> (String, &'static str) {
    let hours = covering(case, at).max_by_key(|(_, ends)| *ends).map_or_else(String::new, |(wish, _)| wish.hours());
    (format!("The consumer does not want to be contacted {hours}."), Code::PrefTime.citation())
}
