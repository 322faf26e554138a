//! How a bulk action goes: live, and as well without a script.

use super::{Line, ProgressView, Verb, crumb, terms};
use crate::{
    format::{self, clock_time, count, counted},
    icon::Icon,
    parts::{
        balance::Balance,
        bar::{Share, stack},
        note::note,
    },
    shell::Clock,
    state::{BulkState, Form, Lexeme, Tone},
};
use leptos::prelude::*;

pub(super) fn body(clock: &Clock, view: &ProgressView) -> AnyView {
    let what = format!("{} {}", view.verb.word(), counted(view.total, "job", "jobs"));
    view! {
        {crumb(what.clone())}
        <div class="head"><h1>{what}</h1><span class="muted">{view.reason.clone()}</span><span class="end">{crate::parts::live::pause_updates()}</span></div>
        {live(clock, view)}
    }
    .into_any()
}

/// `#bulk`.
pub(super) fn live(clock: &Clock, view: &ProgressView) -> AnyView {
    let failure = view
        .failure
        .clone()
        .map(|why| note(Tone::Fail, Icon::TriangleAlert, "It was given up.", format!("{}.", capital(&why))));
    view! {
        <div id="bulk" class="colstack">
            {failure}
            <section class="panel" aria-labelledby="going-h">
                <header><h2 id="going-h">"Progress"</h2>{view.state.chip(if view.state == BulkState::Running { Form::Now } else { Form::Settled })}<span class="end row">{levers(view)}</span></header>
                <div class="progress pt">{stack(&shares(view), "Progress")}</div>
                {balance(view).line("Every job is accounted for")}
                <p class="body line row between"><span class="muted">{pace(clock, view)}</span>
                    <a class="btn sm" href=format!("/api/jobs/bulk/{}/file", view.id) download="">{Icon::FileSpreadsheet.small()}"Result, job by job"</a></p>
            </section>
            <div class="pair">
                <section class="panel" aria-labelledby="which-h"><header><h2 id="which-h">"Which jobs"</h2></header>{terms(&view.terms)}</section>
                {log(clock, view)}
            </div>
        </div>
    }
    .into_any()
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn waiting(view: &ProgressView) -> i64 {
    view.total - view.succeeded - view.refused
}

fn shares(view: &ProgressView) -> [Share; 3] {
    [
        Share { tone: Tone::Live, n: view.succeeded, word: view.verb.done() },
        Share { tone: Tone::Hold, n: view.refused, word: "left as they were" },
        Share { tone: Tone::Idle, n: waiting(view), word: "waiting" },
    ]
}

fn balance(view: &ProgressView) -> Balance {
    let terms =
        vec![(view.succeeded, view.verb.done()), (view.refused, "left as they were"), (waiting(view), "waiting")];
    Balance { terms, total: view.total, noun: "jobs" }
}

/// What it is doing, in words.
fn pace(clock: &Clock, view: &ProgressView) -> String {
    let took = |to: chrono::DateTime<chrono::Utc>| {
        format::span((to - view.started_at.unwrap_or(view.requested_at)).num_seconds())
    };
    match (view.state, view.finished_at) {
        (_, Some(at)) => format!("Done at {}, after {}", clock_time(at, clock.zone), took(at)),
        (BulkState::Queued, _) => "Waits for a worker.".to_owned(),
        (BulkState::Stopped, _) => "Stopped. What was done stays done; resume goes on where it was.".to_owned(),
        (BulkState::Failed, _) => "Resume goes on where it was.".to_owned(),
        _ => format!("{} left", counted(waiting(view), "job", "jobs")),
    }
}

fn levers(view: &ProgressView) -> Option<AnyView> {
    let (verb, icon, word) = match view.state {
        BulkState::Queued | BulkState::Running => ("stop", Icon::Pause, "Stop"),
        BulkState::Stopped | BulkState::Failed => ("resume", Icon::Play, "Resume"),
        BulkState::Done => return None,
    };
    // It may reach people again.
    let class = if verb == "resume" && view.verb == Verb::Retry { "btn sm contact" } else { "btn sm" };
    view.may_operate.then(|| {
        view! {
            <form id=format!("bulk-{verb}") method="post" action=format!("/jobs/bulk/{}/{verb}", view.id) data-enhance="">
                <button class=class type="submit">{icon.small()}{word}</button>
            </form>
        }
        .into_any()
    })
}

fn log(clock: &Clock, view: &ProgressView) -> AnyView {
    let audit = view.may_see_audit.then(|| {
        view! { <a class="link end" href=format!("/audit?subject={}", view.id)>"In the audit trail"</a> }
    });
    let rows = view.lines.iter().map(|line| entry(clock, line));
    view! {
        <section class="panel" id="bulk-log" aria-labelledby="log-h">
            <header><h2 id="log-h">"Written down"</h2>{audit}</header>
            <dl class="body kv">
                <dt>"Reason"</dt><dd>{view.reason.clone()}</dd>
                <dt>"Asked for by"</dt><dd>{view.by.clone()}</dd>
            </dl>
            <ol class="bulk-log line">{rows.collect_view()}</ol>
            <p class="sr">{format!("{} of {} done", count(view.total - waiting(view)), count(view.total))}</p>
        </section>
    }
    .into_any()
}

fn entry(clock: &Clock, line: &Line) -> AnyView {
    view! {
        <li><span class="mono dim">{format::time(line.at, clock.zone, clock_time(line.at, clock.zone))}</span><span>{line.words.clone()}</span><span class="muted">{line.by.clone()}</span></li>
    }
    .into_any()
}
