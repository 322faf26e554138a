//! *Pacing*, `/voice/pacing?campaign=ID`: why so many lines are out, what was learned of a campaign's calls, and what other
//! settings would do before anybody applies them.

mod rehearsal;

use chrono::{DateTime, Utc};
use leptos::prelude::*;
use uuid::Uuid;

use crate::{
    format,
    icon::Icon,
    parts::{
        field::{Choice, FieldError, summary},
        note::empty,
        stat::Stat,
    },
    render::html,
    shell::{Clock, Shell, document},
};

/// Everything on the page.
#[derive(Clone, Debug, Default)]
pub struct PacingView {
    /// The campaign.
    pub campaign: Uuid,
    /// Its name.
    pub name: String,
    /// What it waits for when it does not dial, or what it last did, in a sentence.
    pub now: String,
    /// What was learned of its calls.
    pub habits: Vec<Habit>,
    /// Nothing was learned yet: the figures are what is believed of any campaign.
    pub guessed: bool,
    /// The settings asked about: those in force, or what was typed.
    pub values: PacingValues,
    /// What is wrong, by field name.
    pub errors: Vec<FieldError>,
    /// The ways to dial.
    pub modes: Vec<Choice>,
    /// An hour rehearsed with the settings in force, and with those asked about.
    pub rehearsed: Option<[HourRow; 2]>,
    /// The last decisions, newest first.
    pub decisions: Vec<DecisionRow>,
    /// The reader may change the campaign.
    pub may_change: bool,
}

/// A figure that pacing learned.
#[derive(Clone, Debug)]
pub struct Habit {
    /// What it is.
    pub label: &'static str,
    /// The figure.
    pub value: String,
    /// What it means.
    pub because: String,
}

/// The form's fields, by their `name`, as typed.
#[derive(Clone, Debug, Default)]
pub struct PacingValues {
    /// `mode`
    pub mode: String,
    /// `abandon_cap`: percent
    pub abandon_cap: String,
    /// `lines_per_agent`
    pub lines_per_agent: String,
    /// `max_lines`; empty: as many as the account has
    pub max_lines: String,
    /// `agents`: for how many the hour is rehearsed
    pub agents: String,
}

/// A rehearsed hour.
#[derive(Clone, Debug)]
pub struct HourRow {
    /// `As it is`, `As asked`.
    pub name: &'static str,
    /// Conversations of one agent.
    pub talks: String,
    /// Seconds an agent waits for the next one.
    pub wait: String,
    /// Lines out on average.
    pub lines: String,
    /// People left without an agent.
    pub left: String,
    /// It is over the cap.
    pub over: bool,
}

/// A decision to dial.
#[derive(Clone, Debug)]
pub struct DecisionRow {
    /// When.
    pub at: DateTime<Utc>,
    /// How many lines were added.
    pub dial: i64,
    /// Why, in a sentence.
    pub because: String,
    /// What it looked at, in words.
    pub looked_at: String,
}

/// The page.
pub fn page(shell: &Shell, view: &PacingView) -> String {
    html(|| document(shell, body(shell, view)))
}

/// The parts that change, each with its id.
pub fn fragments(clock: &Clock, view: &PacingView) -> String {
    html(|| (crate::shell::pulse(clock), habits(view), decisions(clock, view)))
}

fn body(shell: &Shell, view: &PacingView) -> AnyView {
    let back = format!("/voice?campaign={}", view.campaign);
    view! {
        <nav class="crumb" aria-label="Breadcrumb"><a href=back>"Voice Operations"</a><span aria-hidden="true">"/"</span><span>"Pacing"</span></nav>
        <div class="head"><h1>{view.name.clone()}</h1><span class="end">{crate::parts::live::pause_updates()}</span></div>
        {summary(&view.errors, "What you typed is kept; nothing was changed.")}
        {habits(view)}
        <div class="cols c-7-5">
            {decisions(&shell.clock, view)}
            {rehearsal::panel(view)}
        </div>
    }
    .into_any()
}

fn habits(view: &PacingView) -> AnyView {
    let cells = view.habits.iter().map(|habit| {
        Stat {
            tone: crate::state::Tone::Idle,
            icon: Icon::Gauge,
            label: habit.label,
            value: habit.value.clone(),
            because: habit.because.clone(),
        }
        .view()
    });
    let about = if view.guessed {
        "what is believed of any campaign, until it has dialed"
    } else {
        "learned from its own calls"
    };
    view! {
        <section class="panel" id="habits" aria-labelledby="habits-h">
            <header><h2 id="habits-h">"What it knows of these people"</h2><span class="end">{about}</span></header>
            <dl class="strip">{cells.collect_view()}</dl>
        </section>
    }
    .into_any()
}

fn decisions(clock: &Clock, view: &PacingView) -> AnyView {
    let body = if view.decisions.is_empty() {
        empty(
            Icon::AudioLines,
            "Nobody was dialed yet",
            "Every decision to dial is kept with all that it looked at.",
            ().into_any(),
        )
    } else {
        view! { <ol class="log">{view.decisions.iter().map(|row| decision(clock, row)).collect_view()}</ol> }.into_any()
    };
    view! {
        <section class="panel" id="decisions" aria-labelledby="decisions-h">
            <header><h2 id="decisions-h">"Why so many lines"</h2></header>
            <p class="body dim">{view.now.clone()}</p>
            {body}
        </section>
    }
    .into_any()
}

fn decision(clock: &Clock, row: &DecisionRow) -> AnyView {
    let at = row.at.with_timezone(&clock.zone).format("%H:%M:%S").to_string();
    view! {
        <li>{format::time(row.at, clock.zone, at)}<p><b>{format!("Dial {}", row.dial)}</b>" "<span class="because">{row.because.clone()}</span><br/><small class="dim">{row.looked_at.clone()}</small></p></li>
    }
    .into_any()
}
