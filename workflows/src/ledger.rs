//! What every ledger has in common: suppressions, consents, flags, disputes, preferences.
//!
//! An entry is added and lifted, never changed and never deleted, and each says where it comes from: who wrote it down,
//! what the person said it by, where the proof is. Whoever writes one holds the person ([`crate::decision::lock`]), so
//! that a contact is either decided before the entry or sees it.

mod read;

use chrono::{DateTime, Utc};

pub use self::read::{Entry, of_account};
use crate::{
    db::Tx,
    id::{AccountId, ConsumerId, OrgId},
    transition::Actor,
};

/// Where an entry comes from.
#[derive(Clone, Debug)]
pub struct Provenance {
    /// What it was said by: a call, a letter, a form, a court.
    pub source: String,
    /// In words; may be empty.
    pub reason: String,
    /// Where the proof is: a call's id, a letter's number, a file.
    pub evidence_ref: Option<String>,
    pub actor: Actor,
}

/// Why an entry does not hold any more, and who says so.
#[derive(Clone, Debug)]
pub struct Lift {
    pub reason: String,
    pub actor: Actor,
}

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nothing of that name here, or somebody else's.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    #[error("it is in effect already, since {0}")]
    Stands(DateTime<Utc>),
    #[error("it was lifted before")]
    Lifted,
    #[error("{field} {message}")]
    Invalid { field: &'static str, message: &'static str },
    #[error("ledger query failed")]
    Database(#[from] sqlx::Error),
}

pub(crate) fn invalid(field: &'static str, message: &'static str) -> Error {
    Error::Invalid { field, message }
}

impl Provenance {
    /// The same without superfluous white space; the source is needed.
    pub(crate) fn clean(&self) -> Result<Self, Error> {
        let evidence = self.evidence_ref.as_deref().map(|text| words("evidence_ref", text, 200)).transpose()?;
        Ok(Self {
            source: needed("source", &self.source, 60)?,
            reason: words("reason", &self.reason, 500)?,
            evidence_ref: evidence.filter(|text| !text.is_empty()),
            actor: self.actor,
        })
    }
}

impl Lift {
    /// The same without superfluous white space; the reason is needed.
    pub(crate) fn clean(&self) -> Result<Self, Error> {
        Ok(Self { reason: needed("reason", &self.reason, 500)?, actor: self.actor })
    }
}

fn needed(field: &'static str, text: &str, most: usize) -> Result<String, Error> {
    match words(field, text, most)? {
        text if text.is_empty() => Err(invalid(field, "is needed: say it in a few words")),
        text => Ok(text),
    }
}

fn words(field: &'static str, text: &str, most: usize) -> Result<String, Error> {
    let clean = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if clean.chars().any(char::is_control) {
        return Err(invalid(field, "has characters that do not print: type it again"));
    }
    if clean.chars().count() > most {
        return Err(invalid(field, "is too long: say it shorter, and name the evidence"));
    }
    Ok(clean)
}

/// When somebody said it: now unless told, never later, and in this century.
pub(crate) fn past(field: &'static str, at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Result<DateTime<Utc>, Error> {
    let at = at.unwrap_or(now);
    if at > now {
        return Err(invalid(field, "is in the future: give the time at which it was said"));
    }
    if at < DateTime::from_timestamp(946_684_800, 0).unwrap_or_default() {
        return Err(invalid(field, "is before the year 2000: check the date"));
    }
    Ok(at)
}

/// The end of something that begins at `from`.
pub(crate) fn ends_after(from: DateTime<Utc>, expires_at: Option<DateTime<Utc>>) -> Result<(), Error> {
    match expires_at {
        Some(end) if end <= from => Err(invalid("expires_at", "is not later than the beginning")),
        _ => Ok(()),
    }
}

/// Whose account that is.
///
/// # Errors
/// [`Error::NotFound`] when the organisation has none of that id.
pub async fn person(tx: &mut Tx, org: OrgId, account: AccountId) -> Result<ConsumerId, Error> {
    let found = sqlx::query_scalar!(
        r#"select consumer_id as "id: ConsumerId" from collection_accounts where org_id = $1 and id = $2"#,
        org.0,
        account.0
    );
    found.fetch_optional(&mut **tx).await?.ok_or(Error::NotFound("account"))
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::no_source(" ", "", "source")]
    #[case::a_bell("call\u{7}", "", "source")]
    #[case::a_novel("call", &"x".repeat(501), "reason")]
    fn words_that_cannot_be_kept_are_refused_by_field(#[case] source: &str, #[case] reason: &str, #[case] wrong: &str) {
        let said =
            Provenance { source: source.into(), reason: reason.into(), evidence_ref: None, actor: Actor::System };
        assert!(matches!(said.clean(), Err(Error::Invalid { field, .. }) if field == wrong));
    }

    #[test]
    fn nobody_has_said_it_tomorrow_or_in_another_century() {
        let now = "2026-11-24T12:00:00Z".parse().unwrap();
        let ages_ago = "1900-01-01T00:00:00Z".parse().unwrap();
        assert!(past("at", Some(now + TimeDelta::days(1)), now).is_err());
        assert!(past("at", Some(ages_ago), now).is_err());
        assert_eq!(past("at", None, now).unwrap(), now);
    }
}
