//! Campaigns, their figures and the people on their lists, as answers.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;
use workflows::{
    campaign::{self, Campaign, Outlook, Stats},
    message::Counts,
    recipient::Recipient,
};

use crate::api::shapes::OutlookOut;

/// A campaign.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CampaignOut {
    id: Uuid,
    name: String,
    /// `voice`, `sms_blast` or `email_blast`.
    #[serde(rename = "type")]
    #[schema(value_type = String)]
    kind: campaign::Kind,
    /// `draft`, `scheduled`, `running`, `paused`, `draining`, `completed` or `stopped`.
    #[schema(value_type = String)]
    state: campaign::State,
    /// `supervisor`, `no_agents`, `window_closed` or `provider`; null in every other state.
    pause_reason: Option<String>,
    /// Why it is not dialing just now, while it runs.
    waiting_for: Option<String>,
    mode: String,
    caller_id: Option<String>,
    /// Who its e-mails are from.
    sender: Option<String>,
    /// Messages a minute, at most.
    rate_per_minute: Option<i32>,
    amd: String,
    ring_timeout_secs: i32,
    wrap_up_secs: i32,
    max_attempts: i32,
    #[schema(value_type = BTreeMap<String, i64>)]
    retry_minutes: Value,
    #[schema(value_type = Object)]
    audience: Value,
    starts_at: Option<DateTime<Utc>>,
    cron: Option<String>,
    timezone: String,
    window_minutes: Option<i32>,
    /// A share: 0.03 is three of a hundred.
    abandon_cap: f64,
    /// For each free agent, where it dials progressively.
    lines_per_agent: f32,
    /// Lines at once; null: as many as the account has.
    max_lines: Option<i32>,
    /// People on the list, once it is fixed.
    planned: Option<i32>,
    created_at: DateTime<Utc>,
    started_at: Option<DateTime<Utc>>,
    ended_at: Option<DateTime<Utc>>,
}

impl From<Campaign> for CampaignOut {
    fn from(c: Campaign) -> Self {
        Self {
            id: c.id.0,
            name: c.name,
            kind: c.kind,
            state: c.state,
            pause_reason: c.pause_reason,
            waiting_for: c.waiting_for,
            mode: c.mode,
            caller_id: c.caller_id,
            sender: c.sender,
            rate_per_minute: c.rate_per_minute,
            amd: c.amd,
            ring_timeout_secs: c.ring_timeout_secs,
            wrap_up_secs: c.wrap_up_secs,
            max_attempts: c.max_attempts,
            retry_minutes: c.retry_minutes,
            audience: c.audience,
            starts_at: c.starts_at,
            cron: c.cron,
            timezone: c.timezone,
            window_minutes: c.window_minutes,
            // Stored in single precision: 0.03, not 0.029999999329447746.
            abandon_cap: (f64::from(c.abandon_cap) * 10_000.0).round() / 10_000.0,
            lines_per_agent: c.lines_per_agent,
            max_lines: c.max_lines,
            planned: c.planned,
            created_at: c.created_at,
            started_at: c.started_at,
            ended_at: c.ended_at,
        }
    }
}

/// Everything counted about a campaign. The recipients' states add up to `planned`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StatsOut {
    recipients: TallyOut,
    /// Do the recipients add up?
    balances: bool,
    /// Dials that the carrier took, or may have taken.
    dials: i64,
    live: i64,
    calling: i64,
    connected_now: i64,
    /// Calls that an agent talked on, ever.
    connected: i64,
    /// Of them, those whose sound is here, and those whose sound is on its way.
    recordings: i64,
    recordings_pending: i64,
    /// Of them, those that are written down, and those that still are being.
    transcripts: i64,
    transcripts_pending: i64,
    /// How many recordings and transcripts the connected calls lack: nought, once all of them are here.
    unkept: i64,
    answered: i64,
    abandoned: i64,
    voicemail: i64,
    no_answer: i64,
    busy: i64,
    failed: i64,
    unknown: i64,
    /// Attempts that a rule refused.
    refused: i64,
    talk_seconds: i64,
    messages: CountsOut,
    /// When the list is worked off, as it goes now; null unless it is at work.
    outlook: Option<OutlookOut>,
}

/// A campaign's messages, by what became of them. Opens are an estimate: some programs fetch the picture unasked.
#[derive(Debug, Serialize, ToSchema)]
struct CountsOut {
    /// Taken by the provider, or perhaps taken.
    sent: i64,
    /// Arrived, the unconfirmed included.
    delivered: i64,
    /// The carrier let go of them and heard no more.
    unconfirmed: i64,
    opened: i64,
    clicked: i64,
    failed: i64,
    bounced: i64,
    complained: i64,
    unknown: i64,
    /// Attempts that a rule refused.
    refused: i64,
    /// People who have asked for no more since they got one.
    opted_out: i64,
    /// People who answered.
    replied: i64,
}

impl From<Counts> for CountsOut {
    fn from(c: Counts) -> Self {
        Self {
            sent: c.sent,
            delivered: c.delivered,
            unconfirmed: c.unconfirmed,
            opened: c.opened,
            clicked: c.clicked,
            failed: c.failed,
            bounced: c.bounced,
            complained: c.complained,
            unknown: c.unknown,
            refused: c.refused,
            opted_out: c.opted_out,
            replied: c.replied,
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
struct TallyOut {
    planned: i64,
    queued: i64,
    claimed: i64,
    retry_wait: i64,
    done: i64,
    failed: i64,
    suppressed: i64,
    skipped: i64,
}

impl StatsOut {
    pub(crate) fn new(s: Stats, outlook: Option<Outlook>) -> Self {
        let (r, unkept) = (s.recipients, s.unkept());
        Self {
            recipients: TallyOut {
                planned: r.planned,
                queued: r.queued,
                claimed: r.claimed,
                retry_wait: r.retry_wait,
                done: r.done,
                failed: r.failed,
                suppressed: r.suppressed,
                skipped: r.skipped,
            },
            balances: s.balances,
            dials: s.dials,
            live: s.live,
            calling: s.calling,
            connected_now: s.connected_now,
            connected: s.connected,
            recordings: s.recordings,
            recordings_pending: s.recordings_pending,
            transcripts: s.transcripts,
            transcripts_pending: s.transcripts_pending,
            unkept,
            answered: s.answered,
            abandoned: s.abandoned,
            voicemail: s.voicemail,
            no_answer: s.no_answer,
            busy: s.busy,
            failed: s.failed,
            unknown: s.unknown,
            refused: s.refused,
            talk_seconds: s.talk_seconds,
            messages: s.messages.into(),
            outlook: outlook.map(OutlookOut::from),
        }
    }
}

/// One person on a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RecipientOut {
    id: Uuid,
    account_id: Uuid,
    account_number: String,
    name: String,
    /// `queued`, `claimed`, `retry_wait`, `done`, `failed`, `suppressed` or `skipped`.
    #[schema(value_type = String)]
    state: workflows::recipient::State,
    attempts_used: i32,
    max_attempts: i32,
    call_id: Option<Uuid>,
    next_at: Option<DateTime<Utc>>,
    outcome: Option<String>,
    explanation: Option<String>,
}

impl From<Recipient> for RecipientOut {
    fn from(r: Recipient) -> Self {
        Self {
            id: r.id.0,
            account_id: r.account_id.0,
            account_number: r.account_number,
            name: r.name,
            state: r.state,
            attempts_used: r.attempts_used,
            max_attempts: r.max_attempts,
            call_id: r.call_id.map(|id| id.0),
            next_at: r.next_at,
            outcome: r.outcome,
            explanation: r.explanation,
        }
    }
}
