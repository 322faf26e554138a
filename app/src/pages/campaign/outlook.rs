//! What is ahead of a campaign, in a sentence.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use web::format;
use workflows::{
    campaign::Outlook,
    queue::{Forecast, LeftOver},
};

/// Nothing, where there is nothing to foretell.
pub(super) fn words(outlook: &Outlook, now: DateTime<Utc>, zone: Tz) -> Option<String> {
    match (outlook.forecast, outlook.left_over) {
        (Forecast::Clears { per_minute, .. }, Some(LeftOver { at, left })) => Some(format!(
            "About {} will be left when the lawful hours end at {}, as it goes now: {} a minute.",
            format::counted(left, "person", "people"),
            format::near(at, now, zone),
            rate(per_minute)
        )),
        (Forecast::Clears { at, per_minute }, None) => Some(format!(
            "The list is done at about {}, as it goes now: {} a minute.",
            format::near(at, now, zone),
            rate(per_minute)
        )),
        (Forecast::Stands, _) => Some("Nobody came to an end in the last minutes.".to_owned()),
        _ => None,
    }
}

fn rate(per_minute: f64) -> String {
    if per_minute < 10.0 { format!("{per_minute:.1}") } else { format!("{per_minute:.0}") }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn at(clock: &str) -> DateTime<Utc> {
        format!("2026-06-16T{clock}:00Z").parse().unwrap()
    }

    #[rstest]
    #[case::in_time(None, "The list is done at about 18:30 UTC, as it goes now: 12 a minute.")]
    #[case::too_late(
        Some(212),
        "About 212 people will be left when the lawful hours end at 21:00 UTC, as it goes now: 12 a minute."
    )]
    #[case::but_one(
        Some(1),
        "About 1 person will be left when the lawful hours end at 21:00 UTC, as it goes now: 12 a minute."
    )]
    fn of_a_campaign_that_moves(#[case] left: Option<i64>, #[case] expected: &str) {
        let forecast = Forecast::Clears { at: at("18:30"), per_minute: 12.4 };
        let left_over = left.map(|left| LeftOver { at: at("21:00"), left });
        let said = words(&Outlook { forecast, left_over }, at("14:00"), chrono_tz::UTC);
        assert_eq!(said.as_deref(), Some(expected));
    }

    #[test]
    fn a_list_that_is_done_says_nothing() {
        assert_eq!(words(&Outlook { forecast: Forecast::Clear, left_over: None }, at("14:00"), chrono_tz::UTC), None);
    }
}
