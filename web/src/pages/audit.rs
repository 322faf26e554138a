//! The audit trail, `/audit?actor=…&action=…&subject=…&from=…&to=…&before=…`: how the chain stands, and the lines.

use super::query_value;
use crate::{
    format::{self, count},
    icon::Icon,
    parts::{
        field::{Field, FieldError},
        note::{empty, note},
        stat::Stat,
        table,
    },
    render::html,
    shell::{Clock, Shell, document},
    state::Tone,
};
use chrono::{DateTime, Utc};
use leptos::prelude::*;

/// Everything on the page.
#[derive(Clone, Debug, Default)]
pub struct AuditView {
    /// How the chain stands.
    pub chain: Chain,
    /// What the list is filtered by.
    pub filter: AuditFilter,
    /// What of it could not be understood.
    pub errors: Vec<FieldError>,
    /// The lines found, newest first.
    pub rows: Vec<AuditRow>,
    /// The cursor of the older ones (`?before=`).
    pub older: Option<i64>,
}

/// How the chain stands.
#[derive(Clone, Debug, Default)]
pub struct Chain {
    /// Lines chained.
    pub chained: i64,
    /// Lines that wait for their link.
    pub waiting: i64,
    /// For how long the first has waited, when that is too long.
    pub late_secs: Option<i64>,
    /// It holds to here.
    pub verified: i64,
    /// When that was last looked at.
    pub verified_at: Option<DateTime<Utc>>,
    /// What broke it, in a sentence.
    pub fault: Option<String>,
    /// The last line under a signature.
    pub signed: Option<i64>,
}

/// The filter, as in the URL.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    /// Who.
    pub actor: String,
    /// What.
    pub action: String,
    /// To which thing.
    pub subject: String,
    /// From when, by the organisation's clock.
    pub from: String,
    /// Until when.
    pub to: String,
}

/// One line.
#[derive(Clone, Debug)]
pub struct AuditRow {
    /// Its number in the log.
    pub id: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// Who, by name where there is one.
    pub actor: String,
    /// What was done.
    pub action: String,
    /// To which thing.
    pub subject: String,
    /// The page of the thing.
    pub href: Option<String>,
    /// What else was written down.
    pub what: String,
    /// Its place in the chain.
    pub seq: Option<i64>,
}

/// The page.
pub fn page(shell: &Shell, view: &AuditView) -> String {
    html(|| document(shell, body(&shell.clock, view)))
}

fn body(clock: &Clock, view: &AuditView) -> AnyView {
    view! {
        <div class="head"><h1>"Audit trail"</h1><span class="muted">{status(clock, &view.chain)}</span></div>
        {view.chain.fault.as_deref().map(broken)}
        {strip(clock, &view.chain)}
        <section class="panel" id="lines" aria-labelledby="lines-h">
            <header><h2 id="lines-h">"Lines"</h2><span class="end">"newest first"</span></header>
            {filter(view)}
            {if view.rows.is_empty() { nothing(view) } else { rows(clock, &view.rows) }}
            {view.older.map(|before| view! { <footer class="row between"><span></span><a class="btn sm" href=href(&view.filter, before)>"Older"</a></footer> })}
        </section>
    }
    .into_any()
}

/// `verified to #48,211 at 14:00 CST`
fn status(clock: &Clock, chain: &Chain) -> String {
    match chain.verified_at {
        Some(at) if chain.fault.is_none() => {
            format!("verified to #{} at {}", count(chain.verified), format::near(at, clock.now, clock.zone))
        }
        Some(_) => "broken".to_owned(),
        None => "not verified yet".to_owned(),
    }
}

fn broken(fault: &str) -> AnyView {
    note(
        Tone::Fail,
        Icon::TriangleAlert,
        format!("The chain is broken: {fault}."),
        "Lines before it still prove what happened. Keep the database as it is, and compare it with a backup and the \
         exported checkpoints. `wib audit verify` looks again.",
    )
}

fn strip(clock: &Clock, chain: &Chain) -> AnyView {
    let (tone, verified) = match (&chain.fault, chain.verified_at) {
        (Some(_), _) => (Tone::Fail, "broken; see above".to_owned()),
        (None, Some(at)) => (Tone::Live, format!("at {}", format::near(at, clock.now, clock.zone))),
        (None, None) => (Tone::Idle, "a worker looks within a minute".to_owned()),
    };
    let waiting = match (chain.late_secs, chain.waiting) {
        (Some(secs), _) => (Tone::Hold, format!("the first for {}; is a worker running?", format::span(secs))),
        (None, 0) => (Tone::Idle, "every line is chained".to_owned()),
        (None, _) => (Tone::Idle, "chained within seconds".to_owned()),
    };
    let signed = match chain.signed {
        Some(_) => (Tone::Live, "by this installation's key".to_owned()),
        None => (Tone::Hold, "no key is set".to_owned()),
    };
    let number = |seq: i64| format!("#{}", count(seq));
    let stat = |(tone, because), icon, label, value| Stat { tone, icon, label, value, because }.view();
    view! {
        <dl class="panel strip">
            {stat((tone, verified), Icon::ShieldCheck, "Verified to", number(chain.verified))}
            {stat(signed, Icon::PenLine, "Signed to", number(chain.signed.unwrap_or_default()))}
            {stat((Tone::Idle, "each holds the hash of the one before".to_owned()), Icon::List, "Chained", count(chain.chained))}
            {stat(waiting, Icon::Hourglass, "Waiting", count(chain.waiting))}
        </dl>
    }
    .into_any()
}

/// The address of the older lines.
fn href(filter: &AuditFilter, before: i64) -> String {
    let fields = [
        ("actor", &filter.actor),
        ("action", &filter.action),
        ("subject", &filter.subject),
        ("from", &filter.from),
        ("to", &filter.to),
    ];
    let given = fields.into_iter().filter(|(_, value)| !value.is_empty());
    let query: String = given.map(|(name, value)| format!("{name}={}&", query_value(value))).collect();
    format!("/audit?{query}before={before}#lines")
}

fn filter(view: &AuditView) -> AnyView {
    let AuditFilter { actor, action, subject, from, to } = &view.filter;
    let none: &[FieldError] = &[];
    view! {
        <form class="filterbar" method="get" action="/audit#lines">
            {Field::text("actor", "Who: name, address or id", actor, none).view()}
            {Field::text("action", "What: call, account.view", action, none).view()}
            {Field::text("subject", "Object: its id", subject, none).mono().view()}
            {Field::text("from", "From", from, &view.errors).kind("datetime-local").view()}
            {Field::text("to", "Until", to, &view.errors).kind("datetime-local").view()}
            <button class="btn" type="submit">{Icon::ListFilter.small()}"Filter"</button>
        </form>
    }
    .into_any()
}

fn nothing(view: &AuditView) -> AnyView {
    let why = "Loosen the filter, or look at every line.";
    let all = view! { <a class="btn" href="/audit#lines">"Show all"</a> };
    let lead =
        if view.chain.chained + view.chain.waiting == 0 { "Nothing has happened yet" } else { "No line matches" };
    empty(Icon::ListFilter, lead, why, all.into_any())
}

fn rows(clock: &Clock, rows: &[AuditRow]) -> AnyView {
    let head = [("Chain", "num"), ("When", "num"), ("Who", ""), ("What", ""), ("Object", "hs"), ("Written down", "hm")];
    view! {
        <table class="tbl cards dense">
            <caption>"Audit lines"</caption>
            {table::head(&head)}
            <tbody>{rows.iter().map(|line| row(clock, line)).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

fn row(clock: &Clock, line: &AuditRow) -> AnyView {
    let at = line.at.with_timezone(&clock.zone).format("%-d %b %H:%M:%S").to_string();
    let place = line.seq.map_or_else(|| "waits".to_owned(), |seq| format!("#{}", count(seq)));
    view! {
        <tr>
            <td class="num mono dim">{place}</td>
            <td class="num mono nowrap">{format::time(line.at, clock.zone, at)}</td>
            <td class="nowrap">{line.actor.clone()}</td>
            <th scope="row" class="mono">{line.action.clone()}</th>
            <td class="mono clip hide hs">{subject(line)}</td>
            <td class="clip hide hm muted">{line.what.clone()}</td>
        </tr>
    }
    .into_any()
}

fn subject(line: &AuditRow) -> AnyView {
    match line.href.clone() {
        Some(href) => view! { <a class="plain-link" href=href>{line.subject.clone()}</a> }.into_any(),
        None => line.subject.clone().into_any(),
    }
}
