//! The kill switch: one order of an organisation that stops all dialing and sending.
//!
//! ```text
//! off ──pull──▶ on ──lift──▶ off
//! ```
//!
//! Whoever writes an intent asks [`holds`] first, in the same transaction, and so holds a share of the switch until the
//! commit; [`pull`] takes it whole. So an intent is written before the order or not at all. What is ringing is hung up;
//! who talks goes on talking, unless the order says otherwise. Nobody's attempt is spent: a job that sends is put off, a
//! claim to call is given back, because after the order there may be no agent to take the call.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::json;
use uuid::Uuid;

use crate::{
    audit,
    call::HangUp,
    db::Tx,
    event,
    hub::Hint,
    id::{CallId, OrgId},
    job,
    transition::Actor,
};

/// What everybody is told who asks why nothing happens.
pub const BECAUSE: &str = "the kill switch is on: nobody is called or written to until a supervisor lifts it";

/// A job that is held looks again after this.
pub const LOOK_AGAIN: Duration = Duration::from_secs(10);

/// The longest reason.
const LONGEST: usize = 300;

/// An order, as it stands or as it was.
#[derive(Clone, Debug)]
pub struct Order {
    pub id: Uuid,
    pub at: DateTime<Utc>,
    /// The name of whoever gave it.
    pub by: String,
    pub reason: String,
    /// Conversations were ended, too.
    pub ends_calls: bool,
    pub lifted_at: Option<DateTime<Utc>>,
    pub lifted_by: Option<String>,
    pub lift_reason: Option<String>,
}

/// Why an order was not given, or not lifted.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("it is on already, since {0}")]
    On(DateTime<Utc>),
    #[error("it is not on")]
    Off,
    #[error("{0}")]
    Reason(&'static str),
    #[error("kill switch query failed")]
    Database(#[from] sqlx::Error),
}

/// Whether the transaction's organisation may contact nobody. Until the commit, the answer stands.
///
/// # Errors
/// When the database is away, or the transaction is no organisation's.
pub async fn holds(tx: &mut Tx) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(r#"select kill_switch_holds() as "held!""#).fetch_one(&mut **tx).await
}

/// Gives the order: from the commit on no intent is written, and what rings is hung up. Given once more, it may add that
/// conversations end, too.
///
/// # Errors
/// [`Error::On`] when it stands already and nothing is added; [`Error::Reason`].
pub async fn pull(tx: &mut Tx, org: OrgId, reason: &str, ends_calls: bool, actor: Actor) -> Result<(), Error> {
    let reason = words(reason)?;
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended('kill switch ' || $1::text, 0))", org.to_string())
        .execute(&mut **tx)
        .await?;
    match current(tx, org).await? {
        None => insert(tx, org, reason, ends_calls, actor).await?,
        Some(order) if ends_calls && !order.ends_calls => {
            sqlx::query!("update kill_switches set ends_calls = true where id = $1", order.id)
                .execute(&mut **tx)
                .await?;
        }
        Some(order) => return Err(Error::On(order.at)),
    }
    let hung_up = hang_up(tx, org, ends_calls).await?;
    let what = json!({ "reason": reason, "ends_calls": ends_calls, "hung_up": hung_up });
    audit::write(tx, org, &actor, "kill_switch.on", &org.to_string(), what).await?;
    Ok(tell(tx, org, true).await?)
}

async fn insert(tx: &mut Tx, org: OrgId, reason: &str, ends_calls: bool, actor: Actor) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into kill_switches (id, org_id, at, by, reason, ends_calls) values ($1, $2, wib_now(), $3, $4, $5)",
        Uuid::now_v7(),
        org.0,
        actor.to_string(),
        reason,
        ends_calls
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Whoever has answered and is being listened to is treated as one who talks: they are on the line already.
async fn hang_up(tx: &mut Tx, org: OrgId, ends_calls: bool) -> Result<usize, sqlx::Error> {
    let calls = sqlx::query_scalar!(
        r#"select id as "id: CallId" from calls where org_id = $1
             and (state in ('intent', 'dialing', 'ringing') or ($2 and state in ('answered', 'bridged')))"#,
        org.0,
        ends_calls
    )
    .fetch_all(&mut **tx)
    .await?;
    let jobs: Vec<HangUp> = calls.into_iter().map(HangUp::call).collect();
    job::enqueue_all(tx, org, &jobs).await?;
    Ok(jobs.len())
}

/// Lifts the order: the pacer goes on at once, jobs that were put off within [`LOOK_AGAIN`].
///
/// # Errors
/// [`Error::Off`] when there is none; [`Error::Reason`].
pub async fn lift(tx: &mut Tx, org: OrgId, reason: &str, actor: Actor) -> Result<(), Error> {
    let reason = words(reason)?;
    let done = sqlx::query!(
        "update kill_switches set lifted_at = wib_now(), lifted_by = $2, lift_reason = $3
         where org_id = $1 and lifted_at is null",
        org.0,
        actor.to_string(),
        reason
    )
    .execute(&mut **tx)
    .await?;
    if done.rows_affected() == 0 {
        return Err(Error::Off);
    }
    // A campaign of messages says why it waits only while it does.
    sqlx::query!("update pacer_leases set waiting_for = null where org_id = $1 and waiting_for = $2", org.0, BECAUSE)
        .execute(&mut **tx)
        .await?;
    audit::write(tx, org, &actor, "kill_switch.off", &org.to_string(), json!({ "reason": reason })).await?;
    Ok(tell(tx, org, false).await?)
}

/// The order that stands.
///
/// # Errors
/// When the database is away.
pub async fn current(tx: &mut Tx, org: OrgId) -> Result<Option<Order>, sqlx::Error> {
    Ok(list(tx, org, true, 1).await?.pop())
}

/// The orders there were, newest first.
///
/// # Errors
/// When the database is away.
pub async fn history(tx: &mut Tx, org: OrgId, limit: i64) -> Result<Vec<Order>, sqlx::Error> {
    list(tx, org, false, limit).await
}

async fn list(tx: &mut Tx, org: OrgId, standing: bool, limit: i64) -> Result<Vec<Order>, sqlx::Error> {
    sqlx::query_as!(
        Order,
        r#"select k.id, k.at, coalesce(u.name, 'an API key') as "by!", k.reason, k.ends_calls, k.lifted_at,
                  case when k.lifted_at is not null then coalesce(l.name, 'an API key') end as lifted_by, k.lift_reason
           from kill_switches k
           left join users u on 'user:' || u.id = k.by
           left join users l on 'user:' || l.id = k.lifted_by
           where k.org_id = $1 and (not $2 or k.lifted_at is null) order by k.at desc, k.id desc limit $3"#,
        org.0,
        standing,
        limit
    )
    .fetch_all(&mut **tx)
    .await
}

/// What an order would stop, or let go on.
#[derive(Clone, Copy, Debug)]
pub struct UnderWay {
    /// Campaigns that run.
    pub campaigns: i64,
    /// Calls nobody has answered yet.
    pub ringing: i64,
    /// Calls that were answered.
    pub talking: i64,
}

/// Counts what is under way.
///
/// # Errors
/// When the database is away.
pub async fn under_way(tx: &mut Tx, org: OrgId) -> Result<UnderWay, sqlx::Error> {
    sqlx::query_as!(
        UnderWay,
        r#"select (select count(*) from campaigns where org_id = $1 and state = 'running') as "campaigns!",
                  count(*) filter (where state in ('intent', 'dialing', 'ringing')) as "ringing!",
                  count(*) filter (where state in ('answered', 'bridged')) as "talking!"
           from calls where org_id = $1 and state in ('intent', 'dialing', 'ringing', 'answered', 'bridged')"#,
        org.0
    )
    .fetch_one(&mut **tx)
    .await
}

/// Requests that may be between their intent and the provider at this moment: after the order they are the last.
///
/// # Errors
/// When the database is away.
pub async fn leaving(tx: &mut Tx, org: OrgId) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select exists (select from calls where org_id = $1 and state = 'intent' and outcome = 'known')
             or exists (select from messages where org_id = $1 and state = 'queued' and intent_at is not null
                          and outcome = 'known') as "any!""#,
        org.0
    )
    .fetch_one(&mut **tx)
    .await
}

fn words(reason: &str) -> Result<&str, Error> {
    match reason.trim() {
        "" => Err(Error::Reason("say why, in a few words: everybody sees it, and it goes to the audit trail")),
        long if long.chars().count() > LONGEST => Err(Error::Reason("is at most 300 characters")),
        reason => Ok(reason),
    }
}

/// Pages show it, and the pacer says it.
async fn tell(tx: &mut Tx, org: OrgId, on: bool) -> Result<(), sqlx::Error> {
    tx.hint(Hint::Pacer);
    event::publish(tx, org, "kill_switch", "kill_switch", json!({ "on": on })).await
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::nothing("", None)]
    #[case::blank("  \n", None)]
    #[case::words("  wrong list ", Some("wrong list"))]
    fn an_order_has_a_reason(#[case] typed: &str, #[case] kept: Option<&str>) {
        assert_eq!(words(typed).ok(), kept);
    }

    #[test]
    fn a_reason_is_no_letter() {
        assert!(words(&"x".repeat(301)).is_err());
        assert!(words(&"ä".repeat(300)).is_ok());
    }
}
