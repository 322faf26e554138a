//! The totals and the queues' table.

use super::{JobFilter, JobsView, Outlook, QueueRow, outlook, rate};
use crate::{
    format::{self, count},
    icon::Icon,
    parts::{spark::spark, stat::Stat, table},
    shell::Clock,
    state::{Form, JobState, Lexeme, QueueState, Tone},
};
use leptos::prelude::*;

/// The stat strip: `#totals`.
pub(super) fn totals(view: &JobsView) -> AnyView {
    let sum = |of: fn(&QueueRow) -> i64| view.queues.iter().map(of).sum::<i64>();
    let per_minute: f64 = view.queues.iter().map(|q| q.per_minute[0]).sum();
    let per_hour: f64 = view.queues.iter().map(|q| q.per_minute[2] * 60.0).sum();
    let oldest = view.queues.iter().filter_map(|q| q.oldest_secs.map(|secs| (secs, &q.name))).max();
    let silent = view.workers.trouble.is_some() || view.workers.alive == 0;
    let cells = [
        stat(
            Tone::Live,
            Icon::CheckCheck,
            "Done, last minute",
            rate(per_minute),
            format!("{} in the last hour", count(per_hour.round() as i64)),
        ),
        stat(Tone::Ring, Icon::Loader, "Running", count(sum(|q| q.running)), String::new()),
        stat(
            Tone::Idle,
            Icon::List,
            "Waiting",
            count(sum(|q| q.waiting)),
            oldest
                .map_or("nothing is due".to_owned(), |(secs, queue)| format!("oldest {}, {queue}", format::span(secs))),
        ),
        stat(Tone::Hold, Icon::RotateCw, "Retrying", count(sum(|q| q.retrying)), "by themselves".to_owned()),
        stat(
            Tone::Fail,
            Icon::TriangleAlert,
            "Failed, last day",
            count(sum(|q| q.failed)),
            "kept, with their error".to_owned(),
        ),
        stat(
            if silent { Tone::Fail } else { Tone::Live },
            Icon::Gauge,
            "Workers",
            count(view.workers.alive),
            workers(view),
        ),
    ];
    view! { <section class="panel" id="totals" aria-label="Totals"><dl class="strip">{cells.into_iter().map(Stat::view).collect_view()}</dl></section> }.into_any()
}

fn workers(view: &JobsView) -> String {
    match (&view.workers.trouble, view.workers.alive) {
        (Some(trouble), _) => trouble.clone(),
        (None, 0) => "no worker reports: nothing runs".to_owned(),
        (None, _) => "all report".to_owned(),
    }
}

fn stat(tone: Tone, icon: Icon, label: &'static str, value: String, because: String) -> Stat {
    Stat { tone, icon, label, value, because }
}

/// The table: `#queues`.
pub(super) fn panel(clock: &Clock, view: &JobsView) -> AnyView {
    let head = [
        ("Queue", ""),
        ("State", ""),
        ("1 min", "num"),
        ("5", "num hs"),
        ("60", "num hs"),
        ("Last hour", "hs"),
        ("p50", "num hm"),
        ("p95", "num hm"),
        ("p99", "num hm"),
        ("Waiting", "num"),
        ("Oldest", "num"),
        ("Clears", ""),
        ("Running", "num"),
        ("Retrying", "num hm"),
        ("Failed", "num"),
        ("", ""),
    ];
    view! {
        <section class="panel" id="queues" aria-labelledby="queues-h">
            <header><h2 id="queues-h">"Queues"</h2><span class="end"><span class="wide-only">"Rates are jobs per minute; p50, p95 and p99 how long jobs of the last five waited. "</span><a class="link" href="/jobs/workers">"Workers and schedules"</a>" "<a class="link" href="/jobs/alerts">"Alerts"</a></span></header>
            <table class="tbl cards dense2">
                <caption>"Queues"</caption>
                {table::head(&head)}
                <tbody>{view.queues.iter().map(|queue| row(clock, queue, view.may_operate)).collect_view()}</tbody>
            </table>
        </section>
    }
    .into_any()
}

fn row(clock: &Clock, queue: &QueueRow, may_operate: bool) -> AnyView {
    let form = if queue.state == QueueState::Running { Form::Plain } else { Form::Settled };
    let [one, five, sixty] = queue.per_minute;
    let because =
        (!queue.because.is_empty()).then(|| view! { <small class="dim hide">{queue.because.clone()}</small> });
    view! {
        <tr id=format!("queue-{}", queue.name)>
            <th scope="row"><a class="mono plain-link" href=listed(queue, None)>{queue.name.clone()}</a></th>
            <td><span class="two">{queue.state.chip(form)}{because}</span></td>
            <td class="num" data-l="per min">{rate(one)}</td>
            <td class="num dim hide hs">{rate(five)}</td>
            <td class="num dim hide hs">{rate(sixty)}</td>
            <td class="hide hs">{spark(&queue.by_minute, format!("{}, done a minute over the last hour", queue.name))}</td>
            {[0, 1, 2].map(|n| view! { <td class="num dim hide hm">{waited(queue, n)}</td> })}
            <td class="num" data-l="waiting">{linked(queue, queue.waiting, JobState::Waiting)}</td>
            <td class="num dim hide">{queue.oldest_secs.map(format::span)}</td>
            <td class=if queue.outlook == Outlook::Clear { "hide" } else { "nowrap small" } data-l="clears">{outlook::cell(clock, &queue.outlook)}</td>
            <td class="num" data-l="running">{linked(queue, queue.running, JobState::Running)}</td>
            <td class="num hide hm">{linked(queue, queue.retrying, JobState::Retrying)}</td>
            <td class="num" data-l="failed">{linked(queue, queue.failed, JobState::Failed)}</td>
            <td><span class="acts">{may_operate.then(|| action(queue))}</span></td>
        </tr>
    }
    .into_any()
}

/// `7 ms`, `1.2 s`, `3 min`: what an estimate from classes can say.
fn waited(queue: &QueueRow, n: usize) -> Option<String> {
    let ms = *queue.latency?.get(n)?;
    Some(match ms {
        ms if ms < 1_000.0 => format!("{} ms", ms.ceil()),
        ms if ms < 10_000.0 => format!("{:.1} s", ms / 1_000.0),
        ms => format::span((ms / 1_000.0).round() as i64),
    })
}

fn listed(queue: &QueueRow, state: Option<JobState>) -> String {
    JobFilter { queue: Some(queue.name.clone()), state, ..JobFilter::default() }.href(None)
}

/// A number that opens its list; zero opens nothing.
fn linked(queue: &QueueRow, n: i64, state: JobState) -> AnyView {
    if n == 0 {
        return view! { <span class="dim">"0"</span> }.into_any();
    }
    view! { <a class="link" href=listed(queue, Some(state))>{count(n)}<span class="sr">{format!(" {} in {}", state.word().to_lowercase(), queue.name)}</span></a> }.into_any()
}

fn action(queue: &QueueRow) -> AnyView {
    let (verb, icon, word) = match queue.state {
        QueueState::Paused => ("resume", Icon::Play, "Resume"),
        QueueState::Running | QueueState::Throttled => ("pause", Icon::Pause, "Pause"),
    };
    view! {
        <form id=format!("{verb}-{}", queue.name) method="post" action=format!("/jobs/queues/{}/{verb}", queue.name) data-enhance="">
            <button class="btn sm" type="submit">{icon.small()}{word}<span class="sr">{format!(" queue {}", queue.name)}</span></button>
        </form>
    }
    .into_any()
}
