//! A verdict, taken on the facts in the database and stored before anything is done about it.
//!
//! [`compliance::decide`] knows the rules; this knows where the facts are. Whoever means to contact somebody calls
//! [`take`] inside the transaction that writes the intent, with the person locked, so that two workers can never both
//! spend the last lawful moment, and a suppression that commits first is seen.

mod facts;
mod history;
mod ledger;
mod near;
mod whom;

use chrono::{DateTime, Utc};
use serde_json::json;
use uuid::Uuid;

pub use self::{
    near::near_limit,
    whom::{NoContact, contact, reach},
};
use crate::{
    audit,
    compliance::{self, Budget, Channel, Code, Mode, Reason, Verdict},
    db::Tx,
    email::Email,
    id::{AccountId, ConsumerId, DecisionId, OrgId},
    phone::E164,
    transition::Actor,
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
    lock_all(tx, &[consumer.0]).await
}

/// The same for several, in the order in which everybody locks them. Rows that only refer to a person need not wait.
pub(crate) async fn lock_all(tx: &mut Tx, consumers: &[Uuid]) -> Result<(), sqlx::Error> {
    let people = sqlx::query_scalar!(
        r#"select 1 as "one!" from consumers where id = any($1) order by id for no key update"#,
        consumers
    );
    people.fetch_all(&mut **tx).await?;
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
    let rule = verdict.primary().map_or("none", |reason| reason.code.as_str());
    let said = if verdict.allowed() { "allowed" } else { "refused" };
    metrics::counter!("wib_compliance_decisions_total", "channel" => contact.channel.as_str(), "verdict" => said, "rule" => rule)
        .increment(1);
    Ok((id, verdict))
}

/// The verdict without storing it: for pages that ask "may I?", and to time a retry.
///
/// # Errors
/// When the database is away.
pub async fn ask(tx: &mut Tx, contact: &Contact, at: DateTime<Utc>) -> Result<Verdict, sqlx::Error> {
    Ok(compliance::decide(&facts::load(tx, contact, at).await?, at))
}

/// A verdict with everything behind it.
#[derive(Clone, Debug)]
pub struct Explanation {
    pub verdict: Verdict,
    /// What each rule says, in the order of the rules.
    pub rules: Vec<(Code, Option<Reason>)>,
    pub budget: Budget,
}

/// The verdict with what every rule says and what the limits have counted, without storing it.
///
/// # Errors
/// When the database is away.
pub async fn explain(tx: &mut Tx, contact: &Contact, at: DateTime<Utc>) -> Result<Explanation, sqlx::Error> {
    let facts = facts::load(tx, contact, at).await?;
    let verdict = compliance::decide(&facts, at);
    let budget = compliance::budget(&facts, &verdict);
    Ok(Explanation { rules: compliance::explain(&facts, at), budget, verdict })
}

/// Explains to somebody who asks by hand, and writes down that they did: never the number or address.
///
/// # Errors
/// When the database is away.
pub async fn answer(
    tx: &mut Tx,
    contact: &Contact,
    at: DateTime<Utc>,
    actor: &Actor,
) -> Result<Explanation, sqlx::Error> {
    let explained = explain(tx, contact, at).await?;
    let said = json!({ "channel": contact.channel, "at": at, "allowed": explained.verdict.allowed(),
                       "reason": explained.verdict.primary().map(|reason| reason.code) });
    audit::write(tx, contact.org, actor, "compliance.explain", &contact.account.to_string(), said).await?;
    Ok(explained)
}
