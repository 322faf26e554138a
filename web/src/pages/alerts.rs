//! `/jobs/alerts`: what would wake somebody, how it stands, and what to do about it.

use chrono::{DateTime, Utc};
use leptos::prelude::*;

use crate::{
    format,
    icon::Icon,
    parts::table,
    render::html,
    shell::{Clock, Shell, document},
    state::{Form, Tone, chip},
};

/// Everything on the page.
#[derive(Clone, Debug, Default)]
pub struct AlertsView {
    /// The alerts, those that fire first.
    pub alerts: Vec<AlertRow>,
}

/// One alert.
#[derive(Clone, Debug)]
pub struct AlertRow {
    /// As Prometheus calls it.
    pub name: &'static str,
    /// In words.
    pub title: &'static str,
    /// How it stands.
    pub standing: Standing,
    /// The figure, if it is known here.
    pub value: Option<String>,
    /// Beyond what it fires.
    pub bound: String,
    /// Does it wake somebody at night?
    pub wakes: bool,
    /// What it means.
    pub means: &'static str,
    /// What to do.
    pub todo: String,
}

/// How an alert stands.
#[derive(Clone, Copy, Debug)]
pub enum Standing {
    /// Within its bound.
    Ok,
    /// Beyond it, since then if that can be told.
    Firing(Option<DateTime<Utc>>),
    /// Only Prometheus can tell.
    Unknown,
}

/// The page.
pub fn page(shell: &Shell, view: &AlertsView) -> String {
    html(|| document(shell, body(&shell.clock, view)))
}

fn body(clock: &Clock, view: &AlertsView) -> AnyView {
    view! {
        <nav class="crumb" aria-label="Breadcrumb"><a href="/jobs">"Jobs"</a><span aria-hidden="true">"/"</span><span>"Alerts"</span></nav>
        <div class="head"><h1>"Alerts"</h1>{summary(view)}</div>
        <section class="panel" id="alerts" aria-labelledby="alerts-h">
            <header><h2 id="alerts-h">"Rules"</h2><span class="end wide-only">"asked of the database just now, for the whole installation"</span></header>
            {rules(clock, view)}
        </section>
    }
    .into_any()
}

fn summary(view: &AlertsView) -> AnyView {
    let firing = view.alerts.iter().filter(|row| matches!(row.standing, Standing::Firing(_))).count();
    match firing {
        0 => chip(Tone::Live, Icon::Check, "None fires", Form::Big),
        n => chip(Tone::Fail, Icon::TriangleAlert, format!("{n} firing"), Form::Big),
    }
}

fn rules(clock: &Clock, view: &AlertsView) -> AnyView {
    let head = [
        ("Alert", ""),
        ("State", ""),
        ("Since", "hide"),
        ("Now", "num"),
        ("Fires", "num"),
        ("Urgency", "hs"),
        ("What to do", "hm"),
    ];
    view! {
        <table class="tbl cards dense2 alerts"><caption>"Alerts"</caption>{table::head(&head)}
            <tbody>{view.alerts.iter().map(|alert| rule(clock, alert)).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

fn rule(clock: &Clock, row: &AlertRow) -> AnyView {
    let near = |at: DateTime<Utc>| format::time(at, clock.zone, format::near(at, clock.now, clock.zone));
    let since = match row.standing {
        Standing::Firing(Some(at)) => near(at),
        Standing::Firing(None) => "not told".into_any(),
        Standing::Ok | Standing::Unknown => "".into_any(),
    };
    view! {
        <tr>
            <th scope="row"><span class="two">{row.title}<small class="mono">{row.name}</small></span></th>
            <td>{standing(row.standing)}</td>
            <td class=if matches!(row.standing, Standing::Firing(_)) { "" } else { "hide" } data-l="since">{since}</td>
            <td class="num" data-l="now">{row.value.clone().unwrap_or_default()}</td>
            <td class="num dim" data-l="fires">{row.bound.clone()}</td>
            <td class="hide hs">{if row.wakes { "Any hour" } else { "By day" }}</td>
            <td class=if matches!(row.standing, Standing::Firing(_)) { "" } else { "hide hm" }><span class="two">{row.means}<small>{row.todo.clone()}</small></span></td>
        </tr>
    }
    .into_any()
}

fn standing(standing: Standing) -> AnyView {
    match standing {
        Standing::Ok => chip(Tone::Live, Icon::Check, "Ok", Form::Plain),
        Standing::Firing(_) => chip(Tone::Fail, Icon::TriangleAlert, "Firing", Form::Settled),
        Standing::Unknown => chip(Tone::Idle, Icon::CircleSlash, "Not known here", Form::Plain),
    }
}
