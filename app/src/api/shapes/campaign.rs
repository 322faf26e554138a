//! Campaigns over the wire: what is asked for; `out` is what is answered.

mod out;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::ToSchema;
use workflows::{
    campaign, compliance,
    id::{AccountId, CreditorId, ImportId},
    phone::E164,
    template::Template,
};

pub(crate) use self::out::{CampaignOut, RecipientOut, StatsOut};
use crate::{extract::Check, problem::FieldError};

/// A campaign to make. Everything but name, who it is from, and a message's words has a lawful default.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CampaignIn {
    name: String,
    #[serde(rename = "type", default)]
    kind: Channel,
    /// One of your numbers: what calls and texts are from.
    #[schema(value_type = Option<String>)]
    caller_id: Option<E164>,
    /// Who e-mails are from: `Acme Recovery <help@acme.example>`.
    sender: Option<String>,
    /// Of an e-mail, with merge fields.
    subject: Option<String>,
    /// The words of a text, or the HTML of an e-mail, with merge fields: `Hello {{ first_name }}`.
    body: Option<String>,
    /// Messages a minute, at most.
    #[schema(minimum = 1, maximum = 60000)]
    rate_per_minute: Option<i32>,
    #[serde(default)]
    audience: AudienceIn,
    #[serde(default)]
    schedule: ScheduleIn,
    /// `progressive`, `predictive` or `power`.
    mode: Option<String>,
    /// For each free agent, where it dials progressively.
    #[schema(minimum = 1, maximum = 10)]
    lines_per_agent: Option<f32>,
    /// The share of people who may be left without an agent, over thirty days.
    #[schema(minimum = 0, maximum = 0.03)]
    abandon_cap: Option<f32>,
    /// Lines at once; as many as the account has when absent.
    #[schema(minimum = 1, maximum = 10000)]
    max_lines: Option<i32>,
    /// `detect`, `premium` or `off`.
    amd: Option<String>,
    #[schema(minimum = 5, maximum = 120)]
    ring_timeout_secs: Option<i32>,
    #[schema(minimum = 1600, maximum = 5000)]
    verdict_deadline_ms: Option<i32>,
    #[schema(minimum = 1, maximum = 3600)]
    wrap_up_secs: Option<i32>,
    #[schema(minimum = 1, maximum = 20)]
    max_attempts: Option<i32>,
    /// Minutes to wait after `no_answer`, `busy`, `voicemail`, `failed`, `abandoned`, `declined`; an outcome that is
    /// not named is final.
    retry_minutes: Option<BTreeMap<String, i64>>,
    #[serde(default)]
    script: String,
}

/// What a campaign sends.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Channel {
    #[default]
    Voice,
    SmsBlast,
    EmailBlast,
}

/// What a body asks for, once its type is known.
pub(crate) enum Wanted {
    Voice(campaign::New),
    Blast(campaign::Blast),
}

/// Whom it is for. Every given condition must hold; none given means every open account.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AudienceIn {
    #[schema(value_type = Option<Uuid>)]
    creditor_id: Option<CreditorId>,
    /// Accounts that an import made or brought up to date.
    #[schema(value_type = Option<Uuid>)]
    import_id: Option<ImportId>,
    #[schema(value_type = Option<Vec<Uuid>>)]
    account_ids: Option<Vec<AccountId>>,
    /// At most so many, oldest account first.
    limit: Option<i64>,
}

/// When it works.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", tag = "kind", deny_unknown_fields)]
enum ScheduleIn {
    /// From the moment it is started.
    #[default]
    Now,
    /// Once started, by itself at that time.
    At { starts_at: DateTime<Utc> },
    /// Once started, for `window_minutes` from every time the cron names.
    Recurring { cron: String, timezone: String, window_minutes: i32 },
}

impl Check for CampaignIn {
    fn wrong(&self) -> Vec<FieldError> {
        let strange = self.strange();
        if !strange.is_empty() {
            return strange;
        }
        let faults = match self.clone().wanted() {
            Some(Wanted::Voice(new)) => new.faults(),
            Some(Wanted::Blast(blast)) => blast.faults(),
            None => return vec![FieldError::new("caller_id", "is needed: one of your numbers")],
        };
        faults.into_iter().map(|fault| FieldError::new(api_name(self.kind, fault.field), fault.message)).collect()
    }
}

/// The domain has one `from`; over the wire it is a number or a sender.
fn api_name(kind: Channel, field: &'static str) -> &'static str {
    match (field, kind) {
        ("from", Channel::EmailBlast) => "sender",
        ("from", _) => "caller_id",
        _ => field,
    }
}

impl CampaignIn {
    /// Fields that mean something to another type only: taken in silence they would promise what never comes.
    fn strange(&self) -> Vec<FieldError> {
        let voice = matches!(self.kind, Channel::Voice);
        let fields = [
            ("subject", self.subject.is_some() && !matches!(self.kind, Channel::EmailBlast)),
            ("sender", self.sender.is_some() && !matches!(self.kind, Channel::EmailBlast)),
            ("body", self.body.is_some() && voice),
            ("rate_per_minute", self.rate_per_minute.is_some() && voice),
            ("mode", self.mode.is_some() && !voice),
            ("lines_per_agent", self.lines_per_agent.is_some() && !voice),
            ("abandon_cap", self.abandon_cap.is_some() && !voice),
            ("max_lines", self.max_lines.is_some() && !voice),
            ("amd", self.amd.is_some() && !voice),
            ("script", !self.script.is_empty() && !voice),
            ("retry_minutes", self.retry_minutes.is_some() && !voice),
        ];
        let strange = fields.into_iter().filter(|(_, strange)| *strange);
        strange.map(|(field, _)| FieldError::new(field, "means nothing to a campaign of this type")).collect()
    }

    /// None when a campaign of calls has no number to call from.
    pub(crate) fn wanted(self) -> Option<Wanted> {
        let channel = match self.kind {
            Channel::Voice => {
                let caller_id = self.caller_id.clone()?;
                return Some(Wanted::Voice(self.voice(caller_id)));
            }
            Channel::SmsBlast => compliance::Channel::Sms,
            Channel::EmailBlast => compliance::Channel::Email,
        };
        let number = self.caller_id.map(|number| number.as_str().to_owned());
        Some(Wanted::Blast(campaign::Blast {
            name: self.name,
            channel,
            audience: self.audience.into(),
            schedule: self.schedule.into(),
            from: self.sender.or(number).unwrap_or_default(),
            template: Template { subject: self.subject.unwrap_or_default(), body: self.body.unwrap_or_default() },
            rate_per_minute: self.rate_per_minute,
            max_attempts: self.max_attempts.unwrap_or(3),
        }))
    }

    fn voice(self, caller_id: E164) -> campaign::New {
        let c = self;
        let new = campaign::New::named(&c.name, caller_id);
        campaign::New {
            audience: c.audience.into(),
            schedule: c.schedule.into(),
            mode: c.mode.unwrap_or(new.mode),
            lines_per_agent: c.lines_per_agent.unwrap_or(new.lines_per_agent),
            abandon_cap: c.abandon_cap.unwrap_or(new.abandon_cap),
            max_lines: c.max_lines,
            amd: c.amd.unwrap_or(new.amd),
            ring_timeout_secs: c.ring_timeout_secs.unwrap_or(new.ring_timeout_secs),
            verdict_deadline_ms: c.verdict_deadline_ms.unwrap_or(new.verdict_deadline_ms),
            wrap_up_secs: c.wrap_up_secs.unwrap_or(new.wrap_up_secs),
            max_attempts: c.max_attempts.unwrap_or(new.max_attempts),
            retry_minutes: c.retry_minutes.unwrap_or(new.retry_minutes),
            script: c.script,
            ..new
        }
    }
}

impl From<AudienceIn> for campaign::Audience {
    fn from(AudienceIn { creditor_id, import_id, account_ids, limit }: AudienceIn) -> Self {
        Self { creditor_id, import_id, account_ids, limit }
    }
}

impl From<ScheduleIn> for campaign::Schedule {
    fn from(schedule: ScheduleIn) -> Self {
        match schedule {
            ScheduleIn::Now => Self::Now,
            ScheduleIn::At { starts_at } => Self::At { starts_at },
            ScheduleIn::Recurring { cron, timezone, window_minutes } => {
                Self::Recurring { cron, timezone, window_minutes }
            }
        }
    }
}

/// What to change; a field that is not named stays as it is.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CampaignPatch {
    name: Option<String>,
    #[schema(value_type = Option<String>)]
    caller_id: Option<E164>,
    /// `progressive`, `predictive` or `power`.
    mode: Option<String>,
    lines_per_agent: Option<f32>,
    abandon_cap: Option<f32>,
    /// Null: as many as the account has.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<i32>)]
    max_lines: Option<Option<i32>>,
    amd: Option<String>,
    ring_timeout_secs: Option<i32>,
    wrap_up_secs: Option<i32>,
    max_attempts: Option<i32>,
    retry_minutes: Option<BTreeMap<String, i64>>,
    script: Option<String>,
}

/// Null is an answer, too.
fn given<'de, D: serde::Deserializer<'de>>(value: D) -> Result<Option<Option<i32>>, D::Error> {
    Option::deserialize(value).map(Some)
}

impl Check for CampaignPatch {}

impl From<CampaignPatch> for campaign::Patch {
    fn from(patch: CampaignPatch) -> Self {
        let CampaignPatch {
            name,
            caller_id,
            mode,
            lines_per_agent,
            abandon_cap,
            max_lines,
            amd,
            ring_timeout_secs,
            wrap_up_secs,
            max_attempts,
            retry_minutes,
            script,
        } = patch;
        Self {
            name,
            caller_id,
            mode,
            lines_per_agent,
            abandon_cap,
            max_lines,
            amd,
            ring_timeout_secs,
            wrap_up_secs,
            max_attempts,
            retry_minutes,
            script,
        }
    }
}
