//! Reads what the rules look at, for a page of jobs at once.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;

use super::{Campaign, Facts, Held, Job, JobId, Limit, Queue, State, Stopped, names, rules};
use crate::{
    campaign,
    db::Tx,
    id::{CampaignId, OrgId},
    job::Job as _,
    kill_switch,
    message::{SendEmail, SendSms},
};

struct Row {
    id: i64,
    kind: String,
    queue: String,
    ended: Option<State>,
    running: bool,
    cancelled: bool,
    priority: i16,
    run_at: DateTime<Utc>,
    started_at: Option<DateTime<Utc>>,
    attempt: i16,
    max_attempts: i16,
    last_error: Option<String>,
    args: Value,
    rival: Option<i64>,
}

/// What holds each of these jobs; those that are nobody's of this organisation are left out. Nobody is counted.
///
/// # Errors
/// When the connection is lost.
pub async fn load(tx: &mut Tx, org: OrgId, ids: &[JobId]) -> Result<Vec<(JobId, Vec<Held>)>, sqlx::Error> {
    held(tx, org, ids, false).await
}

/// What holds one job, its place in the queue included.
///
/// # Errors
/// When the connection is lost.
pub async fn load_one(tx: &mut Tx, org: OrgId, id: JobId) -> Result<Option<Vec<Held>>, sqlx::Error> {
    Ok(held(tx, org, &[id], true).await?.pop().map(|(_, held)| held))
}

/// What holds everybody on a campaign's list; none where nothing does.
///
/// # Errors
/// When the connection is lost.
pub async fn of_list(tx: &mut Tx, org: OrgId, campaign: CampaignId) -> Result<Option<Held>, sqlx::Error> {
    let found = campaigns(tx, org, &[campaign.0]).await?;
    if let (Some(stopped), Some(_)) = (stopped(tx, org).await?, found.get(&campaign.0)) {
        return Ok(Some(stopped.holds()));
    }
    Ok(found.get(&campaign.0).and_then(Campaign::holds))
}

async fn held(tx: &mut Tx, org: OrgId, ids: &[JobId], count: bool) -> Result<Vec<(JobId, Vec<Held>)>, sqlx::Error> {
    let rows = jobs(tx, org, ids).await?;
    let around = Around::of(tx, org, &rows).await?;
    let now = tx.now().await?;
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        let mut facts = around.facts(&row);
        if count && row.ended.is_none() && !row.running && row.run_at <= now {
            facts.ahead = Some(ahead(tx, &row).await?);
        }
        let job = row.into_job();
        all.push((job.id, rules(&job, &facts, now)));
    }
    Ok(all)
}

impl Row {
    fn into_job(self) -> Job {
        Job {
            id: JobId(self.id),
            kind: self.kind,
            queue: self.queue,
            ended: self.ended,
            running: self.running,
            cancelled: self.cancelled,
            run_at: self.run_at,
            started_at: self.started_at,
            attempt: self.attempt,
            max_attempts: self.max_attempts,
            last_error: self.last_error,
        }
    }
}

/// What surrounds the jobs of a page.
struct Around {
    queues: HashMap<String, Queue>,
    limits: HashMap<String, Limit>,
    campaigns: HashMap<Uuid, Campaign>,
    people: HashMap<Uuid, String>,
    stopped: Option<Stopped>,
}

impl Around {
    async fn of(tx: &mut Tx, org: OrgId, rows: &[Row]) -> Result<Self, sqlx::Error> {
        let keys: Vec<String> = rows.iter().flat_map(|row| throttle_keys(&row.kind, &row.args)).collect();
        let named = |key| rows.iter().filter_map(|row| id_in(&row.args, key)).collect::<Vec<Uuid>>();
        Ok(Self {
            queues: queues(tx, org).await?,
            limits: limits(tx, &keys).await?,
            campaigns: campaigns(tx, org, &named("campaign")).await?,
            people: people(tx, org, &named("recipient")).await?,
            stopped: stopped(tx, org).await?,
        })
    }

    fn facts(&self, row: &Row) -> Facts {
        let keys = throttle_keys(&row.kind, &row.args);
        Facts {
            queue: self.queues.get(&row.queue).cloned().unwrap_or_default(),
            limits: keys.iter().filter_map(|key| self.limits.get(key).cloned()).collect(),
            campaign: id_in(&row.args, "campaign").and_then(|id| self.campaigns.get(&id).cloned()),
            waits_for: id_in(&row.args, "recipient").and_then(|id| self.people.get(&id).cloned()),
            stopped: self.stopped.clone(),
            ahead: None,
            rival: row.rival.map(JobId),
        }
    }
}

/// The limits a kind draws from; the same as a worker's registry reads off the job itself.
fn throttle_keys(kind: &str, args: &Value) -> Vec<String> {
    fn of<J: crate::job::Job>(args: &Value) -> Vec<String> {
        serde_json::from_value::<J>(args.clone()).map(|job| job.throttle_keys()).unwrap_or_default()
    }
    match kind {
        crate::call::PlaceCall::KIND => of::<crate::call::PlaceCall>(args),
        SendSms::KIND => of::<SendSms>(args),
        SendEmail::KIND => of::<SendEmail>(args),
        _ => Vec::new(),
    }
}

/// The id under that name, however deep.
fn id_in(args: &Value, name: &str) -> Option<Uuid> {
    let fields = args.as_object()?;
    let here = fields.get(name).and_then(Value::as_str).and_then(|id| id.parse().ok());
    here.or_else(|| fields.values().find_map(|inner| id_in(inner, name)))
}

async fn stopped(tx: &mut Tx, org: OrgId) -> Result<Option<Stopped>, sqlx::Error> {
    let order = kill_switch::current(tx, org).await?;
    Ok(order.map(|order| Stopped { by: order.by, reason: order.reason }))
}

async fn jobs(tx: &mut Tx, org: OrgId, ids: &[JobId]) -> Result<Vec<Row>, sqlx::Error> {
    let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
    sqlx::query_file_as!(Row, "queries/why_jobs.sql", org.0, &ids).fetch_all(&mut **tx).await
}

async fn ahead(tx: &mut Tx, row: &Row) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(r#"select job_ahead($1, $2, $3, $4) as "n!""#, row.queue, row.priority, row.run_at, row.id)
        .fetch_one(&mut **tx)
        .await
}

async fn queues(tx: &mut Tx, org: OrgId) -> Result<HashMap<String, Queue>, sqlx::Error> {
    let rows = sqlx::query_file!("queries/why_queues.sql", org.0).fetch_all(&mut **tx).await?;
    let queue = |paused, paused_by, workers, slots, running| Queue { paused, paused_by, workers, slots, running };
    Ok(rows.into_iter().map(|r| (r.name, queue(r.paused, r.paused_by, r.workers, r.slots, r.running))).collect())
}

async fn limits(tx: &mut Tx, keys: &[String]) -> Result<HashMap<String, Limit>, sqlx::Error> {
    let rows =
        sqlx::query!("select key, permits, period_ms, next_at, paused_until from throttles where key = any($1)", keys)
            .fetch_all(&mut **tx)
            .await?;
    let limit = |name: &str, permits, period_ms, next_at, paused_until| Limit {
        name: names::limit(name).to_owned(),
        permits,
        period_ms,
        next_at,
        paused_until,
    };
    Ok(rows
        .into_iter()
        .map(|r| (r.key.clone(), limit(&r.key, r.permits, r.period_ms, r.next_at, r.paused_until)))
        .collect())
}

async fn campaigns(tx: &mut Tx, org: OrgId, ids: &[Uuid]) -> Result<HashMap<Uuid, Campaign>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select c.id, c.name, c.state as "state: campaign::State", c.pause_reason, s.next_at as "opens_at?"
           from campaigns c
           left join schedules s on s.org_id = c.org_id and s.name = 'campaign:' || c.id and s.enabled
           where c.org_id = $1 and c.id = any($2)"#,
        org.0,
        ids
    )
    .fetch_all(&mut **tx)
    .await?;
    let campaign = |name, state, pause_reason, opens_at| Campaign { name, state, pause_reason, opens_at };
    Ok(rows.into_iter().map(|r| (r.id, campaign(r.name, r.state, r.pause_reason, r.opens_at))).collect())
}

async fn people(tx: &mut Tx, org: OrgId, ids: &[Uuid]) -> Result<HashMap<Uuid, String>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select id, explanation as "why!" from recipients
           where org_id = $1 and id = any($2) and state = 'retry_wait' and explanation is not null"#,
        org.0,
        ids
    )
    .fetch_all(&mut **tx)
    .await?;
    // An outcome that needed no sentence is a bare word: `hung_up`.
    Ok(rows.into_iter().map(|r| (r.id, r.why.replace('_', " "))).collect())
}
