//! What a supervisor says to an agent: a message, or the order of a break. Kept, with whether the agent has seen it.

use chrono::{DateTime, Utc};
use serde_json::json;
use uuid::Uuid;

use super::{Error, Event, State, queries, record};
use crate::{
    audit,
    db::Tx,
    event,
    id::{AgentId, OrgId},
    transition::Actor,
};

/// The longest message.
pub const LONGEST_NOTE: usize = 500;
/// The longest reason for a break.
pub const LONGEST_REASON: usize = 80;

/// A message, or an order with its reason.
#[derive(Clone, Debug)]
pub struct Note {
    pub id: Uuid,
    /// `message` or `break`.
    pub kind: String,
    pub body: String,
    /// The name of whoever said it.
    pub by: String,
    pub at: DateTime<Utc>,
    pub seen_at: Option<DateTime<Utc>>,
}

/// Sends a message; the agent's cockpit shows it at once.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Invalid`] without words or with too many.
pub async fn tell(tx: &mut Tx, org: OrgId, id: AgentId, body: &str, actor: Actor) -> Result<Uuid, Error> {
    let body = words("body", body, LONGEST_NOTE, "write what the agent should read")?;
    queries::find(tx, org, id).await?.ok_or(Error::NotFound)?;
    write(tx, org, id, "message", body, actor).await
}

/// Orders a break: now if the agent is free, else when the present call is over. The agent cannot decline it before.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Invalid`] without a reason; [`Error::SignedOut`].
pub async fn order_break(tx: &mut Tx, org: OrgId, id: AgentId, reason: &str, actor: Actor) -> Result<State, Error> {
    let reason = words("reason", reason, LONGEST_REASON, "say why: the agent sees it, and it goes to the audit trail")?;
    let agent = queries::find(tx, org, id).await?.ok_or(Error::NotFound)?;
    if agent.state == State::Offline {
        return Err(Error::SignedOut);
    }
    let state = record(tx, id, Event::TakeBreak { reason: reason.to_owned() }, actor).await?;
    sqlx::query!("update agents set break_by = $2 where id = $1", id.0, actor.to_string()).execute(&mut **tx).await?;
    write(tx, org, id, "break", reason, actor).await?;
    Ok(state)
}

async fn write(tx: &mut Tx, org: OrgId, id: AgentId, kind: &str, body: &str, actor: Actor) -> Result<Uuid, Error> {
    let note = Uuid::now_v7();
    sqlx::query!(
        "insert into agent_notes (id, org_id, agent_id, kind, body, by, at) values ($1, $2, $3, $4, $5, $6, wib_now())",
        note,
        org.0,
        id.0,
        kind,
        body,
        actor.to_string()
    )
    .execute(&mut **tx)
    .await?;
    // A message may name anybody: the log holds who and when, the table what. A reason is for the log.
    let what = if kind == "break" { json!({ "note_id": note, "reason": body }) } else { json!({ "note_id": note }) };
    audit::write(tx, org, &actor, &format!("agent.{kind}"), &id.to_string(), what).await?;
    publish(tx, org, id).await?;
    Ok(note)
}

/// The agent has read it. False: it is not theirs.
///
/// # Errors
/// When the database is away.
pub async fn seen(tx: &mut Tx, org: OrgId, id: AgentId, note: Uuid) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "update agent_notes set seen_at = coalesce(seen_at, wib_now()) where org_id = $1 and agent_id = $2 and id = $3",
        org.0,
        id.0,
        note
    );
    let theirs = done.execute(&mut **tx).await?.rows_affected() == 1;
    if theirs {
        publish(tx, org, id).await?;
    }
    Ok(theirs)
}

/// What was said to an agent, newest first.
///
/// # Errors
/// When the database is away.
pub async fn notes(tx: &mut Tx, org: OrgId, id: AgentId, limit: i64) -> Result<Vec<Note>, sqlx::Error> {
    sqlx::query_as!(
        Note,
        r#"select n.id, n.kind, n.body, coalesce(u.name, 'an API key') as "by!", n.at, n.seen_at
           from agent_notes n left join users u on 'user:' || u.id = n.by
           where n.org_id = $1 and n.agent_id = $2 order by n.at desc, n.id desc limit $3"#,
        org.0,
        id.0,
        limit
    )
    .fetch_all(&mut **tx)
    .await
}

/// Who ordered the break that is, or comes.
///
/// # Errors
/// When the database is away.
pub async fn break_by(tx: &mut Tx, org: OrgId, id: AgentId) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select coalesce(u.name, 'an API key') as "by!" from agents a left join users u on 'user:' || u.id = a.break_by
           where a.org_id = $1 and a.id = $2 and a.break_by is not null"#,
        org.0,
        id.0
    )
    .fetch_optional(&mut **tx)
    .await
}

async fn publish(tx: &mut Tx, org: OrgId, id: AgentId) -> Result<(), sqlx::Error> {
    event::publish(tx, org, &format!("agent:{id}"), "note", json!({ "id": id })).await
}

fn words<'a>(field: &'static str, text: &'a str, most: usize, missing: &'static str) -> Result<&'a str, Error> {
    match text.trim() {
        "" => Err(Error::Invalid { field, message: missing.to_owned() }),
        long if long.chars().count() > most => {
            Err(Error::Invalid { field, message: format!("has at most {most} characters") })
        }
        text => Ok(text),
    }
}
