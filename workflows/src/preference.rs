//! When and where a person does not want to be contacted: hours of the week, by their own clock.
//!
//! 12 CFR 1006.6(b)(1): a time or place that is known to be inconvenient.

mod hours;

use chrono::Weekday;
use serde_json::json;

pub use self::hours::{Hours, Minute, NoTime};
use crate::{
    account::Place,
    audit,
    compliance::Channel,
    db::Tx,
    event,
    id::{AccountId, EntryId, OrgId},
    ledger::{self, Error, Lift, Provenance},
    suppression::hold,
};

/// A preference to add.
#[derive(Clone, Debug)]
pub struct New {
    pub account: AccountId,
    pub hours: Hours,
    /// Where; everywhere unless given.
    pub place: Option<Place>,
    /// How; by every medium unless given.
    pub channel: Option<Channel>,
    pub provenance: Provenance,
}

/// A preference that is on file.
#[derive(Clone, Debug)]
pub struct Preference {
    pub id: EntryId,
    pub hours: Hours,
    pub place: Option<Place>,
    pub channel: Option<Channel>,
    pub source: String,
    pub reason: String,
    pub evidence_ref: Option<String>,
    pub added_by: String,
    pub created_at: chrono::DateTime<chrono::Utc>,
    pub lifted_at: Option<chrono::DateTime<chrono::Utc>>,
    pub lifted_reason: Option<String>,
}

impl Preference {
    /// Says something about the same time, place and medium as another that holds.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        let holds = self.lifted_at.is_none() && other.lifted_at.is_none();
        let place = self.place.is_none() || other.place.is_none() || self.place == other.place;
        let channel = self.channel.is_none() || other.channel.is_none() || self.channel == other.channel;
        self.id != other.id && holds && place && channel && self.hours.overlap(&other.hours)
    }
}

/// Adds a preference to a person's. Overlapping ones are allowed: each holds.
///
/// # Errors
/// [`Error::NotFound`] for an account that is not here, [`Error::Invalid`] names a field that cannot be.
pub async fn add(tx: &mut Tx, org: OrgId, new: &New) -> Result<EntryId, Error> {
    let said = new.provenance.clean()?;
    let consumer = hold(tx, org, new.account).await?;
    let id = EntryId::new();
    let days: Vec<String> = new.hours.days().iter().map(Weekday::to_string).collect();
    sqlx::query!(
        "insert into contact_preferences (id, org_id, consumer_id, days, from_time, to_time, place, channel, source, reason,
             evidence_ref, added_by)
         values ($1, $2, $3, $4, $5::text::time, $6::text::time, $7, $8, $9, $10, $11, $12)",
        id.0,
        org.0,
        consumer.0,
        &days,
        new.hours.from().to_string(),
        new.hours.to().to_string(),
        new.place.map(Place::as_str),
        new.channel.map(Channel::as_str),
        said.source,
        said.reason,
        said.evidence_ref,
        said.actor.to_string()
    )
    .execute(&mut **tx)
    .await?;
    audit::write(tx, org, &said.actor, "preference.add", &id.to_string(), json!({ "source": said.source })).await?;
    event::publish(tx, org, &format!("account:{}", new.account), "preference", json!({ "id": id })).await?;
    Ok(id)
}

/// Ends a preference of the account's person. It is kept.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Lifted`] when it was ended before, [`Error::Invalid`] without a reason.
pub async fn lift(tx: &mut Tx, org: OrgId, account: AccountId, id: EntryId, lift: &Lift) -> Result<(), Error> {
    let lift = lift.clean()?;
    let consumer = ledger::person(tx, org, account).await?;
    let row = sqlx::query_scalar!(
        r#"update contact_preferences p set lifted_at = coalesce(p.lifted_at, wib_now()), lifted_by = coalesce(p.lifted_by, $4),
             lifted_reason = coalesce(p.lifted_reason, $5)
           from contact_preferences before
           where p.org_id = $1 and p.consumer_id = $2 and p.id = $3 and before.id = p.id
           returning before.lifted_at is not null as "before!""#,
        org.0,
        consumer.0,
        id.0,
        lift.actor.to_string(),
        lift.reason
    );
    match row.fetch_optional(&mut **tx).await? {
        None => return Err(Error::NotFound("preference")),
        Some(true) => return Err(Error::Lifted),
        Some(false) => {}
    }
    audit::write(tx, org, &lift.actor, "preference.lift", &id.to_string(), json!({})).await?;
    event::publish(tx, org, &format!("account:{account}"), "preference", json!({ "id": id })).await?;
    Ok(())
}

/// All that the account's person ever said, what holds first.
///
/// # Errors
/// [`Error::NotFound`] for an account that is not here.
pub async fn list(tx: &mut Tx, org: OrgId, account: AccountId) -> Result<Vec<Preference>, Error> {
    let consumer = ledger::person(tx, org, account).await?;
    let rows = sqlx::query!(
        r#"select id as "id: EntryId", days, from_time::text as "from!", to_time::text as "to!", place as "place: Place",
                  channel, source, reason, evidence_ref, added_by, created_at, lifted_at, lifted_reason
           from contact_preferences where org_id = $1 and consumer_id = $2
           order by lifted_at is not null, id desc"#,
        org.0,
        consumer.0
    );
    let all = rows.fetch_all(&mut **tx).await?.into_iter().filter_map(|row| {
        // What the table's own checks let in can be read; a row that could not would hold nobody back by being shown.
        let hours = Hours::read(&row.days, &row.from, &row.to)?;
        let channel = row.channel.and_then(|channel| channel.parse().ok());
        Some(Preference {
            id: row.id,
            hours,
            place: row.place,
            channel,
            source: row.source,
            reason: row.reason,
            evidence_ref: row.evidence_ref,
            added_by: row.added_by,
            created_at: row.created_at,
            lifted_at: row.lifted_at,
            lifted_reason: row.lifted_reason,
        })
    });
    Ok(all.collect())
}
