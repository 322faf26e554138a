//! How an agent who dials a list goes from one person to the next: what they asked for, and when the next call leaves
//! by itself. The moment is kept here, not in a browser: it outlives a reload, and two windows share it.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::Error;
use crate::{
    db::Tx,
    event,
    id::{AgentId, CallId, OrgId},
};

/// The longest an agent may wait between a disposition and the next call.
pub const LONGEST_ADVANCE_SECS: i16 = 30;

/// When the next call leaves by itself, and now; both in real time.
#[derive(Clone, Copy, Debug)]
pub struct Advance {
    pub at: Option<DateTime<Utc>>,
    pub now: DateTime<Utc>,
}

/// Reads when an agent's next call leaves.
///
/// # Errors
/// [`Error::NotFound`] when the organisation has no such agent.
pub async fn advance(tx: &mut Tx, org: OrgId, id: AgentId) -> Result<Advance, Error> {
    let row = sqlx::query_as!(
        Advance,
        r#"select advance_at as at, clock_timestamp() as "now!" from agents where org_id = $1 and id = $2"#,
        org.0,
        id.0
    );
    row.fetch_optional(&mut **tx).await?.ok_or(Error::NotFound)
}

/// Sets how many seconds after a disposition the next call leaves; nothing: never by itself.
///
/// # Errors
/// [`Error::NotFound`] when the organisation has no such agent.
pub async fn set_auto_advance(tx: &mut Tx, org: OrgId, id: AgentId, secs: Option<i16>) -> Result<(), Error> {
    let done = sqlx::query!(
        "update agents set auto_advance_secs = $3, advance_at = case when $3::smallint is not null then advance_at end
         where org_id = $1 and id = $2",
        org.0,
        id.0,
        secs
    )
    .execute(&mut **tx)
    .await?;
    if done.rows_affected() == 0 {
        return Err(Error::NotFound);
    }
    Ok(tell(tx, org, id).await?)
}

/// The next call waits for the agent. Nobody was claimed for it, so nothing is given back.
///
/// # Errors
/// When the database is away.
pub async fn stay(tx: &mut Tx, org: OrgId, id: AgentId) -> Result<(), Error> {
    sqlx::query!("update agents set advance_at = null where org_id = $1 and id = $2", org.0, id.0)
        .execute(&mut **tx)
        .await?;
    Ok(tell(tx, org, id).await?)
}

/// The call came to nothing before it left: the next one leaves as after a disposition.
///
/// # Errors
/// When the database is away.
pub async fn go_on(tx: &mut Tx, org: OrgId, id: AgentId) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update agents set advance_at = clock_timestamp() + make_interval(secs => auto_advance_secs)
         where org_id = $1 and id = $2 and state = 'available'",
        org.0,
        id.0
    )
    .execute(&mut **tx)
    .await?;
    tell(tx, org, id).await
}

/// Remembers the call an agent asked for: until it leaves, or comes to nothing, they are not free for another.
///
/// # Errors
/// When the database is away.
pub(crate) async fn asks(tx: &mut Tx, org: OrgId, id: AgentId, call: CallId) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update agents set asked_call = $3, advance_at = null where org_id = $1 and id = $2",
        org.0,
        id.0,
        call.0
    )
    .execute(&mut **tx)
    .await?;
    tell(tx, org, id).await
}

/// Whether an agent waits for a call, for this one at least, holding the row: nobody else promises them meanwhile.
///
/// # Errors
/// When the database is away.
pub(crate) async fn is_free(tx: &mut Tx, id: AgentId, call: CallId) -> Result<bool, sqlx::Error> {
    // First the row, then a look with fresh eyes: a statement that waits for the row has not seen the job of the call
    // that was asked for meanwhile.
    sqlx::query_scalar!("select 1 from agents where id = $1 for update", id.0).fetch_optional(&mut **tx).await?;
    let free = sqlx::query_scalar!(
        "select 1 from agents where id = $1 and state = 'available' and conference_id is not null
           and (asked_call = $2 or not agent_is_dialing(asked_call))",
        id.0,
        call.0
    );
    Ok(free.fetch_optional(&mut **tx).await?.is_some())
}

async fn tell(tx: &mut Tx, org: OrgId, id: AgentId) -> Result<(), sqlx::Error> {
    event::publish(tx, org, &format!("agent:{id}"), "advance", json!({ "id": id })).await
}
