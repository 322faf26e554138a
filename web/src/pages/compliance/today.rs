//! Today: what was decided, where calls are lawful, who is near a limit.

use super::{NearRow, Today, WindowRow};
use crate::{
    format::{self, count},
    icon::Icon,
    parts::{note::empty, table},
    shell::Clock,
    state::{Form, Tone, chip},
};
use leptos::prelude::*;

/// Refused by rule. What was allowed and what was refused make up every decision.
pub(super) fn panel(today: &Today) -> AnyView {
    let refused: i64 = today.refused.iter().map(|(_, _, n)| n).sum();
    let body = if refused == 0 {
        empty(
            Icon::ShieldCheck,
            "No rule refused a contact today",
            "Each refusal will be here with its rule.",
            ().into_any(),
        )
    } else {
        rows(&today.refused)
    };
    view! {
        <section class="panel" id="today" aria-labelledby="today-h">
            <header><h2 id="today-h">"Blocked today by rule"</h2><span class="end"><a class="btn quiet sm" href="/compliance/refusals">"Every refusal"{Icon::ArrowRight.small()}</a></span></header>
            {body}
            <p class="balance"><span><b>{count(today.allowed)}</b>" allowed"</span><span class="op">"+"</span><span><b>{count(refused)}</b>" refused"</span><span class="op">"="</span><span class="total">{count(today.allowed + refused)}</span>" decisions since midnight"</p>
        </section>
    }
    .into_any()
}

fn rows(refused: &[(String, String, i64)]) -> AnyView {
    let row = |(code, title, n): &(String, String, i64)| {
        view! {
            <tr>
                <th scope="row"><a class="link" href=format!("/compliance/refusals?rule={}&today=yes", super::super::query_value(code))>{title.clone()}</a></th>
                <td class="mono dim small hide">{code.clone()}</td>
                <td class="num">{count(*n)}</td>
            </tr>
        }
    };
    view! {
        <table class="tbl cards dense">
            <caption>"Contacts refused today, by the rule told first"</caption>
            {table::head(&[("Rule", ""), ("Name", "hide"), ("Refused", "num")])}
            <tbody>{refused.iter().map(row).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

/// The lawful hours across the country: the next to close first.
pub(super) fn windows(clock: &Clock, windows: &[WindowRow]) -> AnyView {
    let closing = windows.iter().filter(|window| window.open).min_by_key(|window| window.edge);
    let next = closing.map_or_else(
        || "Closed everywhere".to_owned(),
        |window| format!("{} closes in {}", window.name, format::span((window.edge - clock.now).num_seconds())),
    );
    let row = |window: &WindowRow| {
        let state = if window.open {
            chip(Tone::Live, Icon::Check, "Open", Form::Plain)
        } else {
            chip(Tone::Hold, Icon::Clock, "Closed", Form::Plain)
        };
        let verb = if window.open { "until" } else { "opens" };
        let at = format::time(window.edge, window.zone, format::near(window.edge, clock.now, window.zone));
        view! { <li><span><b>{window.name}</b>" "<span class="dim small">{verb}" "{at}</span></span>{state}</li> }
    };
    view! {
        <section class="panel" id="windows" aria-labelledby="windows-h">
            <header><h2 id="windows-h">"Lawful hours now"</h2><span class="end">{next}</span></header>
            <ul class="mini-l">{windows.iter().map(row).collect_view()}</ul>
        </section>
    }
    .into_any()
}

/// Accounts with one call left, or none.
pub(super) fn near(clock: &Clock, near: &[NearRow]) -> AnyView {
    let body = if near.is_empty() {
        view! { <p class="body dim">"No account has used all of its calls of seven days, or all but one."</p> }
            .into_any()
    } else {
        view! { <ul class="mini-l">{near.iter().map(|row| near_row(clock, row)).collect_view()}</ul> }.into_any()
    };
    view! {
        <section class="panel" id="near" aria-labelledby="near-h">
            <header><h2 id="near-h">"Near their limit"</h2><span class="end">"calls in seven days"</span></header>
            {body}
        </section>
    }
    .into_any()
}

fn near_row(clock: &Clock, row: &NearRow) -> AnyView {
    let spent = row.used >= row.most;
    let (tone, icon) = if spent { (Tone::Block, Icon::ShieldBan) } else { (Tone::Hold, Icon::Gauge) };
    let next = match (row.allowed, row.next) {
        (true, _) => "may be called now".into_any(),
        (false, Some((at, zone))) => {
            view! { "next "{format::time(at, zone, format::near(at, clock.now, zone))} }.into_any()
        }
        (false, None) => "not before somebody has acted".into_any(),
    };
    view! {
        <li><span><a class="link mono" href=format!("/accounts/{}", row.account)>{row.reference.clone()}</a>" "<span class="dim small">{next}</span></span>{chip(tone, icon, format!("{} of {}", row.used, row.most), Form::Settled)}</li>
    }
    .into_any()
}
