//! Persists what happens to a campaign: state, history, audit, jobs and event in the caller's transaction.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::{Effect, Error, Event, Invalid, Kind, PauseReason, PlanCampaign, StartCampaign, State};
use crate::{
    db::Tx,
    event,
    hub::Hint,
    id::{CampaignId, OrgId},
    job, recipient,
    schedule::{self, Cron},
    transition::{self, Actor, Change, Transition},
};

struct Row {
    org: OrgId,
    state: State,
    pause_reason: Option<String>,
    version: i32,
    cron: Option<String>,
    timezone: String,
}

/// Applies an event to a stored campaign and writes down everything that follows from it.
///
/// # Errors
/// [`Error::NotFound`] also for another organisation's campaign; [`Error::Illegal`] when it cannot be now.
pub async fn record(tx: &mut Tx, id: CampaignId, event: Event, actor: Actor) -> Result<State, Error> {
    let row = lock(tx, id).await?;
    let now = tx.now().await?;
    let paused_for = row.pause_reason.as_deref().map(PauseReason::parse);
    let Transition { next, effects } = row.state.on(&event, paused_for)?;
    write(tx, id, &event, next, now).await?;
    note(tx, id, &row, &event, next, actor, now).await?;
    for effect in effects {
        perform(tx, id, &row, effect).await?;
    }
    Ok(next)
}

async fn lock(tx: &mut Tx, id: CampaignId) -> Result<Row, Error> {
    sqlx::query_as!(
        Row,
        r#"select org_id as "org: OrgId", state as "state: State", pause_reason, version, cron, timezone
           from campaigns where id = $1 for update"#,
        id.0
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or(Error::NotFound)
}

async fn write(tx: &mut Tx, id: CampaignId, event: &Event, next: State, now: DateTime<Utc>) -> Result<(), Error> {
    let reason = match event {
        Event::Pause(reason) => Some(reason.as_str()),
        _ => None,
    };
    sqlx::query!(
        "update campaigns set state = $2, version = version + 1, pause_reason = $3,
                stop_asked = stop_asked or $4,
                started_at = case when $5 then coalesce(started_at, $6) else started_at end,
                ended_at = case when $7 then $6 end
         where id = $1",
        id.0,
        next as State,
        reason,
        matches!(event, Event::Stop),
        next == State::Running,
        now,
        next.is_final()
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

async fn note(
    tx: &mut Tx,
    id: CampaignId,
    row: &Row,
    event: &Event,
    next: State,
    actor: Actor,
    at: DateTime<Utc>,
) -> Result<(), Error> {
    let detail = match event {
        Event::Pause(reason) => Some(reason.as_str()),
        _ => None,
    };
    let (from, to) = (row.state.as_str(), next.as_str());
    let (noun, word, seq) = ("campaign", event.word(), row.version + 1);
    transition::append(tx, Change { org: row.org, noun, id: id.0, seq, from, to, event: word, actor, detail, at })
        .await?;
    let what = json!({ "id": id, "state": next, "reason": detail });
    event::publish(tx, row.org, &format!("campaign:{id}"), "campaign", what.clone()).await?;
    event::publish(tx, row.org, "campaigns", "campaign", what).await?;
    Ok(())
}

async fn perform(tx: &mut Tx, id: CampaignId, row: &Row, effect: Effect) -> Result<(), Error> {
    match effect {
        Effect::StartAt(at) => {
            job::enqueue_at(tx, row.org, &StartCampaign { campaign: id }, at).await?;
        }
        Effect::FollowCron => {
            let cron = row.cron.as_deref().unwrap_or_default();
            let cron = Cron::parse(cron, &row.timezone)
                .map_err(|error| Invalid { field: "schedule.cron", message: error.to_string() })?;
            schedule::put(tx, row.org, &format!("campaign:{id}"), &cron, &StartCampaign { campaign: id }).await?;
        }
        Effect::Unschedule => schedule::rest(tx, row.org, &format!("campaign:{id}")).await?,
        Effect::Plan => {
            job::enqueue(tx, row.org, &PlanCampaign { campaign: id }).await?;
        }
        Effect::SkipWaiting => recipient::skip_waiting(tx, id).await?,
        Effect::WakePacer => tx.hint(Hint::Pacer),
    }
    Ok(())
}

/// Whether a campaign runs, as of now: a pause waits for this transaction, or is seen by it.
///
/// # Errors
/// When the database is away.
pub async fn is_running(tx: &mut Tx, id: CampaignId) -> Result<bool, sqlx::Error> {
    let running = sqlx::query_scalar!("select 1 from campaigns where id = $1 and state = 'running' for share", id.0);
    Ok(running.fetch_optional(&mut **tx).await?.is_some())
}

/// Whose campaign it is.
///
/// # Errors
/// When there is none, or the database is away.
pub(crate) async fn org(tx: &mut Tx, id: CampaignId) -> Result<OrgId, sqlx::Error> {
    sqlx::query_scalar!(r#"select org_id as "org: OrgId" from campaigns where id = $1"#, id.0)
        .fetch_one(&mut **tx)
        .await
}

/// Why a campaign cannot start now; each names its fix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotReady {
    #[error("no agent is available: at least one agent must go available before the campaign starts")]
    NoAgents,
    #[error("the organisation has no number to call from: add one and set it as the campaign's caller id")]
    NoNumber,
    #[error("there is nobody to send from: the campaign's number or sender is gone")]
    NoSender,
    #[error("the list is empty: no account matches the campaign's audience")]
    NobodyToCall,
}

/// Checks what a start needs: somebody to talk where people are called, a number or sender, somebody to reach.
///
/// # Errors
/// The first thing missing, or that there is no such campaign.
pub async fn ready(tx: &mut Tx, id: CampaignId) -> Result<(), Error> {
    let row = sqlx::query!(
        r#"select c.org_id, c.planned, c.type as "kind: Kind", c.sender is not null as "sender!",
                  exists(select from agents a where a.org_id = c.org_id and a.state not in ('offline', 'break')) as "agents!",
                  exists(select from numbers n where n.org_id = c.org_id and n.e164 = c.caller_id) as "number!"
           from campaigns c where c.id = $1"#,
        id.0
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or(Error::NotFound)?;
    let missing = match row.kind {
        Kind::Voice if !row.number => Some(NotReady::NoNumber),
        Kind::Voice if !row.agents => Some(NotReady::NoAgents),
        Kind::SmsBlast if !row.number => Some(NotReady::NoSender),
        Kind::EmailBlast if !row.sender => Some(NotReady::NoSender),
        _ => None,
    };
    if let Some(missing) = missing {
        return Err(missing.into());
    }
    if row.planned.is_none() && !super::list::anybody(tx, id, OrgId(row.org_id)).await? {
        return Err(NotReady::NobodyToCall.into());
    }
    Ok(())
}
