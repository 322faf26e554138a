//! One workflow, `/workflows/{id}`: a call attempt, a message, an import; every step of it, oldest first, and what is still due.

mod steps;

use crate::{
    format,
    parts::listen::ListenView,
    render::html,
    shell::{Clock, Nav, Shell, document},
    state::{Form, Mark, Step, Tone},
};
use chrono::{DateTime, Utc};
use leptos::prelude::*;
use uuid::Uuid;

/// Everything on the page.
#[derive(Clone, Debug)]
pub struct WorkflowView {
    /// The workflow.
    pub id: Uuid,
    /// What it is for people: `Call attempt 2 of 4, Victor Hsu`.
    pub title: String,
    /// What kind of thing: `Call attempt`, `Text message`.
    pub noun: String,
    /// Its state: `Mark::of(CallState::Ended)`.
    pub state: Mark,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// What happens next, in words: `Callback 18 Nov, 10:00 CST`; empty when nothing does.
    pub next: String,
    /// The account it is about.
    pub account: Option<Link>,
    /// The campaign it belongs to.
    pub campaign: Option<Link>,
    /// Whatever else is known: `("Number", "(312) 555-0129")`.
    pub facts: Vec<(String, String)>,
    /// What was said, of a call that was connected, for whoever may hear it.
    pub listen: Option<ListenView>,
    /// The steps, oldest first; those still due come last.
    pub steps: Vec<StepRow>,
}

/// Something with a page of its own.
#[derive(Clone, Debug)]
pub struct Link {
    /// Its id.
    pub id: Uuid,
    /// What to call it: an account number, a campaign's name.
    pub words: String,
}

/// One step.
#[derive(Clone, Debug)]
pub struct StepRow {
    /// A stable id: the row it comes from.
    pub id: String,
    /// When; for a pending one, when it is due.
    pub at: DateTime<Utc>,
    /// What kind of step.
    pub kind: Step,
    /// How it went. `Unknown` is dashed until the step that `resolves` it, `Block` is hatched.
    pub tone: Tone,
    /// What happened: `Asked Telnyx to dial`.
    pub title: String,
    /// How long it took, or lasted until the next step.
    pub took_ms: Option<i64>,
    /// One plain sentence; may be empty.
    pub sentence: String,
    /// What only some want to see, folded away: `("Command", "cmd_01JCV7Q2M9")`.
    pub details: Vec<(String, String)>,
    /// It made known what was not.
    pub resolves: bool,
    /// Still to come.
    pub pending: bool,
    /// The workflow it leads to: an attempt of a recipient's.
    pub run: Option<Uuid>,
}

/// The page.
pub fn page(shell: &Shell, view: &WorkflowView) -> String {
    let campaigns = shell.role.pages().contains(&Nav::Campaigns);
    html(|| document(shell, body(&shell.clock, view, campaigns)))
}

/// The parts that change: `#workflow-state`, `#workflow-next`, `#listen` and `#steps`.
pub fn fragments(clock: &Clock, view: &WorkflowView) -> String {
    html(|| (crate::shell::pulse(clock), state(view), next(view), said(clock, view), steps::panel(clock, view)))
}

fn body(clock: &Clock, view: &WorkflowView, campaigns: bool) -> AnyView {
    view! {
        {crumb(view, campaigns)}
        <div class="head">
            <h1>{view.title.clone()}</h1>
            {state(view)}
            <span class="end">{crate::parts::live::pause_updates()}</span>
        </div>
        {summary(clock, view, campaigns)}
        {said(clock, view)}
        {steps::panel(clock, view)}
    }
    .into_any()
}

fn said(clock: &Clock, view: &WorkflowView) -> Option<AnyView> {
    view.listen.as_ref().map(|listen| listen.panel(clock))
}

fn crumb(view: &WorkflowView, campaigns: bool) -> AnyView {
    let slash = || view! { <span aria-hidden="true">"/"</span> };
    let campaign = view.campaign.as_ref().filter(|_| campaigns).map(|c| {
        view! { <a href=format!("/campaigns/{}", c.id)>{c.words.clone()}</a>{slash()} }
    });
    let account = view.account.as_ref().map(|a| {
        view! { <a class="mono" href=format!("/accounts/{}", a.id)>{a.words.clone()}</a>{slash()} }
    });
    view! { <nav class="crumb" aria-label="Breadcrumb">{campaign}{account}<span>{view.noun.clone()}</span></nav> }
        .into_any()
}

fn state(view: &WorkflowView) -> AnyView {
    let form = if view.state.tone == Tone::Ring { Form::Now } else { Form::Settled };
    view! { <span class="row" id="workflow-state">{view.state.chip(form)}</span> }.into_any()
}

fn summary(clock: &Clock, view: &WorkflowView, campaigns: bool) -> AnyView {
    let account = view.account.as_ref().map(|a| {
        cell(
            "Account",
            view! { <a class="link mono" href=format!("/accounts/{}", a.id)>{a.words.clone()}</a> }.into_any(),
        )
    });
    let campaign = view.campaign.as_ref().map(|c| cell("Campaign", named(c, campaigns)));
    let words = view.started_at.with_timezone(&clock.zone).format("%-d %b, %H:%M:%S %Z").to_string();
    let facts = view.facts.iter().map(|(name, value)| cell(name, value.clone().into_any()));
    view! {
        <section class="panel" aria-label="Summary">
            <dl class="strip facts">
                {account}
                {campaign}
                {facts.collect_view()}
                {cell("Started", format::time(view.started_at, clock.zone, words))}
                {next(view)}
            </dl>
        </section>
    }
    .into_any()
}

fn named(campaign: &Link, linked: bool) -> AnyView {
    if linked {
        view! { <a class="link" href=format!("/campaigns/{}", campaign.id)>{campaign.words.clone()}</a> }.into_any()
    } else {
        campaign.words.clone().into_any()
    }
}

fn cell(name: &str, value: AnyView) -> AnyView {
    view! { <div><dt>{name.to_owned()}</dt><dd>{value}</dd></div> }.into_any()
}

fn next(view: &WorkflowView) -> AnyView {
    let words = if view.next.is_empty() { "Nothing: it is finished".to_owned() } else { view.next.clone() };
    view! { <div id="workflow-next"><dt>"Next action"</dt><dd>{words}</dd></div> }.into_any()
}
