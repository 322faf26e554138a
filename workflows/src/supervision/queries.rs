//! What pages and the API read of sessions.

use chrono::{DateTime, Utc};

use crate::{
    db::Tx,
    id::{AgentId, OrgId, SupervisionId, UserId},
};

/// A session.
#[derive(Clone, Debug)]
pub struct Supervision {
    pub id: SupervisionId,
    pub agent: AgentId,
    pub agent_name: String,
    pub supervisor: UserId,
    pub supervisor_name: String,
    pub role: String,
    /// What the carrier has taken; none before they are in.
    pub role_now: Option<String>,
    pub asked_at: DateTime<Utc>,
    pub joined_at: Option<DateTime<Utc>>,
    pub ended_at: Option<DateTime<Utc>>,
    pub ended_because: Option<String>,
}

/// A supervisor's session, if they are with an agent.
///
/// # Errors
/// When the database is away.
pub async fn of_supervisor(tx: &mut Tx, org: OrgId, id: UserId) -> Result<Option<Supervision>, sqlx::Error> {
    Ok(query(tx, org, Some(id.0), None, None).await?.pop())
}

/// Who is with an agent.
///
/// # Errors
/// When the database is away.
pub async fn of_agent(tx: &mut Tx, org: OrgId, id: AgentId) -> Result<Vec<Supervision>, sqlx::Error> {
    query(tx, org, None, Some(id.0), None).await
}

/// One session, also when it is over.
///
/// # Errors
/// When the database is away.
pub async fn find(tx: &mut Tx, org: OrgId, id: SupervisionId) -> Result<Option<Supervision>, sqlx::Error> {
    Ok(query(tx, org, None, None, Some(id.0)).await?.pop())
}

async fn query(
    tx: &mut Tx,
    org: OrgId,
    supervisor: Option<uuid::Uuid>,
    agent: Option<uuid::Uuid>,
    id: Option<uuid::Uuid>,
) -> Result<Vec<Supervision>, sqlx::Error> {
    sqlx::query_as!(
        Supervision,
        r#"select s.id as "id: SupervisionId", s.agent_id as "agent: AgentId", a.name as agent_name,
                  s.supervisor_id as "supervisor: UserId", u.name as supervisor_name, s.role, s.role_now, s.asked_at,
                  s.joined_at, s.ended_at, s.ended_because
           from supervisions s join agents a on a.id = s.agent_id join users u on u.id = s.supervisor_id
           where s.org_id = $1 and (s.id = $4 or ($4::uuid is null and s.ended_at is null))
             and ($2::uuid is null or s.supervisor_id = $2) and ($3::uuid is null or s.agent_id = $3)
           order by s.asked_at"#,
        org.0,
        supervisor,
        agent,
        id
    )
    .fetch_all(&mut **tx)
    .await
}

/// The telephone a supervisor was last called at.
///
/// # Errors
/// When the database is away.
pub async fn phone_of(tx: &mut Tx, user: UserId) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar!("select phone from supervisor_phones where user_id = $1", user.0)
        .fetch_optional(&mut **tx)
        .await
}
