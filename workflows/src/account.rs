//! A collection account: one debt, the person who owes it, and what is known of how to reach them.
//!
//! ```text
//! Sheet (import.rs) ──import──▶ ┐
//! New (one account) ──create──▶ ┴ write: creditor, consumer, address, phones, e-mail, account ──find, list──▶ Account
//! ```
//!
//! A person is recognised by name and number: accounts of one person share a consumer, since limits on contact count
//! per person. Numbers and addresses are dated or added, never overwritten.

mod import;
mod mailbox;
mod new;
mod patch;
mod read;
mod view;
mod write;

use serde::{Deserialize, Serialize};

pub use self::{
    import::{Import, Upload, find_import, import},
    mailbox::{Mailbox, mailboxes},
    new::{New, NewPhone},
    patch::{Patch, patch},
    read::{Account, Page, Phone, Search, find, list, total},
    view::{searched, viewed},
};
use crate::{
    audit,
    db::Tx,
    id::{AccountId, OrgId},
    transition::Actor,
};

/// Where a debt stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Status {
    /// Being collected.
    Open,
    Paid,
    Settled,
    Disputed,
    /// The creditor took it back.
    Recalled,
    Closed,
}

/// Where a number rings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Place {
    Home,
    #[default]
    Mobile,
    Work,
}

impl Status {
    /// The word in tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Paid => "paid",
            Self::Settled => "settled",
            Self::Disputed => "disputed",
            Self::Recalled => "recalled",
            Self::Closed => "closed",
        }
    }
}

impl Place {
    /// The word in tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Home => "home",
            Self::Mobile => "mobile",
            Self::Work => "work",
        }
    }
}

/// Why an account could not be written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("no such account")]
    NotFound,
    #[error("there is an account with this number already")]
    NumberTaken,
    #[error("{field} {message}")]
    Invalid { field: &'static str, message: &'static str },
    #[error("account query failed")]
    Database(#[from] sqlx::Error),
}

/// Adds one account.
///
/// # Errors
/// [`Error::NumberTaken`] when the organisation has the number already, [`Error::Invalid`] names a field that cannot be.
pub async fn create(tx: &mut Tx, org: OrgId, new: &New, actor: Actor) -> Result<AccountId, Error> {
    let new = new.clean()?;
    if write::known(tx, org, &[&new]).await? > 0 {
        return Err(Error::NumberTaken);
    }
    let id = write::write(tx, org, &[&new], None).await?.ids[0];
    // Somebody else's insert of the number may have come first after all; ours became an update of theirs.
    if find(tx, org, id).await?.is_none() {
        return Err(Error::NumberTaken);
    }
    audit::write(tx, org, &actor, "account.create", &id.to_string(), serde_json::json!({})).await?;
    Ok(id)
}
