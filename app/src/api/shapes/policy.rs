//! The agency's policy over the wire; a page's form is read into the same shape.

use chrono::{DateTime, NaiveTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use workflows::policy::{Policy, Saved};

use crate::{
    extract::Check,
    problem::{FieldError, Kind, Problem},
};

/// The whole policy, as it shall be. What is left out falls back to the law.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PolicyIn {
    /// `09:00`, by the person's clock, not before 08:00.
    pub(crate) opens: Option<String>,
    /// `20:00`, not after 21:00.
    pub(crate) closes: Option<String>,
    /// `Mon` to `Sun`; none means every day.
    #[serde(default)]
    pub(crate) days: Vec<String>,
    /// Calls about one debt in seven days, 1 to 7.
    pub(crate) calls_per_week: Option<i16>,
    /// Heed Florida's, Oklahoma's and Maryland's laws of telephone solicitation.
    #[serde(default)]
    pub(crate) mini_tcpa: bool,
}

impl Check for PolicyIn {}

impl PolicyIn {
    /// The policy, if every field of it only tightens the law.
    pub(crate) fn policy(self) -> Result<Policy, Problem> {
        let mut wrong = Vec::new();
        let opens = hour(&mut wrong, "opens", self.opens.as_deref());
        let closes = hour(&mut wrong, "closes", self.closes.as_deref());
        if !wrong.is_empty() {
            return Err(Problem::new(Kind::InvalidBody).fields(wrong));
        }
        let policy =
            Policy { opens, closes, days: self.days, calls_per_week: self.calls_per_week, mini_tcpa: self.mini_tcpa };
        policy.clean().map_err(|faults| {
            let fields = faults.into_iter().map(|fault| FieldError::new(fault.field, fault.message));
            Problem::new(Kind::InvalidBody).fields(fields.collect())
        })
    }
}

fn hour(wrong: &mut Vec<FieldError>, field: &str, text: Option<&str>) -> Option<NaiveTime> {
    let text = text.map(str::trim).filter(|text| !text.is_empty())?;
    let parsed = NaiveTime::parse_from_str(text, "%H:%M").or_else(|_| NaiveTime::parse_from_str(text, "%H:%M:%S"));
    parsed.map_err(|_| wrong.push(FieldError::new(field, "is a time such as 09:00"))).ok()
}

/// The policy in force beside the law.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(crate) struct PolicyOut {
    /// Null: the law's 08:00.
    opens: Option<String>,
    /// Null: the law's 21:00.
    closes: Option<String>,
    /// None means every day.
    days: Vec<String>,
    /// Null: the law's seven.
    calls_per_week: Option<i16>,
    mini_tcpa: bool,
    /// Null when it was never set.
    changed_by: Option<String>,
    changed_at: Option<DateTime<Utc>>,
}

impl From<Saved> for PolicyOut {
    fn from(saved: Saved) -> Self {
        let Policy { opens, closes, days, calls_per_week, mini_tcpa } = saved.policy;
        let (opens, closes) = (opens.map(clock), closes.map(clock));
        let (by, at) = (Some(saved.changed_by), Some(saved.changed_at));
        Self { opens, closes, days, calls_per_week, mini_tcpa, changed_by: by, changed_at: at }
    }
}

/// `09:00`.
pub(crate) fn clock(at: NaiveTime) -> String {
    at.format("%H:%M").to_string()
}
