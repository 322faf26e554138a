//! What pages and the API read of agents, and their heartbeats.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::State;
use crate::{
    db::Tx,
    id::{AccountId, AgentId, CallId, OrgId},
};

/// An agent as pages and the API show one.
#[derive(Clone, Debug, Serialize)]
pub struct Agent {
    pub id: AgentId,
    pub name: String,
    pub state: State,
    pub reason: Option<String>,
    pub since: DateTime<Utc>,
    pub next_state: Option<State>,
    pub leg: String,
    pub call_id: Option<CallId>,
    pub account_id: Option<AccountId>,
    pub account_number: Option<String>,
    pub consumer: Option<String>,
    /// Calls talked in the last 24 hours, and how long they took on average.
    pub calls: i64,
    pub handle_secs: Option<f64>,
    /// Seconds from a disposition to the next call of a list they dial; nothing: never by itself.
    pub auto_advance_secs: Option<i16>,
    /// They asked for a call that is about to leave.
    pub dialing: bool,
}

/// Every agent of an organisation, busy ones first, longest in state first.
///
/// # Errors
/// When the database is away.
pub async fn list(tx: &mut Tx, org: OrgId) -> Result<Vec<Agent>, sqlx::Error> {
    query(tx, org, None).await
}

/// One agent.
///
/// # Errors
/// When the database is away.
pub async fn find(tx: &mut Tx, org: OrgId, id: AgentId) -> Result<Option<Agent>, sqlx::Error> {
    Ok(query(tx, org, Some(id)).await?.pop())
}

async fn query(tx: &mut Tx, org: OrgId, id: Option<AgentId>) -> Result<Vec<Agent>, sqlx::Error> {
    sqlx::query_as!(
        Agent,
        r#"select a.id as "id: AgentId", a.name, a.state as "state: State", a.reason, a.since,
                  a.next_state as "next_state: State", a.leg, a.call_id as "call_id: CallId",
                  c.account_id as "account_id?: AccountId", d.number as "account_number?",
                  p.first_name || ' ' || p.last_name as consumer,
                  coalesce(t.calls, 0) as "calls!", t.handle_secs, a.auto_advance_secs,
                  agent_is_dialing(a.asked_call) as "dialing!"
           from agents a
           left join calls c on c.id = a.call_id
           left join collection_accounts d on d.id = c.account_id
           left join consumers p on p.id = c.consumer_id
           left join lateral (
             select count(*) as calls, avg(extract(epoch from k.ended_at - k.bridged_at))::float8 as handle_secs
             from calls k where k.agent_id = a.id and k.bridged_at > wib_now() - interval '24 hours' and k.ended_at is not null
           ) t on true
           where a.org_id = $1 and ($2::uuid is null or a.id = $2)
           order by array_position(array['on_call', 'reserved', 'wrap_up', 'available', 'break', 'offline'], a.state::text), a.since"#,
        org.0,
        id.map(|id| id.0)
    )
    .fetch_all(&mut **tx)
    .await
}

/// Whose agent it is.
///
/// # Errors
/// When the database is away.
pub async fn org(tx: &mut Tx, id: AgentId) -> Result<Option<OrgId>, sqlx::Error> {
    sqlx::query_scalar!(r#"select org_id as "org: OrgId" from agents where id = $1"#, id.0)
        .fetch_optional(&mut **tx)
        .await
}

/// Notes that an agent's browser is there. Real time: a simulation's speed does not make people vanish.
///
/// # Errors
/// When the database is away.
pub async fn touch(tx: &mut Tx, id: AgentId) -> Result<(), sqlx::Error> {
    sqlx::query!("update agents set last_seen_at = clock_timestamp() where id = $1", id.0).execute(&mut **tx).await?;
    Ok(())
}

/// Agents who are not offline and have not been seen for `grace`. One who has said goodbye but has a call is among them
/// until its hang-up is asked for: somebody would else stay on a line that nobody will hang up.
///
/// # Errors
/// When the database is away.
pub async fn unseen(tx: &mut Tx, grace: Duration) -> Result<Vec<AgentId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select id as "id: AgentId" from agents
           where coalesce(last_seen_at, 'epoch') < clock_timestamp() - make_interval(secs => $1)
             and (coalesce(next_state, state) <> 'offline'
                  or (state in ('reserved', 'on_call')
                      and not exists (select from jobs j where j.run_id = agents.call_id and j.kind = 'hang_up')))"#,
        grace.as_secs_f64()
    )
    .fetch_all(&mut **tx)
    .await
}

/// Calls whose agents wrap them up, though nothing will end it any more: the job was cancelled, or died.
///
/// # Errors
/// When the database is away.
pub async fn forgotten(tx: &mut Tx) -> Result<Vec<CallId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select a.call_id as "call!: CallId" from agents a
           where a.state = 'wrap_up' and not exists(select from jobs j where j.run_id = a.call_id)"#
    )
    .fetch_all(&mut **tx)
    .await
}
