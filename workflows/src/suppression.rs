//! Suppressions: numbers, addresses, people and debts that are not to be contacted, why, and on which channels.
//!
//! ```text
//! add ──▶ in effect from effective_at until expires_at ──lift──▶ kept, and holds no more
//! ```
//!
//! Whoever adds one first holds everybody whom it is about, as a decision does ([`crate::decision::lock`]): a contact is
//! either decided before it commits, or sees it. [`import`] does the same for a file of numbers, a batch at a time.

pub mod import;
mod kind;
mod list;
mod lock;
mod sheet;

use chrono::{DateTime, Utc};
use serde_json::json;

pub(crate) use self::lock::owner as hold;
pub use self::{
    kind::{Channel, Kind},
    list::{Cursor, Entry, Search, find, list},
};
use crate::{
    audit,
    db::Tx,
    decision::To,
    id::{AccountId, ConsumerId, EntryId, OrgId},
    ledger::{self, Error, Lift, Provenance},
    transition::Actor,
};

/// Whom an entry is about.
#[derive(Clone, Debug)]
pub enum Scope {
    /// Whoever is reached under it.
    Address(To),
    /// Under whichever number or address.
    Person(ConsumerId),
    /// Whoever owes this account's debt.
    Debt(AccountId),
}

/// An entry to add.
#[derive(Clone, Debug)]
pub struct New {
    pub scope: Scope,
    pub kind: Kind,
    /// The kind's usual one unless given.
    pub channel: Option<Channel>,
    /// From now on unless given.
    pub effective_at: Option<DateTime<Utc>>,
    pub expires_at: Option<DateTime<Utc>>,
    pub provenance: Provenance,
}

/// The scope as its row has it: one of the three.
struct Target<'a> {
    value: Option<&'a str>,
    consumer: Option<ConsumerId>,
    debt: Option<uuid::Uuid>,
}

/// Adds an entry: in effect when this commits, or at its own later time.
///
/// # Errors
/// [`Error::Stands`] when the same is in effect already and lasts as long, [`Error::Invalid`] names a field that cannot
/// be, [`Error::NotFound`] for somebody else's person or account.
pub async fn add(tx: &mut Tx, org: OrgId, new: &New) -> Result<EntryId, Error> {
    let said = new.provenance.clean()?;
    let channel = new.kind.channel(new.channel)?;
    let debt = reach(tx, org, new, channel).await?;
    let target = Target::of(&new.scope, debt);
    let from = new.effective_at.unwrap_or(tx.now().await?);
    ledger::ends_after(from, new.expires_at)?;
    if let Some(since) = standing(tx, org, new, &target, channel, from).await? {
        return Err(Error::Stands(since));
    }
    let id = EntryId::new();
    sqlx::query!(
        "insert into suppressions (id, org_id, channel, value, consumer_id, debt_group_id, kind, source, reason,
             evidence_ref, added_by, effective_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        id.0,
        org.0,
        channel.as_str(),
        target.value,
        target.consumer.map(|consumer| consumer.0),
        target.debt,
        new.kind.as_str(),
        said.source,
        said.reason,
        said.evidence_ref,
        said.actor.to_string(),
        from,
        new.expires_at
    )
    .execute(&mut **tx)
    .await?;
    let what = json!({ "channel": channel, "kind": new.kind, "scope": new.scope.word(), "source": said.source });
    audit::write(tx, org, &said.actor, "suppression.add", &id.to_string(), what).await?;
    lock::tell(tx, org, &new.scope).await?;
    Ok(id)
}

/// Proves that there is such a person, debt or address here, holds everybody concerned, and answers the debt's group.
async fn reach(tx: &mut Tx, org: OrgId, new: &New, channel: Channel) -> Result<Option<uuid::Uuid>, Error> {
    match &new.scope {
        Scope::Address(to) => {
            new.kind.fits(to)?;
            channel.reaches(to)?;
            lock::address(tx, org, to.as_str()).await?;
            Ok(None)
        }
        Scope::Person(consumer) => {
            new.kind.fits_all(false)?;
            lock::person(tx, org, *consumer).await?;
            Ok(None)
        }
        Scope::Debt(account) => {
            new.kind.fits_all(true)?;
            lock::debt(tx, org, *account).await.map(Some)
        }
    }
}

impl Scope {
    fn word(&self) -> &'static str {
        match self {
            Self::Address(_) => "address",
            Self::Person(_) => "person",
            Self::Debt(_) => "debt",
        }
    }
}

impl<'a> Target<'a> {
    fn of(scope: &'a Scope, debt: Option<uuid::Uuid>) -> Self {
        let (value, consumer) = match scope {
            Scope::Address(to) => (Some(to.as_str()), None),
            Scope::Person(consumer) => (None, Some(*consumer)),
            Scope::Debt(_) => (None, None),
        };
        Self { value, consumer, debt }
    }
}

/// Since when the same has been in effect, if it has and lasts as long.
async fn standing(
    tx: &mut Tx,
    org: OrgId,
    new: &New,
    target: &Target<'_>,
    channel: Channel,
    from: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, sqlx::Error> {
    let scope = (target.value, target.consumer.map(|consumer| consumer.0), target.debt);
    sqlx::query_scalar!(
        "select effective_at from suppressions
         where org_id = $1 and (value = $2 or consumer_id = $3 or debt_group_id = $4) and kind = $5 and channel = $6
           and lifted_at is null and effective_at <= $7
           and coalesce(expires_at, 'infinity') >= coalesce($8, 'infinity'::timestamptz) limit 1",
        org.0,
        scope.0,
        scope.1,
        scope.2,
        new.kind.as_str(),
        channel.as_str(),
        from,
        new.expires_at
    )
    .fetch_optional(&mut **tx)
    .await
}

/// Ends an entry from now on. It is kept, with who ended it and why.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Lifted`] when it was ended before, [`Error::Invalid`] without a reason.
pub async fn lift(tx: &mut Tx, org: OrgId, id: EntryId, lift: &Lift) -> Result<(), Error> {
    let lift = lift.clean()?;
    let entry = find(tx, org, id).await?.ok_or(Error::NotFound("suppression"))?;
    let done = sqlx::query!(
        "update suppressions set lifted_at = wib_now(), lifted_by = $3, lifted_reason = $4
         where org_id = $1 and id = $2 and lifted_at is null",
        org.0,
        id.0,
        lift.actor.to_string(),
        lift.reason
    );
    if done.execute(&mut **tx).await?.rows_affected() == 0 {
        return Err(Error::Lifted);
    }
    let what = json!({ "channel": entry.channel, "kind": entry.kind });
    audit::write(tx, org, &lift.actor, "suppression.lift", &id.to_string(), what).await?;
    Ok(())
}

/// Somebody wants no more texts, or e-mails: written down once, in effect from this transaction on.
///
/// 12 CFR 1006.14(h)(1), 47 CFR 64.1200(a)(10): however it was said. `source` says by what: a keyword, a link, the
/// provider.
///
/// # Errors
/// When the database is away.
pub async fn opt_out(tx: &mut Tx, org: OrgId, channel: &str, value: &str, source: &str) -> Result<(), sqlx::Error> {
    lock::address(tx, org, value).await?;
    let kind = if channel == "sms" { Kind::Stop } else { Kind::Unsubscribe };
    let done = sqlx::query!(
        "insert into suppressions (id, org_id, channel, value, kind, source)
         select $6, $1, $2, $3, $4, $5
         where not exists (select from suppressions where org_id = $1 and value = $3 and channel = $2 and kind = $4 and lifted_at is null)",
        org.0,
        channel,
        value,
        kind.as_str(),
        source,
        EntryId::new().0
    )
    .execute(&mut **tx)
    .await?;
    if done.rows_affected() == 1 {
        let what = json!({ "channel": channel, "kind": kind, "source": source });
        audit::write(tx, org, &Actor::System, "suppression.add", &org.to_string(), what).await?;
    }
    Ok(())
}

/// The person wants texts again: what they had asked for is lifted, what others put on the list stays.
///
/// # Errors
/// When the database is away.
pub async fn opt_in(tx: &mut Tx, org: OrgId, channel: &str, value: &str) -> Result<(), sqlx::Error> {
    let done = sqlx::query!(
        "update suppressions set lifted_at = wib_now(), lifted_by = 'system', lifted_reason = 'asked for by keyword'
         where org_id = $1 and value = $3 and channel = $2 and kind in ('stop', 'unsubscribe') and lifted_at is null",
        org.0,
        channel,
        value
    )
    .execute(&mut **tx)
    .await?;
    if done.rows_affected() > 0 {
        audit::write(tx, org, &Actor::System, "suppression.lift", &org.to_string(), json!({ "channel": channel }))
            .await?;
    }
    Ok(())
}

/// Puts a number on the organisation's own list, unless it is there: an agent's call came to that.
///
/// # Errors
/// When the database is away.
pub async fn by_disposition(tx: &mut Tx, org: OrgId, number: &str, actor: Actor) -> Result<(), sqlx::Error> {
    lock::address(tx, org, number).await?;
    let id = EntryId::new();
    let done = sqlx::query!(
        "insert into suppressions (id, org_id, channel, value, kind, source, added_by)
         select $1, $2, 'call', $3, 'internal', 'disposition', $4
         where not exists (select from suppressions where org_id = $2 and value = $3 and channel = 'call'
                             and kind = 'internal' and lifted_at is null and expires_at is null)",
        id.0,
        org.0,
        number,
        actor.to_string()
    )
    .execute(&mut **tx)
    .await?;
    if done.rows_affected() == 1 {
        let what = json!({ "channel": "call", "kind": "internal", "source": "disposition" });
        audit::write(tx, org, &actor, "suppression.add", &id.to_string(), what).await?;
    }
    Ok(())
}
