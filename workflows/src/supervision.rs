//! A supervisor on an agent's conference: listens, whispers to the agent, or speaks to everybody.
//!
//! ```text
//!       begin            answered           joined
//! ────────▶ dialing ──────────▶ joining ──────────▶ on ⇄ (set_role)
//!              └───────────────────┴──────────────── end ──▶ ended
//! ```
//!
//! The row is the intent, written before the supervisor's telephone is dialed; its id is the command's. `role` is what is
//! wanted and `role_now` what the carrier has taken, so that a change whose answer was lost is asked for again. Whatever
//! ends it hangs the leg up in the same transaction; a leg that comes to be known later is hung up then.

mod jobs;
mod leg;
mod queries;

use serde::{Deserialize, Serialize};
use serde_json::json;

pub use self::{
    jobs::{DialSupervisor, JoinSupervisor, SwitchSupervisor},
    leg::{Standing, agent_gone, answered, by_leg, dialed, hung_up, joined, lately, overdue, standing, with_legs},
    queries::{Supervision, find, of_agent, of_supervisor, phone_of},
};
use crate::{
    agent, audit,
    call::HangUp,
    db::Tx,
    event,
    id::{AgentId, OrgId, SupervisionId, UserId},
    job,
    phone::E164,
    transition::Actor,
};

/// How a supervisor takes part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Hears both, is heard by nobody.
    Monitor,
    /// Is heard by the agent only.
    Whisper,
    /// Is heard by everybody.
    Barge,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 3] = [Self::Monitor, Self::Whisper, Self::Barge];

    /// The word stored and shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Monitor => "monitor",
            Self::Whisper => "whisper",
            Self::Barge => "barge",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == word)
    }
}

/// Why a supervisor is not let in.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("agent not found")]
    NotFound,
    #[error("the agent has no audio: nobody can be listened to before their leg stands")]
    NoAudio,
    #[error("say which telephone of yours to call")]
    NoPhone,
    #[error("is a consumer's number; give a telephone of your own")]
    Consumers,
    #[error("the organisation has no number to call from")]
    NoNumber,
    #[error("you are with an agent already: leave first")]
    Already,
    #[error("you are with no agent")]
    None,
    #[error("supervision query failed")]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    Agent(#[from] agent::Error),
}

/// Asks for a supervisor to be let in: writes the intent, and the job that dials their telephone.
///
/// # Errors
/// Anything but [`Error::None`].
pub async fn begin(
    tx: &mut Tx,
    org: OrgId,
    supervisor: UserId,
    agent: AgentId,
    role: Role,
    phone: Option<&E164>,
) -> Result<SupervisionId, Error> {
    agent::find(tx, org, agent).await?.ok_or(Error::NotFound)?;
    let conference = conference(tx, agent).await?;
    let phone = telephone(tx, org, supervisor, phone).await?;
    let id = SupervisionId::new();
    let made = sqlx::query!(
        "insert into supervisions (id, org_id, supervisor_id, agent_id, phone, conference_id, role, asked_at)
         values ($1, $2, $3, $4, $5, $6, $7, wib_now()) on conflict (supervisor_id) where ended_at is null do nothing",
        id.0,
        org.0,
        supervisor.0,
        agent.0,
        phone,
        conference,
        role.as_str()
    );
    if made.execute(&mut **tx).await?.rows_affected() == 0 {
        return Err(Error::Already);
    }
    job::enqueue(tx, org, &DialSupervisor { session: id }).await?;
    note(tx, org, id, agent, "supervision.begin", Actor::User(supervisor), json!({ "role": role })).await?;
    Ok(id)
}

/// The agent's conference, holding their row: it does not end while somebody is let into it.
async fn conference(tx: &mut Tx, agent: AgentId) -> Result<String, Error> {
    let held = sqlx::query_scalar!("select conference_id from agents where id = $1 for update", agent.0);
    let conference = held.fetch_optional(&mut **tx).await?.ok_or(Error::NotFound)?.ok_or(Error::NoAudio)?;
    match agent::endpoint(tx, agent).await?.caller_id {
        Some(_) => Ok(conference),
        None => Err(Error::NoNumber),
    }
}

/// The telephone that is given is kept for the next time. It is never a consumer's: nobody is called past the rules.
async fn telephone(tx: &mut Tx, org: OrgId, user: UserId, given: Option<&E164>) -> Result<String, Error> {
    let Some(phone) = given else { return phone_of(tx, user).await?.ok_or(Error::NoPhone) };
    let theirs =
        sqlx::query_scalar!("select 1 from phones where org_id = $1 and e164 = $2 limit 1", org.0, phone.as_str());
    if theirs.fetch_optional(&mut **tx).await?.is_some() {
        return Err(Error::Consumers);
    }
    sqlx::query!(
        "insert into supervisor_phones (user_id, org_id, phone) values ($1, $2, $3)
         on conflict (user_id) do update set phone = excluded.phone",
        user.0,
        org.0,
        phone.as_str()
    )
    .execute(&mut **tx)
    .await?;
    Ok(phone.as_str().to_owned())
}

/// Changes how a supervisor takes part; before they are in, they come in that way.
///
/// # Errors
/// [`Error::None`] when they are with no agent.
pub async fn set_role(tx: &mut Tx, org: OrgId, supervisor: UserId, role: Role) -> Result<(), Error> {
    let row = sqlx::query!(
        r#"update supervisions set role = $2, version = version + 1 where supervisor_id = $1 and ended_at is null
           returning id as "id: SupervisionId", agent_id as "agent: AgentId", joined_at is not null as "joined!""#,
        supervisor.0,
        role.as_str()
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or(Error::None)?;
    if row.joined {
        job::enqueue(tx, org, &SwitchSupervisor { session: row.id }).await?;
    }
    let what = json!({ "role": role });
    Ok(note(tx, org, row.id, row.agent, "supervision.role", Actor::User(supervisor), what).await?)
}

/// A supervisor leaves.
///
/// # Errors
/// [`Error::None`] when they are with no agent.
pub async fn leave(tx: &mut Tx, supervisor: UserId) -> Result<(), Error> {
    let id = sqlx::query_scalar!(
        r#"select id as "id: SupervisionId" from supervisions where supervisor_id = $1 and ended_at is null"#,
        supervisor.0
    );
    let id = id.fetch_optional(&mut **tx).await?.ok_or(Error::None)?;
    end(tx, id, "the supervisor left", Actor::User(supervisor)).await?;
    Ok(())
}

/// Ends a session and hangs its leg up. False: it was over already.
///
/// # Errors
/// When the database is away.
pub async fn end(tx: &mut Tx, id: SupervisionId, because: &str, actor: Actor) -> Result<bool, sqlx::Error> {
    let row = sqlx::query!(
        r#"update supervisions set ended_at = wib_now(), ended_because = $2 where id = $1 and ended_at is null
           returning org_id as "org: OrgId", agent_id as "agent: AgentId", leg_call_control_id as leg"#,
        id.0,
        because
    );
    let Some(row) = row.fetch_optional(&mut **tx).await? else { return Ok(false) };
    if let Some(leg) = &row.leg {
        job::enqueue(tx, row.org, &HangUp::supervisor(id, leg)).await?;
    }
    note(tx, row.org, id, row.agent, "supervision.end", actor, json!({ "because": because })).await?;
    Ok(true)
}

/// To the audit log, and to the pages of the agent and of the floor.
async fn note(
    tx: &mut Tx,
    org: OrgId,
    id: SupervisionId,
    agent: AgentId,
    action: &str,
    actor: Actor,
    mut what: serde_json::Value,
) -> Result<(), sqlx::Error> {
    what["agent_id"] = json!(agent);
    audit::write(tx, org, &actor, action, &id.to_string(), what).await?;
    tell(tx, org, agent).await
}

async fn tell(tx: &mut Tx, org: OrgId, agent: AgentId) -> Result<(), sqlx::Error> {
    event::publish(tx, org, &format!("agent:{agent}"), "supervision", json!({ "id": agent })).await?;
    event::publish(tx, org, "agents", "supervision", json!({ "id": agent })).await
}
