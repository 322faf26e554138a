//! Identities: one newtype per noun, all UUID v7, printed bare.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, sqlx::Type)]
        #[serde(transparent)]
        #[sqlx(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new identity, ordered by the time of its making.
            #[must_use]
            #[expect(clippy::new_without_default, reason = "a fresh identity is not a default")]
            pub fn new() -> Self {
                Self(Uuid::now_v7())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(s: &str) -> Result<Self, Self::Err> {
                s.parse().map(Self)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }
    )+};
}

ids! {
    /// An organisation: the tenant everything belongs to.
    OrgId,
    /// A person who signs in.
    UserId,
    /// An agent; the same value as the [`UserId`] of the person.
    AgentId,
    /// A collection account: one debt.
    AccountId,
    /// The person who owes.
    ConsumerId,
    /// Whom the debt is owed to.
    CreditorId,
    /// A campaign.
    CampaignId,
    /// One person's place on a campaign's list.
    RecipientId,
    /// A supervisor on an agent's conference; also the command id of their leg's dial.
    SupervisionId,
    /// One attempt to call; never the carrier's id.
    CallId,
    /// One attempt to write, or what somebody wrote to us; never the provider's id.
    MessageId,
    /// E-mails that go in one request.
    BatchId,
    /// What is said with one address of one person.
    ThreadId,
    /// A stored compliance verdict.
    DecisionId,
    /// An entry of a ledger: a suppression, a consent, a flag, a dispute, a preference.
    EntryId,
    /// An import of accounts, or of numbers not to be contacted.
    ImportId,
    /// Something done to many jobs at once.
    BulkId,
    /// An export of evidence.
    ExportId,
    /// A stored file.
    BlobId,
    /// An API key.
    KeyId,
}
