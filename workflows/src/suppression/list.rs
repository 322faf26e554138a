//! The list, newest first.

use std::{fmt, str::FromStr};

use chrono::{DateTime, Utc};
use serde::Deserialize;
use uuid::Uuid;

use super::{Channel, Kind};
use crate::{
    db::Tx,
    id::{AccountId, ConsumerId, EntryId, OrgId},
};

/// One entry.
#[derive(Clone, Debug)]
pub struct Entry {
    pub id: EntryId,
    pub kind: Kind,
    pub channel: Channel,
    /// A number or address; none for an entry of a person or a debt.
    pub value: Option<String>,
    pub consumer_id: Option<ConsumerId>,
    pub debt_group_id: Option<Uuid>,
    /// An account of the person or of the debt.
    pub account: Option<AccountId>,
    pub source: String,
    pub reason: String,
    pub evidence_ref: Option<String>,
    /// Who wrote it down: `user:…`, `key:…` or `system`, and by name.
    pub added_by: String,
    pub by: String,
    pub created_at: DateTime<Utc>,
    pub effective_at: DateTime<Utc>,
    pub expires_at: Option<DateTime<Utc>>,
    pub lifted_at: Option<DateTime<Utc>>,
    pub lifted_by: Option<String>,
    pub lifted_reason: Option<String>,
    pub in_effect: bool,
}

/// Which entries.
#[derive(Clone, Debug, Default)]
pub struct Search<'a> {
    /// Exactly this number or address.
    pub value: Option<&'a str>,
    pub kind: Option<Kind>,
    pub channel: Option<Channel>,
    pub consumer: Option<ConsumerId>,
    /// In effect now, or not.
    pub active: Option<bool>,
    pub after: Option<Cursor>,
    pub limit: i64,
}

/// A place in the list: the last entry seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Cursor {
    at: DateTime<Utc>,
    id: Uuid,
}

impl Cursor {
    /// The place of this entry.
    #[must_use]
    pub fn of(entry: &Entry) -> Self {
        Self { at: entry.created_at, id: entry.id.0 }
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.at.timestamp_micros(), self.id.simple())
    }
}

/// No place in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is no cursor: give the next of the slice before, as it was")]
pub struct NoCursor;

impl FromStr for Cursor {
    type Err = NoCursor;

    fn from_str(text: &str) -> Result<Self, NoCursor> {
        let (at, id) = text.split_once('-').ok_or(NoCursor)?;
        let at = at.parse().ok().and_then(DateTime::from_timestamp_micros).ok_or(NoCursor)?;
        Ok(Self { at, id: id.parse().map_err(|_| NoCursor)? })
    }
}

impl TryFrom<String> for Cursor {
    type Error = NoCursor;

    fn try_from(text: String) -> Result<Self, NoCursor> {
        text.parse()
    }
}

/// The entries that were asked for. Each kind is read from its own place in the index, so that ten million of one never
/// stand before the few of another; a number, from the numbers' index.
///
/// # Errors
/// When the database is away.
pub async fn list(tx: &mut Tx, org: OrgId, search: &Search<'_>) -> Result<Vec<Entry>, sqlx::Error> {
    let kinds: Vec<String> = match search.kind {
        Some(kind) => vec![kind.as_str().to_owned()],
        None => Kind::ALL.map(|kind| kind.as_str().to_owned()).to_vec(),
    };
    let (at, id) = search.after.map(|cursor| (cursor.at, cursor.id)).unzip();
    let channel = search.channel.map(Channel::as_str);
    if search.value.is_some() || search.consumer.is_some() {
        return sqlx::query_file_as!(
            Entry,
            "queries/suppressions_of.sql",
            org.0,
            search.value,
            search.consumer.map(|consumer| consumer.0),
            &kinds,
            channel,
            search.active,
            at,
            id,
            search.limit
        )
        .fetch_all(&mut **tx)
        .await;
    }
    sqlx::query_file_as!(Entry, "queries/suppressions.sql", org.0, &kinds, channel, search.active, at, id, search.limit)
        .fetch_all(&mut **tx)
        .await
}

/// One entry of this organisation.
///
/// # Errors
/// When the database is away.
pub async fn find(tx: &mut Tx, org: OrgId, id: EntryId) -> Result<Option<Entry>, sqlx::Error> {
    sqlx::query_file_as!(Entry, "queries/suppression.sql", org.0, id.0).fetch_optional(&mut **tx).await
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[test]
    fn a_cursor_reads_back_as_it_is_written() {
        let cursor = Cursor { at: "2026-11-24T12:00:00.000123Z".parse().unwrap(), id: Uuid::now_v7() };
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
    }

    #[rstest]
    #[case::nothing("")]
    #[case::half_of_one("1764000000000000")]
    #[case::no_time("x-019ab3d0000070008000000000000000")]
    #[case::no_id("1764000000000000-7")]
    #[case::before_all_time("-9223372036854775808-019ab3d0000070008000000000000000")]
    fn what_is_no_cursor_is_refused(#[case] text: &str) {
        assert_eq!(text.parse::<Cursor>(), Err(NoCursor));
    }
}
