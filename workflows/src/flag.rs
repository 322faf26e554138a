//! What is known of a person that changes everything: death, bankruptcy, an attorney, a letter to cease; a dispute of a
//! debt; and a person's wishes.
//!
//! ```text
//! deceased, bankrupt, attorney, ceased ──▶ consumer_flags   of a person, every channel
//! dispute                              ──▶ disputes         of an account, until verification is sent
//! employer_prohibits, no_…             ──▶ suppressions     of a person, one channel
//! ```

mod dispute;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    audit,
    db::Tx,
    event,
    id::{AccountId, ConsumerId, EntryId, OrgId},
    ledger::{self, Error, Lift, Provenance},
    suppression::{self, Scope, hold},
};

/// What.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Deceased,
    /// 11 USC 362(a)(6), 524(a)(2).
    Bankrupt,
    /// Represented by an attorney (12 CFR 1006.6(b)(2)).
    Attorney,
    /// Told us in writing to cease (12 CFR 1006.6(c)).
    Ceased,
    /// Disputes this debt in writing (12 CFR 1006.38(d)(2)).
    Dispute,
    EmployerProhibits,
    NoCall,
    NoSms,
    NoEmail,
}

impl Kind {
    /// Every one there is, the gravest first.
    pub const ALL: [Self; 9] = [
        Self::Deceased,
        Self::Bankrupt,
        Self::Attorney,
        Self::Ceased,
        Self::Dispute,
        Self::EmployerProhibits,
        Self::NoCall,
        Self::NoSms,
        Self::NoEmail,
    ];

    /// The word in tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Deceased => "deceased",
            Self::Bankrupt => "bankrupt",
            Self::Attorney => "attorney",
            Self::Ceased => "ceased",
            Self::Dispute => "dispute",
            Self::EmployerProhibits => "employer_prohibits",
            Self::NoCall => "no_call",
            Self::NoSms => "no_sms",
            Self::NoEmail => "no_email",
        }
    }

    /// The suppression that a wish is kept as.
    fn wish(self) -> Option<suppression::Kind> {
        match self {
            Self::EmployerProhibits => Some(suppression::Kind::EmployerProhibits),
            Self::NoCall => Some(suppression::Kind::NoCall),
            Self::NoSms => Some(suppression::Kind::NoSms),
            Self::NoEmail => Some(suppression::Kind::NoEmail),
            _ => None,
        }
    }
}

/// A flag to raise.
#[derive(Clone, Debug)]
pub struct New {
    pub account: AccountId,
    pub kind: Kind,
    /// When it happened or was said: now unless given.
    pub at: Option<DateTime<Utc>>,
    pub provenance: Provenance,
}

/// Raises a flag: nobody decides a contact with the person between this and its commit.
///
/// # Errors
/// [`Error::Stands`] when it is raised already, [`Error::Invalid`] names a field that cannot be, [`Error::NotFound`] for
/// an account that is not here.
pub async fn raise(tx: &mut Tx, org: OrgId, new: &New) -> Result<EntryId, Error> {
    let said = new.provenance.clean()?;
    let consumer = hold(tx, org, new.account).await?;
    let at = ledger::past("at", new.at, tx.now().await?)?;
    if let Some(kind) = new.kind.wish() {
        let scope = Scope::Person(consumer);
        let wish =
            suppression::New { scope, kind, channel: None, effective_at: Some(at), expires_at: None, provenance: said };
        return suppression::add(tx, org, &wish).await;
    }
    let id = match new.kind {
        Kind::Dispute => dispute::open(tx, org, new.account, at, &said).await?,
        kind => of_person(tx, org, consumer, kind, at, &said).await?,
    };
    let what = json!({ "kind": new.kind, "source": said.source, "account_id": new.account });
    audit::write(tx, org, &said.actor, "flag.raise", &id.to_string(), what).await?;
    event::publish(tx, org, &format!("account:{}", new.account), "flag", json!({ "id": id })).await?;
    Ok(id)
}

async fn of_person(
    tx: &mut Tx,
    org: OrgId,
    consumer: ConsumerId,
    kind: Kind,
    at: DateTime<Utc>,
    said: &Provenance,
) -> Result<EntryId, Error> {
    let raised = sqlx::query_scalar!(
        "select effective_at from consumer_flags where consumer_id = $1 and kind = $2 and lifted_at is null",
        consumer.0,
        kind.as_str()
    );
    if let Some(since) = raised.fetch_optional(&mut **tx).await? {
        return Err(Error::Stands(since));
    }
    let id = EntryId::new();
    sqlx::query!(
        "insert into consumer_flags (id, org_id, consumer_id, kind, effective_at, source, reason, evidence_ref, added_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        id.0,
        org.0,
        consumer.0,
        kind.as_str(),
        at,
        said.source,
        said.reason,
        said.evidence_ref,
        said.actor.to_string()
    )
    .execute(&mut **tx)
    .await?;
    Ok(id)
}

/// Takes a flag of the account or its person down; it is kept. A dispute ends as verified where verification of the debt
/// was sent, and otherwise as withdrawn.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Lifted`] when it was taken down before, [`Error::Invalid`] without a reason.
pub async fn lower(
    tx: &mut Tx,
    org: OrgId,
    account: AccountId,
    id: EntryId,
    verified: bool,
    lift: &Lift,
) -> Result<(), Error> {
    let lift = lift.clean()?;
    let consumer = hold(tx, org, account).await?;
    let standing = match standing(tx, consumer, account, id).await? {
        Some(standing) => standing,
        None => return Err(Error::NotFound("flag")),
    };
    match standing.ledger.as_str() {
        _ if standing.lifted => return Err(Error::Lifted),
        "wish" => return suppression::lift(tx, org, id, &lift).await,
        "dispute" => dispute::close(tx, account, id, verified, &lift).await?,
        _ => take_down(tx, id, &lift).await?,
    }
    let what = json!({ "ledger": standing.ledger, "verified": verified, "account_id": account });
    audit::write(tx, org, &lift.actor, "flag.lower", &id.to_string(), what).await?;
    event::publish(tx, org, &format!("account:{account}"), "flag", json!({ "id": id })).await?;
    Ok(())
}

struct Standing {
    ledger: String,
    lifted: bool,
}

/// In which ledger a flag of this person or account is.
async fn standing(
    tx: &mut Tx,
    consumer: ConsumerId,
    account: AccountId,
    id: EntryId,
) -> Result<Option<Standing>, sqlx::Error> {
    sqlx::query_as!(
        Standing,
        r#"select 'flag' as "ledger!", lifted_at is not null as "lifted!" from consumer_flags where id = $1 and consumer_id = $2
           union all
           select 'dispute', num_nonnulls(verified_at, lifted_at) > 0 from disputes where id = $1 and account_id = $3
           union all
           select 'wish', lifted_at is not null from suppressions where id = $1 and consumer_id = $2"#,
        id.0,
        consumer.0,
        account.0
    )
    .fetch_optional(&mut **tx)
    .await
}

async fn take_down(tx: &mut Tx, id: EntryId, lift: &Lift) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update consumer_flags set lifted_at = wib_now(), lifted_by = $2, lifted_reason = $3 where id = $1",
        id.0,
        lift.actor.to_string(),
        lift.reason
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
