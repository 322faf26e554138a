//! Calls over the wire.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use workflows::{
    account::Account,
    call::{self, Call},
    campaign::Next,
    id::{AccountId, CallId, RecipientId},
    phone::E164,
};

use super::AccountOut;
use crate::{extract::Check, problem::FieldError};

/// A call to place.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CallIn {
    #[schema(value_type = Uuid)]
    pub(crate) account_id: AccountId,
    /// One of the person's numbers; the first usable one unless given.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub(crate) phone: Option<E164>,
    /// Their place on a power campaign's list, as `next-account` answers it: the call counts there.
    #[serde(default)]
    #[schema(value_type = Option<Uuid>)]
    pub(crate) recipient_id: Option<RecipientId>,
}

impl Check for CallIn {}

/// What a call came to.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DispositionIn {
    /// One of your organisation's dispositions, such as `promise`.
    pub(crate) code: String,
    #[serde(default)]
    pub(crate) note: Option<String>,
}

impl Check for DispositionIn {
    fn wrong(&self) -> Vec<FieldError> {
        let long = self.note.as_ref().is_some_and(|note| note.chars().count() > 4_000);
        long.then(|| FieldError::new("note", "has at most 4,000 characters")).into_iter().collect()
    }
}

/// A call.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CallOut {
    /// Also the carrier's command id.
    id: Uuid,
    campaign_id: Option<Uuid>,
    recipient_id: Option<Uuid>,
    account_id: Uuid,
    attempt_no: i32,
    /// `intent`, `dialing`, `ringing`, `answered`, `bridged`, `ended`, `failed`, `skipped`, `cancelled` or
    /// `unknown_closed`.
    #[schema(value_type = String)]
    state: call::State,
    /// `known`, or `unknown` while the carrier has not said what became of it.
    outcome: String,
    call_control_id: Option<String>,
    decision_id: Option<Uuid>,
    agent_id: Option<Uuid>,
    intent_at: Option<DateTime<Utc>>,
    answered_at: Option<DateTime<Utc>>,
    /// `human`, `machine` or `not_sure`.
    amd_result: Option<String>,
    greeting_end_at: Option<DateTime<Utc>>,
    bridged_at: Option<DateTime<Utc>>,
    ended_at: Option<DateTime<Utc>>,
    result: Option<String>,
    hangup_cause: Option<String>,
    /// The carrier's code, when it refused the dial.
    failure: Option<String>,
    disposition: Option<String>,
    disposition_by: Option<String>,
    note: Option<String>,
    abandoned: bool,
}

impl From<Call> for CallOut {
    fn from(c: Call) -> Self {
        Self {
            id: c.id.0,
            campaign_id: c.campaign_id.map(|id| id.0),
            recipient_id: c.recipient_id.map(|id| id.0),
            account_id: c.account_id.0,
            attempt_no: c.attempt_no,
            state: c.state,
            outcome: c.outcome,
            call_control_id: c.call_control_id,
            decision_id: c.decision_id.map(|id| id.0),
            agent_id: c.agent_id.map(|id| id.0),
            intent_at: Some(c.intent_at),
            answered_at: c.answered_at,
            amd_result: c.amd_result,
            greeting_end_at: c.greeting_end_at,
            bridged_at: c.bridged_at,
            ended_at: c.ended_at,
            result: c.result,
            hangup_cause: c.hangup_cause,
            failure: c.failure,
            disposition: c.disposition,
            disposition_by: c.disposition_by,
            note: c.note,
            abandoned: c.abandoned,
        }
    }
}

impl CallOut {
    /// A call that is promised: its job is written, its intent is about to be.
    pub(crate) fn promised(id: CallId, account: AccountId) -> Self {
        Self {
            id: id.0,
            campaign_id: None,
            recipient_id: None,
            account_id: account.0,
            attempt_no: 1,
            state: call::State::Intent,
            outcome: "known".to_owned(),
            call_control_id: None,
            decision_id: None,
            agent_id: None,
            intent_at: None,
            answered_at: None,
            amd_result: None,
            greeting_end_at: None,
            bridged_at: None,
            ended_at: None,
            result: None,
            hangup_cause: None,
            failure: None,
            disposition: None,
            disposition_by: None,
            note: None,
            abandoned: false,
        }
    }
}

/// Whom to call next, checked at this moment.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NextOut {
    campaign_id: Uuid,
    recipient_id: Uuid,
    /// The number to call.
    phone: String,
    account: AccountOut,
    /// Which edition of the rules allowed it.
    rules_version: String,
    checked_at: DateTime<Utc>,
}

impl NextOut {
    pub(crate) fn new(next: &Next, account: Account) -> Self {
        Self {
            campaign_id: next.campaign.0,
            recipient_id: next.recipient.0,
            phone: next.phone.as_str().to_owned(),
            account: account.into(),
            rules_version: next.verdict.rules_version.to_owned(),
            checked_at: next.verdict.decided_at,
        }
    }
}
