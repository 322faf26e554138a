//! One job, `/jobs/{id}`: what holds it and until when, what it was told, how its tries went, and what may be done to it.

use crate::{
    format,
    icon::Icon,
    render::html,
    shell::{Clock, Shell, document},
    state::{Form, JobState, Lexeme, Tone, chip},
};
use chrono::{DateTime, Utc};
use leptos::prelude::*;
use uuid::Uuid;

/// Everything on the page.
#[derive(Clone, Debug)]
pub struct JobView {
    /// Its number.
    pub id: i64,
    /// What it does, in words: `Place the call`.
    pub title: String,
    /// Its kind.
    pub kind: String,
    /// Its queue.
    pub queue: String,
    /// Its state.
    pub state: JobState,
    /// What holds it, the rule that does so now first.
    pub held: Vec<Hold>,
    /// What is known of it: `("Try", "2 of 20")`.
    pub facts: Vec<(String, String)>,
    /// When it was made, due, started and ended, in that order.
    pub times: Vec<(String, DateTime<Utc>)>,
    /// What went wrong last.
    pub error: Option<String>,
    /// What it was told, without what is nobody's to read.
    pub args: Vec<(String, String)>,
    /// What people did to it: when, who, what.
    pub history: Vec<(DateTime<Utc>, String, String)>,
    /// The workflow it is a part of.
    pub run: Option<Uuid>,
    /// The job an operator made of it.
    pub again: Option<i64>,
    /// May it be cancelled now, by this user?
    pub may_cancel: bool,
    /// May it be made anew now, by this user?
    pub may_retry: bool,
}

/// A rule that holds a job.
#[derive(Clone, Debug)]
pub struct Hold {
    /// In a word or two: `Queue paused`.
    pub word: &'static str,
    /// Its hue.
    pub tone: Tone,
    /// Its icon.
    pub icon: Icon,
    /// In a sentence.
    pub because: String,
    /// Until when, where that is known.
    pub until: Option<DateTime<Utc>>,
}

/// The page.
pub fn page(shell: &Shell, view: &JobView) -> String {
    html(|| document(shell, body(&shell.clock, view)))
}

fn body(clock: &Clock, view: &JobView) -> AnyView {
    view! {
        <nav class="crumb" aria-label="Breadcrumb"><a href="/jobs">"Jobs"</a><span aria-hidden="true">"/"</span><span class="mono">{view.id}</span></nav>
        <div class="head"><h1>{view.title.clone()}</h1>{view.state.chip(Form::Settled)}<span class="end">{actions(view)}</span></div>
        {why(clock, view)}
        {summary(clock, view)}
        <div class="cols c-7-5">{told(view)}{history(clock, view)}</div>
    }
    .into_any()
}

fn actions(view: &JobView) -> AnyView {
    let cancel = view.may_cancel.then(|| button(view.id, "cancel", Icon::X, "Cancel job", "btn danger"));
    let retry = view.may_retry.then(|| button(view.id, "retry", Icon::RotateCw, "Retry as a new job", "btn"));
    view! { {cancel}{retry} }.into_any()
}

fn button(id: i64, verb: &'static str, icon: Icon, words: &'static str, class: &'static str) -> AnyView {
    view! { <form method="post" action=format!("/jobs/{id}/{verb}")><button class=class type="submit">{icon.small()}{words}</button></form> }.into_any()
}

/// The answer, then what would hold it next.
fn why(clock: &Clock, view: &JobView) -> AnyView {
    let name = if matches!(view.state, JobState::Done | JobState::Failed | JobState::Cancelled) {
        "How it stands"
    } else {
        "Why it is not running"
    };
    let name = if view.state == JobState::Running { "What it does" } else { name };
    let held = view.held.iter().enumerate().map(|(n, hold)| rule(clock, hold, n == 0));
    view! {
        <section class="panel" id="why" aria-labelledby="why-h">
            <header><h2 id="why-h">{name}</h2><span class="end">{format!("at {}", format::clock_time(clock.now, clock.zone))}</span></header>
            <ol class="whys">{held.collect_view()}</ol>
        </section>
    }
    .into_any()
}

fn rule(clock: &Clock, hold: &Hold, first: bool) -> AnyView {
    let form = if first { Form::Settled } else { Form::Plain };
    let until = hold.until.map(|at| {
        let words = format!("until {}", format::near(at, clock.now, clock.zone));
        view! { <b class="nowrap">{format::time(at, clock.zone, words)}</b> }
    });
    let then = (!first).then(|| view! { <span class="dim">"then "</span> });
    view! { <li class=if first { "row" } else { "row muted" }>{then}{chip(hold.tone, hold.icon, hold.word, form)}<span class="grow">{sentence(&hold.because)}</span>{until}</li> }.into_any()
}

/// A capital first.
fn sentence(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

fn summary(clock: &Clock, view: &JobView) -> AnyView {
    let facts = view.facts.iter().map(|(name, value)| cell(name, value.clone().into_any()));
    let times = view.times.iter().map(|(name, at)| {
        let words = at.with_timezone(&clock.zone).format("%-d %b, %H:%M:%S %Z").to_string();
        cell(name, format::time(*at, clock.zone, words))
    });
    let run = view.run.map(|id| {
        cell("Part of", view! { <a class="link" href=format!("/workflows/{id}")>"its workflow"</a> }.into_any())
    });
    let again = view
        .again
        .map(|id| cell("Made anew as", view! { <a class="link mono" href=format!("/jobs/{id}")>{id}</a> }.into_any()));
    view! {
        <section class="panel" aria-label="Summary">
            <dl class="strip facts">
                {cell("Kind", view! { <span class="mono">{view.kind.clone()}</span> }.into_any())}
                {cell("Queue", view! { <span class="mono">{view.queue.clone()}</span> }.into_any())}
                {facts.collect_view()}{times.collect_view()}{run}{again}
            </dl>
        </section>
    }
    .into_any()
}

fn cell(name: &str, value: AnyView) -> AnyView {
    view! { <div><dt>{name.to_owned()}</dt><dd>{value}</dd></div> }.into_any()
}

fn told(view: &JobView) -> AnyView {
    let args = view.args.iter().map(|(name, value)| {
        view! { <tr><th scope="row" class="mono">{name.clone()}</th><td class="mono">{value.clone()}</td></tr> }
    });
    let error =
        view.error.clone().map(|error| crate::parts::note::note(Tone::Hold, Icon::TriangleAlert, "Last error:", error));
    view! {
        <section class="panel" aria-labelledby="told-h">
            <header><h2 id="told-h">"What it was told"</h2><span class="end">"ids; numbers and addresses are masked"</span></header>
            {error}
            <table class="tbl dense"><caption>"Arguments"</caption>
                <thead><tr><th scope="col">"Name"</th><th scope="col">"Value"</th></tr></thead>
                <tbody>{args.collect_view()}</tbody>
            </table>
        </section>
    }
    .into_any()
}

fn history(clock: &Clock, view: &JobView) -> AnyView {
    let lines = view.history.iter().map(|(at, who, what)| {
        let time = format::time(*at, clock.zone, format::near(*at, clock.now, clock.zone));
        view! { <tr><td class="mono dim nowrap">{time}</td><th scope="row">{what.clone()}</th><td>{who.clone()}</td></tr> }
    });
    let body = if view.history.is_empty() {
        view! { <p class="body dim">"Nobody cancelled or retried it."</p> }.into_any()
    } else {
        view! { <table class="tbl dense"><caption>"By people"</caption><thead><tr><th scope="col">"When"</th><th scope="col">"What"</th><th scope="col">"Who"</th></tr></thead><tbody>{lines.collect_view()}</tbody></table> }.into_any()
    };
    view! { <section class="panel" aria-labelledby="by-h"><header><h2 id="by-h">"What people did"</h2></header>{body}</section> }
        .into_any()
}
