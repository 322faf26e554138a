//! The rules over the wire: who is asked about, and every rule's answer.

use chrono::{DateTime, Datelike, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use workflows::{
    compliance::{Channel, Code, Reason},
    decision::Explanation,
    id::AccountId,
};

use crate::{extract::Check, problem::FieldError};

/// A contact to explain.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExplainIn {
    #[schema(value_type = Uuid)]
    pub(crate) account_id: AccountId,
    /// `call`, `sms` or `email`.
    channel: String,
    /// When; now unless given.
    pub(crate) at: Option<DateTime<Utc>>,
    /// The number or address; the first usable one on file unless given.
    #[serde(alias = "phone")]
    pub(crate) to: Option<String>,
}

impl ExplainIn {
    /// As checked.
    pub(crate) fn channel(&self) -> Channel {
        self.channel.parse().unwrap_or(Channel::Call)
    }
}

impl Check for ExplainIn {
    fn wrong(&self) -> Vec<FieldError> {
        let channel =
            self.channel.parse::<Channel>().is_err().then(|| FieldError::new("channel", "is call, sms or email"));
        let at = self.at.filter(|at| !within_reach(*at)).map(|_| FieldError::new("at", "lies between 2000 and 2099"));
        channel.into_iter().chain(at).collect()
    }
}

/// Times that calendars and the rules can be asked about.
pub(crate) fn within_reach(at: DateTime<Utc>) -> bool {
    (2000..2100).contains(&at.year())
}

/// The verdict, rule by rule.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ExplanationOut {
    allowed: bool,
    /// The code of the reason told first; null when it is allowed.
    reason: Option<&'static str>,
    /// Why not, the gravest first.
    reasons: Vec<ReasonOut>,
    /// Every rule, in the order in which reasons are told.
    rules: Vec<RuleOut>,
    /// The clocks that the person may live by.
    zones: Vec<&'static str>,
    /// When it is lawful next; null when it is now, and when a person has to act first.
    earliest_next: Option<DateTime<Utc>>,
    /// What the limits have counted, in words; empty where none binds.
    budget: String,
    rules_version: &'static str,
    decided_at: DateTime<Utc>,
}

/// One rule's refusal.
#[derive(Debug, Serialize, ToSchema)]
struct ReasonOut {
    code: &'static str,
    title: &'static str,
    sentence: String,
    citation: &'static str,
}

/// One rule and what it said.
#[derive(Debug, Serialize, ToSchema)]
struct RuleOut {
    code: &'static str,
    title: &'static str,
    /// `passed` or `refused`.
    result: &'static str,
    /// What it refused for, or what it asks.
    sentence: String,
    citation: &'static str,
}

impl From<&Reason> for ReasonOut {
    fn from(reason: &Reason) -> Self {
        Self {
            code: reason.code.as_str(),
            title: reason.code.title(),
            sentence: reason.sentence.clone(),
            citation: reason.citation,
        }
    }
}

impl From<(Code, Option<Reason>)> for RuleOut {
    fn from((code, refused): (Code, Option<Reason>)) -> Self {
        let result = if refused.is_some() { "refused" } else { "passed" };
        let citation = refused.as_ref().map_or(code.citation(), |reason| reason.citation);
        let sentence = refused.map_or_else(|| code.sentence().to_owned(), |reason| reason.sentence);
        Self { code: code.as_str(), title: code.title(), result, sentence, citation }
    }
}

impl From<Explanation> for ExplanationOut {
    fn from(explained: Explanation) -> Self {
        let Explanation { verdict, rules, budget } = explained;
        Self {
            allowed: verdict.allowed(),
            reason: verdict.primary().map(|reason| reason.code.as_str()),
            reasons: verdict.reasons.iter().map(ReasonOut::from).collect(),
            rules: rules.into_iter().map(RuleOut::from).collect(),
            zones: verdict.zones.iter().map(|zone| zone.name()).collect(),
            earliest_next: verdict.earliest_next,
            budget: budget.to_string(),
            rules_version: verdict.rules_version,
            decided_at: verdict.decided_at,
        }
    }
}
