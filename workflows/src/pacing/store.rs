//! The pacer's lease, its snapshot, and the log of its decisions.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::{Decided, Inputs, Learned, Mode, Settings, Snapshot};
use crate::{
    call::CONNECT_WITHIN,
    campaign::{self, Kind, State},
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

/// Reads how far a campaign's list is, and whether anybody is there to take its calls.
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
             (select count(*) from (select from recipients where campaign_id = $1 and state = 'queued' limit 1000) q) as "queued!",
             (select count(*) from recipients where campaign_id = $1 and state in ('claimed', 'retry_wait')) as "in_flight!",
             (select mode = 'power' from campaigns where id = $1) as "by_hand!""#,
        campaign.id.0,
        campaign.org.0
    )
    .fetch_one(&mut **tx)
    .await
}

/// Writes down a decision with all that it looked at, so that it can be explained and done again; `dial` people were
/// there to be dialed.
///
/// # Errors
/// When the database is away.
pub async fn log(tx: &mut Tx, campaign: &AtWork, dial: usize, decided: &Decided) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into pacing_decisions (org_id, campaign_id, at, dial, wanted, inputs, because)
         values ($1, $2, wib_now(), $3, $4, $5, $6)",
        campaign.org.0,
        campaign.id.0,
        i32::try_from(dial).unwrap_or(i32::MAX),
        i32::try_from(decided.dial).unwrap_or(i32::MAX),
        json!(decided.inputs),
        decided.reason.sentence()
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// What a campaign's owner decided about its pacing.
///
/// # Errors
/// When the database is away.
pub async fn settings(tx: &mut Tx, campaign: CampaignId) -> Result<Settings, sqlx::Error> {
    let row = sqlx::query!(
        "select mode, lines_per_agent, abandon_cap, max_lines, ring_timeout_secs, amd from campaigns where id = $1",
        campaign.0
    )
    .fetch_one(&mut **tx)
    .await?;
    // A mode that is not offered is nobody's to dial.
    let dials = campaign::Mode::parse(&row.mode).unwrap_or(campaign::Mode::Power);
    Ok(Settings {
        mode: Mode::of(dials, f64::from(row.lines_per_agent)),
        // Nothing at all may be left waiting: then a line for each free agent is what there is.
        cap: ((f64::from(row.abandon_cap) * 1e6).round() / 1e6).max(super::settings::LEAST_CAP),
        max_lines: row.max_lines.and_then(|lines| u32::try_from(lines).ok()).unwrap_or(super::settings::MOST_LINES),
        calls_per_second: None,
        tick: super::TICK,
        ring_timeout: f64::from(row.ring_timeout_secs),
        deadline: CONNECT_WITHIN.as_seconds_f64(),
        amd: row.amd != "off",
    })
}

/// What was learned of a campaign's calls, by whoever paced it last.
///
/// # Errors
/// When the database is away.
pub async fn learned(tx: &mut Tx, campaign: CampaignId) -> Result<Option<String>, sqlx::Error> {
    let stored = sqlx::query_scalar!("select learned from pacer_leases where campaign_id = $1", campaign.0);
    Ok(stored.fetch_optional(&mut **tx).await?.flatten())
}

/// Keeps what was learned under a lease; what another pacer has learned since is worth more.
///
/// # Errors
/// When the database is away.
pub async fn remember(tx: &mut Tx, campaign: CampaignId, fence: i64, learned: &Learned) -> Result<(), sqlx::Error> {
    let learned = serde_json::to_string(learned).map_err(|error| sqlx::Error::Encode(error.into()))?;
    sqlx::query!(
        "update pacer_leases set learned = $2, learned_at = clock_timestamp() where campaign_id = $1 and fence = $3",
        campaign.0,
        learned,
        fence
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

/// A decision to dial, with what it looked at.
#[derive(Clone, Debug, Serialize)]
pub struct Made {
    pub id: i64,
    pub campaign: CampaignId,
    pub at: DateTime<Utc>,
    /// What the engine said.
    pub wanted: i32,
    /// How many people there were to dial.
    pub dial: i32,
    pub because: String,
    pub inputs: serde_json::Value,
}

impl Made {
    /// What it looked at.
    ///
    /// # Errors
    /// When another release wrote it.
    pub fn inputs(&self) -> Result<Inputs, serde_json::Error> {
        Inputs::deserialize(&self.inputs)
    }
}

/// The last decisions of a campaign to dial, newest first.
///
/// # Errors
/// When the database is away.
pub async fn why(tx: &mut Tx, campaign: CampaignId, limit: i64) -> Result<Vec<Made>, sqlx::Error> {
    sqlx::query_as!(
        Made,
        r#"select id, campaign_id as "campaign: CampaignId", at, wanted as "wanted!", dial, because, inputs
           from pacing_decisions where campaign_id = $1 and wanted is not null order by id desc limit $2"#,
        campaign.0,
        limit
    )
    .fetch_all(&mut **tx)
    .await
}

/// Decisions in the order they were made, those after `after`; of one campaign, or of all that the transaction sees.
///
/// # Errors
/// When the database is away.
pub async fn made(tx: &mut Tx, campaign: Option<CampaignId>, after: i64, limit: i64) -> Result<Vec<Made>, sqlx::Error> {
    sqlx::query_as!(
        Made,
        r#"select id, campaign_id as "campaign: CampaignId", at, wanted as "wanted!", dial, because, inputs
           from pacing_decisions where ($1::uuid is null or campaign_id = $1) and id > $2 and wanted is not null
           order by id limit $3"#,
        campaign.map(|campaign| campaign.0),
        after,
        limit
    )
    .fetch_all(&mut **tx)
    .await
}
