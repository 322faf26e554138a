//! The pacer's lease, its snapshot, and the log of its decisions.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::Snapshot;
use crate::{
    campaign::{Kind, State},
    db::Tx,
    id::{CampaignId, OrgId},
};

/// A campaign that the pacer has to look at.
#[derive(Clone, Debug)]
pub struct AtWork {
    pub id: CampaignId,
    pub org: OrgId,
    pub kind: Kind,
    pub state: State,
    pub pause_reason: Option<String>,
    pub planned: Option<i32>,
    pub stop_asked: bool,
}

/// Campaigns that dial, wait for agents, or drain.
///
/// # Errors
/// When the database is away.
pub async fn at_work(tx: &mut Tx) -> Result<Vec<AtWork>, sqlx::Error> {
    sqlx::query_as!(
        AtWork,
        r#"select id as "id: CampaignId", org_id as "org: OrgId", type as "kind: Kind", state as "state: State", pause_reason, planned, stop_asked
           from campaigns
           where state in ('running', 'draining') or (state = 'paused' and pause_reason = 'no_agents')"#
    )
    .fetch_all(&mut **tx)
    .await
}

/// Takes or keeps the lease on pacing a campaign, holding its row until the transaction ends: two pacers cannot claim
/// for one campaign at once. Answers the fence, or nothing if another pacer has it.
///
/// # Errors
/// When the database is away.
pub async fn lease(tx: &mut Tx, campaign: &AtWork, holder: Uuid, ttl: Duration) -> Result<Option<i64>, sqlx::Error> {
    let row = sqlx::query!(
        r#"select holder, fence, expires_at < clock_timestamp() as "expired!",
                  expires_at < clock_timestamp() + make_interval(secs => $2) as "ageing!"
           from pacer_leases where campaign_id = $1 for update skip locked"#,
        campaign.id.0,
        ttl.as_secs_f64() / 2.0
    )
    .fetch_optional(&mut **tx)
    .await?;
    match row {
        Some(row) if row.holder == holder && !row.ageing => Ok(Some(row.fence)),
        Some(row) if row.holder != holder && !row.expired => Ok(None),
        _ => take(tx, campaign, holder, ttl).await,
    }
}

async fn take(tx: &mut Tx, campaign: &AtWork, holder: Uuid, ttl: Duration) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar!(
        "insert into pacer_leases as l (campaign_id, org_id, holder, expires_at)
         values ($1, $2, $3, clock_timestamp() + make_interval(secs => $4))
         on conflict (campaign_id) do update set holder = excluded.holder, expires_at = excluded.expires_at,
           fence = l.fence + (l.holder <> excluded.holder)::int
         where l.holder = excluded.holder or l.expires_at < clock_timestamp()
         returning fence",
        campaign.id.0,
        campaign.org.0,
        holder,
        ttl.as_secs_f64()
    )
    .fetch_optional(&mut **tx)
    .await
}

/// Gives every lease of a pacer back: the next one need not wait.
///
/// # Errors
/// When the database is away.
pub async fn release(tx: &mut Tx, holder: Uuid) -> Result<(), sqlx::Error> {
    sqlx::query!("update pacer_leases set expires_at = clock_timestamp() where holder = $1", holder)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Waits until no other pacer decides for this organisation: two campaigns share one room of agents, and two pacers
/// that look at the same moment would each dial for all of it.
///
/// # Errors
/// When the database is away.
pub async fn one_at_a_time(tx: &mut Tx, org: OrgId) -> Result<(), sqlx::Error> {
    sqlx::query_scalar!("select 1 from organizations where id = $1 for no key update", org.0)
        .fetch_optional(&mut **tx)
        .await?;
    Ok(())
}

/// Reads what pacing looks at. Agents are the organisation's, so lines out are counted over all of its voice campaigns;
/// whoever waits for a text takes no line.
///
/// # Errors
/// When the database is away.
pub async fn snapshot(tx: &mut Tx, campaign: &AtWork) -> Result<Snapshot, sqlx::Error> {
    sqlx::query_as!(
        Snapshot,
        r#"select
             (select count(*) from agents where org_id = $2 and state = 'available' and conference_id is not null) as "free!",
             (select count(*) from agents where org_id = $2 and (state in ('reserved', 'on_call', 'wrap_up')
                or next_state = 'available')) as "busy!",
             (select count(*) from campaigns k join recipients r on r.campaign_id = k.id and r.state = 'claimed'
                left join calls c on c.id = r.call_id
              where k.org_id = $2 and k.type = 'voice' and k.state in ('running', 'paused', 'draining')
                and (c.id is null or (c.agent_id is null and c.state in ('intent', 'dialing', 'ringing'))
                  or (c.state = 'answered' and c.agent_id is null and not c.abandoned
                      and coalesce(c.amd_result, '') <> 'machine'))) as "outstanding!",
             (select count(*) from (select from recipients where campaign_id = $1 and state = 'queued' limit 1000) q) as "queued!",
             (select count(*) from recipients where campaign_id = $1 and state in ('claimed', 'retry_wait')) as "in_flight!",
             (select lines_per_agent from campaigns where id = $1) as "lines_per_agent!",
             (select mode = 'power' from campaigns where id = $1) as "by_hand!""#,
        campaign.id.0,
        campaign.org.0
    )
    .fetch_one(&mut **tx)
    .await
}

/// Writes down a decision to dial with what it looked at, so that it can be explained and replayed.
///
/// # Errors
/// When the database is away.
pub async fn log(
    tx: &mut Tx,
    campaign: &AtWork,
    dial: usize,
    now: &Snapshot,
    because: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into pacing_decisions (org_id, campaign_id, at, dial, inputs, because)
         values ($1, $2, wib_now(), $3, $4, $5)",
        campaign.org.0,
        campaign.id.0,
        i32::try_from(dial).unwrap_or(i32::MAX),
        json!(now),
        because
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Keeps the word for what a campaign waits for; true if it changed.
///
/// # Errors
/// When the database is away.
pub async fn waiting_for(tx: &mut Tx, campaign: CampaignId, why: Option<&str>) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "update pacer_leases set waiting_for = $2 where campaign_id = $1 and waiting_for is distinct from $2",
        campaign.0,
        why
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A decision as the page shows it.
#[derive(Clone, Debug, Serialize)]
pub struct Logged {
    pub at: DateTime<Utc>,
    pub dial: i32,
    pub because: String,
}

/// The last decisions of a campaign, newest first.
///
/// # Errors
/// When the database is away.
pub async fn why(tx: &mut Tx, campaign: CampaignId, limit: i64) -> Result<Vec<Logged>, sqlx::Error> {
    sqlx::query_as!(
        Logged,
        "select at, dial, because from pacing_decisions where campaign_id = $1 order by id desc limit $2",
        campaign.0,
        limit
    )
    .fetch_all(&mut **tx)
    .await
}
