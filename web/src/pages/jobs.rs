//! The jobs, `/jobs?queue=…&kind=…&state=…&before=…`: every queue's pulse, live, the errors of the last days, and the list
//! behind them.

mod bulks;
mod failures;
mod filter;
mod limits;
mod outlook;
mod queues;

use crate::{
    format::{self, count},
    icon::Icon,
    parts::{
        field::{Choice, FieldError},
        note::empty,
        table,
    },
    render::html,
    shell::{Clock, Shell, document},
    state::{Form, JobState, Lexeme, QueueState},
};
use chrono::{DateTime, Utc};
use leptos::prelude::*;
use uuid::Uuid;

pub use self::{bulks::BulkLine, failures::FailureRow, filter::JobFilter};

/// Everything on the page.
#[derive(Clone, Debug, Default)]
pub struct JobsView {
    /// Every queue.
    pub queues: Vec<QueueRow>,
    /// Worker processes with a heartbeat, and those that should have one.
    pub workers: Workers,
    /// Every kind there is, for the filter.
    pub kinds: Vec<String>,
    /// What the list is filtered by.
    pub filter: JobFilter,
    /// The jobs found, newest first.
    pub jobs: Vec<JobRow>,
    /// The cursor of the older ones (`?before=`).
    pub older: Option<String>,
    /// May this user pause queues?
    pub may_operate: bool,
    /// Every campaign, for the filter; the latest first.
    pub campaigns: Vec<Choice>,
    /// May this user look for an account?
    pub may_see_accounts: bool,
    /// What of the filter could not be understood.
    pub errors: Vec<FieldError>,
    /// The errors of the last days, the latest first.
    pub failures: Vec<FailureRow>,
    /// The latest bulk actions.
    pub bulks: Vec<BulkLine>,
    /// What is sent and dialed no faster than so.
    pub limits: Vec<LimitRow>,
}

/// The worker processes.
#[derive(Clone, Debug, Default)]
pub struct Workers {
    /// Those that report.
    pub alive: i64,
    /// The longest silence, in words, when one is silent: `a worker is silent for 47 s`.
    pub trouble: Option<String>,
}

/// One queue.
#[derive(Clone, Debug)]
pub struct QueueRow {
    /// Its name.
    pub name: String,
    /// Its state.
    pub state: QueueState,
    /// Jobs finished per minute, over the last minute, five and sixty.
    pub per_minute: [f64; 3],
    /// Jobs waiting that could run now or later.
    pub waiting: i64,
    /// How long the oldest due job has waited, in seconds.
    pub oldest_secs: Option<i64>,
    /// Jobs running.
    pub running: i64,
    /// Jobs waiting for a retry.
    pub retrying: i64,
    /// Jobs given up, in the last day.
    pub failed: i64,
    /// Why it is paused or throttled.
    pub because: String,
    /// Jobs finished in each of the last sixty minutes, the oldest first.
    pub by_minute: Vec<i64>,
    /// How long half of the jobs of the last five minutes waited, 95 and 99 in a hundred, in milliseconds.
    pub latency: Option<[f64; 3]>,
    /// When its backlog is worked off.
    pub outlook: Outlook,
}

/// When a backlog is worked off.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Outlook {
    /// There is none.
    #[default]
    Clear,
    /// After somebody resumes it.
    WhenResumed,
    /// Too early to tell.
    Unknown,
    /// Nothing moves.
    Stands,
    /// More comes than is done: so many a minute.
    Grows(f64),
    /// Then, at so many a minute.
    At(DateTime<Utc>, f64),
}

/// A limit and whether it binds.
#[derive(Clone, Debug)]
pub struct LimitRow {
    /// What is limited, in words.
    pub what: String,
    /// The most in a minute.
    pub per_minute: f64,
    /// What comes now waits for a permit.
    pub full: bool,
    /// Until when the provider asked us to wait.
    pub paused_until: Option<DateTime<Utc>>,
}

/// One job.
#[derive(Clone, Debug)]
pub struct JobRow {
    /// Its number.
    pub id: i64,
    /// Its kind.
    pub kind: String,
    /// Its queue.
    pub queue: String,
    /// Its state.
    pub state: JobState,
    /// Which attempt this is, of how many.
    pub attempt: i32,
    /// At most so many attempts.
    pub max_attempts: i32,
    /// When it is or was due.
    pub run_at: DateTime<Utc>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// What it said last: an error or a result, in words.
    pub last: String,
    /// Whom or what it is about, where that is known.
    pub about: Option<About>,
    /// The workflow it is a part of (`/workflows/{id}`).
    pub run: Option<Uuid>,
}

/// What a job is about: a campaign's name or an account's number, linked where the reader may follow.
#[derive(Clone, Debug)]
pub struct About {
    /// The name.
    pub words: String,
    /// Its page.
    pub href: Option<String>,
}

/// The page.
pub fn page(shell: &Shell, view: &JobsView) -> String {
    html(|| document(shell, body(&shell.clock, view)))
}

/// The parts that change: `#totals`, `#queues` and `#limits`. The list holds still; it changes when it is asked for again.
pub fn fragments(clock: &Clock, view: &JobsView) -> String {
    html(|| (crate::shell::pulse(clock), queues::totals(view), queues::panel(clock, view), limits::panel(clock, view)))
}

fn body(clock: &Clock, view: &JobsView) -> AnyView {
    view! {
        <div class="head"><h1>"Jobs"</h1><span class="muted">"All queues"</span><span class="end">{crate::parts::live::pause_updates()}</span></div>
        {queues::totals(view)}
        {queues::panel(clock, view)}
        {limits::panel(clock, view)}
        {failures::panel(clock, view)}
        {bulks::panel(clock, view)}
        {list(clock, view)}
    }
    .into_any()
}

fn list(clock: &Clock, view: &JobsView) -> AnyView {
    view! {
        <section class="panel" id="jobs" aria-labelledby="jobs-h">
            <header><h2 id="jobs-h">"Jobs"</h2>{filter::views(&view.filter)}</header>
            {filter::bar(view)}
            {filter::error(view)}
            {bulks::offer(view)}
            {if view.jobs.is_empty() { nothing(view) } else { rows(clock, &view.jobs) }}
            {view.older.clone().map(|cursor| view! { <footer class="row between"><span></span><a class="btn sm" href=view.filter.href(Some(&cursor))>"Older"</a></footer> })}
        </section>
    }
    .into_any()
}

fn nothing(view: &JobsView) -> AnyView {
    if view.filter.letters && view.filter.is_plain() {
        let why = "A job that was given up waits here until somebody retries or deletes it.";
        return empty(Icon::CheckCheck, "No dead letters", why, ().into_any());
    }
    if !view.filter.pairs().is_empty() {
        let all = view! { <a class="btn" href="/jobs#jobs">"Show all"</a> };
        return empty(Icon::ListFilter, "No job matches", "Loosen the filter, or look at every job.", all.into_any());
    }
    empty(
        Icon::Layers,
        "No jobs: nothing has been asked for yet",
        "A call becomes a job the moment a campaign starts.",
        ().into_any(),
    )
}

/// A few of them, on another page: which, in what state, and what went wrong.
pub(super) fn sample_rows(clock: &Clock, jobs: &[JobRow]) -> AnyView {
    let head = [("Job", "num"), ("Kind", ""), ("State", ""), ("Ended", "num hs"), ("Last", "hs")];
    let time = |at: DateTime<Utc>| format::time(at, clock.zone, short(clock, at));
    let row = |job: &JobRow| {
        view! {
            <tr>
                <td class="num mono dim">{job.id}</td>
                <th scope="row" class="mono">{kind(job)}</th>
                <td>{job.state.chip(Form::Plain)}</td>
                <td class="num mono dim hide hs">{job.finished_at.map(time)}</td>
                <td class="clip hide hs muted">{job.last.clone()}</td>
            </tr>
        }
    };
    view! {
        <table class="tbl cards dense jobs">
            <caption>"Some of the jobs that match"</caption>
            {table::head(&head)}
            <tbody>{jobs.iter().map(row).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

fn rows(clock: &Clock, jobs: &[JobRow]) -> AnyView {
    let head = [
        ("Job", "num"),
        ("Kind", ""),
        ("State", ""),
        ("About", "hs"),
        ("Queue", "hm"),
        ("Try", "num"),
        ("Due", "num hs"),
        ("Ended", "num hm"),
        ("Last", "hm"),
    ];
    view! {
        <table class="tbl cards dense jobs">
            <caption>"Jobs"</caption>
            {table::head(&head)}
            <tbody>{jobs.iter().map(|job| row(clock, job)).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

fn row(clock: &Clock, job: &JobRow) -> AnyView {
    let time = |at: DateTime<Utc>| format::time(at, clock.zone, short(clock, at));
    let form = if matches!(job.state, JobState::Failed | JobState::Retrying) { Form::Settled } else { Form::Plain };
    view! {
        <tr>
            <td class="num mono"><a class="plain-link dim" href=format!("/jobs/{}", job.id)>{job.id}</a></td>
            <th scope="row" class="mono">{kind(job)}</th>
            <td>{job.state.chip(form)}</td>
            <td class="nowrap" data-l="about">{job.about.as_ref().map(about)}</td>
            <td class="mono hide hm">{job.queue.clone()}</td>
            <td class="num" data-l="try">{format!("{} of {}", job.attempt, job.max_attempts)}</td>
            <td class="num mono dim hide hs">{time(job.run_at)}</td>
            <td class="num mono dim hide hm">{job.finished_at.map(time)}</td>
            <td class="clip hide hm muted">{job.last.clone()}</td>
        </tr>
    }
    .into_any()
}

fn kind(job: &JobRow) -> AnyView {
    match job.run {
        Some(id) => view! { <a class="plain-link" href=format!("/workflows/{id}")>{job.kind.clone()}</a> }.into_any(),
        None => job.kind.clone().into_any(),
    }
}

fn about(about: &About) -> AnyView {
    match about.href.clone() {
        Some(href) => view! { <a class="link" href=href>{about.words.clone()}</a> }.into_any(),
        None => view! { <span>{about.words.clone()}</span> }.into_any(),
    }
}

/// Seconds on the same day, else the day.
fn short(clock: &Clock, at: DateTime<Utc>) -> String {
    let (at, now) = (at.with_timezone(&clock.zone), clock.now.with_timezone(&clock.zone));
    let format = if at.date_naive() == now.date_naive() { "%H:%M:%S" } else { "%-d %b %H:%M" };
    at.format(format).to_string()
}

/// A rate: whole from ten on, one decimal below.
fn rate(per_minute: f64) -> String {
    if per_minute == 0.0 {
        "0".to_owned()
    } else if per_minute < 10.0 {
        format!("{per_minute:.1}")
    } else {
        count(per_minute.round() as i64)
    }
}
