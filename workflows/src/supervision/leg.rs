//! What is learned of a supervisor's leg, in whatever order.

use std::time::Duration;

use super::{JoinSupervisor, Role, SwitchSupervisor, end, tell};
use crate::{
    call::HangUp,
    db::Tx,
    id::{AgentId, OrgId, SupervisionId},
    job,
    transition::Actor,
};

/// A session as its jobs look at it.
#[derive(Clone, Debug)]
pub struct Standing {
    pub org: OrgId,
    pub agent: AgentId,
    pub phone: String,
    pub conference: String,
    pub role: String,
    pub role_now: Option<String>,
    pub version: i32,
    pub leg: Option<String>,
    pub joined: bool,
    pub ended: bool,
    /// The agent's own leg: whom a whisper reaches.
    pub agent_leg: Option<String>,
    pub caller_id: Option<String>,
    /// Real seconds since it was asked for, by its id.
    pub age_secs: f64,
}

impl Standing {
    /// What is wanted.
    #[must_use]
    pub fn wanted(&self) -> Role {
        Role::named(&self.role).unwrap_or(Role::Monitor)
    }
}

/// Reads a session.
///
/// # Errors
/// When there is none, or the database is away.
pub async fn standing(tx: &mut Tx, id: SupervisionId) -> Result<Standing, sqlx::Error> {
    sqlx::query_as!(
        Standing,
        r#"select s.org_id as "org: OrgId", s.agent_id as "agent: AgentId", s.phone, s.conference_id as conference, s.role,
                  s.role_now, s.version, s.leg_call_control_id as leg, s.joined_at is not null as "joined!",
                  s.ended_at is not null as "ended!",
                  case when a.conference_id = s.conference_id then a.leg_call_control_id end as agent_leg,
                  (select n.e164 from numbers n where n.org_id = s.org_id order by n.id limit 1) as caller_id,
                  extract(epoch from clock_timestamp() - uuid_moment(s.id))::float8 as "age_secs!"
           from supervisions s join agents a on a.id = s.agent_id where s.id = $1"#,
        id.0
    )
    .fetch_one(&mut **tx)
    .await
}

/// Remembers the carrier's id of the leg; a session that is over hangs it up. False: it is over, or has another leg.
///
/// # Errors
/// When the database is away.
pub async fn dialed(tx: &mut Tx, id: SupervisionId, leg: &str) -> Result<bool, sqlx::Error> {
    let row = sqlx::query!(
        r#"update supervisions set leg_call_control_id = coalesce(leg_call_control_id, $2) where id = $1
           returning org_id as "org: OrgId", ended_at is not null as "ended!", leg_call_control_id as "leg!""#,
        id.0,
        leg
    );
    let Some(row) = row.fetch_optional(&mut **tx).await? else { return Ok(false) };
    let theirs = !row.ended && row.leg == leg;
    if !theirs {
        job::enqueue(tx, row.org, &HangUp::supervisor(id, leg)).await?;
    }
    Ok(theirs)
}

/// They took the call: into the conference with them.
///
/// # Errors
/// When the database is away.
pub async fn answered(tx: &mut Tx, id: SupervisionId, leg: &str) -> Result<(), sqlx::Error> {
    if dialed(tx, id, leg).await? {
        let org = standing(tx, id).await?.org;
        job::enqueue(tx, org, &JoinSupervisor { session: id }).await?;
    }
    Ok(())
}

/// They are in, with this role if that is sure; another that is wanted by now is asked for.
///
/// # Errors
/// When the database is away.
pub async fn joined(tx: &mut Tx, id: SupervisionId, role: Role, sure: bool) -> Result<(), sqlx::Error> {
    let row = sqlx::query!(
        r#"update supervisions set role_now = case when $3 then $2 end, joined_at = coalesce(joined_at, wib_now())
           where id = $1 and ended_at is null
           returning org_id as "org: OrgId", agent_id as "agent: AgentId", (role <> $2 or not $3) as "otherwise!""#,
        id.0,
        role.as_str(),
        sure
    );
    let Some(row) = row.fetch_optional(&mut **tx).await? else { return Ok(()) };
    if row.otherwise {
        job::enqueue(tx, row.org, &SwitchSupervisor { session: id }).await?;
    }
    tell(tx, row.org, row.agent).await
}

/// The leg is gone.
///
/// # Errors
/// When the database is away.
pub async fn hung_up(tx: &mut Tx, id: SupervisionId, leg: Option<&str>) -> Result<bool, sqlx::Error> {
    let theirs = standing(tx, id).await?.leg;
    if theirs.is_some() && theirs.as_deref() != leg {
        return Ok(false);
    }
    end(tx, id, "the line was hung up", Actor::Carrier).await
}

/// The agent's leg is gone, and their conference with it.
///
/// # Errors
/// When the database is away.
pub async fn agent_gone(tx: &mut Tx, agent: AgentId) -> Result<(), sqlx::Error> {
    let open = sqlx::query_scalar!(
        r#"select id as "id: SupervisionId" from supervisions where agent_id = $1 and ended_at is null"#,
        agent.0
    );
    for id in open.fetch_all(&mut **tx).await? {
        end(tx, id, "the agent's audio ended", Actor::System).await?;
    }
    Ok(())
}

/// The session a carrier's leg belongs to.
///
/// # Errors
/// When the database is away.
pub async fn by_leg(tx: &mut Tx, leg: &str) -> Result<Option<SupervisionId>, sqlx::Error> {
    sqlx::query_scalar!(r#"select id as "id: SupervisionId" from supervisions where leg_call_control_id = $1"#, leg)
        .fetch_optional(&mut **tx)
        .await
}

/// Sessions that are not in by now, or whose agent has another conference or none: nobody reports them.
///
/// # Errors
/// When the database is away.
pub async fn overdue(tx: &mut Tx, in_by: Duration) -> Result<Vec<SupervisionId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select s.id as "id: SupervisionId" from supervisions s join agents a on a.id = s.agent_id
           where s.ended_at is null
             and (a.conference_id is distinct from s.conference_id
                  or (s.joined_at is null and uuid_moment(s.id) < clock_timestamp() - make_interval(secs => $1)))"#,
        in_by.as_secs_f64()
    )
    .fetch_all(&mut **tx)
    .await
}

/// Whether the carrier may hold a supervisor's leg: a session is open, or was within minutes.
///
/// # Errors
/// When the database is away.
pub async fn lately(tx: &mut Tx) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select exists(select from (select ended_at from supervisions order by id desc limit 100) lately
                         where ended_at is null or ended_at > wib_now() - interval '10 minutes') as "any!""#
    )
    .fetch_one(&mut **tx)
    .await
}

/// Sessions with a leg that is older than this, in real time, and the leg.
///
/// # Errors
/// When the database is away.
pub async fn with_legs(tx: &mut Tx, older: Duration) -> Result<Vec<(SupervisionId, String)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select id as "id: SupervisionId", leg_call_control_id as "leg!" from supervisions
           where ended_at is null and leg_call_control_id is not null
             and uuid_moment(id) < clock_timestamp() - make_interval(secs => $1)"#,
        older.as_secs_f64()
    );
    Ok(rows.fetch_all(&mut **tx).await?.into_iter().map(|row| (row.id, row.leg)).collect())
}
