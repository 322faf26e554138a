//! Consents: what a person allowed, and took back. Each word is written down; of each kind the latest stands.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    audit,
    db::Tx,
    event,
    id::{AccountId, ConsumerId, EntryId, OrgId},
    ledger::{self, Error, Provenance, invalid},
    suppression::hold,
};

/// Consent to call more often is heeded for seven days, the day it is given being the first.
///
/// 12 CFR 1006.14(b)(3)(i).
const MORE_CALLS: TimeDelta = TimeDelta::days(7);

/// To what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Kind {
    /// Calls that are dialed automatically or speak with a recorded voice (47 CFR 64.1200(a)(1)).
    Tcpa,
    Sms,
    Email,
    /// Calls beyond the limits of a week.
    MoreCalls,
    /// E-mails to a place of work (12 CFR 1006.22(f)(3)).
    WorkEmail,
}

impl Kind {
    /// Every one there is.
    pub const ALL: [Self; 5] = [Self::Tcpa, Self::Sms, Self::Email, Self::MoreCalls, Self::WorkEmail];

    /// The word in tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tcpa => "tcpa",
            Self::Sms => "sms",
            Self::Email => "email",
            Self::MoreCalls => "more_calls",
            Self::WorkEmail => "work_email",
        }
    }
}

/// A word to write down.
#[derive(Clone, Debug)]
pub struct New {
    /// An account of the person.
    pub account: AccountId,
    pub kind: Kind,
    /// Given, or taken back.
    pub granted: bool,
    /// When the person said it: now unless given.
    pub at: Option<DateTime<Utc>>,
    pub expires_at: Option<DateTime<Utc>>,
    pub provenance: Provenance,
}

/// A word that was said.
#[derive(Clone, Debug)]
pub struct Consent {
    pub id: EntryId,
    pub consumer_id: ConsumerId,
    pub kind: Kind,
    pub granted: bool,
    pub at: DateTime<Utc>,
    pub expires_at: Option<DateTime<Utc>>,
    pub source: String,
    pub reason: String,
    pub evidence_ref: Option<String>,
    pub added_by: String,
    pub created_at: DateTime<Utc>,
    /// The latest word of its kind.
    pub stands: bool,
}

/// Writes down what a person said.
///
/// # Errors
/// [`Error::NotFound`] for an account that is not here, [`Error::Invalid`] names a field that cannot be.
pub async fn record(tx: &mut Tx, org: OrgId, new: &New) -> Result<EntryId, Error> {
    let said = new.provenance.clean()?;
    let consumer = hold(tx, org, new.account).await?;
    let at = ledger::past("at", new.at, tx.now().await?)?;
    check(new, at)?;
    let id = EntryId::new();
    sqlx::query!(
        "insert into consents (id, org_id, consumer_id, kind, granted, expires_at, source, reason, evidence_ref, added_by, at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        id.0,
        org.0,
        consumer.0,
        new.kind.as_str(),
        new.granted,
        new.expires_at,
        said.source,
        said.reason,
        said.evidence_ref,
        said.actor.to_string(),
        at
    )
    .execute(&mut **tx)
    .await?;
    let action = if new.granted { "consent.grant" } else { "consent.revoke" };
    let what = json!({ "kind": new.kind, "source": said.source, "expires_at": new.expires_at });
    audit::write(tx, org, &said.actor, action, &id.to_string(), what).await?;
    event::publish(tx, org, &format!("account:{}", new.account), "consent", json!({ "id": id })).await?;
    Ok(id)
}

/// An end belongs to what was given; consent to more calls has one, and it is near.
fn check(new: &New, at: DateTime<Utc>) -> Result<(), Error> {
    match (new.granted, new.kind, new.expires_at) {
        (false, _, Some(_)) => {
            Err(invalid("expires_at", "does not go with a consent that is taken back: leave it out"))
        }
        (true, Kind::MoreCalls, None) => {
            Err(invalid("expires_at", "is needed: consent to more calls lasts seven days at most"))
        }
        (true, Kind::MoreCalls, Some(end)) if end > at + MORE_CALLS => {
            Err(invalid("expires_at", "is later than seven days after the consent (12 CFR 1006.14(b)(3)(i))"))
        }
        (_, _, end) => ledger::ends_after(at, end),
    }
}

/// Which words.
#[derive(Clone, Debug, Default)]
pub struct Search {
    pub consumer: Option<ConsumerId>,
    pub kind: Option<Kind>,
    pub after: Option<EntryId>,
    pub limit: i64,
}

/// The words that were asked for, the last written down first.
///
/// # Errors
/// When the database is away.
pub async fn list(tx: &mut Tx, org: OrgId, search: &Search) -> Result<Vec<Consent>, sqlx::Error> {
    sqlx::query_as!(
        Consent,
        r#"select c.id as "id: EntryId", c.consumer_id as "consumer_id: ConsumerId", c.kind as "kind: Kind", c.granted, c.at,
                  c.expires_at, c.source, c.reason, c.evidence_ref, c.added_by, c.created_at,
                  not exists (select from consents later where later.consumer_id = c.consumer_id and later.kind = c.kind
                    and later.at <= wib_now() and (later.at, later.id) > (c.at, c.id)) as "stands!"
           from consents c
           where c.org_id = $1 and ($2::uuid is null or c.consumer_id = $2) and ($3::text is null or c.kind = $3)
             and ($4::uuid is null or c.id < $4)
           order by c.id desc limit $5"#,
        org.0,
        search.consumer.map(|consumer| consumer.0),
        search.kind.map(Kind::as_str),
        search.after.map(|id| id.0),
        search.limit
    )
    .fetch_all(&mut **tx)
    .await
}

/// One word of this organisation's people.
///
/// # Errors
/// When the database is away.
pub async fn find(tx: &mut Tx, org: OrgId, id: EntryId) -> Result<Option<Consent>, sqlx::Error> {
    sqlx::query_as!(
        Consent,
        r#"select c.id as "id: EntryId", c.consumer_id as "consumer_id: ConsumerId", c.kind as "kind: Kind", c.granted, c.at,
                  c.expires_at, c.source, c.reason, c.evidence_ref, c.added_by, c.created_at,
                  not exists (select from consents later where later.consumer_id = c.consumer_id and later.kind = c.kind
                    and later.at <= wib_now() and (later.at, later.id) > (c.at, c.id)) as "stands!"
           from consents c where c.org_id = $1 and c.id = $2"#,
        org.0,
        id.0
    )
    .fetch_optional(&mut **tx)
    .await
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::transition::Actor;

    const DAY: i64 = 24;

    fn word(kind: Kind, granted: bool, hours: Option<i64>) -> Result<(), Error> {
        let at: DateTime<Utc> = "2026-11-24T12:00:00Z".parse().unwrap();
        let provenance =
            Provenance { source: "call".into(), reason: String::new(), evidence_ref: None, actor: Actor::System };
        let expires_at = hours.map(|hours| at + TimeDelta::hours(hours));
        check(&New { account: AccountId::new(), kind, granted, at: None, expires_at, provenance }, at)
    }

    #[rstest]
    #[case::more_calls_for_ever(Kind::MoreCalls, true, None)]
    #[case::more_calls_for_eight_days(Kind::MoreCalls, true, Some(8 * DAY))]
    #[case::over_before_it_began(Kind::Sms, true, Some(-1))]
    #[case::over_as_it_begins(Kind::Email, true, Some(0))]
    #[case::taken_back_for_a_time(Kind::Sms, false, Some(DAY))]
    fn an_end_that_cannot_be_is_refused(#[case] kind: Kind, #[case] granted: bool, #[case] hours: Option<i64>) {
        assert!(matches!(word(kind, granted, hours), Err(Error::Invalid { field: "expires_at", .. })));
    }

    #[rstest]
    #[case::more_calls_for_a_week(Kind::MoreCalls, true, Some(7 * DAY))]
    #[case::texts_for_ever(Kind::Sms, true, None)]
    #[case::no_more_calls(Kind::MoreCalls, false, None)]
    fn an_end_that_can_be_is_taken(#[case] kind: Kind, #[case] granted: bool, #[case] hours: Option<i64>) {
        assert!(word(kind, granted, hours).is_ok());
    }
}
