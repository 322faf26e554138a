//! A verdict, taken on the facts in the database and stored before anything is done about it.
//!
//! [`compliance::decide`] knows the rules; this knows where the facts are. Whoever means to contact somebody calls
//! [`take`] inside the transaction that writes the intent, with the person locked, so that two workers can never both
//! spend the last lawful moment, and a suppression that commits first is seen.

mod facts;
mod history;
mod ledger;

use chrono::{DateTime, Utc};
use serde_json::json;

use crate::{
    audit,
    compliance::{self, Channel, Code, Mode, Reason, Verdict},
    db::Tx,
    email::Email,
    id::{AccountId, ConsumerId, DecisionId, OrgId},
    phone::E164,
};

/// Where a contact goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum To {
    Phone(E164),
    Email(Email),
}

impl To {
    /// As it is dialed or written to.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Phone(number) => number.as_str(),
            Self::Email(address) => address.as_str(),
        }
    }
}

/// Whom, and how.
#[derive(Clone, Debug)]
pub struct Contact {
    pub org: OrgId,
    pub account: AccountId,
    pub consumer: ConsumerId,
    pub channel: Channel,
    /// How a call is dialed.
    pub mode: Mode,
    pub to: To,
}

/// Locks the person: every decision about somebody, on any channel, is taken one after the other.
///
/// # Errors
/// When the database is away.
pub async fn lock(tx: &mut Tx, consumer: ConsumerId) -> Result<(), sqlx::Error> {
    sqlx::query_scalar!("select 1 from consumers where id = $1 for update", consumer.0)
        .fetch_optional(&mut **tx)
        .await?;
    Ok(())
}

/// Decides and stores: allowed or not, with reasons, inputs and the version of the rules.
///
/// # Errors
/// When the database is away.
pub async fn take(tx: &mut Tx, contact: &Contact, now: DateTime<Utc>) -> Result<(DecisionId, Verdict), sqlx::Error> {
    let facts = facts::load(tx, contact, now).await?;
    let verdict = compliance::decide(&facts, now);
    let id = DecisionId::new();
    sqlx::query!(
        "insert into compliance_decisions (id, org_id, account_id, consumer_id, channel, to_addr, allowed, reasons,
             earliest_next, rules_version, inputs, decided_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        id.0,
        contact.org.0,
        contact.account.0,
        contact.consumer.0,
        contact.channel.as_str(),
        contact.to.as_str(),
        verdict.allowed(),
        json!(verdict.reasons),
        verdict.earliest_next,
        verdict.rules_version,
        json!(facts),
        now
    )
    .execute(&mut **tx)
    .await?;
    audit::decision(tx, id).await?;
    Ok((id, verdict))
}

/// The verdict without storing it: for pages that ask "may I?", and to time a retry.
///
/// # Errors
/// When the database is away.
pub async fn ask(tx: &mut Tx, contact: &Contact, at: DateTime<Utc>) -> Result<Verdict, sqlx::Error> {
    Ok(compliance::decide(&facts::load(tx, contact, at).await?, at))
}

/// What each rule says, in the order of the rules.
///
/// # Errors
/// When the database is away.
pub async fn explain(
    tx: &mut Tx,
    contact: &Contact,
    at: DateTime<Utc>,
) -> Result<Vec<(Code, Option<Reason>)>, sqlx::Error> {
    Ok(compliance::explain(&facts::load(tx, contact, at).await?, at))
}
