//! What pages and the API read of campaigns.

use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

use super::{Kind, State};
use crate::{
    db::Tx,
    id::{CampaignId, OrgId},
    message,
    recipient::{self, Tally},
};

/// A campaign as the API shows it.
#[derive(Clone, Debug, Serialize)]
pub struct Campaign {
    pub id: CampaignId,
    pub name: String,
    #[serde(rename = "type")]
    pub kind: Kind,
    pub state: State,
    pub pause_reason: Option<String>,
    /// Why it is not dialing just now, in words, while it runs.
    pub waiting_for: Option<String>,
    pub mode: String,
    pub caller_id: Option<String>,
    /// Who its e-mails are from.
    pub sender: Option<String>,
    pub rate_per_minute: Option<i32>,
    pub amd: String,
    pub ring_timeout_secs: i32,
    pub wrap_up_secs: i32,
    pub max_attempts: i32,
    pub retry_minutes: serde_json::Value,
    pub audience: serde_json::Value,
    pub starts_at: Option<DateTime<Utc>>,
    pub cron: Option<String>,
    pub timezone: String,
    pub window_minutes: Option<i32>,
    pub abandon_cap: f32,
    pub lines_per_agent: f32,
    pub max_lines: Option<i32>,
    pub planned: Option<i32>,
    pub created_at: DateTime<Utc>,
    pub started_at: Option<DateTime<Utc>>,
    pub ended_at: Option<DateTime<Utc>>,
}

/// Everything counted about a campaign. The recipients add up; so do the calls.
#[derive(Clone, Debug, Serialize)]
pub struct Stats {
    pub recipients: Tally,
    pub balances: bool,
    /// Dials that the carrier took, or may have taken.
    pub dials: i64,
    pub live: i64,
    pub calling: i64,
    /// Calls that an agent talks on now.
    pub connected_now: i64,
    /// Calls that an agent talked on, ever.
    pub connected: i64,
    /// Of them, those whose sound is here.
    pub recordings: i64,
    /// And those whose sound is on its way.
    pub recordings_pending: i64,
    /// Of them, those whose words are here.
    pub transcripts: i64,
    /// And those that are still being written down.
    pub transcripts_pending: i64,
    /// Calls a person answered.
    pub answered: i64,
    pub abandoned: i64,
    pub voicemail: i64,
    pub no_answer: i64,
    pub busy: i64,
    pub failed: i64,
    pub unknown: i64,
    /// Attempts that a rule refused; each is stored with its reason.
    pub refused: i64,
    pub talk_seconds: i64,
    /// Of a campaign of texts or e-mails.
    pub messages: message::Counts,
}

impl Stats {
    /// How many recordings and transcripts the conversations still lack: nought, once all of them are here.
    #[must_use]
    pub fn unkept(&self) -> i64 {
        2 * self.connected - self.recordings - self.transcripts
    }
}

struct Calls {
    dials: i64,
    live: i64,
    calling: i64,
    connected_now: i64,
    connected: i64,
    recordings: i64,
    recordings_pending: i64,
    transcripts: i64,
    transcripts_pending: i64,
    answered: i64,
    abandoned: i64,
    voicemail: i64,
    no_answer: i64,
    busy: i64,
    failed: i64,
    unknown: i64,
    refused: i64,
    talk_seconds: i64,
}

/// One campaign of the organisation.
///
/// # Errors
/// When the database is away.
pub async fn find(tx: &mut Tx, org: OrgId, id: CampaignId) -> Result<Option<Campaign>, sqlx::Error> {
    Ok(query(tx, org, Some(id.0), None, None, 1).await?.pop())
}

/// Campaigns of a kind or of all, newest first, after a cursor.
///
/// # Errors
/// When the database is away.
pub async fn list(
    tx: &mut Tx,
    org: OrgId,
    kind: Option<Kind>,
    before: Option<CampaignId>,
    limit: i64,
) -> Result<Vec<Campaign>, sqlx::Error> {
    query(tx, org, None, kind, before.map(|id| id.0), limit).await
}

async fn query(
    tx: &mut Tx,
    org: OrgId,
    id: Option<Uuid>,
    kind: Option<Kind>,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Campaign>, sqlx::Error> {
    sqlx::query_as!(
        Campaign,
        r#"select c.id as "id: CampaignId", c.name, c.type as "kind: Kind", c.state as "state: State", c.pause_reason,
                  l.waiting_for as "waiting_for?", c.mode, c.caller_id, c.sender, c.rate_per_minute, c.amd, c.ring_timeout_secs, c.wrap_up_secs,
                  c.max_attempts, c.retry_minutes, c.audience, c.starts_at, c.cron, c.timezone, c.window_minutes,
                  c.abandon_cap, c.lines_per_agent, c.max_lines, c.planned, c.created_at, c.started_at, c.ended_at
           from campaigns c left join pacer_leases l on l.campaign_id = c.id
           where c.org_id = $1 and ($2::uuid is null or c.id = $2) and ($3::campaign_type is null or c.type = $3) and ($4::uuid is null or c.id < $4)
           order by c.id desc limit $5"#,
        org.0,
        id,
        kind as Option<Kind>,
        before,
        limit
    )
    .fetch_all(&mut **tx)
    .await
}

/// Counts a campaign's people and calls.
///
/// # Errors
/// When the database is away.
pub async fn stats(tx: &mut Tx, id: CampaignId) -> Result<Stats, sqlx::Error> {
    let recipients = recipient::tally(tx, id).await?;
    let calls = calls(tx, id).await?;
    let messages = message::counts(tx, id).await?;
    Ok(Stats {
        recipients,
        balances: recipients.balances(),
        dials: calls.dials,
        live: calls.live,
        calling: calls.calling,
        connected_now: calls.connected_now,
        connected: calls.connected,
        recordings: calls.recordings,
        recordings_pending: calls.recordings_pending,
        transcripts: calls.transcripts,
        transcripts_pending: calls.transcripts_pending,
        answered: calls.answered,
        abandoned: calls.abandoned,
        voicemail: calls.voicemail,
        no_answer: calls.no_answer,
        busy: calls.busy,
        failed: calls.failed,
        unknown: calls.unknown,
        refused: calls.refused,
        talk_seconds: calls.talk_seconds,
        messages,
    })
}

async fn calls(tx: &mut Tx, id: CampaignId) -> Result<Calls, sqlx::Error> {
    sqlx::query_as!(
        Calls,
        r#"select
             count(*) filter (where c.state not in ('intent', 'skipped', 'cancelled')) as "dials!",
             count(*) filter (where c.ended_at is null) as "live!",
             count(*) filter (where c.state in ('intent', 'dialing', 'ringing')) as "calling!",
             count(*) filter (where c.state = 'bridged') as "connected_now!",
             count(*) filter (where c.bridged_at is not null) as "connected!",
             count(*) filter (where c.bridged_at is not null and r.state in ('stored', 'erased')) as "recordings!",
             count(*) filter (where c.bridged_at is not null and r.state in ('asked', 'recording', 'saved')) as "recordings_pending!",
             count(*) filter (where c.bridged_at is not null and t.state in ('done', 'erased')) as "transcripts!",
             count(*) filter (where c.bridged_at is not null and t.state in ('asked', 'running')) as "transcripts_pending!",
             count(*) filter (where c.answered_at is not null and c.amd_result is distinct from 'machine') as "answered!",
             count(*) filter (where c.abandoned) as "abandoned!",
             count(*) filter (where c.result = 'voicemail') as "voicemail!",
             count(*) filter (where c.result = 'no_answer') as "no_answer!",
             count(*) filter (where c.result = 'busy') as "busy!",
             count(*) filter (where c.state = 'failed' or c.result = 'failed') as "failed!",
             count(*) filter (where c.outcome = 'unknown') as "unknown!",
             count(*) filter (where c.state = 'skipped') as "refused!",
             coalesce(sum(extract(epoch from c.ended_at - c.bridged_at)), 0)::bigint as "talk_seconds!"
           from calls c
           left join recordings r on r.call_id = c.id
           left join transcriptions t on t.call_id = c.id
           where c.campaign_id = $1"#,
        id.0
    )
    .fetch_one(&mut **tx)
    .await
}
