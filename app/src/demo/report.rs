//! What a demonstration came to: outcomes, latencies, and the equations that must hold between the page's numbers, the
//! database and the carrier's own journal.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;
use serde_json::Value;
use workflows::{
    campaign::{self, Stats},
    db::{Db, Tx},
    id::{CampaignId, OrgId},
};

use super::blast::BlastReport;

/// The whole result; `--json` prints it.
#[derive(Debug, Serialize)]
pub struct Report {
    pub campaign_id: CampaignId,
    pub calls: usize,
    pub seconds: f64,
    pub stats: Stats,
    /// What people's turns on the list came to, by outcome.
    pub outcomes: BTreeMap<String, i64>,
    /// Refused attempts by rule.
    pub blocked: BTreeMap<String, i64>,
    /// Webhook in → join request out, real milliseconds.
    pub connect_ms: Latency,
    /// End of the greeting → joined, simulated milliseconds.
    pub greeting_to_agent_ms: Latency,
    pub resident_mb: f64,
    pub checks: Vec<Check>,
    /// The texts and the e-mails to the same people.
    pub messages: Vec<BlastReport>,
}

/// A distribution, by its usual points.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Latency {
    pub n: usize,
    pub p50: f64,
    pub p99: f64,
    pub max: f64,
}

/// One equation.
#[derive(Debug, Serialize)]
pub struct Check {
    pub name: &'static str,
    pub holds: bool,
    pub detail: String,
}

impl Report {
    /// Whether every equation holds.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.all_checks().all(|check| check.holds)
    }

    /// Of the calls and of the messages.
    pub fn all_checks(&self) -> impl Iterator<Item = &Check> {
        self.checks.iter().chain(self.messages.iter().flat_map(|blast| &blast.checks))
    }
}

/// What the carrier's journal and state say.
struct Carrier {
    /// Accepted or not, how often each command id was dialed for a person.
    dials: HashMap<String, usize>,
    recordings: usize,
    live_legs: usize,
}

/// Reads everything and checks it against each other.
///
/// # Errors
/// When the database or the simulator is away.
pub async fn report(
    db: &Db,
    org: OrgId,
    campaign: CampaignId,
    calls: usize,
    seconds: f64,
    simulator: &str,
) -> anyhow::Result<Report> {
    let mut tx = db.tenant(org).await?;
    let stats = campaign::stats(&mut tx, campaign).await?;
    let outcomes = outcomes(&mut tx, campaign).await?;
    let blocked = sqlx::query!(
        r#"select coalesce(d.reasons -> 0 ->> 'code', 'UNKNOWN') as "code!", count(*) as "n!"
           from calls c join compliance_decisions d on d.id = c.decision_id
           where c.campaign_id = $1 and c.state = 'skipped' group by 1"#,
        campaign.0
    )
    .fetch_all(&mut *tx)
    .await?;
    let times = sqlx::query!(
        r#"select id, connect_ms, call_control_id is not null as "taken!",
                  extract(epoch from bridged_at - greeting_end_at)::float8 * 1000 as greeting_ms
           from calls where campaign_id = $1 and state <> 'skipped'"#,
        campaign.0
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    let carrier = carrier(simulator).await?;
    let taken: Vec<String> = times.iter().filter(|row| row.taken).map(|row| row.id.to_string()).collect();
    Ok(Report {
        campaign_id: campaign,
        calls,
        seconds,
        checks: checks(&stats, calls, &carrier, &taken),
        stats,
        outcomes,
        blocked: blocked.into_iter().map(|row| (row.code, row.n)).collect(),
        connect_ms: latency(times.iter().filter_map(|row| row.connect_ms.map(f64::from)).collect()),
        greeting_to_agent_ms: latency(times.iter().filter_map(|row| row.greeting_ms).collect()),
        resident_mb: resident_mb(),
        messages: Vec::new(),
    })
}

/// What people's turns on a list came to.
pub(super) async fn outcomes(tx: &mut Tx, campaign: CampaignId) -> Result<BTreeMap<String, i64>, sqlx::Error> {
    let outcomes = sqlx::query!(
        r#"select coalesce(outcome, state::text) as "outcome!", count(*) as "n!" from recipients
           where campaign_id = $1 group by 1"#,
        campaign.0
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(outcomes.into_iter().map(|row| (row.outcome, row.n)).collect())
}

fn checks(stats: &Stats, calls: usize, carrier: &Carrier, taken: &[String]) -> Vec<Check> {
    let people = stats.recipients;
    let wanted = i64::try_from(calls).unwrap_or(i64::MAX);
    let doubled = carrier.dials.values().filter(|n| **n > 1).count();
    let strangers = carrier.dials.keys().filter(|id| !taken.contains(id)).count();
    let unseen = taken.iter().filter(|id| !carrier.dials.contains_key(*id)).count();
    let check = |name, holds, detail| Check { name, holds, detail };
    vec![
        check(
            "everybody on the list came to an explained end",
            people.planned == wanted && people.finished() == wanted && stats.balances,
            format!("{} of {wanted}", people.finished()),
        ),
        check("every attempt was dialed once", doubled == 0, format!("{doubled} doubled of {}", carrier.dials.len())),
        check(
            "our calls are the carrier's calls",
            strangers == 0 && unseen == 0,
            format!("{} ours, {} theirs", taken.len(), carrier.dials.len()),
        ),
        check(
            "every connected call was recorded",
            stats.connected == stats.recordings && usize::try_from(stats.recordings) == Ok(carrier.recordings),
            format!(
                "{} connected, {} recordings, {} at the carrier",
                stats.connected, stats.recordings, carrier.recordings
            ),
        ),
        check(
            "no conversation lacks its recording or its transcript",
            stats.unkept() == 0,
            format!(
                "{} connected, {} recordings, {} transcripts, difference {}",
                stats.connected,
                stats.recordings,
                stats.transcripts,
                stats.unkept()
            ),
        ),
        check("no leg is left at the carrier", carrier.live_legs == 0, format!("{} live", carrier.live_legs)),
        check("no outcome is unknown", stats.unknown == 0, format!("{} unknown", stats.unknown)),
    ]
}

async fn carrier(simulator: &str) -> anyhow::Result<Carrier> {
    let journal: Value = reqwest::get(format!("{simulator}/sim/journal")).await?.json().await?;
    let state: Value = reqwest::get(format!("{simulator}/sim/state")).await?.json().await?;
    Ok(Carrier { dials: dials(&journal), recordings: recordings(&journal), live_legs: live_legs(&state) })
}

/// Waits, in the simulator's time, until the carrier has sent every recording.
///
/// # Errors
/// When the simulator is away.
pub async fn recordings_saved(simulator: &str) -> anyhow::Result<usize> {
    let journal: Value = reqwest::get(format!("{simulator}/sim/journal")).await?.json().await?;
    Ok(recordings(&journal))
}

pub(super) fn entries(journal: &Value) -> impl Iterator<Item = &Value> {
    journal.as_array().or_else(|| journal["entries"].as_array()).into_iter().flatten()
}

/// Dials of people that the carrier took: agents' legs carry another note.
fn dials(journal: &Value) -> HashMap<String, usize> {
    let mut dials = HashMap::new();
    for entry in entries(journal).filter(is_dial) {
        let note = entry["client_state"].as_str().and_then(telnyx::ClientState::parse);
        if let Some(telnyx::ClientState::Attempt(id)) = note {
            *dials.entry(id.to_string()).or_default() += 1;
        }
    }
    dials
}

fn is_dial(entry: &&Value) -> bool {
    entry["kind"] == "leg" && entry["note"].as_str().is_some_and(|note| note.starts_with("dialled"))
}

fn recordings(journal: &Value) -> usize {
    let saved = entries(journal)
        .filter(|entry| entry["kind"] == "webhook" && entry["event_type"] == "call.recording.saved")
        .filter_map(|entry| entry["event_id"].as_str());
    saved.collect::<std::collections::HashSet<_>>().len()
}

fn live_legs(state: &Value) -> usize {
    state["counts"]["live_legs"].as_u64().and_then(|n| usize::try_from(n).ok()).unwrap_or(usize::MAX)
}

fn latency(mut values: Vec<f64>) -> Latency {
    values.sort_by(f64::total_cmp);
    let at = |share: f64| {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "an index"
        )]
        let index = (values.len() as f64 * share) as usize;
        values.get(index.min(values.len().saturating_sub(1))).copied().unwrap_or(0.0)
    };
    Latency { n: values.len(), p50: at(0.5), p99: at(0.99), max: at(1.0) }
}

/// This process's resident memory, where the system tells it.
fn resident_mb() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kb = line.and_then(|line| line.trim().trim_end_matches("kB").trim().parse::<f64>().ok());
    kb.unwrap_or(0.0) / 1024.0
}
