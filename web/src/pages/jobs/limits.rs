//! What is sent and dialed no faster than so: `#limits`.

use super::{JobsView, LimitRow, rate};
use crate::{
    format,
    icon::Icon,
    parts::table,
    shell::Clock,
    state::{Form, Tone, chip},
};
use leptos::prelude::*;

pub(super) fn panel(clock: &Clock, view: &JobsView) -> AnyView {
    let head = [("Limit", ""), ("Most a minute", "num"), ("Now", "")];
    let rows = view.limits.iter().map(|limit| row(clock, limit));
    view! {
        <section class="panel" id="limits" aria-labelledby="limits-h">
            <header><h2 id="limits-h">"Limits"</h2><span class="end wide-only">"A job over its limit waits; no other waits for it"</span></header>
            <table class="tbl cards dense">
                <caption>"Limits"</caption>
                {table::head(&head)}
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </section>
    }
    .into_any()
}

fn row(clock: &Clock, limit: &LimitRow) -> AnyView {
    view! {
        <tr>
            <th scope="row">{limit.what.clone()}</th>
            <td class="num" data-l="most a minute">{rate(limit.per_minute)}</td>
            <td>{state(clock, limit)}</td>
        </tr>
    }
    .into_any()
}

fn state(clock: &Clock, limit: &LimitRow) -> AnyView {
    if let Some(until) = limit.paused_until {
        let words = format!("Asked to wait until {}", format::near(until, clock.now, clock.zone));
        return chip(Tone::Hold, Icon::Pause, &words, Form::Settled);
    }
    if limit.full {
        chip(Tone::Hold, Icon::Gauge, "Full", Form::Settled)
    } else {
        chip(Tone::Live, Icon::Check, "Free", Form::Plain)
    }
}
