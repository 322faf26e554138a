//! Suppressions over the wire.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use workflows::{
    id::{AccountId, ConsumerId},
    ledger::Provenance,
    suppression::{self, Channel, Entry, Kind, Scope},
    transition::Actor,
};

use crate::{
    api::suppressions::address,
    extract::Check,
    problem::{FieldError, Problem},
};

/// Whom not to contact: a number or address, a person, or a debt.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SuppressionIn {
    /// A number or an e-mail address, as people write it.
    value: Option<String>,
    /// Instead of a value: a person, under every number and address.
    #[schema(value_type = Option<Uuid>)]
    consumer_id: Option<ConsumerId>,
    /// Instead of a value: the debt of this account, whoever owes it.
    #[schema(value_type = Option<Uuid>)]
    account_id: Option<AccountId>,
    /// `internal`, `federal`, `state`, `litigator`, `wrong_number`, `reassigned`, `stop`, `unsubscribe`; of a person also
    /// `no_call`, `no_sms`, `no_email`, `employer_prohibits`.
    #[schema(value_type = String)]
    kind: Kind,
    /// `call`, `sms`, `email` or `all`; the kind's usual one unless given.
    #[schema(value_type = Option<String>)]
    channel: Option<Channel>,
    /// From now on unless given.
    effective_at: Option<DateTime<Utc>>,
    /// Never unless given.
    expires_at: Option<DateTime<Utc>>,
    /// What it was said by: `call`, `letter`, `court`…
    source: String,
    #[serde(default)]
    reason: String,
    /// Where the proof is.
    evidence_ref: Option<String>,
}

impl Check for SuppressionIn {
    fn wrong(&self) -> Vec<FieldError> {
        let named = [self.value.is_some(), self.consumer_id.is_some(), self.account_id.is_some()];
        let one = named.into_iter().filter(|given| *given).count() == 1;
        let fault = || FieldError::new("value", "give exactly one of value, consumer_id and account_id");
        (!one).then(fault).into_iter().collect()
    }
}

impl SuppressionIn {
    /// What the domain is asked for.
    pub(crate) fn entry(self, actor: Actor) -> Result<suppression::New, Problem> {
        let scope = match (self.value, self.consumer_id, self.account_id) {
            (Some(value), ..) => Scope::Address(address(&value)?),
            (_, Some(consumer), _) => Scope::Person(consumer),
            (.., Some(account)) => Scope::Debt(account),
            _ => return Err(Problem::field("value", "is missing")),
        };
        let provenance =
            Provenance { source: self.source, reason: self.reason, evidence_ref: self.evidence_ref, actor };
        Ok(suppression::New {
            scope,
            kind: self.kind,
            channel: self.channel,
            effective_at: self.effective_at,
            expires_at: self.expires_at,
            provenance,
        })
    }
}

/// A suppression, in effect or not any more.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SuppressionOut {
    id: Uuid,
    #[schema(value_type = String)]
    kind: Kind,
    #[schema(value_type = String)]
    channel: Channel,
    value: Option<String>,
    consumer_id: Option<Uuid>,
    debt_group_id: Option<Uuid>,
    /// Begun, not over, not lifted.
    in_effect: bool,
    effective_at: DateTime<Utc>,
    expires_at: Option<DateTime<Utc>>,
    source: String,
    reason: String,
    evidence_ref: Option<String>,
    /// `user:…`, `key:…` or `system`.
    added_by: String,
    created_at: DateTime<Utc>,
    lifted_at: Option<DateTime<Utc>>,
    lifted_by: Option<String>,
    lifted_reason: Option<String>,
}

impl From<Entry> for SuppressionOut {
    fn from(e: Entry) -> Self {
        Self {
            id: e.id.0,
            kind: e.kind,
            channel: e.channel,
            value: e.value,
            consumer_id: e.consumer_id.map(|id| id.0),
            debt_group_id: e.debt_group_id,
            in_effect: e.in_effect,
            effective_at: e.effective_at,
            expires_at: e.expires_at,
            source: e.source,
            reason: e.reason,
            evidence_ref: e.evidence_ref,
            added_by: e.added_by,
            created_at: e.created_at,
            lifted_at: e.lifted_at,
            lifted_by: e.lifted_by,
            lifted_reason: e.lifted_reason,
        }
    }
}
