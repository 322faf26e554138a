//! Consents over the wire.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use workflows::{
    consent::{self, Consent, Kind},
    id::AccountId,
    ledger::Provenance,
    transition::Actor,
};

use crate::extract::Check;

/// What a person allowed, or took back.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConsentIn {
    /// An account of the person.
    #[schema(value_type = Uuid)]
    account_id: AccountId,
    /// `tcpa` (automated or recorded calls), `sms`, `email`, `more_calls` (beyond the limits of a week) or `work_email`.
    #[schema(value_type = String)]
    kind: Kind,
    /// False takes back what was granted.
    granted: bool,
    /// When the person said it: now unless given.
    at: Option<DateTime<Utc>>,
    /// Needed for `more_calls`, seven days after it was given at most.
    expires_at: Option<DateTime<Utc>>,
    /// What it was said by: `call`, `form`, `letter`…
    source: String,
    #[serde(default)]
    reason: String,
    /// Where the proof is.
    evidence_ref: Option<String>,
}

impl Check for ConsentIn {}

impl ConsentIn {
    /// What the domain is asked for.
    pub(crate) fn word(self, actor: Actor) -> consent::New {
        let Self { account_id, kind, granted, at, expires_at, source, reason, evidence_ref } = self;
        let provenance = Provenance { source, reason, evidence_ref, actor };
        consent::New { account: account_id, kind, granted, at, expires_at, provenance }
    }
}

/// A word on a consent.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ConsentOut {
    id: Uuid,
    consumer_id: Uuid,
    #[schema(value_type = String)]
    kind: Kind,
    granted: bool,
    /// The latest word on its kind.
    stands: bool,
    at: DateTime<Utc>,
    expires_at: Option<DateTime<Utc>>,
    source: String,
    reason: String,
    evidence_ref: Option<String>,
    /// `user:…`, `key:…` or `system`.
    added_by: String,
    created_at: DateTime<Utc>,
}

impl From<Consent> for ConsentOut {
    fn from(c: Consent) -> Self {
        Self {
            id: c.id.0,
            consumer_id: c.consumer_id.0,
            kind: c.kind,
            granted: c.granted,
            stands: c.stands,
            at: c.at,
            expires_at: c.expires_at,
            source: c.source,
            reason: c.reason,
            evidence_ref: c.evidence_ref,
            added_by: c.added_by,
            created_at: c.created_at,
        }
    }
}
