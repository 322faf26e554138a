//! The campaign's own hours.

use chrono::{DateTime, Utc};

use super::{Case, Code, Reason, Refusal, Until};

/// A campaign may keep to fewer hours and days than the law allows, by the person's clock, never to more: this is
/// one more rule, not a replacement of the lawful hours. Policy.
pub(super) fn rule(case: &Case<'_>, at: DateTime<Utc>) -> Option<Refusal> {
    let window = case.facts.window?;
    let until = window.closed_until(case.zones, at)?;
    Some(Refusal {
        reason: Reason {
            code: Code::CampaignHours,
            sentence: format!("It is {}; this campaign keeps to {window}.", window.clocks_closed(case.zones, at)),
            citation: "policy: campaign hours",
        },
        until: Until::Moment(until),
    })
}
