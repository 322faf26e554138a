//! What an agency asks of itself beyond the law: fewer hours and days, fewer calls, more laws heeded.
//!
//! ```text
//! Policy ──save──▶ policies ──decision::take──▶ compliance::Policy, one more rule beside the law's
//! ```
//!
//! It can only tighten: whatever would loosen the law is refused here by field, and the rules take the stricter of the
//! two whatever stands in the table.

use chrono::{DateTime, NaiveTime, Utc, Weekday};
use serde::Serialize;

use crate::{audit, db::Tx, id::OrgId, transition::Actor};

/// The law's hours (12 CFR 1006.6(b)(1)(i)), within which an agency keeps its own.
const LAWFUL: (NaiveTime, NaiveTime) = (
    NaiveTime::from_hms_opt(8, 0, 0).expect("an hour of the day"),
    NaiveTime::from_hms_opt(21, 0, 0).expect("an hour of the day"),
);
/// The law's calls in seven days (12 CFR 1006.14(b)(2)(i)(A)).
pub const LAWFUL_CALLS: i16 = 7;

/// An agency's own policy. The default is the law alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Policy {
    /// From and until before, by the person's clock; none: the law's.
    pub opens: Option<NaiveTime>,
    pub closes: Option<NaiveTime>,
    /// `Mon` to `Sun`; none: every day.
    pub days: Vec<String>,
    /// Calls about one debt in seven days; none: the law's seven.
    pub calls_per_week: Option<i16>,
    /// Heeds Florida's, Oklahoma's and Maryland's laws of solicitation.
    pub mini_tcpa: bool,
}

/// A policy, and who set it when.
#[derive(Clone, Debug)]
pub struct Saved {
    pub policy: Policy,
    pub changed_by: String,
    pub changed_at: DateTime<Utc>,
}

/// A field that would loosen the law, or means nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Invalid {
    pub field: &'static str,
    pub message: &'static str,
}

impl Policy {
    /// Fit to be saved: days without hours are days of lawful hours, each day once and in the order of the week.
    ///
    /// # Errors
    /// Every field that is wrong.
    pub fn clean(mut self) -> Result<Self, Vec<Invalid>> {
        let wrong = self.faults();
        if !wrong.is_empty() {
            return Err(wrong);
        }
        self.days =
            WEEK.iter().filter(|day| self.days.iter().any(|own| own == *day)).map(|day| (*day).to_owned()).collect();
        if self.days.len() == WEEK.len() {
            self.days.clear();
        }
        if !self.days.is_empty() && self.opens.is_none() {
            (self.opens, self.closes) = (Some(LAWFUL.0), Some(LAWFUL.1));
        }
        Ok(self)
    }

    fn faults(&self) -> Vec<Invalid> {
        let (opens, closes) = (self.opens, self.closes);
        let both = opens.is_some() == closes.is_some();
        let ordered = opens.zip(closes).is_none_or(|(opens, closes)| opens < closes);
        let known = self.days.iter().all(|day| WEEK.contains(&day.as_str()) && day.parse::<Weekday>().is_ok());
        let tests = [
            (opens.is_none_or(|at| at >= LAWFUL.0), "opens", "must not be before 08:00: the law's hours begin then"),
            (closes.is_none_or(|at| at <= LAWFUL.1), "closes", "must not be after 21:00: the law's hours end then"),
            (both || opens.is_some(), "opens", "is needed with a closing time"),
            (both || closes.is_some(), "closes", "is needed with an opening time"),
            (ordered, "closes", "must come after the opening time"),
            (known, "days", "are Mon, Tue, Wed, Thu, Fri, Sat and Sun"),
            (
                self.calls_per_week.is_none_or(|most| (1..=LAWFUL_CALLS).contains(&most)),
                "calls_per_week",
                "must be 1 to 7",
            ),
        ];
        let wrong = tests.into_iter().filter(|(fits, ..)| !fits);
        wrong.map(|(_, field, message)| Invalid { field, message }).collect()
    }
}

/// The days as they are stored.
pub const WEEK: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// The policy that an agency set, if it ever did.
///
/// # Errors
/// When the database is away.
pub async fn find(tx: &mut Tx, org: OrgId) -> Result<Option<Saved>, sqlx::Error> {
    let row = sqlx::query!(
        r#"select opens, closes, days, calls_per_week, mini_tcpa, changed_at,
                  coalesce((select name from users where 'user:' || id = changed_by), 'an API key') as "changed_by!"
           from policies where org_id = $1"#,
        org.0
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(|row| Saved {
        policy: Policy {
            opens: row.opens,
            closes: row.closes,
            days: row.days,
            calls_per_week: row.calls_per_week,
            mini_tcpa: row.mini_tcpa,
        },
        changed_by: row.changed_by,
        changed_at: row.changed_at,
    }))
}

/// Sets a clean policy; the next decision heeds it. Audited with what stood before.
///
/// # Errors
/// When the database is away.
pub async fn save(tx: &mut Tx, org: OrgId, policy: &Policy, actor: Actor) -> Result<(), sqlx::Error> {
    let before = find(tx, org).await?.map(|saved| saved.policy).unwrap_or_default();
    sqlx::query!(
        "insert into policies (org_id, opens, closes, days, calls_per_week, mini_tcpa, changed_by, changed_at)
         values ($1, $2, $3, $4, $5, $6, $7, wib_now())
         on conflict (org_id) do update set opens = $2, closes = $3, days = $4, calls_per_week = $5, mini_tcpa = $6,
           changed_by = $7, changed_at = wib_now()",
        org.0,
        policy.opens,
        policy.closes,
        &policy.days,
        policy.calls_per_week,
        policy.mini_tcpa,
        actor.to_string()
    )
    .execute(&mut **tx)
    .await?;
    let change = serde_json::json!({ "before": before, "after": policy });
    audit::write(tx, org, &actor, "policy.change", "policy", change).await
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn hours(opens: &str, closes: &str) -> Policy {
        let hour = |text: &str| text.parse().ok();
        Policy { opens: hour(opens), closes: hour(closes), ..Policy::default() }
    }

    #[rstest]
    #[case::before_the_law_opens(hours("07:59:00", "20:00:00"), "opens")]
    #[case::after_the_law_closes(hours("09:00:00", "21:01:00"), "closes")]
    #[case::backwards(hours("12:00:00", "11:00:00"), "closes")]
    #[case::no_end(hours("09:00:00", ""), "closes")]
    #[case::no_beginning(hours("", "20:00:00"), "opens")]
    #[case::a_day_nobody_knows(Policy { days: vec!["Someday".to_owned()], ..Policy::default() }, "days")]
    #[case::eight_calls(Policy { calls_per_week: Some(8), ..Policy::default() }, "calls_per_week")]
    #[case::no_call(Policy { calls_per_week: Some(0), ..Policy::default() }, "calls_per_week")]
    fn a_policy_never_loosens_the_law(#[case] policy: Policy, #[case] field: &str) {
        let wrong = policy.clean().unwrap_err();
        assert_eq!(wrong.first().map(|fault| fault.field), Some(field), "{wrong:?}");
    }

    #[test]
    fn days_without_hours_are_days_of_lawful_hours() {
        let days = vec!["Fri".to_owned(), "Mon".to_owned(), "Mon".to_owned()];
        let clean = Policy { days, ..Policy::default() }.clean().unwrap();
        assert_eq!(clean.days, ["Mon", "Fri"]);
        assert_eq!((clean.opens, clean.closes), (Some(LAWFUL.0), Some(LAWFUL.1)));
    }

    #[test]
    fn every_day_is_no_days_in_particular() {
        let days = WEEK.map(str::to_owned).to_vec();
        assert_eq!(Policy { days, ..Policy::default() }.clean(), Ok(Policy::default()));
    }
}
