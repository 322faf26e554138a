//! A verdict, taken on the facts in the database and stored before anything is done about it.
//!
//! [`compliance::decide`] knows the rules; this knows where the facts are. Whoever means to contact somebody calls
//! [`take`] inside the transaction that writes the intent, with the person locked, so that two workers can never both
//! spend the last lawful moment, and a suppression that commits first is seen.

use chrono::{DateTime, Utc};
use serde_json::json;

use crate::{
    audit,
    compliance::{self, Channel, Facts, Suppression, SuppressionKind, Verdict},
    db::Tx,
    email::Email,
    id::{AccountId, ConsumerId, DecisionId, OrgId},
    phone::E164,
    place::{State, Zip},
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
    let facts = facts(tx, contact, now).await?;
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
    Ok(compliance::decide(&facts(tx, contact, at).await?, at))
}

async fn facts(tx: &mut Tx, contact: &Contact, now: DateTime<Utc>) -> Result<Facts, sqlx::Error> {
    let place = sqlx::query!(
        r#"select c.tz_confirmed, a.state as "state?", a.zip as "zip?",
                  (select p.e164 from phones p where p.consumer_id = c.id and p.status = 'ok' order by p.position, p.id limit 1) as phone
           from consumers c
           left join lateral (
             select state, zip from addresses where consumer_id = c.id and valid_to is null order by valid_from desc limit 1
           ) a on true
           where c.id = $1"#,
        contact.consumer.0
    )
    .fetch_one(&mut **tx)
    .await?;
    let mut facts = Facts::new(contact.channel);
    facts.phone = match &contact.to {
        To::Phone(number) => Some(number.clone()),
        // A clue to the place, no more.
        To::Email(_) => place.phone.and_then(|number| E164::parse(&number).ok()),
    };
    facts.state = place.state.and_then(|state| State::parse(&state).ok());
    facts.zip = place.zip.and_then(|zip| Zip::parse(&zip).ok());
    facts.confirmed_zone = place.tz_confirmed.and_then(|zone| zone.parse().ok());
    facts.suppressions = suppressions(tx, contact, now).await?;
    facts.consented = consented(tx, contact, now).await?;
    Ok(facts)
}

/// The latest word on this channel stands.
async fn consented(tx: &mut Tx, contact: &Contact, now: DateTime<Utc>) -> Result<bool, sqlx::Error> {
    let latest = sqlx::query_scalar!(
        r#"select granted and (expires_at is null or expires_at > $3) as "stands!" from consents
           where consumer_id = $1 and kind = $2 and at <= $3 order by at desc, id desc limit 1"#,
        contact.consumer.0,
        contact.channel.as_str(),
        now
    );
    Ok(latest.fetch_optional(&mut **tx).await?.unwrap_or(false))
}

async fn suppressions(tx: &mut Tx, contact: &Contact, now: DateTime<Utc>) -> Result<Vec<Suppression>, sqlx::Error> {
    let rows = sqlx::query!(
        "select kind, channel from suppressions
         where org_id = $1 and value = $2 and lifted_at is null and effective_at <= $3
           and (expires_at is null or expires_at > $3)",
        contact.org.0,
        contact.to.as_str(),
        now
    )
    .fetch_all(&mut **tx)
    .await?;
    // A word that the rules do not know forbids as the strictest they know: never the other way round.
    Ok(rows
        .into_iter()
        .map(|row| Suppression {
            kind: row.kind.parse().unwrap_or(SuppressionKind::Internal),
            channel: row.channel.parse().ok(),
        })
        .collect())
}
