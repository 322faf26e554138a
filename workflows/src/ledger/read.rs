//! Everything in the ledgers that bears on one account, in one list.

use chrono::{DateTime, Utc};

use super::Error;
use crate::{
    db::Tx,
    id::{AccountId, EntryId, OrgId},
};

/// One entry, whichever ledger it is of.
#[derive(Clone, Debug)]
pub struct Entry {
    pub id: EntryId,
    /// `flag`, `dispute`, `suppression`, `consent` or `preference`.
    pub ledger: String,
    /// In the ledger's own words: `deceased`, `federal`, `more_calls`; empty for a preference.
    pub kind: String,
    /// `call`, `sms`, `email`, or `all`; none where the kind says it.
    pub channel: Option<String>,
    /// `address`, `person` or `debt`.
    pub scope: String,
    /// The number or address it is of, or the hours.
    pub about: Option<String>,
    /// Of a consent: given, not taken back.
    pub granted: Option<bool>,
    pub since: DateTime<Utc>,
    pub until: Option<DateTime<Utc>>,
    pub lifted_at: Option<DateTime<Utc>>,
    pub lifted_reason: Option<String>,
    /// In effect at this moment.
    pub holds: bool,
    pub source: String,
    pub reason: String,
    pub evidence_ref: Option<String>,
    /// Who wrote it down, by name where there is one.
    pub by: String,
}

/// The entries about an account, its person and their numbers and addresses: what holds first, then the newest. Of each
/// consent the latest word.
///
/// # Errors
/// When the database is away.
pub async fn of_account(tx: &mut Tx, org: OrgId, account: AccountId) -> Result<Vec<Entry>, Error> {
    let entries = sqlx::query_file_as!(Entry, "queries/account_ledger.sql", org.0, account.0);
    Ok(entries.fetch_all(&mut **tx).await?)
}
