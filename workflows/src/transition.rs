//! A change of state: what every machine answers, and the history row every change leaves.
//!
//! Each noun has one pure `on(event, now)` that decides and one `record` that persists; both speak in the types here.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{
    db::Tx,
    id::{KeyId, OrgId, UserId},
};

/// What an event leads to: the next state, and what has to be done about it, as data.
#[derive(Debug, PartialEq, Eq)]
pub struct Transition<S, E> {
    pub next: S,
    pub effects: Vec<E>,
}

impl<S, E> Transition<S, E> {
    /// A change that asks for nothing else.
    pub fn to(next: S) -> Self {
        Self { next, effects: Vec::new() }
    }

    /// A change with its consequences.
    pub fn with(next: S, effects: impl IntoIterator<Item = E>) -> Self {
        Self { next, effects: effects.into_iter().collect() }
    }
}

/// The event means nothing in this state.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a {noun} that is {state} cannot take {event}")]
pub struct Illegal {
    pub noun: &'static str,
    pub state: &'static str,
    pub event: &'static str,
}

/// Who caused it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Actor {
    User(UserId),
    Key(KeyId),
    Carrier,
    System,
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(id) => write!(f, "user:{id}"),
            Self::Key(id) => write!(f, "key:{id}"),
            Self::Carrier => f.write_str("carrier"),
            Self::System => f.write_str("system"),
        }
    }
}

/// One row of history.
#[derive(Debug)]
pub(crate) struct Change<'a> {
    pub(crate) org: OrgId,
    pub(crate) noun: &'static str,
    pub(crate) id: Uuid,
    /// The row's version after the change.
    pub(crate) seq: i32,
    pub(crate) from: &'static str,
    pub(crate) to: &'static str,
    pub(crate) event: &'static str,
    pub(crate) actor: Actor,
    /// A sentence without personal data.
    pub(crate) detail: Option<&'a str>,
    pub(crate) at: DateTime<Utc>,
}

/// Appends to the history, and to the audit log. The primary key (noun, id, seq) makes two writers of one version impossible.
pub(crate) async fn append(tx: &mut Tx, change: Change<'_>) -> Result<(), sqlx::Error> {
    append_with(tx, change, Value::Object(Map::new())).await
}

/// The same, with more to be said in the audit log: an object.
pub(crate) async fn append_with(tx: &mut Tx, change: Change<'_>, what: Value) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "with change as (
           insert into transitions (org_id, noun, id, seq, from_state, to_state, event, actor, detail, at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning *)
         insert into audit_log (org_id, at, actor, action, subject, payload)
         select org_id, at, actor, noun || '.' || event, id::text,
                $11 || jsonb_strip_nulls(jsonb_build_object('seq', seq, 'from', from_state, 'to', to_state, 'detail', detail))
         from change",
        change.org.0,
        change.noun,
        change.id,
        change.seq,
        change.from,
        change.to,
        change.event,
        change.actor.to_string(),
        change.detail,
        change.at,
        what
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
