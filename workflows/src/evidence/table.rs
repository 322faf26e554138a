//! The tables of an export: a query each, whose rows are JSON, and the columns of its CSV.

use futures::stream::BoxStream;

use super::Scope;
use crate::{db::Tx, id::OrgId};

/// What rows are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Table {
    Decisions,
    Contacts,
    Transitions,
    Consents,
    Suppressions,
    Disclosures,
}

/// Every file that holds a table, in the order of the archive.
pub(super) const FILES: [(Table, &str); 8] = [
    (Table::Decisions, "decisions.jsonl"),
    (Table::Decisions, "decisions.csv"),
    (Table::Contacts, "contacts.jsonl"),
    (Table::Contacts, "contacts.csv"),
    (Table::Transitions, "transitions.jsonl"),
    (Table::Consents, "consents.csv"),
    (Table::Suppressions, "suppressions.csv"),
    (Table::Disclosures, "disclosures.csv"),
];

impl Table {
    pub(super) fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Decisions => &[
                "id",
                "decided_at",
                "account_id",
                "channel",
                "to",
                "verdict",
                "reasons",
                "earliest_next",
                "rules_version",
                "inputs",
            ],
            Self::Contacts => &[
                "id",
                "channel",
                "direction",
                "account_id",
                "campaign_id",
                "attempt",
                "from",
                "to",
                "state",
                "outcome",
                "result",
                "disposition",
                "abandoned",
                "at",
                "answered_at",
                "bridged_at",
                "delivered_at",
                "ended_at",
                "hangup_cause",
                "zones",
                "decision_id",
                "verdict",
                "reasons",
                "rules_version",
                "subject",
                "body",
            ],
            Self::Transitions => &["noun", "id", "seq", "from", "to", "event", "actor", "detail", "at"],
            Self::Consents => &[
                "id",
                "at",
                "consumer_id",
                "kind",
                "granted",
                "scope",
                "expires_at",
                "source",
                "reason",
                "evidence_ref",
                "added_by",
            ],
            Self::Suppressions => &[
                "id",
                "effective_at",
                "channel",
                "kind",
                "value",
                "consumer_id",
                "debt_group_id",
                "source",
                "reason",
                "evidence_ref",
                "added_by",
                "expires_at",
                "lifted_at",
                "lifted_by",
                "lifted_reason",
            ],
            Self::Disclosures => &["said_at", "call_id", "account_id", "kind", "how", "noted_by"],
        }
    }

    /// Its rows in scope, as they come from the database: never all of them at once.
    pub(super) fn rows<'a>(
        self,
        tx: &'a mut Tx,
        org: OrgId,
        scope: Scope,
    ) -> BoxStream<'a, Result<String, sqlx::Error>> {
        macro_rules! rows {
            ($file:literal) => {
                sqlx::query_file_scalar!($file, org.0, scope.account(), scope.campaign(), scope.from(), scope.to())
                    .fetch(&mut **tx)
            };
        }
        match self {
            Self::Decisions => rows!("queries/evidence_decisions.sql"),
            Self::Contacts => rows!("queries/evidence_contacts.sql"),
            Self::Transitions => rows!("queries/evidence_transitions.sql"),
            Self::Consents => rows!("queries/evidence_consents.sql"),
            Self::Suppressions => rows!("queries/evidence_suppressions.sql"),
            Self::Disclosures => rows!("queries/evidence_disclosures.sql"),
        }
    }
}
