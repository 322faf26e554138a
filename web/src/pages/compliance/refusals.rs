//! The refused contacts, `/compliance/refusals?rule=…&today=yes&before=…`, the latest first.

use crate::{
    channel::Channel,
    format,
    icon::Icon,
    pages::query_value,
    parts::{
        field::{Choice, select},
        note::empty,
        table,
    },
    render::html,
    shell::{Clock, Shell, document},
};
use chrono::{DateTime, Utc};
use leptos::prelude::*;
use uuid::Uuid;

/// Everything on the page.
#[derive(Clone, Debug, Default)]
pub struct RefusalsView {
    /// Only of this rule; empty is every one.
    pub rule: String,
    /// Every rule there is: its name and title.
    pub rules: Vec<(&'static str, &'static str)>,
    /// Only of today.
    pub today: bool,
    /// The contacts.
    pub rows: Vec<RefusalRow>,
    /// The cursor of the older ones.
    pub older: Option<String>,
}

/// One refused contact.
#[derive(Clone, Debug)]
pub struct RefusalRow {
    /// The account.
    pub account: Uuid,
    /// Its number.
    pub reference: String,
    /// How they would have been contacted.
    pub channel: Channel,
    /// When it was decided.
    pub at: DateTime<Utc>,
    /// The rule told first.
    pub title: String,
    /// Why.
    pub sentence: String,
    /// Its source.
    pub citation: String,
    /// When it would have been lawful.
    pub earliest_next: Option<DateTime<Utc>>,
}

/// The page.
pub fn page(shell: &Shell, view: &RefusalsView) -> String {
    html(|| document(shell, body(&shell.clock, view)))
}

fn body(clock: &Clock, view: &RefusalsView) -> AnyView {
    let found = if view.rows.is_empty() { nothing() } else { rows(clock, &view.rows) };
    let older = view.older.as_ref().map(|cursor| {
        view! { <footer class="row between"><span></span><a class="btn sm" href=older(view, cursor)>"Older"</a></footer> }
    });
    view! {
        <nav class="crumb" aria-label="Breadcrumb"><a href="/compliance">"Compliance"</a><span aria-hidden="true">"/"</span><span>"Refused contacts"</span></nav>
        <div class="head"><h1>"Refused contacts"</h1><span class="muted">"Nobody was contacted"</span></div>
        <section class="panel" aria-labelledby="refused-h">
            <header><h2 id="refused-h">"Refused"</h2><span class="end">"latest first"</span></header>
            {filter(view)}
            {found}
            {older}
        </section>
    }
    .into_any()
}

fn older(view: &RefusalsView, cursor: &str) -> String {
    let today = if view.today { "yes" } else { "" };
    format!("/compliance/refusals?rule={}&today={today}&before={cursor}", query_value(&view.rule))
}

fn filter(view: &RefusalsView) -> AnyView {
    let rules: Vec<_> = std::iter::once(Choice::new("", "every rule"))
        .chain(view.rules.iter().map(|(code, title)| Choice::new(*code, *title)))
        .collect();
    let when = [Choice::new("", "ever"), Choice::new("yes", "today")];
    view! {
        <form class="filterbar" method="get" action="/compliance/refusals" data-pick="">
            {select("rule", "Rule", &view.rule, &rules, "", &[])}
            {select("today", "When", if view.today { "yes" } else { "" }, &when, "", &[])}
            <button class="btn" type="submit">{Icon::ListFilter.small()}"Filter"</button>
        </form>
    }
    .into_any()
}

fn nothing() -> AnyView {
    let back = view! { <a class="btn" href="/compliance">"Back to the rules"</a> };
    empty(Icon::ShieldCheck, "Nothing was refused here", "No decision matches the rule and the time.", back.into_any())
}

fn rows(clock: &Clock, rows: &[RefusalRow]) -> AnyView {
    let head = [("Account", ""), ("By", ""), ("When", ""), ("Rule", ""), ("Why", "hm"), ("Lawful from", "")];
    view! {
        <table class="tbl cards refused">
            <caption>"Refused contacts"</caption>
            {table::head(&head)}
            <tbody>{rows.iter().map(|row| line(clock, row)).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

fn line(clock: &Clock, row: &RefusalRow) -> AnyView {
    let time = |at| format::time(at, clock.zone, format::near(at, clock.now, clock.zone));
    let next = row.earliest_next.map_or_else(|| "once a person acts".into_any(), time);
    view! {
        <tr>
            <th scope="row"><a class="link mono" href=format!("/accounts/{}", row.account)>{row.reference.clone()}</a></th>
            <td class="nowrap"><span class="v-ch">{row.channel.icon().small()}{row.channel.word()}</span></td>
            <td class="nowrap" data-l="at">{time(row.at)}</td>
            <td class="nowrap"><b>{row.title.clone()}</b></td>
            <td class="hm"><span class="two">{row.sentence.clone()}<small>{row.citation.clone()}</small></span></td>
            <td class="nowrap" data-l="lawful from">{next}</td>
        </tr>
    }
    .into_any()
}
