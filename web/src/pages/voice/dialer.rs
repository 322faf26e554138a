//! The command bar and the counts.

use super::{Count, Counts, Dialer};
use crate::{
    channel::Channel,
    format,
    icon::Icon,
    parts::{
        balance::Balance,
        bar::{Share, stack},
        levers::{Levers, form},
        stat::Stat,
    },
    shell::Clock,
    state::{Lexeme, Tone},
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

/// The buttons that are legal now, by consequence: `#dialer-actions`.
pub(super) fn actions(clock: &Clock, dialer: &Dialer) -> AnyView {
    let levers = Levers {
        id: dialer.id,
        channel: Channel::Call,
        state: dialer.state,
        reachable: dialer.callable,
        may_operate: dialer.may_operate,
        back: format!("/voice?campaign={}", dialer.id),
    };
    view! { <div class="cmd-acts" id="dialer-actions">{levers.view(clock)}</div> }.into_any()
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
