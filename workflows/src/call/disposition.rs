//! What an agent says a call came to, and the end of a wrap-up that nobody ended.

use chrono::TimeDelta;
use serde::Serialize;
use serde_json::json;

use super::{
    Error, State,
    settle::{holds, lawful},
};
use crate::{
    agent, audit,
    db::Tx,
    event,
    id::{AgentId, CallId, OrgId, RecipientId},
    recipient, suppression,
    transition::Actor,
};

/// A kind of ending that an organisation's agents may choose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Disposition {
    pub code: String,
    pub label: String,
    /// `done`, `retry` or `suppress`.
    pub effect: String,
}

/// Whose calls somebody may hang up and write down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Everybody's: a supervisor.
    Any,
    /// An agent their own; a key that is nobody, none.
    Own(Option<AgentId>),
}

impl Reach {
    /// Holds it to the agent of a call.
    ///
    /// # Errors
    /// [`Error::NotYours`].
    pub fn to(self, agent: Option<AgentId>) -> Result<(), Error> {
        match self {
            Self::Own(me) if me.is_none() || me != agent => Err(Error::NotYours),
            _ => Ok(()),
        }
    }
}

/// What somebody says a call came to.
#[derive(Clone, Debug)]
pub struct Said<'a> {
    pub code: &'a str,
    /// Replaces the call's note.
    pub note: Option<&'a str>,
    pub reach: Reach,
    pub actor: Actor,
}

struct Row {
    org: OrgId,
    state: State,
    recipient: Option<RecipientId>,
    agent: Option<AgentId>,
    to_addr: String,
    by: Option<String>,
}

impl Row {
    /// A person said so, not the platform.
    fn is_written_down(&self) -> bool {
        self.by.as_deref().is_some_and(|by| by != Actor::System.to_string())
    }
}

/// Stores a disposition, settles the recipient, frees the agent. The platform's own is replaced by the agent's, and that
/// by a supervisor's: the call shows the last, the audit log all of them, and the recipient was settled by the first.
///
/// # Errors
/// [`Error::StillLive`] before the hang-up, [`Error::UnknownDisposition`] for a code the organisation does not have,
/// [`Error::NotYours`] and [`Error::WrittenDown`] for an agent who reaches for what is not theirs to say.
pub async fn dispose(tx: &mut Tx, id: CallId, said: &Said<'_>) -> Result<(), Error> {
    let (code, actor) = (said.code, said.actor);
    let row = lock(tx, id).await?;
    said.reach.to(row.agent)?;
    if said.reach != Reach::Any && row.is_written_down() {
        return Err(Error::WrittenDown);
    }
    if !row.state.is_final() {
        return Err(Error::StillLive);
    }
    let chosen =
        sqlx::query!("select effect, right_party from dispositions where org_id = $1 and code = $2", row.org.0, code)
            .fetch_optional(&mut **tx)
            .await?
            .ok_or(Error::UnknownDisposition)?;
    let again = (chosen.effect == "retry").then(|| again_after(chosen.right_party));
    store(tx, id, &row, said).await?;
    // The person asked for no more calls to this number, or it is somebody else's. Locks go as in `place`: the
    // recipient, the person, the agent.
    if chosen.effect == "suppress" {
        if let Some(recipient) = row.recipient {
            recipient::hold(tx, recipient).await?;
        }
        suppression::by_disposition(tx, row.org, &row.to_addr, actor).await?;
    }
    free_agent(tx, id, row.agent, actor).await?;
    settle(tx, id, &row, code, again, actor).await
}

async fn lock(tx: &mut Tx, id: CallId) -> Result<Row, Error> {
    sqlx::query_as!(
        Row,
        r#"select org_id as "org: OrgId", state as "state: State", recipient_id as "recipient: RecipientId",
                  agent_id as "agent: AgentId", to_addr, disposition_by as by
           from calls where id = $1 for update"#,
        id.0
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or(Error::NotFound)
}

async fn store(tx: &mut Tx, id: CallId, row: &Row, said: &Said<'_>) -> Result<(), sqlx::Error> {
    let &Said { code, note, ref actor, .. } = said;
    sqlx::query!(
        "update calls set disposition = $2, disposition_by = $3, note = coalesce($4, note) where id = $1",
        id.0,
        code,
        actor.to_string(),
        note
    )
    .execute(&mut **tx)
    .await?;
    audit::write(tx, row.org, actor, "call.disposition", &id.to_string(), json!({ "code": code })).await?;
    let account = sqlx::query_scalar!("select account_id from calls where id = $1", id.0).fetch_one(&mut **tx).await?;
    event::publish(tx, row.org, &format!("account:{account}"), "disposition", json!({ "id": id, "code": code })).await
}

async fn free_agent(tx: &mut Tx, id: CallId, agent: Option<AgentId>, actor: Actor) -> Result<(), Error> {
    let Some(agent) = agent else { return Ok(()) };
    let wrapping = sqlx::query_scalar!(
        "select 1 from agents where id = $1 and call_id = $2 and state = 'wrap_up' for update",
        agent.0,
        id.0
    );
    if wrapping.fetch_optional(&mut **tx).await?.is_some() {
        agent::record(tx, agent, agent::Event::WrappedUp, actor).await?;
    }
    Ok(())
}

/// Keeps what an agent writes while they talk, so that neither a reload nor a crash loses it.
///
/// # Errors
/// [`Error::NotFound`], or [`Error::NotYours`].
pub async fn keep_note(tx: &mut Tx, id: CallId, note: &str, reach: Reach) -> Result<(), Error> {
    reach.to(lock(tx, id).await?.agent)?;
    sqlx::query!("update calls set note = $2 where id = $1", id.0, note).execute(&mut **tx).await?;
    Ok(())
}

/// How long after a call an agent wants to try again.
///
/// 12 CFR 1006.14(b)(2)(i)(B): not within seven days after a conversation with the person, its day being the first.
fn again_after(right_party: bool) -> TimeDelta {
    if right_party { TimeDelta::days(7) } else { TimeDelta::days(1) }
}

async fn settle(
    tx: &mut Tx,
    id: CallId,
    row: &Row,
    code: &str,
    again: Option<TimeDelta>,
    actor: Actor,
) -> Result<(), Error> {
    let Some(recipient) = row.recipient else { return Ok(()) };
    if !holds(tx, recipient, id).await? {
        return Ok(());
    }
    let event = match again {
        Some(after) if attempts_left(tx, recipient).await? => {
            let wished = tx.now().await? + after;
            let at = lawful(tx, id, wished).await?;
            recipient::Event::Wait { at, because: code.to_owned(), dialed: true }
        }
        _ => recipient::Event::Finish { outcome: code.to_owned() },
    };
    recipient::record(tx, recipient, event, actor).await?;
    Ok(())
}

async fn attempts_left(tx: &mut Tx, recipient: RecipientId) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select attempts_used + 1 < max_attempts as "left!" from recipients where id = $1"#,
        recipient.0
    )
    .fetch_one(&mut **tx)
    .await
}

/// Ends a wrap-up whose time is over: the call stays as the system wrote it down, the agent is free.
///
/// # Errors
/// When the database is away.
pub async fn close_wrap_up(tx: &mut Tx, id: CallId) -> Result<(), Error> {
    let row = lock(tx, id).await?;
    free_agent(tx, id, row.agent, Actor::System).await?;
    settle(tx, id, &row, "connected", None, Actor::System).await
}

/// Gives back a claim that no job and no live call holds any more.
///
/// # Errors
/// When the database is away.
pub async fn give_back(tx: &mut Tx, id: CallId, recipient: RecipientId) -> Result<(), Error> {
    match close_wrap_up(tx, id).await {
        Err(Error::NotFound) => super::settle::give_back(tx, id, recipient).await,
        done => done,
    }
}
