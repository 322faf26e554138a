//! The demo's campaigns of messages: texts and e-mails to the same people, and what they came to.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;
use serde_json::Value;
use workflows::{
    campaign::{self, Audience, Blast, Event, Schedule, Stats},
    compliance::Channel,
    db::Db,
    id::{CampaignId, OrgId},
    template::Template,
    transition::Actor,
};

use super::{
    report::{Check, entries, outcomes},
    seed::{self, Seed},
};

const TEXT: &str = "{{ agency }}: your account {{ account_number }} with {{ creditor }} has {{ balance }} open, {{ first_name }}. \
                    Questions? Answer this text.";
const SUBJECT: &str = "Your account with {{ creditor }}";
const MAIL: &str = "<p>Hello {{ first_name }} {{ last_name }},</p>\
                    <p>{{ balance }} is open on your account <b>{{ account_number }}</b> with {{ creditor }}.</p>\
                    <p>You can pay, ask for a plan, or dispute it by answering this e-mail.</p><p>{{ agency }}</p>";

/// A campaign of messages to everybody of the demo's list.
#[must_use]
pub fn campaign(seed: &Seed, channel: Channel, name: &str, max_attempts: i32) -> Blast {
    let (from, template) = match channel {
        Channel::Email => (seed::SENDER, Template { subject: SUBJECT.into(), body: MAIL.into() }),
        Channel::Sms | Channel::Call => (seed::CALLER_ID, Template { subject: String::new(), body: TEXT.into() }),
    };
    Blast {
        name: name.to_owned(),
        channel,
        audience: Audience { import_id: Some(seed.import), ..Audience::default() },
        schedule: Schedule::Now,
        from: from.to_owned(),
        template,
        rate_per_minute: None,
        max_attempts,
    }
}

/// Makes it and starts it.
///
/// # Errors
/// When the database is away.
pub async fn start(db: &Db, seed: &Seed, new: &Blast) -> anyhow::Result<CampaignId> {
    let by = Actor::User(seed.supervisor);
    let mut tx = db.tenant(seed.org).await?;
    let id = campaign::create_blast(&mut tx, seed.org, new, by).await?;
    campaign::ready(&mut tx, id).await?;
    campaign::record(&mut tx, id, Event::Start, by).await?;
    tx.commit().await?;
    Ok(id)
}

/// What one came to.
#[derive(Debug, Serialize)]
pub struct BlastReport {
    pub channel: &'static str,
    pub campaign_id: CampaignId,
    pub stats: Stats,
    /// What people's turns on the list came to, by outcome.
    pub outcomes: BTreeMap<String, i64>,
    pub checks: Vec<Check>,
}

/// Reads everything about a campaign of messages and checks it against the provider's journal.
///
/// # Errors
/// When the database or the simulator is away.
pub async fn report(
    db: &Db,
    org: OrgId,
    channel: Channel,
    id: CampaignId,
    people: usize,
    simulator: &str,
) -> anyhow::Result<BlastReport> {
    let mut tx = db.tenant(org).await?;
    let stats = campaign::stats(&mut tx, id).await?;
    let outcomes = outcomes(&mut tx, id).await?;
    let taken = sqlx::query_scalar!(
        "select id from messages where campaign_id = $1 and provider_id is not null and direction = 'outbound'",
        id.0
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    let taken: Vec<String> = taken.into_iter().map(|id| id.to_string()).collect();
    let journal: Value = reqwest::get(format!("{simulator}/sim/journal")).await?.json().await?;
    Ok(BlastReport {
        channel: channel.as_str(),
        campaign_id: id,
        checks: checks(channel, &stats, people, &taken, &accepted(&journal, channel)),
        stats,
        outcomes,
    })
}

/// How often the provider took each of our attempts.
fn accepted(journal: &Value, channel: Channel) -> HashMap<String, usize> {
    let (kind, known_by) = match channel {
        Channel::Email => ("email", "reference"),
        Channel::Sms | Channel::Call => ("message", "idempotency_key"),
    };
    let mut taken = HashMap::new();
    let lines = entries(journal).filter(|line| line["kind"] == kind);
    for line in lines.filter(|line| line["note"].as_str().is_some_and(|note| note.starts_with("accepted"))) {
        let id = line[known_by].as_str().unwrap_or_default().trim_start_matches("attempt=");
        *taken.entry(id.to_owned()).or_default() += 1;
    }
    taken
}

fn checks(
    channel: Channel,
    stats: &Stats,
    people: usize,
    taken: &[String],
    theirs: &HashMap<String, usize>,
) -> Vec<Check> {
    let list = stats.recipients;
    let wanted = i64::try_from(people).unwrap_or(i64::MAX);
    let doubled = theirs.values().filter(|n| **n > 1).count();
    let (strangers, unseen) = (
        theirs.keys().filter(|id| !taken.contains(id)).count(),
        taken.iter().filter(|id| !theirs.contains_key(*id)).count(),
    );
    let names = match channel {
        Channel::Email => ["every e-mail was sent once", "our e-mails are the provider's e-mails"],
        Channel::Sms | Channel::Call => ["every text was sent once", "our texts are the carrier's texts"],
    };
    let check = |name, holds, detail| Check { name, holds, detail };
    vec![
        check(
            "everybody on the list came to an explained end",
            list.planned == wanted && list.finished() == wanted && stats.balances,
            format!("{} of {wanted}", list.finished()),
        ),
        check(names[0], doubled == 0, format!("{doubled} doubled of {}", theirs.len())),
        check(names[1], strangers == 0 && unseen == 0, format!("{} ours, {} theirs", taken.len(), theirs.len())),
    ]
}
