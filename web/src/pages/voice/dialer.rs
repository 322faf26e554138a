//! The command bar and the counts.

use super::{Count, Counts, Dialer, Kept};
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
    state::{Form, Lexeme, Tone, chip},
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
            {kept(&dialer.kept)}
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

/// Connected calls, recordings, transcripts: the same number three times, once what is on its way has arrived.
fn kept(kept: &Kept) -> Option<AnyView> {
    if kept.connected == 0 {
        return None;
    }
    let part = |(here, coming): (i64, i64), one: &str, many: &str| {
        let coming = if coming > 0 { format!(" ({} to come)", format::count(coming)) } else { String::new() };
        format!("{}{coming}", format::counted(here, one, many))
    };
    let lacking = |(here, coming): (i64, i64)| kept.connected - here - coming;
    let (sounds, words) = (lacking(kept.recordings), lacking(kept.transcripts));
    let all = kept.recordings.0 == kept.connected && kept.transcripts.0 == kept.connected;
    let verdict = match (all, sounds + words) {
        (true, _) => chip(Tone::Live, Icon::Check, "Difference 0", Form::Plain),
        (false, 0) => chip(Tone::Ring, Icon::Loader, "The rest is on its way", Form::Plain),
        (false, n) => chip(Tone::Fail, Icon::TriangleAlert, format!("Difference {}", format::count(n)), Form::Settled),
    };
    Some(
        view! {
            <p class="balance" id="kept">
                <span>{format::counted(kept.connected, "conversation", "conversations")}</span>
                <span class="op">"="</span><span>{part(kept.recordings, "recording", "recordings")}</span>
                <span class="op">"="</span><span>{part(kept.transcripts, "transcript", "transcripts")}</span>
                <span class="ok">{verdict}</span>
            </p>
        }
        .into_any(),
    )
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
