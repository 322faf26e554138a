//! The hours that the campaign, or the agency, keeps to.

use chrono::{DateTime, Utc};

use super::{Case, Code, Rule, Until};

/// A campaign and an agency may keep to fewer hours and days than the law allows, by the person's clock, never to
/// more: this is one more rule, not a replacement of the lawful hours. Policy.
pub(super) const RULE: Rule = Rule { code: Code::CampaignHours, refuses, words };

fn refuses(case: &Case<'_>, at: DateTime<Utc>) -> Option<Until> {
    let windows = case.facts.window.iter().chain(&case.facts.policy.hours);
    windows.filter_map(|window| window.closed_until(case.zones, at)).max().map(Until::Moment)
}

fn words(case: &Case<'_>, at: DateTime<Utc>) -> (String, &'static str) {
    let closed = case.facts.window.filter(|window| window.closed_until(case.zones, at).is_some());
    if let Some(window) = closed {
        let clocks = window.clocks_closed(case.zones, at);
        return (format!("It is {clocks}; this campaign keeps to {window}."), "policy: campaign hours");
    }
    let words = case
        .facts
        .policy
        .hours
        .map(|window| format!("It is {}; the agency keeps to {window}.", window.clocks_closed(case.zones, at)));
    (words.unwrap_or_default(), "policy: agency hours")
}
