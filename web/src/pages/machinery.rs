//! What keeps jobs going, `/jobs/workers`: the worker processes with their heartbeats, and the schedules.

use crate::{
    format,
    icon::Icon,
    parts::{note::empty, table},
    render::html,
    shell::{Clock, Shell, document},
    state::{Form, Tone, chip},
};
use chrono::{DateTime, Utc};
use leptos::prelude::*;
use uuid::Uuid;

/// Everything on the page.
#[derive(Clone, Debug, Default)]
pub struct MachineryView {
    /// The processes, the living first.
    pub workers: Vec<WorkerRow>,
    /// The schedules, the next to fire first.
    pub schedules: Vec<ScheduleRow>,
    /// May this user fire schedules?
    pub may_operate: bool,
}

/// One worker process.
#[derive(Clone, Debug)]
pub struct WorkerRow {
    /// `host/pid`.
    pub name: String,
    /// Its release, if it says.
    pub version: Option<String>,
    /// Seconds since its last heartbeat.
    pub silent_secs: i64,
    /// Does it hold its lease?
    pub alive: bool,
    /// What it works: queue, running, slots.
    pub lanes: Vec<(String, i32, i32)>,
    /// How long it has run, in seconds.
    pub up_secs: i64,
}

/// One schedule.
#[derive(Clone, Debug)]
pub struct ScheduleRow {
    /// The schedule.
    pub id: Uuid,
    /// Sent with the form: the same page sent twice fires once.
    pub once: Uuid,
    /// What it does, in words.
    pub what: String,
    /// Whose it is, with its page.
    pub about: Option<(String, String)>,
    /// When, as it was written.
    pub cron: String,
    /// On whose wall clock.
    pub tz: String,
    /// Does it fire by itself?
    pub enabled: bool,
    /// The next slot.
    pub next_at: Option<DateTime<Utc>>,
    /// When it last fired.
    pub last_at: Option<DateTime<Utc>>,
    /// By whose hand.
    pub last_by: Option<String>,
}

/// The page.
pub fn page(shell: &Shell, view: &MachineryView) -> String {
    html(|| document(shell, body(&shell.clock, view)))
}

fn body(clock: &Clock, view: &MachineryView) -> AnyView {
    view! {
        <nav class="crumb" aria-label="Breadcrumb"><a href="/jobs">"Jobs"</a><span aria-hidden="true">"/"</span><span>"Workers and schedules"</span></nav>
        <div class="head"><h1>"Workers and schedules"</h1><a class="link" href="/jobs/alerts">"Alerts"</a></div>
        {workers(view)}
        {schedules(clock, view)}
    }
    .into_any()
}

fn workers(view: &MachineryView) -> AnyView {
    let head = [
        ("Process", ""),
        ("State", ""),
        ("Heartbeat", "num"),
        ("Running", "num"),
        ("Queues", "hs"),
        ("Up", "num hm"),
        ("Release", "hm"),
    ];
    let body = if view.workers.is_empty() {
        empty(Icon::Gauge, "No worker has started", "Nothing runs until one does: start wib work.", ().into_any())
    } else {
        view! {
            <table class="tbl cards dense2"><caption>"Worker processes"</caption>{table::head(&head)}
                <tbody>{view.workers.iter().map(worker).collect_view()}</tbody>
            </table>
        }
        .into_any()
    };
    view! { <section class="panel" id="workers" aria-labelledby="workers-h"><header><h2 id="workers-h">"Workers"</h2><span class="end wide-only">"as of their last heartbeat"</span></header>{body}</section> }.into_any()
}

fn worker(worker: &WorkerRow) -> AnyView {
    let state = if worker.alive {
        chip(Tone::Live, Icon::Check, "Alive", Form::Plain)
    } else {
        chip(Tone::Fail, Icon::TriangleAlert, "Silent: its jobs run elsewhere", Form::Settled)
    };
    let running: i32 = worker.lanes.iter().map(|(_, running, _)| running).sum();
    let slots: i32 = worker.lanes.iter().map(|(_, _, slots)| slots).sum();
    let lanes: Vec<String> =
        worker.lanes.iter().map(|(queue, running, slots)| format!("{queue} {running}/{slots}")).collect();
    view! {
        <tr>
            <th scope="row" class="mono">{worker.name.clone()}</th>
            <td>{state}</td>
            <td class="num" data-l="heartbeat">{format!("{} ago", format::span(worker.silent_secs))}</td>
            <td class="num" data-l="running">{format!("{running} of {slots}")}</td>
            <td class="mono hide hs">{if lanes.is_empty() { "not told".to_owned() } else { lanes.join(", ") }}</td>
            <td class="num dim hide hm">{format::span(worker.up_secs)}</td>
            <td class="mono dim hide hm">{worker.version.clone().unwrap_or_else(|| "not told".to_owned())}</td>
        </tr>
    }
    .into_any()
}

fn schedules(clock: &Clock, view: &MachineryView) -> AnyView {
    let head =
        [("Schedule", ""), ("Of", ""), ("Cron", ""), ("Zone", "hm"), ("Last fired", "hs"), ("Next", ""), ("", "")];
    let body = if view.schedules.is_empty() {
        let action = view! { <a class="btn" href="/campaigns">"Campaigns"</a> };
        empty(Icon::CalendarClock, "No schedule", "A campaign that opens at set hours has one.", action.into_any())
    } else {
        view! {
            <table class="tbl cards dense2"><caption>"Schedules"</caption>{table::head(&head)}
                <tbody>{view.schedules.iter().map(|s| schedule(clock, s, view.may_operate)).collect_view()}</tbody>
            </table>
        }
        .into_any()
    };
    view! { <section class="panel" id="schedules" aria-labelledby="schedules-h"><header><h2 id="schedules-h">"Schedules"</h2><span class="end wide-only">"each moment fires once"</span></header>{body}</section> }.into_any()
}

fn schedule(clock: &Clock, row: &ScheduleRow, may_operate: bool) -> AnyView {
    let near = |at: DateTime<Utc>| format::time(at, clock.zone, format::near(at, clock.now, clock.zone));
    let by = row.last_by.clone().map(|by| view! { <small class="dim">{format!("by {by}")}</small> });
    let next = match (row.enabled, row.next_at) {
        (false, _) => chip(Tone::Idle, Icon::CircleSlash, "Off", Form::Plain),
        (true, Some(at)) => near(at),
        (true, None) => "never again".into_any(),
    };
    let about = row.about.clone().map(|(words, href)| view! { <a class="link" href=href>{words}</a> });
    view! {
        <tr>
            <th scope="row">{row.what.clone()}</th>
            <td data-l="of">{about}</td>
            <td class="mono" data-l="cron">{row.cron.clone()}</td>
            <td class="hide hm">{row.tz.clone()}</td>
            <td class="hide hs"><span class="two">{row.last_at.map(near)}{by}</span></td>
            <td data-l="next">{next}</td>
            <td><span class="acts">{(may_operate && row.enabled).then(|| run_now(row))}</span></td>
        </tr>
    }
    .into_any()
}

fn run_now(row: &ScheduleRow) -> AnyView {
    view! {
        <form method="post" action=format!("/jobs/schedules/{}/run", row.id)>
            <input type="hidden" name="once" value=row.once.to_string()/>
            <button class="btn sm" type="submit">{Icon::Play.small()}"Run now"<span class="sr">{format!(": {}", row.what)}</span></button>
        </form>
    }
    .into_any()
}
