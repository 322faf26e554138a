//! A new voice campaign, checked whole before anything is written.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Audience, Error, Mode};
use crate::{
    audit,
    db::Tx,
    event,
    id::{CampaignId, OrgId},
    phone::E164,
    schedule::{self, Cron},
    transition::Actor,
};

/// Outcomes that may be tried again; see the retry matrix.
pub(crate) const RETRIABLE: [&str; 6] = ["no_answer", "busy", "voicemail", "failed", "abandoned", "declined"];

/// When a campaign works.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", deny_unknown_fields)]
pub enum Schedule {
    /// When somebody presses start.
    #[default]
    Now,
    /// By itself, once.
    At { starts_at: DateTime<Utc> },
    /// By itself, for `window_minutes` from every time the cron names, in `timezone`.
    Recurring { cron: String, timezone: String, window_minutes: i32 },
}

/// What is asked of a voice campaign. Everything but the name has a lawful default.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct New {
    pub name: String,
    #[serde(default)]
    pub audience: Audience,
    #[serde(default)]
    pub schedule: Schedule,
    /// One of the organisation's numbers.
    pub caller_id: E164,
    /// `progressive`, `predictive` or `power`, see [`Mode`].
    #[serde(default = "progressive")]
    pub mode: String,
    /// For `progressive`: lines for each free agent, 1 to 10.
    #[serde(default = "one")]
    pub lines_per_agent: f32,
    /// The share of people who may be left without an agent, counted over thirty days: 0 to 0.03, the law's own cap
    /// (16 CFR 310.4(b)(4)(i)). At 0 nobody is dialed whom no free agent waits for.
    #[serde(default = "lawful_cap")]
    pub abandon_cap: f32,
    /// Lines at once, 1 to 10000; as many as the account has when absent.
    #[serde(default)]
    pub max_lines: Option<i32>,
    /// `detect`, `premium` or `off`.
    #[serde(default = "detect")]
    pub amd: String,
    #[serde(default = "ring_timeout")]
    pub ring_timeout_secs: i32,
    #[serde(default = "verdict_deadline")]
    pub verdict_deadline_ms: i32,
    #[serde(default = "wrap_up")]
    pub wrap_up_secs: i32,
    #[serde(default = "max_attempts")]
    pub max_attempts: i32,
    /// Minutes to wait after `no_answer`, `busy`, `voicemail`, `failed`, `abandoned`, `declined`; an outcome that
    /// is not named is final.
    #[serde(default = "retry_minutes")]
    pub retry_minutes: BTreeMap<String, i64>,
    #[serde(default)]
    pub script: String,
}

fn progressive() -> String {
    Mode::Progressive.as_str().into()
}
fn one() -> f32 {
    1.0
}
fn lawful_cap() -> f32 {
    0.03
}
fn detect() -> String {
    "detect".into()
}
fn ring_timeout() -> i32 {
    25
}
fn verdict_deadline() -> i32 {
    3_500
}
fn wrap_up() -> i32 {
    60
}
fn max_attempts() -> i32 {
    3
}
fn retry_minutes() -> BTreeMap<String, i64> {
    [("no_answer", 240), ("busy", 20), ("voicemail", 1_440), ("failed", 15), ("abandoned", 1_440), ("declined", 2_880)]
        .map(|(outcome, minutes)| (outcome.to_owned(), minutes))
        .into()
}

/// A value that cannot be, by its field.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {message}")]
pub struct Invalid {
    pub field: &'static str,
    pub message: String,
}

pub(super) fn invalid(field: &'static str, message: impl Into<String>) -> Invalid {
    Invalid { field, message: message.into() }
}

impl New {
    /// A campaign of that name with the defaults.
    #[must_use]
    pub fn named(name: &str, caller_id: E164) -> Self {
        Self {
            name: name.to_owned(),
            audience: Audience::default(),
            schedule: Schedule::default(),
            caller_id,
            mode: progressive(),
            lines_per_agent: one(),
            abandon_cap: lawful_cap(),
            max_lines: None,
            amd: detect(),
            ring_timeout_secs: ring_timeout(),
            verdict_deadline_ms: verdict_deadline(),
            wrap_up_secs: wrap_up(),
            max_attempts: max_attempts(),
            retry_minutes: retry_minutes(),
            script: String::new(),
        }
    }

    /// Everything that is wrong with it, by field.
    #[must_use]
    pub fn faults(&self) -> Vec<Invalid> {
        [
            name_fault(&self.name),
            Mode::parse(&self.mode).is_none().then(|| invalid("mode", "must be progressive, predictive or power")),
            share("lines_per_agent", self.lines_per_agent, 1.0, 10.0, "must be between 1 and 10"),
            share("abandon_cap", self.abandon_cap, 0.0, 0.03, "must be between 0 and 0.03, which is 3 %"),
            self.max_lines.and_then(|lines| between("max_lines", lines.into(), 1, 10_000)),
            (!["detect", "premium", "off"].contains(&&*self.amd))
                .then(|| invalid("amd", "must be detect, premium or off")),
            between("ring_timeout_secs", self.ring_timeout_secs.into(), 5, 120),
            between("verdict_deadline_ms", self.verdict_deadline_ms.into(), 1_600, 5_000),
            between("wrap_up_secs", self.wrap_up_secs.into(), 1, 3_600),
            between("max_attempts", self.max_attempts.into(), 1, 20),
            self.audience.limit.and_then(|limit| between("audience.limit", limit, 1, 10_000_000)),
            self.retry_fault(),
            self.schedule_fault(),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    fn retry_fault(&self) -> Option<Invalid> {
        self.retry_minutes.iter().find_map(|(outcome, minutes)| {
            if !RETRIABLE.contains(&outcome.as_str()) {
                let known = RETRIABLE.join(", ");
                return Some(invalid("retry_minutes", format!("unknown outcome {outcome:?}; use {known}")));
            }
            between("retry_minutes", *minutes, 1, 60 * 24 * 30)
        })
    }

    fn schedule_fault(&self) -> Option<Invalid> {
        let Schedule::Recurring { cron, timezone, window_minutes } = &self.schedule else { return None };
        match Cron::parse(cron, timezone) {
            Err(schedule::Error::Zone(_)) => Some(invalid("schedule.timezone", "name a zone like America/New_York")),
            Err(error) => Some(invalid("schedule.cron", format!("{error}; an example is 0 9 * * Mon-Fri"))),
            Ok(_) => None,
        }
        .or_else(|| between("schedule.window_minutes", (*window_minutes).into(), 1, 1_440))
    }
}

pub(super) fn name_fault(name: &str) -> Option<Invalid> {
    let length = name.trim().chars().count();
    (!(1..=120).contains(&length) || name.contains('\0')).then(|| invalid("name", "give a name of 1 to 120 characters"))
}

pub(super) fn between(field: &'static str, value: i64, low: i64, high: i64) -> Option<Invalid> {
    (value < low || value > high).then(|| invalid(field, format!("must be between {low} and {high}")))
}

/// Not a number is within nothing.
fn share(field: &'static str, value: f32, low: f32, high: f32, must: &str) -> Option<Invalid> {
    (!(low..=high).contains(&value)).then(|| invalid(field, must))
}

/// Writes a checked campaign as a draft.
///
/// # Errors
/// [`Error::Invalid`] names the first field that cannot be.
pub async fn create(tx: &mut Tx, org: OrgId, new: &New, actor: Actor) -> Result<CampaignId, Error> {
    check(tx, org, new).await?;
    let id = CampaignId::new();
    insert(tx, org, id, new, actor).await?;
    audit::write(tx, org, &actor, "campaign.create", &id.to_string(), serde_json::json!({ "id": id })).await?;
    event::publish(tx, org, "campaigns", "campaign", serde_json::json!({ "id": id, "state": "draft" })).await?;
    Ok(id)
}

/// Holds a campaign to what can be, the organisation's numbers included.
pub(super) async fn check(tx: &mut Tx, org: OrgId, new: &New) -> Result<(), Error> {
    if let Some(fault) = new.faults().into_iter().next() {
        return Err(fault.into());
    }
    owned(tx, org, &new.caller_id).await
}

pub(super) async fn owned(tx: &mut Tx, org: OrgId, number: &E164) -> Result<(), Error> {
    sqlx::query_scalar!("select 1 from numbers where org_id = $1 and e164 = $2", org.0, number.as_str())
        .fetch_optional(&mut **tx)
        .await?
        .map(|_| ())
        .ok_or_else(|| invalid("caller_id", "is not one of the organisation's numbers").into())
}

async fn insert(tx: &mut Tx, org: OrgId, id: CampaignId, new: &New, actor: Actor) -> Result<(), sqlx::Error> {
    let (starts_at, cron, timezone, window) = match &new.schedule {
        Schedule::Now => (None, None, "America/New_York", None),
        Schedule::At { starts_at } => (Some(*starts_at), None, "America/New_York", None),
        Schedule::Recurring { cron, timezone, window_minutes } => {
            (None, Some(cron.as_str()), timezone.as_str(), Some(*window_minutes))
        }
    };
    sqlx::query!(
        "insert into campaigns (id, org_id, name, type, mode, caller_id, amd, ring_timeout_secs, verdict_deadline_ms,
             wrap_up_secs, max_attempts, retry_minutes, script, audience, starts_at, cron, timezone, window_minutes, created_by,
             lines_per_agent, abandon_cap, max_lines)
         values ($1, $2, $3, 'voice', $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)",
        id.0,
        org.0,
        new.name.trim(),
        new.mode,
        new.caller_id.as_str(),
        new.amd,
        new.ring_timeout_secs,
        new.verdict_deadline_ms,
        new.wrap_up_secs,
        new.max_attempts,
        serde_json::json!(new.retry_minutes),
        new.script,
        serde_json::json!(new.audience),
        starts_at,
        cron,
        timezone,
        window,
        actor.to_string(),
        new.lines_per_agent,
        new.abandon_cap,
        new.max_lines
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
