//! Preferences over the wire.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use workflows::{
    account::Place,
    id::AccountId,
    ledger::Provenance,
    preference::{Hours, New, NoTime, Preference},
    transition::Actor,
};

use crate::{
    extract::Check,
    problem::{FieldError, Problem},
};

/// When, where and how not to contact a person.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PreferenceIn {
    /// `Mon`, `Tue`, `Wed`, `Thu`, `Fri`, `Sat`, `Sun`; every day unless given. Hours over midnight begin on these.
    #[serde(default)]
    days: Vec<String>,
    /// By their own clock, like `18:30`.
    from: String,
    /// Not included; up to `24:00`. Before `from`, it is on the next day.
    to: String,
    /// `home`, `mobile` or `work`; everywhere unless given.
    #[schema(value_type = Option<String>)]
    place: Option<Place>,
    /// `call`, `sms` or `email`; every medium unless given.
    channel: Option<String>,
    /// What it was said by: `call`, `letter`…
    source: String,
    #[serde(default)]
    reason: String,
    /// Where the proof is.
    evidence_ref: Option<String>,
}

impl Check for PreferenceIn {
    fn wrong(&self) -> Vec<FieldError> {
        let wrong = self.channel.as_deref().is_some_and(|channel| !["call", "sms", "email"].contains(&channel));
        let fault = || FieldError::new("channel", "is call, sms or email; leave it out for every medium");
        wrong.then(fault).into_iter().collect()
    }
}

impl From<NoTime> for Problem {
    fn from(NoTime { field, message }: NoTime) -> Self {
        Self::field(field, message)
    }
}

impl PreferenceIn {
    /// What the domain is asked for.
    pub(crate) fn preference(self, account: AccountId, actor: Actor) -> Result<New, Problem> {
        let hours = Hours::parse(&self.days, &self.from, &self.to)?;
        let channel = self.channel.and_then(|channel| channel.parse().ok());
        let provenance =
            Provenance { source: self.source, reason: self.reason, evidence_ref: self.evidence_ref, actor };
        Ok(New { account, hours, place: self.place, channel, provenance })
    }
}

/// Hours at which a person does not want to be contacted.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PreferenceOut {
    pub(crate) id: Uuid,
    /// Empty means every day.
    days: Vec<String>,
    from: String,
    to: String,
    #[schema(value_type = Option<String>)]
    place: Option<Place>,
    channel: Option<&'static str>,
    /// What is worth knowing about it, such as an overlap.
    remarks: Vec<String>,
    source: String,
    reason: String,
    evidence_ref: Option<String>,
    /// `user:…`, `key:…` or `system`.
    added_by: String,
    created_at: DateTime<Utc>,
    lifted_at: Option<DateTime<Utc>>,
    lifted_reason: Option<String>,
}

impl PreferenceOut {
    /// All of a person's, each with its overlaps.
    pub(crate) fn among(all: &[Preference]) -> Vec<Self> {
        all.iter().map(|one| Self::new(one, all)).collect()
    }

    fn new(one: &Preference, all: &[Preference]) -> Self {
        let overlap = all.iter().filter(|other| one.overlaps(other));
        let remark = |other: &Preference| format!("overlaps {}: both hold", other.hours);
        Self {
            id: one.id.0,
            days: one.hours.days().iter().map(ToString::to_string).collect(),
            from: one.hours.from().to_string(),
            to: one.hours.to().to_string(),
            place: one.place,
            channel: one.channel.map(|channel| channel.as_str()),
            remarks: overlap.map(remark).collect(),
            source: one.source.clone(),
            reason: one.reason.clone(),
            evidence_ref: one.evidence_ref.clone(),
            added_by: one.added_by.clone(),
            created_at: one.created_at,
            lifted_at: one.lifted_at,
            lifted_reason: one.lifted_reason.clone(),
        }
    }
}
