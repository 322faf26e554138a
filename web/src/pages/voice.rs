//! *Voice Operations*, `/voice?campaign=ID`: one campaign's dialer, live.
//!
//! In order of weight: the campaign with its state and controls; the stat strip, whose balance line must add up; the guards; the
//! agents; the live calls; why it dialled.

pub mod agent;
mod agents;
mod calls;
mod dialer;
mod guards;
pub mod wall;

use crate::{
    format,
    icon::Icon,
    parts::note::empty,
    render::html,
    shell::{Clock, Shell, document},
    state::{AgentState, CallState, CampaignState},
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use leptos::prelude::*;
use uuid::Uuid;

/// Everything on the page.
#[derive(Clone, Debug, Default)]
pub struct VoiceView {
    /// The voice campaigns to choose from, the most interesting first.
    pub campaigns: Vec<CampaignChoice>,
    /// The chosen campaign; none only where there is no campaign yet.
    pub dialer: Option<Dialer>,
    /// The organisation's agents who are not offline, those waiting first, then by state, longest first.
    pub agents: Vec<AgentRow>,
    /// Calls in progress, at most a screenful.
    pub calls: Vec<CallRow>,
    /// How many calls are in progress in all.
    pub calls_total: i64,
    /// The latest pacing decisions, newest first.
    pub pacing: Vec<PacingLine>,
    /// What the chosen campaign would find if it began now; empty for one that has begun.
    pub checks: Vec<super::confirm::Check>,
}

/// One entry of the campaign picker.
#[derive(Clone, Debug)]
pub struct CampaignChoice {
    /// The campaign.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// Its state.
    pub state: CampaignState,
}

/// The chosen campaign.
#[derive(Clone, Debug)]
pub struct Dialer {
    /// The campaign.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// Its state.
    pub state: CampaignState,
    /// How it dials: `Progressive`.
    pub mode: String,
    /// Since when it is in this state.
    pub since: Option<DateTime<Utc>>,
    /// Who or what brought it here, and why it is paused: `by R. Diaz`, `no agent is ready`.
    pub because: String,
    /// People who could be called now; the count in the Start and Resume labels.
    pub callable: i64,
    /// May this user start, pause and stop?
    pub may_operate: bool,
    /// The stat strip.
    pub counts: Counts,
    /// Conversations, and what was kept of them.
    pub kept: Kept,
    /// The guards.
    pub guards: Guards,
}

/// Every conversation is to have its recording and its transcript.
#[derive(Clone, Debug, Default)]
pub struct Kept {
    /// Calls that an agent talked on.
    pub connected: i64,
    /// Of them recorded, and on their way.
    pub recordings: (i64, i64),
    /// Of them written down, and still being.
    pub transcripts: (i64, i64),
}

/// A number and why it is what it is.
#[derive(Clone, Debug, Default)]
pub struct Count {
    /// How many.
    pub n: i64,
    /// The line below: `34 will retry, 3 final`.
    pub because: String,
}

impl Count {
    /// A number and its because-line.
    pub fn new(n: i64, because: impl Into<String>) -> Self {
        Count { n, because: because.into() }
    }
}

/// Where everybody on the list is. The six add up to `planned`, or the page says that they do not.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    /// Waiting for their first call or for a retry.
    pub pending: Count,
    /// Claimed and not yet connected: being checked, dialled, ringing, listened to.
    pub calling: Count,
    /// With an agent.
    pub connected: Count,
    /// Finished.
    pub completed: Count,
    /// Failed for good.
    pub failed: Count,
    /// Skipped because a rule said no.
    pub skipped: Count,
    /// People on the list.
    pub planned: i64,
}

/// What keeps the dialer lawful and useful.
#[derive(Clone, Debug, Default)]
pub struct Guards {
    /// Abandoned calls of the last 30 days.
    pub abandoned: i64,
    /// Calls answered by a person in the same days.
    pub answered: i64,
    /// The cap as a share: `0.03`.
    pub abandon_cap: f64,
    /// Lines dialled per agent now.
    pub lines_per_agent: f64,
    /// At most so many.
    pub max_lines_per_agent: f64,
    /// Why the ratio is what it is.
    pub lines_because: String,
    /// Agents waiting for a call.
    pub agents_waiting: i64,
    /// Agents who are not offline.
    pub agents_total: i64,
    /// How long they waited on average, in seconds, where known.
    pub average_wait_secs: Option<i64>,
    /// Calls ended in the last hour.
    pub calls_ended: i64,
    /// By so many agents.
    pub calls_agents: i64,
    /// Since calls are made in that hour, in seconds.
    pub calls_secs: i64,
    /// When calling next opens or closes somewhere.
    pub next_edge: Option<LegalEdge>,
}

/// The next moment the law opens or closes calling.
#[derive(Clone, Debug)]
pub struct LegalEdge {
    /// When.
    pub at: DateTime<Utc>,
    /// Opens (true) or closes.
    pub opens: bool,
    /// Where: `Eastern`.
    pub place: String,
    /// In whose clock `at` is told.
    pub zone: Tz,
    /// Accounts it concerns.
    pub accounts: i64,
    /// Of so many next in line.
    pub of: i64,
}

/// One agent.
#[derive(Clone, Debug)]
pub struct AgentRow {
    /// The agent.
    pub id: Uuid,
    /// Their name.
    pub name: String,
    /// Their state.
    pub state: AgentState,
    /// Why on break: `Lunch, back 14:40`.
    pub reason: Option<String>,
    /// Since when.
    pub since: DateTime<Utc>,
    /// Longer in this state than usual.
    pub overdue: bool,
    /// The account they talk to or wrap up.
    pub account: Option<AccountLink>,
    /// Calls today.
    pub calls: i64,
    /// Average handling time today, in seconds.
    pub aht_secs: Option<i64>,
}

/// An account by name and number.
#[derive(Clone, Debug)]
pub struct AccountLink {
    /// The account.
    pub id: Uuid,
    /// The person's name.
    pub name: String,
    /// The account number.
    pub reference: String,
}

/// One call in progress.
#[derive(Clone, Debug)]
pub struct CallRow {
    /// The attempt.
    pub id: Uuid,
    /// Its state.
    pub state: CallState,
    /// Since when it is in this state.
    pub since: DateTime<Utc>,
    /// The number, as people read it: `(303) 555-0117`.
    pub phone: String,
    /// The consumer's zone.
    pub zone: Option<Tz>,
    /// The account.
    pub account: Option<AccountLink>,
    /// Who talks.
    pub agent: Option<String>,
}

/// One line of "Why it dialled".
#[derive(Clone, Debug)]
pub struct PacingLine {
    /// When.
    pub at: DateTime<Utc>,
    /// How many lines were dialled.
    pub dial: i64,
    /// The reason in a sentence.
    pub because: String,
}

/// The page.
pub fn page(shell: &Shell, view: &VoiceView) -> String {
    html(|| document(shell, body(shell, view)))
}

/// The parts that change, each with its id.
pub fn fragments(clock: &Clock, view: &VoiceView) -> String {
    html(|| (crate::shell::pulse(clock), live(clock, view)))
}

fn body(shell: &Shell, view: &VoiceView) -> AnyView {
    view! {
        <div class="head">
            <h1>"Voice Operations"</h1>
            <span class="end"><a class="btn quiet" href="/voice/wall">"Wall board"</a><a class="btn danger" href="/kill-switch">{Icon::Ban.view()}"Kill switch…"</a>{crate::parts::live::pause_updates()}</span>
        </div>
        {match &view.dialer {
            None => none_yet(),
            Some(dialer) => view! {
                <section class="panel" aria-labelledby="dialer-h">
                    <h2 id="dialer-h" class="sr">"Dialer"</h2>
                    <div class="cmd">{picker(view, dialer)}{dialer::state(&shell.clock, dialer)}{dialer::actions(&shell.clock, dialer)}</div>
                    {dialer::counts(dialer)}
                </section>
                {checklist(view)}
                {guards::panel(&shell.clock, &dialer.guards)}
                <div class="cols c-7-5">
                    {agents::panel(&shell.clock, view)}
                    <div class="colstack">{calls::panel(&shell.clock, view)}{why(&shell.clock, view)}</div>
                </div>
            }.into_any(),
        }}
    }
    .into_any()
}

fn live(clock: &Clock, view: &VoiceView) -> Option<AnyView> {
    let dialer = view.dialer.as_ref()?;
    let parts = (
        dialer::state(clock, dialer),
        dialer::actions(clock, dialer),
        dialer::counts(dialer),
        checklist(view),
        guards::panel(clock, &dialer.guards),
        agents::panel(clock, view),
        calls::panel(clock, view),
        why(clock, view),
    );
    Some(parts.into_any())
}

/// Before a start: `#checklist`, empty afterwards.
fn checklist(view: &VoiceView) -> AnyView {
    let panel = super::confirm::checks(&view.checks).map(|checks| {
        view! { <section class="panel" aria-labelledby="checklist-h"><header><h2 id="checklist-h">"Before it starts"</h2></header><div class="body">{checks}</div></section> }
    });
    view! { <div class="halt" id="checklist">{panel}</div> }.into_any()
}

fn none_yet() -> AnyView {
    let action =
        view! { <a class="btn primary" href="/campaigns/new/voice">{Icon::Plus.view()}"New voice campaign"</a> };
    let why = "A campaign is a list of accounts and a schedule. Nobody is dialled until you start it.";
    view! { <section class="panel">{empty(Icon::AudioLines, "No voice campaign yet", why, action.into_any())}</section> }.into_any()
}

/// A plain GET form; the script submits it on change, and hides the button.
fn picker(view: &VoiceView, dialer: &Dialer) -> AnyView {
    let options = view.campaigns.iter().map(|c| {
        use crate::state::Lexeme;
        let words = format!("{} ({})", c.name, c.state.word().to_lowercase());
        view! { <option value=c.id.to_string() selected=c.id == dialer.id>{words}</option> }
    });
    view! {
        <form class="field cmd-pick" method="get" action="/voice" data-pick="">
            <label for="campaign">"Campaign"</label>
            <span class="row nowrap-row">
                <span class="select"><select class="input" id="campaign" name="campaign">{options.collect_view()}</select>{Icon::ChevronsUpDown.view()}</span>
                <button class="btn" type="submit">"Show"</button>
            </span>
        </form>
    }
    .into_any()
}

fn why(clock: &Clock, view: &VoiceView) -> AnyView {
    let lines = view.pacing.iter().map(|line| {
        let (lead, at) = (if line.dial > 0 { format!("Dial {}", line.dial) } else { "Hold".to_owned() }, line.at.with_timezone(&clock.zone));
        view! { <li>{format::time(line.at, clock.zone, at.format("%H:%M:%S").to_string())}<p><b>{lead}</b>" "<span class="because">{line.because.clone()}</span></p></li> }
    });
    let more = view.dialer.as_ref().map(|dialer| {
        let pacing = format!("/voice/pacing?campaign={}", dialer.id);
        view! { <a class="end" href=pacing>"Pacing, and what if"</a> }
    });
    let body = if view.pacing.is_empty() {
        view! { <p class="body dim">"Nothing yet. Every decision to dial, or not to, is kept with its reason."</p> }
            .into_any()
    } else {
        view! { <ol class="log">{lines.collect_view()}</ol> }.into_any()
    };
    view! { <section class="panel" id="why" aria-labelledby="why-h"><header><h2 id="why-h">"Why it dialled"</h2>{more}</header>{body}</section> }.into_any()
}
