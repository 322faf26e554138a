//! Flags, whatever else is on file about a person, and disclosures, over the wire.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use workflows::{
    disclosure::{Disclosure, How},
    flag::{self, Kind},
    id::AccountId,
    ledger::{Entry, Provenance},
    transition::Actor,
};

use crate::extract::Check;

/// What is known of a person or their debt.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FlagIn {
    /// `deceased`, `bankrupt`, `attorney`, `ceased`, `employer_prohibits`, `no_call`, `no_sms`, `no_email` of the person;
    /// `dispute` of this account.
    #[schema(value_type = String)]
    kind: Kind,
    /// When it happened or was said: now unless given.
    at: Option<DateTime<Utc>>,
    /// What it was said by: `call`, `letter`, `court`…
    source: String,
    #[serde(default)]
    reason: String,
    /// Where the proof is.
    evidence_ref: Option<String>,
}

impl Check for FlagIn {}

impl FlagIn {
    /// What the domain is asked for.
    pub(crate) fn flag(self, account: AccountId, actor: Actor) -> flag::New {
        let Self { kind, at, source, reason, evidence_ref } = self;
        flag::New { account, kind, at, provenance: Provenance { source, reason, evidence_ref, actor } }
    }
}

/// An entry of any ledger that bears on an account.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FlagOut {
    id: Uuid,
    /// `flag`, `dispute`, `suppression`, `consent` or `preference`.
    ledger: String,
    /// In the ledger's own words; empty for a preference.
    kind: String,
    channel: Option<String>,
    /// `address`, `person` or `debt`.
    scope: String,
    /// The number or address it is of, or the hours.
    about: Option<String>,
    /// Of a consent: granted, or taken back.
    granted: Option<bool>,
    holds: bool,
    since: DateTime<Utc>,
    until: Option<DateTime<Utc>>,
    source: String,
    reason: String,
    evidence_ref: Option<String>,
    /// Who wrote it down, by name where there is one.
    by: String,
    lifted_at: Option<DateTime<Utc>>,
    lifted_reason: Option<String>,
}

impl From<Entry> for FlagOut {
    fn from(e: Entry) -> Self {
        Self {
            id: e.id.0,
            ledger: e.ledger,
            kind: e.kind,
            channel: e.channel,
            scope: e.scope,
            about: e.about,
            granted: e.granted,
            holds: e.holds,
            since: e.since,
            until: e.until,
            source: e.source,
            reason: e.reason,
            evidence_ref: e.evidence_ref,
            by: e.by,
            lifted_at: e.lifted_at,
            lifted_reason: e.lifted_reason,
        }
    }
}

/// What was disclosed.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DisclosureIn {
    /// `ticked` by the agent, `heard` in the transcript, or `played` by a recording.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub(crate) how: How,
}

impl Check for DisclosureIn {}

/// That this is an attempt to collect a debt was said on a call.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DisclosureOut {
    id: Uuid,
    call_id: Uuid,
    account_id: Uuid,
    /// `mini_miranda`.
    kind: String,
    how: String,
    said_at: DateTime<Utc>,
    /// `user:…` or `key:…`.
    noted_by: String,
}

impl From<Disclosure> for DisclosureOut {
    fn from(d: Disclosure) -> Self {
        Self {
            id: d.id.0,
            call_id: d.call_id.0,
            account_id: d.account_id.0,
            kind: d.kind,
            how: d.how,
            said_at: d.said_at,
            noted_by: d.noted_by,
        }
    }
}
