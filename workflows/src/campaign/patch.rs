//! A change to a campaign that has not ended. Its list and its schedule stay: they were promised.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Audience, Error, New, Schedule, new};
use crate::{
    audit,
    db::Tx,
    event,
    id::{CampaignId, OrgId},
    phone::E164,
    transition::{Actor, Illegal},
};

/// What to change; a field that is not named stays as it is.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Patch {
    pub name: Option<String>,
    pub caller_id: Option<E164>,
    pub mode: Option<String>,
    pub lines_per_agent: Option<f32>,
    pub abandon_cap: Option<f32>,
    /// None within: as many as the account has.
    pub max_lines: Option<Option<i32>>,
    pub amd: Option<String>,
    pub ring_timeout_secs: Option<i32>,
    pub wrap_up_secs: Option<i32>,
    /// For people not yet at their last attempt.
    pub max_attempts: Option<i32>,
    pub retry_minutes: Option<BTreeMap<String, i64>>,
    pub script: Option<String>,
}

/// Changes a campaign; what it dials next follows the change.
///
/// # Errors
/// [`Error::Invalid`] names a field that cannot be, [`Error::Illegal`] when the campaign has ended.
pub async fn patch(tx: &mut Tx, org: OrgId, id: CampaignId, patch: &Patch, actor: Actor) -> Result<(), Error> {
    let merged = patch.over(&current(tx, org, id).await?);
    new::check(tx, org, &merged).await?;
    write(tx, org, id, &merged).await?;
    let fields = serde_json::json!({ "fields": patch.fields() });
    audit::write(tx, org, &actor, "campaign.change", &id.to_string(), fields).await?;
    let what = serde_json::json!({ "id": id });
    event::publish(tx, org, &format!("campaign:{id}"), "changed", what.clone()).await?;
    event::publish(tx, org, "campaigns", "changed", what).await?;
    Ok(())
}

impl Patch {
    fn over(&self, now: &New) -> New {
        New {
            name: self.name.clone().unwrap_or_else(|| now.name.clone()),
            caller_id: self.caller_id.clone().unwrap_or_else(|| now.caller_id.clone()),
            mode: self.mode.clone().unwrap_or_else(|| now.mode.clone()),
            lines_per_agent: self.lines_per_agent.unwrap_or(now.lines_per_agent),
            abandon_cap: self.abandon_cap.unwrap_or(now.abandon_cap),
            max_lines: self.max_lines.unwrap_or(now.max_lines),
            amd: self.amd.clone().unwrap_or_else(|| now.amd.clone()),
            ring_timeout_secs: self.ring_timeout_secs.unwrap_or(now.ring_timeout_secs),
            wrap_up_secs: self.wrap_up_secs.unwrap_or(now.wrap_up_secs),
            max_attempts: self.max_attempts.unwrap_or(now.max_attempts),
            retry_minutes: self.retry_minutes.clone().unwrap_or_else(|| now.retry_minutes.clone()),
            script: self.script.clone().unwrap_or_else(|| now.script.clone()),
            ..now.clone()
        }
    }

    fn fields(&self) -> Vec<&'static str> {
        let given = [
            ("name", self.name.is_some()),
            ("caller_id", self.caller_id.is_some()),
            ("mode", self.mode.is_some()),
            ("lines_per_agent", self.lines_per_agent.is_some()),
            ("abandon_cap", self.abandon_cap.is_some()),
            ("max_lines", self.max_lines.is_some()),
            ("amd", self.amd.is_some()),
            ("ring_timeout_secs", self.ring_timeout_secs.is_some()),
            ("wrap_up_secs", self.wrap_up_secs.is_some()),
            ("max_attempts", self.max_attempts.is_some()),
            ("retry_minutes", self.retry_minutes.is_some()),
            ("script", self.script.is_some()),
        ];
        given.into_iter().filter(|(_, given)| *given).map(|(field, _)| field).collect()
    }
}

async fn current(tx: &mut Tx, org: OrgId, id: CampaignId) -> Result<New, Error> {
    let row = sqlx::query!(
        r#"select name, state as "state: super::State", mode, caller_id, amd, ring_timeout_secs, verdict_deadline_ms,
                  wrap_up_secs, max_attempts, retry_minutes, script, lines_per_agent, abandon_cap, max_lines
           from campaigns where org_id = $1 and id = $2 for update"#,
        org.0,
        id.0
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or(Error::NotFound)?;
    if row.state.is_final() {
        return Err(Illegal { noun: "campaign", state: row.state.as_str(), event: "change" }.into());
    }
    let stored = "a stored campaign was checked when it was written";
    Ok(New {
        name: row.name,
        audience: Audience::default(),
        schedule: Schedule::default(),
        caller_id: E164::parse(row.caller_id.as_deref().unwrap_or_default()).expect(stored),
        mode: row.mode,
        lines_per_agent: row.lines_per_agent,
        abandon_cap: row.abandon_cap,
        max_lines: row.max_lines,
        amd: row.amd,
        ring_timeout_secs: row.ring_timeout_secs,
        verdict_deadline_ms: row.verdict_deadline_ms,
        wrap_up_secs: row.wrap_up_secs,
        max_attempts: row.max_attempts,
        retry_minutes: serde_json::from_value(row.retry_minutes).expect(stored),
        script: row.script,
    })
}

async fn write(tx: &mut Tx, org: OrgId, id: CampaignId, new: &New) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update campaigns set name = $3, caller_id = $4, amd = $5, ring_timeout_secs = $6, wrap_up_secs = $7,
                max_attempts = $8, retry_minutes = $9, script = $10, lines_per_agent = $11, abandon_cap = $12, max_lines = $13, mode = $14
         where org_id = $1 and id = $2",
        org.0,
        id.0,
        new.name.trim(),
        new.caller_id.as_str(),
        new.amd,
        new.ring_timeout_secs,
        new.wrap_up_secs,
        new.max_attempts,
        serde_json::json!(new.retry_minutes),
        new.script,
        new.lines_per_agent,
        new.abandon_cap,
        new.max_lines,
        new.mode
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
