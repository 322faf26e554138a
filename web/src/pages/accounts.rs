//! The accounts, `/accounts?q=…`: where the search in the header leads, and where a CSV comes in.

use super::import::import_form;
use crate::{
    format,
    icon::Icon,
    parts::{
        field::{FieldError, summary},
        note::empty,
        table,
    },
    render::html,
    shell::{Shell, document},
    state::{Form, Tone, chip},
};
use leptos::prelude::*;
use uuid::Uuid;

/// Everything on the page.
#[derive(Clone, Debug, Default)]
pub struct AccountsView {
    /// What was searched for.
    pub query: String,
    /// The accounts found.
    pub rows: Vec<AccountListRow>,
    /// How many there are in all, unfiltered.
    pub total: i64,
    /// The cursor of the next page (`?after=`).
    pub next: Option<String>,
    /// May this user import?
    pub may_import: bool,
    /// What was wrong with the file sent.
    pub errors: Vec<FieldError>,
}

/// One account.
#[derive(Clone, Debug)]
pub struct AccountListRow {
    /// The account.
    pub id: Uuid,
    /// The person's name.
    pub name: String,
    /// The account number.
    pub reference: String,
    /// The creditor.
    pub creditor: String,
    /// What is owed, in cents.
    pub balance_cents: i64,
    /// Its first phone, as people read it.
    pub phone: Option<String>,
    /// City and state, or the zone.
    pub place: String,
    /// Why it may not be contacted, when it may not: `Do not call`.
    pub blocked: Option<String>,
    /// The last thing that happened: `No answer, 13 Nov`.
    pub last: String,
}

/// The page.
pub fn page(shell: &Shell, view: &AccountsView) -> String {
    html(|| document(shell, body(view)))
}

fn body(view: &AccountsView) -> AnyView {
    let import = view.may_import.then(|| {
        view! {
            <section class="panel" id="import" aria-labelledby="import-h">
                <header><h2 id="import-h">"Import a CSV"</h2><span class="end">"nothing is saved before you have seen the report"</span></header>
                {import_form(&view.errors)}
            </section>
        }
    });
    view! {
        <div class="head"><h1>"Accounts"</h1><span class="muted">{found(view)}</span></div>
        {summary(&view.errors, "")}
        <section class="panel" aria-labelledby="accounts-h">
            <header><h2 id="accounts-h">{if view.query.is_empty() { "Newest first" } else { "Found" }}</h2>{search(view)}</header>
            {if view.rows.is_empty() { nothing(view) } else { rows(&view.rows) }}
            {view.next.clone().map(|cursor| view! { <footer class="row between"><span></span><a class="btn sm" href=next_href(view, &cursor)>"More"</a></footer> })}
        </section>
        {import}
    }
    .into_any()
}

fn found(view: &AccountsView) -> String {
    format!("{} in all", format::counted(view.total, "account", "accounts"))
}

fn search(view: &AccountsView) -> AnyView {
    view! {
        <form class="row end" method="get" action="/accounts">
            <label class="sr" for="accounts-q">"Name, phone or account"</label>
            <input class="input short" type="search" id="accounts-q" name="q" value=view.query.clone() placeholder="Name, phone or account" autocomplete="off"/>
            <button class="btn" type="submit">{Icon::Search.small()}"Find"</button>
        </form>
    }
    .into_any()
}

fn next_href(view: &AccountsView, cursor: &str) -> String {
    let query = if view.query.is_empty() { String::new() } else { format!("&q={}", super::query_value(&view.query)) };
    format!("/accounts?after={cursor}{query}")
}

fn nothing(view: &AccountsView) -> AnyView {
    if view.total == 0 {
        let why = if view.may_import {
            "Import a CSV below: account number, name, phone and balance are enough."
        } else {
            "Somebody who may import has to bring them in."
        };
        return empty(Icon::Contact, "No account yet", why, ().into_any());
    }
    let all = view! { <a class="btn" href="/accounts">"Show all"</a> };
    empty(
        Icon::Search,
        format!("Nothing found for “{}”", view.query),
        "Names match from their beginning; phones and account numbers anywhere.",
        all.into_any(),
    )
}

fn rows(rows: &[AccountListRow]) -> AnyView {
    let head = [
        ("Account", ""),
        ("Number", "hm"),
        ("Creditor", "hs"),
        ("Where", "hm"),
        ("Owed", "num"),
        ("Contact", ""),
        ("Last", "hs"),
    ];
    view! {
        <table class="tbl cards dense2">
            <caption>"Accounts"</caption>
            {table::head(&head)}
            <tbody>{rows.iter().map(row).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

fn row(account: &AccountListRow) -> AnyView {
    let contact = match &account.blocked {
        Some(why) => chip(Tone::Block, Icon::ShieldBan, why.clone(), Form::Settled),
        None => {
            view! { <span class="mono nowrap">{account.phone.clone().unwrap_or_else(|| "no phone".to_owned())}</span> }
                .into_any()
        }
    };
    view! {
        <tr>
            <th scope="row"><a class="plain-link" href=format!("/accounts/{}", account.id)>{account.name.clone()}</a></th>
            <td class="mono dim hide hm">{account.reference.clone()}</td>
            <td class="hide hs">{account.creditor.clone()}</td>
            <td class="hide hm muted">{account.place.clone()}</td>
            <td class="num">{format::dollars(account.balance_cents)}</td>
            <td>{contact}</td>
            <td class="hide hs muted">{account.last.clone()}</td>
        </tr>
    }
    .into_any()
}
