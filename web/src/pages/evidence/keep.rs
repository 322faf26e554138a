//! What is kept: how long after the last activity, and what a legal hold keeps longer.

use crate::{
    format,
    icon::Icon,
    parts::{
        field::{Choice, FieldError, select},
        note::empty,
        table,
    },
    shell::Clock,
};
use chrono::{DateTime, Utc};
use leptos::prelude::*;
use uuid::Uuid;

/// How long what was said is kept, and what is kept whatever happens.
#[derive(Clone, Debug, Default)]
pub struct Keeping {
    /// Years after an account's last activity.
    pub years: i16,
    /// The holds that stand, newest first.
    pub holds: Vec<HoldRow>,
}

/// One account under a hold.
#[derive(Clone, Debug)]
pub struct HoldRow {
    /// It.
    pub account: Uuid,
    /// Its number.
    pub number: String,
    /// Why.
    pub reason: String,
    /// Who placed it.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
}

pub(super) fn panels(clock: &Clock, view: &Keeping, errors: &[FieldError]) -> AnyView {
    view! { <div class="cols c-7-5">{holds(clock, &view.holds)}{retention(view.years, errors)}</div> }.into_any()
}

fn retention(years: i16, errors: &[FieldError]) -> AnyView {
    let choices = [3, 7].map(|years| Choice::new(years.to_string(), format!("{years} years")));
    let hint = "After an account’s last activity. That somebody was contacted, when, and why it was lawful stays.";
    view! {
        <section class="panel" aria-labelledby="keep-h">
            <header><h2 id="keep-h">"Retention"</h2><span class="end muted small">"12 CFR 1006.100"</span></header>
            <form class="body restr-f" method="post" action="/evidence/retention">
                {select("years", "Words and recordings are deleted after", &years.to_string(), &choices, hint, errors)}
                <div class="row"><button class="btn" type="submit">"Save"</button></div>
            </form>
        </section>
    }
    .into_any()
}

fn holds(clock: &Clock, rows: &[HoldRow]) -> AnyView {
    let body = if rows.is_empty() {
        let why = "Place one on an account’s page: nothing of it is deleted until it is lifted.";
        empty(Icon::Lock, "No legal hold stands", why, ().into_any())
    } else {
        let head = [("Account", ""), ("Why", ""), ("Placed", "hs")];
        view! {
            <table class="tbl cards dense2">
                <caption>"Legal holds"</caption>
                {table::head(&head)}
                <tbody>{rows.iter().map(|hold| row(clock, hold)).collect_view()}</tbody>
            </table>
        }
        .into_any()
    };
    view! { <section class="panel" id="holds" aria-labelledby="holds-h"><header><h2 id="holds-h">"Legal holds"</h2></header>{body}</section> }.into_any()
}

fn row(clock: &Clock, hold: &HoldRow) -> AnyView {
    let at = format::time(hold.at, clock.zone, hold.at.with_timezone(&clock.zone).format("%-d %b %Y").to_string());
    view! {
        <tr>
            <th scope="row"><a class="link mono" href=format!("/accounts/{}#records", hold.account)>{hold.number.clone()}</a></th>
            <td class="wrap-any">{hold.reason.clone()}</td>
            <td class="hide hs"><span class="two">{at}<small>{hold.by.clone()}</small></span></td>
        </tr>
    }
    .into_any()
}
