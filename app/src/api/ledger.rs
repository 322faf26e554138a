//! What the ledgers' routes share: their errors in our words, moments as people write them, the reason of a lift.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use workflows::{identity::Principal, ledger, suppression::import};

use crate::problem::{Kind, Problem};

impl From<ledger::Error> for Problem {
    fn from(error: ledger::Error) -> Self {
        match error {
            ledger::Error::NotFound(noun) => Self::not_found(noun),
            ledger::Error::Stands(_) => Self::new(Kind::AlreadyExists).detail(error),
            ledger::Error::Lifted => Self::new(Kind::IllegalTransition).detail(error),
            ledger::Error::Invalid { field, message } => Self::field(field, message),
            ledger::Error::Database(error) => error.into(),
        }
    }
}

impl From<import::Error> for Problem {
    fn from(error: import::Error) -> Self {
        match error {
            import::Error::File(error) => error.into(),
            import::Error::Ledger(error) => error.into(),
        }
    }
}

/// The organisation's.
pub(crate) fn zone(caller: &Principal) -> Tz {
    caller.timezone.parse().unwrap_or(chrono_tz::America::New_York)
}

/// A moment: RFC 3339, a day and a time, or a day, which begins at its midnight. Without a zone, in the organisation's.
pub(crate) fn moment(field: &str, text: &str, zone: Tz) -> Result<Option<DateTime<Utc>>, Problem> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Ok(Some(at.to_utc()));
    }
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().map(|day| day.and_time(NaiveTime::MIN));
    let wall = day.or_else(|| chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").ok());
    let fault = "is no date: write it like 2026-12-31, or 2026-12-31T08:00:00Z for a time of that day";
    let at = wall.and_then(|wall| zone.from_local_datetime(&wall).earliest());
    at.map(|at| Some(at.to_utc())).ok_or_else(|| Problem::field(field, fault))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::a_moment("2026-12-31T08:00:00Z", Some("2026-12-31T08:00:00Z"))]
    #[case::a_day("2026-12-31", Some("2026-12-31T06:00:00Z"))]
    #[case::a_wall_clock("2026-12-31T08:00", Some("2026-12-31T14:00:00Z"))]
    #[case::nothing(" ", None)]
    fn a_moment_is_read_in_the_organisations_zone(#[case] text: &str, #[case] read: Option<&str>) {
        let expected = read.map(|at| at.parse().unwrap());
        assert_eq!(moment("at", text, chrono_tz::America::Chicago).unwrap(), expected);
    }

    #[rstest]
    #[case::no_such_day("2026-02-30")]
    #[case::no_such_month("2026-13-01")]
    #[case::the_other_way_round("31.12.2026")]
    #[case::words("tomorrow")]
    #[case::a_time_that_clocks_skip("2026-03-08T02:30")]
    fn an_impossible_date_is_refused_by_field(#[case] text: &str) {
        let problem = moment("expires_at", text, chrono_tz::America::Chicago).unwrap_err();
        assert_eq!(problem.errors()[0].field, "expires_at");
    }
}
