//! From the read models to the view.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use web::{
    format::counted,
    pages::voice::{
        AccountLink, AgentRow, CallRow, CampaignChoice, Count, Counts, Dialer, Guards, Kept, LegalEdge, PacingLine,
        VoiceView,
    },
    state::{AgentState, CallState, CampaignState},
};
use workflows::{
    agent::{self, Agent},
    campaign::{self, Campaign, Live, Panel, Stats},
    db::Tx,
    id::CampaignId,
    identity::{Principal, Right},
    pacing,
    phone::E164,
};

use crate::{pages::levers::checklist, problem::Problem, state::App};

/// What fits on a screen.
const CALLS: i64 = 40;
const CHOICES: i64 = 50;
const REASONS: i64 = 12;
/// A wrap-up or a break longer than this is worth a look.
const LONG_WRAP_UP_SECS: i64 = 120;
const LONG_BREAK_SECS: i64 = 1_800;

/// Reads everything on the page: of this campaign, or of the most interesting one.
pub(in crate::pages) async fn load(
    app: &App,
    caller: &Principal,
    asked: Option<CampaignId>,
) -> Result<VoiceView, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let campaigns = campaign::list(&mut tx, caller.org, Some(campaign::Kind::Voice), None, CHOICES).await?;
    let chosen = match asked {
        Some(id) => {
            let found = campaign::find(&mut tx, caller.org, id).await?;
            Some(found.filter(|c| c.kind == campaign::Kind::Voice).ok_or_else(|| Problem::not_found("campaign"))?)
        }
        None => campaigns.iter().min_by_key(|c| interest(c.state)).cloned(),
    };
    let view = match &chosen {
        Some(campaign) => of(&mut tx, caller, campaign, &campaigns).await?,
        None => VoiceView::default(),
    };
    tx.commit().await?;
    Ok(view)
}

/// Those at work first.
fn interest(state: campaign::State) -> u8 {
    use campaign::State as S;
    match state {
        S::Running => 0,
        S::Paused => 1,
        S::Draining => 2,
        S::Scheduled => 3,
        S::Draft => 4,
        S::Completed | S::Stopped => 5,
    }
}

async fn of(tx: &mut Tx, caller: &Principal, campaign: &Campaign, all: &[Campaign]) -> Result<VoiceView, Problem> {
    let now = tx.now().await?;
    let stats = campaign::stats(tx, campaign.id).await?;
    let panel = campaign::panel(tx, caller.org, campaign).await?;
    let agents = agent::list(tx, caller.org).await?;
    let calls = campaign::live(tx, caller.org, campaign.id, CALLS).await?;
    let edge = campaign::legal_edge(tx, caller.org, campaign.id, now).await?;
    let reasons = pacing::why(tx, campaign.id, REASONS).await?;
    let checks = match campaign.state {
        campaign::State::Draft | campaign::State::Scheduled => {
            let later = campaign.starts_at.is_some() || campaign.cron.is_some();
            checklist::of(tx, caller, campaign, &panel, later).await?
        }
        _ => Vec::new(),
    };
    let sees = caller.may(Right::SeeAccounts);
    let present: Vec<&Agent> = agents.iter().filter(|a| a.state != agent::State::Offline).collect();
    Ok(VoiceView {
        campaigns: choices(all, campaign),
        dialer: Some(Dialer {
            id: campaign.id.0,
            name: campaign.name.clone(),
            state: state(campaign.state),
            mode: capital(&campaign.mode),
            since: panel.since,
            because: because(campaign, &panel),
            callable: panel.callable,
            may_operate: caller.may(Right::RunCampaigns),
            counts: counts(&stats, &panel),
            kept: kept(&stats),
            guards: guards(campaign, &panel, &present, edge, now),
        }),
        checks,
        agents: present.into_iter().map(|agent| agent_row(agent, sees, now)).collect(),
        calls_total: stats.live,
        calls: calls.into_iter().map(|call| call_row(call, sees)).collect(),
        pacing: reasons.into_iter().map(|r| PacingLine { at: r.at, dial: r.dial.into(), because: r.because }).collect(),
    })
}

/// The chosen one is among them even if it is old.
fn choices(all: &[Campaign], chosen: &Campaign) -> Vec<CampaignChoice> {
    let extra = (!all.iter().any(|c| c.id == chosen.id)).then_some(chosen);
    let mut rows: Vec<&Campaign> = extra.into_iter().chain(all).collect();
    rows.sort_by_key(|c| interest(c.state));
    let choice = |c: &&Campaign| CampaignChoice { id: c.id.0, name: c.name.clone(), state: state(c.state) };
    rows.iter().map(choice).collect()
}

pub(in crate::pages) fn state(state: campaign::State) -> CampaignState {
    CampaignState::named(state.as_str()).expect("the lexicon has every state of a campaign")
}

/// Who or what brought it into its state.
pub(in crate::pages) fn because(campaign: &Campaign, panel: &Panel) -> String {
    let why = match (campaign.state, campaign.pause_reason.as_deref(), campaign.waiting_for.as_deref()) {
        (campaign::State::Paused, Some(reason), _) => paused(reason),
        (campaign::State::Running, _, Some(waiting)) => waiting.to_owned(),
        _ => String::new(),
    };
    let by = panel.by.as_ref().map(|name| format!("by {name}"));
    [by, Some(why).filter(|why| !why.is_empty())].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// Why a campaign is paused, in words.
pub(in crate::pages) fn paused(reason: &str) -> String {
    match reason {
        "supervisor" => "a supervisor paused it",
        "no_agents" => "no agent is ready; it resumes by itself",
        "window_closed" => "its window is closed; it resumes by itself",
        "provider" => "the provider refuses us; see the jobs",
        other => other,
    }
    .to_owned()
}

/// The six add up to planned: whoever is claimed and not connected is being called.
fn counts(stats: &Stats, panel: &Panel) -> Counts {
    let r = &stats.recipients;
    let connected = stats.connected_now.min(r.claimed);
    let because = |n: i64, one: &str, many: &str| if n > 0 { counted(n, one, many) } else { String::new() };
    let (out, left_out) = (stats.live - stats.connected_now, "left out when it stopped");
    Counts {
        pending: Count::new(r.queued + r.retry_wait, because(panel.retrying, "waits for a retry", "wait for a retry")),
        calling: Count::new(r.claimed - connected, because(out, "line out", "lines out")),
        connected: Count::new(connected, because(stats.connected, "conversation in all", "conversations in all")),
        completed: Count::new(r.done, share(r.done, r.planned)),
        failed: Count::new(r.failed, if r.failed > 0 { "after every try" } else { "" }),
        skipped: Count::new(r.suppressed + r.skipped, because(r.skipped, left_out, left_out)),
        planned: r.planned,
    }
}

fn kept(stats: &Stats) -> Kept {
    Kept {
        connected: stats.connected,
        recordings: (stats.recordings, stats.recordings_pending),
        transcripts: (stats.transcripts, stats.transcripts_pending),
    }
}

fn share(n: i64, of: i64) -> String {
    if n > 0 && of > 0 { format!("{} % of the list", n * 100 / of) } else { String::new() }
}

fn guards(
    campaign: &Campaign,
    panel: &Panel,
    present: &[&Agent],
    edge: Option<campaign::LegalEdge>,
    now: DateTime<Utc>,
) -> Guards {
    let waiting: Vec<_> = present.iter().filter(|a| a.state == agent::State::Available).collect();
    let waited: i64 = waiting.iter().map(|a| (now - a.since).num_seconds()).sum();
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    Guards {
        abandoned: panel.abandoned,
        answered: panel.answered,
        abandon_cap: f64::from(campaign.abandon_cap),
        lines_per_agent: panel.lines_per_agent,
        max_lines_per_agent: panel.lines_per_agent,
        lines_because: lines_because(&campaign.mode).to_owned(),
        agents_waiting: count(waiting.len()),
        agents_total: count(present.len()),
        average_wait_secs: (!waiting.is_empty()).then(|| waited / count(waiting.len())),
        calls_ended: panel.calls_ended,
        calls_agents: panel.agents,
        calls_secs: panel.calling_secs,
        next_edge: edge.map(legal_edge),
    }
}

fn lines_because(mode: &str) -> &'static str {
    match mode {
        "predictive" => "as many as will find an agent free",
        "power" => "each agent dials",
        _ => "one line for every agent who is free",
    }
}

fn legal_edge(edge: campaign::LegalEdge) -> LegalEdge {
    let campaign::LegalEdge { at, opens, zone, people, of } = edge;
    LegalEdge { at, opens, place: region(zone), zone, accounts: people, of }
}

/// What people call a zone.
fn region(zone: Tz) -> String {
    let known = match zone.name() {
        "America/New_York" => "Eastern",
        "America/Chicago" => "Central",
        "America/Denver" => "Mountain",
        "America/Phoenix" => "Arizona",
        "America/Los_Angeles" => "Pacific",
        "America/Anchorage" => "Alaska",
        "Pacific/Honolulu" => "Hawaii",
        other => return other.rsplit('/').next().unwrap_or(other).replace('_', " "),
    };
    known.to_owned()
}

/// Whom they talk to is shown to those who may see accounts.
pub(super) fn agent_row(agent: &Agent, sees: bool, now: DateTime<Utc>) -> AgentRow {
    let secs = (now - agent.since).num_seconds();
    let overdue = match agent.state {
        agent::State::WrapUp => secs > LONG_WRAP_UP_SECS,
        agent::State::Break => secs > LONG_BREAK_SECS,
        _ => false,
    };
    let account = agent.account_id.zip(agent.account_number.clone()).filter(|_| sees);
    let account = account.map(|(id, reference)| AccountLink {
        id: id.0,
        name: agent.consumer.clone().unwrap_or_default(),
        reference,
    });
    AgentRow {
        id: agent.id.0,
        name: agent.name.clone(),
        state: AgentState::named(agent.state.as_str()).expect("the lexicon has every state of an agent"),
        reason: agent.reason.clone(),
        since: agent.since,
        overdue,
        account,
        calls: agent.calls,
        aht_secs: agent.handle_secs.map(|secs| secs.round() as i64),
    }
}

/// Without the right to see accounts a call is a state and an area code.
fn call_row(call: Live, sees: bool) -> CallRow {
    let account = AccountLink { id: call.account.0, name: call.consumer, reference: call.account_number };
    let phone = E164::parse(&call.to_addr).map_or(call.to_addr, |phone| phone.national());
    CallRow {
        id: call.id.0,
        state: CallState::named(call.state.as_str()).expect("the lexicon has every state of a call"),
        since: call.since,
        phone: if sees { phone } else { phone.split(' ').next().unwrap_or_default().to_owned() },
        zone: call.zones.first().and_then(|zone| zone.parse().ok()),
        account: sees.then_some(account),
        agent: call.agent,
    }
}

pub(in crate::pages) fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().to_string() + letters.as_str()).unwrap_or_default()
}
