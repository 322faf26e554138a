//! An agent's leg: where it is dialed, what stands of it, and how long ago it was asked for.

use std::time::Duration;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::Error;
use crate::{
    db::Tx,
    id::{AgentId, OrgId},
};

/// Where an agent's audio goes.
#[derive(Clone, Debug, Default)]
pub struct Endpoint {
    pub org: Option<OrgId>,
    pub phone: Option<String>,
    pub sip_username: Option<String>,
    pub leg_attempt: Option<Uuid>,
    pub leg_call_control_id: Option<String>,
    pub conference: Option<String>,
    pub caller_id: Option<String>,
}

/// Reads where an agent's leg is to be dialed, and what stands of it.
///
/// # Errors
/// [`Error::NotFound`] when there is no such agent.
pub async fn endpoint(tx: &mut Tx, id: AgentId) -> Result<Endpoint, Error> {
    sqlx::query_as!(
        Endpoint,
        r#"select a.org_id as "org: OrgId", a.phone, a.sip_username, a.leg_attempt, a.leg_call_control_id,
                  a.conference_id as conference,
                  (select n.e164 from numbers n where n.org_id = a.org_id order by n.id limit 1) as caller_id
           from agents a where a.id = $1"#,
        id.0
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or(Error::NotFound)
}

/// Remembers the carrier's id of an agent's leg. False: another leg was asked for meanwhile, or is the agent's already.
///
/// # Errors
/// When the database is away.
pub async fn leg_dialed(tx: &mut Tx, id: AgentId, leg: Uuid, call_control_id: &str) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "update agents set leg_call_control_id = $3
         where id = $1 and leg_attempt = $2 and coalesce(leg_call_control_id, $3) = $3",
        id.0,
        leg,
        call_control_id
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Whether the leg asked for under this command is still the agent's, holding the row: what was learned of it while
/// the carrier was asked may concern a leg that is gone.
///
/// # Errors
/// When the database is away.
pub async fn holds_leg(tx: &mut Tx, id: AgentId, leg: Uuid) -> Result<bool, sqlx::Error> {
    let held = sqlx::query_scalar!("select 1 from agents where id = $1 and leg_attempt = $2 for update", id.0, leg);
    Ok(held.fetch_optional(&mut **tx).await?.is_some())
}

/// A leg that stands, or is being dialed.
#[derive(Clone, Debug)]
pub struct Leg {
    pub agent: AgentId,
    /// Its dial's command id.
    pub attempt: Uuid,
    pub call_control_id: Option<String>,
    /// Not in its conference yet.
    pub dialing: bool,
    /// How long ago it was asked for, in real time: so the command id says.
    pub age: Duration,
}

/// Every leg that stands or is being dialed.
///
/// # Errors
/// When the database is away.
pub async fn legs(tx: &mut Tx) -> Result<Vec<Leg>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select id as "agent: AgentId", leg_attempt as "attempt!", leg_call_control_id as call_control_id,
                  leg = 'dialing' as "dialing!", clock_timestamp() as "now!"
           from agents where leg <> 'down' and leg_attempt is not null"#
    )
    .fetch_all(&mut **tx)
    .await?;
    let leg = |agent, attempt, call_control_id, dialing, now| Leg {
        agent,
        attempt,
        call_control_id,
        dialing,
        age: age(attempt, now),
    };
    Ok(rows.into_iter().map(|r| leg(r.agent, r.attempt, r.call_control_id, r.dialing, r.now)).collect())
}

fn age(attempt: Uuid, now: DateTime<Utc>) -> Duration {
    let (secs, nanos) = attempt.get_timestamp().map_or((0, 0), |stamp| stamp.to_unix());
    let asked = i64::try_from(secs).ok().and_then(|secs| DateTime::from_timestamp(secs, nanos)).unwrap_or_default();
    (now - asked).to_std().unwrap_or_default()
}

/// The agent a carrier's leg belongs to.
///
/// # Errors
/// When the database is away.
pub async fn by_leg(tx: &mut Tx, call_control_id: &str) -> Result<Option<AgentId>, sqlx::Error> {
    sqlx::query_scalar!(r#"select id as "id: AgentId" from agents where leg_call_control_id = $1"#, call_control_id)
        .fetch_optional(&mut **tx)
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_legs_age_is_that_of_its_command_id() {
        let asked = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
        let id = Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, 1_790_000_000, 0));
        assert_eq!(age(id, asked + chrono::TimeDelta::seconds(61)), Duration::from_secs(61));
    }
}
