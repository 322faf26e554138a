//! The command bar and the counts.

use super::{Count, Counts, Dialer};
use crate::{
    format,
    icon::Icon,
    parts::{
        balance::Balance,
        bar::{Share, stack},
        stat::Stat,
    },
    shell::Clock,
    state::{CampaignState, Form, Lexeme, Tone},
};
use leptos::prelude::*;

/// State chip, since when and why: `#dialer-state`.
pub(super) fn state(clock: &Clock, dialer: &Dialer) -> AnyView {
    let since = dialer.since.map(|at| {
        let words = format::near(at, clock.now, clock.zone);
        view! { ", since "{format::time(at, clock.zone, words)} }
    });
    view! {
        <div class="cmd-state" id="dialer-state">
            {dialer.state.chip(form(dialer.state))}
            <span class="muted">{dialer.mode.clone()}{since}<br/><span class="dim">{dialer.because.clone()}</span></span>
        </div>
    }
    .into_any()
}

/// Solid only while something happens.
fn form(state: CampaignState) -> Form {
    match state {
        CampaignState::Running | CampaignState::Paused | CampaignState::Draining => Form::Big,
        _ => Form::Settled,
    }
}

/// The buttons that are legal now, by consequence: `#dialer-actions`.
///
/// What reaches people carries the count and is off while the figures are old; Pause always works.
pub(super) fn actions(clock: &Clock, dialer: &Dialer) -> AnyView {
    use CampaignState::{Draft, Paused, Running, Scheduled};
    let (may, stale) = (dialer.may_operate, clock.stale_since.is_some());
    let open = matches!(dialer.state, Draft | Scheduled | Running | Paused);
    view! {
        <div class="cmd-acts" id="dialer-actions">
            {(may && matches!(dialer.state, Draft | Scheduled)).then(|| start(dialer, stale))}
            {(may && dialer.state == Paused).then(|| resume(dialer, stale))}
            {(may && dialer.state == Running).then(|| pause(dialer))}
            {(may && open).then(|| view! { <a class="btn danger" href=format!("/campaigns/{}/stop", dialer.id)>{Icon::Square.view()}"Stop…"</a> })}
        </div>
    }
    .into_any()
}

fn start(dialer: &Dialer, stale: bool) -> AnyView {
    let words = format!("Start, call {}", format::counted(dialer.callable, "person", "people"));
    if stale {
        return view! { <button class="btn" type="button" disabled=true>{Icon::Play.view()}{words}</button> }
            .into_any();
    }
    view! { <a class="btn contact" href=format!("/campaigns/{}/start", dialer.id) data-contact="">{Icon::Play.view()}{words}</a> }.into_any()
}

fn resume(dialer: &Dialer, stale: bool) -> AnyView {
    let words = format!("Resume, call {}", format::counted(dialer.callable, "person", "people"));
    view! {
        <form id="dialer-resume" method="post" action=format!("/campaigns/{}/resume", dialer.id) data-enhance="">
            <input type="hidden" name="back" value=back(dialer)/>
            <button class="btn contact" type="submit" disabled=stale data-contact="">{Icon::Play.view()}{words}</button>
        </form>
    }
    .into_any()
}

fn pause(dialer: &Dialer) -> AnyView {
    view! {
        <form id="dialer-pause" method="post" action=format!("/campaigns/{}/pause", dialer.id) data-enhance="">
            <input type="hidden" name="back" value=back(dialer)/>
            <button class="btn strong" type="submit" data-key="p">{Icon::Pause.view()}"Pause "<kbd aria-hidden="true">"p"</kbd></button>
        </form>
    }
    .into_any()
}

fn back(dialer: &Dialer) -> String {
    format!("/voice?campaign={}", dialer.id)
}

/// The strip, the bar and the balance line: `#dialer-counts`.
pub(super) fn counts(dialer: &Dialer) -> AnyView {
    let counts = &dialer.counts;
    view! {
        <div id="dialer-counts">
            <dl class="strip bars">
                {stat(Tone::Idle, Icon::List, "Pending", &counts.pending)}
                {stat(Tone::Ring, Icon::PhoneOutgoing, "Calling", &counts.calling)}
                {stat(Tone::Live, Icon::AudioLines, "Connected", &counts.connected)}
                {stat(Tone::Live, Icon::CheckCheck, "Completed", &counts.completed)}
                {stat(Tone::Fail, Icon::TriangleAlert, "Failed", &counts.failed)}
                {stat(Tone::Block, Icon::ShieldBan, "Skipped by rule", &counts.skipped)}
            </dl>
            <div class="progress">{stack(&shares(counts), "")}</div>
            {balance(counts).line("Balances")}
        </div>
    }
    .into_any()
}

fn stat(tone: Tone, icon: Icon, label: &'static str, count: &Count) -> AnyView {
    Stat { tone, icon, label, value: format::count(count.n), because: count.because.clone() }.view()
}

fn shares(counts: &Counts) -> [Share; 6] {
    [
        Share { tone: Tone::Live, n: counts.completed.n, word: "completed" },
        Share { tone: Tone::Live, n: counts.connected.n, word: "connected" },
        Share { tone: Tone::Ring, n: counts.calling.n, word: "calling" },
        Share { tone: Tone::Fail, n: counts.failed.n, word: "failed" },
        Share { tone: Tone::Block, n: counts.skipped.n, word: "skipped by rule" },
        Share { tone: Tone::Idle, n: counts.pending.n, word: "pending" },
    ]
}

fn balance(counts: &Counts) -> Balance {
    Balance {
        terms: vec![
            (counts.pending.n, "pending"),
            (counts.calling.n, "calling"),
            (counts.connected.n, "connected"),
            (counts.completed.n, "completed"),
            (counts.failed.n, "failed"),
            (counts.skipped.n, "skipped"),
        ],
        total: counts.planned,
        noun: "planned",
    }
}
