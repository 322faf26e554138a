//! The wall board, `/voice/wall`: for a screen on the wall. No navigation, no controls but one, and no consumer's name;
//! readable from five metres. A connection that is lost says so across the screen.

use super::AgentRow;
use crate::{
    format,
    icon::Icon,
    parts::{bar::meter, live::since},
    render::html,
    shell::{Clock, Shell, board},
    state::{AgentState, CampaignState, Form, Lexeme, Tone, chip},
};
use chrono::{DateTime, Utc};
use leptos::prelude::*;

/// Everything on the board.
#[derive(Clone, Debug, Default)]
pub struct WallView {
    /// Campaigns at work.
    pub campaigns: Vec<CampaignTile>,
    /// Agents who are not offline: those waiting first, longest first.
    pub agents: Vec<AgentRow>,
    /// People who answered and have no agent yet.
    pub waiting: i64,
    /// Since when the first of them waits.
    pub waiting_since: Option<DateTime<Utc>>,
    /// Conversations today.
    pub connects: i64,
    /// Seconds agents were at work today.
    pub agent_secs: i64,
    /// What somebody has to look at, the gravest first.
    pub alerts: Vec<String>,
}

/// One campaign.
#[derive(Clone, Debug)]
pub struct CampaignTile {
    /// Its name.
    pub name: String,
    /// How it dials.
    pub mode: String,
    /// Its state.
    pub state: CampaignState,
    /// What it waits for, in words.
    pub because: String,
    /// Lines out.
    pub lines: i64,
    /// Conversations.
    pub talking: i64,
    /// People left.
    pub pending: i64,
    /// Abandoned calls of 30 days, of how many answered, and the cap as a share.
    pub abandoned: i64,
    /// Answered by a person.
    pub answered: i64,
    /// The cap.
    pub cap: f64,
}

impl CampaignTile {
    fn rate(&self) -> f64 {
        if self.answered == 0 { 0.0 } else { self.abandoned as f64 / self.answered as f64 }
    }

    /// Abandoned calls have reached the cap. Of a handful of calls one is always too many: that tells nothing yet.
    pub fn is_over(&self) -> bool {
        self.rate() >= self.cap && self.answered as f64 * self.cap >= 1.0
    }
}

/// The page.
pub fn page(shell: &Shell, view: &WallView) -> String {
    html(|| board(shell, body(&shell.clock, view)))
}

/// The parts that change.
pub fn fragments(clock: &Clock, view: &WallView) -> String {
    html(|| (crate::shell::pulse(clock), parts(clock, view)))
}

fn body(clock: &Clock, view: &WallView) -> AnyView {
    view! { <h1 class="sr">"Wall board"</h1>{parts(clock, view)} }.into_any()
}

fn parts(clock: &Clock, view: &WallView) -> AnyView {
    (alerts(view), figures(clock, view), campaigns(view), agents(clock, view)).into_any()
}

fn alerts(view: &WallView) -> AnyView {
    let lines =
        view.alerts.iter().map(|words| view! { <li data-s="fail">{Icon::TriangleAlert.view()}{words.clone()}</li> });
    view! { <ul class="wall-alerts" id="wall-alerts" aria-label="Alerts">{lines.collect_view()}</ul> }.into_any()
}

/// The six figures of the floor.
fn figures(clock: &Clock, view: &WallView) -> AnyView {
    let count = |state| view.agents.iter().filter(|agent| agent.state == state).count();
    let free: Vec<_> = view.agents.iter().filter(|agent| agent.state == AgentState::Available).collect();
    let idle = free.iter().map(|agent| agent.since).min();
    let lines: i64 = view.campaigns.iter().map(|tile| tile.lines).sum();
    let rate = (view.agent_secs > 0).then(|| view.connects as f64 * 3600.0 / view.agent_secs as f64);
    let rest = match rate {
        Some(_) => format!(
            "{} in {}",
            format::counted(view.connects, "conversation", "conversations"),
            format::span(view.agent_secs)
        ),
        None => "nobody has worked yet today".to_owned(),
    };
    let waiting = view.waiting_since.map(|at| since(clock, at, true)).unwrap_or_else(|| "nobody waits".into_any());
    let longest = match idle {
        Some(at) => view! { "longest idle "{since(clock, at, false)} }.into_any(),
        None => "nobody is free".into_any(),
    };
    view! {
        <dl class="wall-figures" id="wall-figures">
            {figure("Lines out", lines.to_string(), "not answered yet".into_any())}
            {figure("On a call", count(AgentState::OnCall).to_string(), format!("of {}", format::counted(view.agents.len() as i64, "agent", "agents")).into_any())}
            {figure("Free", free.len().to_string(), longest)}
            {figure("People waiting", view.waiting.to_string(), waiting)}
            {figure("Connects per agent-hour", rate.map_or("–".to_owned(), |rate| format!("{rate:.1}")), rest.into_any())}
        </dl>
    }
    .into_any()
}

fn figure(label: &'static str, value: String, below: AnyView) -> AnyView {
    view! { <div><dt>{label}</dt><dd class="v">{value}</dd><dd class="sub">{below}</dd></div> }.into_any()
}

fn campaigns(view: &WallView) -> AnyView {
    let rows = view.campaigns.iter().map(campaign).collect_view();
    let none = view.campaigns.is_empty().then(|| view! { <p class="wall-none">"No voice campaign is at work."</p> });
    view! { <section class="wall-campaigns" id="wall-campaigns" aria-labelledby="wall-c"><h2 id="wall-c">"Campaigns"</h2>{none}<ul>{rows}</ul></section> }.into_any()
}

fn campaign(tile: &CampaignTile) -> AnyView {
    let (rate, cap) = (tile.rate(), tile.cap.max(0.0001));
    let tone = if tile.is_over() { Tone::Fail } else { Tone::Live };
    let words = format!("{} % abandoned in 30 days, of {} %", format::percent(rate), format::percent(cap));
    view! {
        <li>
            <div class="wall-name"><b>{tile.name.clone()}</b>{tile.state.chip(Form::Settled)}<span>{tile.mode.clone()}</span></div>
            <div class="wall-n"><b>{format::count(tile.lines)}</b>" out"</div>
            <div class="wall-n"><b>{format::count(tile.talking)}</b>" talking"</div>
            <div class="wall-n"><b>{format::count(tile.pending)}</b>" left"</div>
            <div class="wall-cap" data-s=tone.name()>{meter(rate / cap * 0.75, Some(0.75), Some(tone), words.clone())}<span>{words}</span></div>
            <div class="wall-why">{tile.because.clone()}</div>
        </li>
    }
    .into_any()
}

fn agents(clock: &Clock, view: &WallView) -> AnyView {
    let counts = AgentState::ALL.iter().filter_map(|state| {
        let n = view.agents.iter().filter(|agent| agent.state == *state).count();
        (n > 0).then(|| chip(state.tone(), state.icon(), format!("{n} {}", state.word().to_lowercase()), Form::Plain))
    });
    let rows = view.agents.iter().map(|agent| {
        view! {
            <li data-s=agent.state.tone().name()>
                {agent.state.icon().view()}
                <span><b>{agent.name.clone()}</b><small>{agent.state.word()}</small></span>
                {since(clock, agent.since, agent.overdue)}
            </li>
        }
    });
    let none = view.agents.is_empty().then(|| view! { <p class="wall-none">"No agent is signed in."</p> });
    view! {
        <section class="wall-agents" id="wall-agents" aria-labelledby="wall-a">
            <header><h2 id="wall-a">"Agents"</h2><span>{counts.collect_view()}</span></header>
            {none}
            <ul>{rows.collect_view()}</ul>
        </section>
    }
    .into_any()
}
