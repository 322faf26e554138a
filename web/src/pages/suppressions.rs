//! Who is not to be contacted, `/suppressions?value=…&kind=…`: found by number or address, added, lifted, brought in by file
//! (`/suppressions/import`).

mod add;
pub mod import;

use super::query_value;
use crate::{
    format,
    icon::Icon,
    parts::{
        field::{Choice, FieldError},
        note::empty,
        table,
    },
    render::html,
    shell::{Clock, Shell, document},
    state::{Form, Tone, chip},
};
use chrono::{DateTime, Utc};
use leptos::prelude::*;
use uuid::Uuid;

/// Everything on the page.
#[derive(Clone, Debug, Default)]
pub struct SuppressionsView {
    /// The number or address that was searched for.
    pub query: String,
    /// The kind that was asked for.
    pub kind: String,
    /// Every kind there is, and all of them.
    pub kinds: Vec<Choice>,
    /// The kinds that a number or an address can be added as.
    pub addable: Vec<Choice>,
    /// The entries found, newest first.
    pub rows: Vec<SuppressionRow>,
    /// The cursor of the next page (`?after=`).
    pub next: Option<String>,
    /// May this user lift?
    pub may_lift: bool,
    /// The entry to be lifted (`?lift={id}`).
    pub lifting: Option<SuppressionRow>,
    /// What was typed into the form, by the field's name.
    pub typed: Vec<(String, String)>,
    /// What was wrong with it.
    pub errors: Vec<FieldError>,
}

/// One entry.
#[derive(Clone, Debug)]
pub struct SuppressionRow {
    /// The entry.
    pub id: Uuid,
    /// A number or address as people read it, or `a person`, `a debt`.
    pub about: String,
    /// Where that leads: an account of the person.
    pub href: Option<String>,
    /// Why: `Federal registry`.
    pub kind: String,
    /// `calls`, `every medium`.
    pub channel: String,
    /// In effect; otherwise why not: `lifted 3 Oct`, `from 1 Dec`.
    pub over: Option<String>,
    /// Said by what, and why.
    pub source: String,
    /// Who wrote it down.
    pub by: String,
    /// When.
    pub added_at: DateTime<Utc>,
    /// When it ends by itself.
    pub expires_at: Option<DateTime<Utc>>,
}

/// The page.
pub fn page(shell: &Shell, view: &SuppressionsView) -> String {
    html(|| document(shell, body(&shell.clock, view)))
}

fn body(clock: &Clock, view: &SuppressionsView) -> AnyView {
    let more = view.next.clone().map(|cursor| view! { <footer class="row between"><span></span><a class="btn sm" href=next_href(view, &cursor)>"More"</a></footer> });
    view! {
        <div class="head"><h1>"Suppressions"</h1><span class="muted">"Who is not to be contacted"</span>
            <span class="end"><a class="btn" href="/suppressions/import">{Icon::Upload.view()}"Import a file"</a></span></div>
        {view.lifting.as_ref().map(|entry| add::lift(entry, &view.errors))}
        <section class="panel" aria-labelledby="list-h">
            <header><h2 id="list-h">{if view.query.is_empty() { "Newest first" } else { "Found" }}</h2>{search(view)}</header>
            {if view.rows.is_empty() { nothing(view) } else { rows(clock, view) }}
            {more}
        </section>
        {view.lifting.is_none().then(|| add::form(view))}
    }
    .into_any()
}

fn search(view: &SuppressionsView) -> AnyView {
    let kinds = view
        .kinds
        .iter()
        .map(|c| view! { <option value=c.value.clone() selected=c.value == view.kind>{c.label.clone()}</option> });
    view! {
        <form class="row end" method="get" action="/suppressions">
            <label class="sr" for="find-kind">"Kind"</label>
            <span class="select"><select class="input" id="find-kind" name="kind">{kinds.collect_view()}</select>{Icon::ChevronsUpDown.view()}</span>
            <label class="sr" for="find-value">"Number or address"</label>
            <input class="input short" type="search" id="find-value" name="value" value=view.query.clone() placeholder="Number or address" autocomplete="off"/>
            <button class="btn" type="submit">{Icon::Search.small()}"Find"</button>
        </form>
    }
    .into_any()
}

fn next_href(view: &SuppressionsView, cursor: &str) -> String {
    format!("/suppressions?after={cursor}&kind={}&value={}", query_value(&view.kind), query_value(&view.query))
}

fn nothing(view: &SuppressionsView) -> AnyView {
    if view.query.is_empty() && view.kind.is_empty() {
        let why = "Add a number or an address below, or import a file of a do-not-call registry.";
        return empty(Icon::ShieldBan, "Nobody is suppressed", why, ().into_any());
    }
    let all = view! { <a class="btn" href="/suppressions">"Show all"</a> };
    let lead = if view.query.is_empty() {
        "None of this kind".to_owned()
    } else {
        format!("“{}” is not on the list", view.query)
    };
    empty(Icon::Search, lead, "A number or an address matches as a whole, however it is written.", all.into_any())
}

fn rows(clock: &Clock, view: &SuppressionsView) -> AnyView {
    let head = [
        ("Whom", ""),
        ("Why", ""),
        ("Medium", "hs"),
        ("Said by", "hm"),
        ("Written down", "hs"),
        ("Until", "hm"),
        ("", ""),
    ];
    view! {
        <table class="tbl cards dense2">
            <caption>"Suppressions"</caption>
            {table::head(&head)}
            <tbody>{view.rows.iter().map(|entry| row(clock, entry, view.may_lift)).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

fn row(clock: &Clock, entry: &SuppressionRow, may_lift: bool) -> AnyView {
    let day =
        |at: DateTime<Utc>| format::time(at, clock.zone, at.with_timezone(&clock.zone).format("%-d %b %Y").to_string());
    let why = match &entry.over {
        None => chip(Tone::Block, Icon::ShieldBan, entry.kind.clone(), Form::Settled),
        Some(over) => view! { <span class="muted">{format!("{}, {over}", entry.kind)}</span> }.into_any(),
    };
    let lift = (may_lift && entry.over.is_none()).then(|| view! { <a class="btn sm" href=format!("/suppressions?lift={}#lift", entry.id)>"Lift"<span class="sr">{format!(" {}", entry.about)}</span></a> });
    let about = match entry.href.clone() {
        Some(href) => view! { <a class="link" href=href>{entry.about.clone()}</a> }.into_any(),
        None => view! { <span class="mono wrap-any">{entry.about.clone()}</span> }.into_any(),
    };
    view! {
        <tr>
            <th scope="row">{about}</th>
            <td>{why}</td>
            <td class="hide hs">{entry.channel.clone()}</td>
            <td class="hide hm muted wrap-any">{entry.source.clone()}</td>
            <td class="hide hs"><span class="two">{day(entry.added_at)}<small>{entry.by.clone()}</small></span></td>
            <td class="hide hm">{entry.expires_at.map(day)}</td>
            <td><span class="acts">{lift}</span></td>
        </tr>
    }
    .into_any()
}
