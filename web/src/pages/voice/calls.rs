//! The calls in progress.

use super::{CallRow, VoiceView};
use crate::{
    format,
    parts::{live::since, table},
    shell::Clock,
    state::{CallState, Form, Lexeme},
};
use leptos::prelude::*;

/// The panel: `#calls`.
pub(super) fn panel(clock: &Clock, view: &VoiceView) -> AnyView {
    let shown = i64::try_from(view.calls.len()).unwrap_or(i64::MAX);
    let total = match view.calls_total {
        0 => String::new(),
        n if n > shown => format!("{shown} of {}", format::count(n)),
        n => format::count(n),
    };
    view! {
        <section class="panel" id="calls" aria-labelledby="calls-h">
            <header><h2 id="calls-h">"Live calls"</h2><span class="end">{total}</span></header>
            {if view.calls.is_empty() { view! { <p class="body dim">"No call in progress."</p> }.into_any() } else { rows(clock, &view.calls) }}
        </section>
    }
    .into_any()
}

fn rows(clock: &Clock, calls: &[CallRow]) -> AnyView {
    let head = [("State", ""), ("For", "num"), ("Number", ""), ("Local time", ""), ("With", "")];
    view! {
        <table class="tbl cards dense">
            <caption>"Calls in progress"</caption>
            {table::head(&head)}
            <tbody>{calls.iter().map(|call| row(clock, call)).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

fn row(clock: &Clock, call: &CallRow) -> AnyView {
    let number = match &call.account {
        Some(account) => {
            view! { <a class="plain-link" href=format!("/accounts/{}", account.id)>{call.phone.clone()}</a> }.into_any()
        }
        None => call.phone.clone().into_any(),
    };
    let local = call.zone.map(|zone| clock.now.with_timezone(&zone).format("%H:%M %Z").to_string());
    view! {
        <tr id=format!("call-{}", call.id)>
            <td>{call.state.chip(Form::Plain)}</td>
            <td class="num">{since(clock, call.since, false)}</td>
            <th scope="row" class="mono nowrap">{number}</th>
            <td class="hide nowrap dim">{local}</td>
            <td class="nowrap" data-l="with">{with(call)}</td>
        </tr>
    }
    .into_any()
}

fn with(call: &CallRow) -> AnyView {
    match (&call.agent, call.state) {
        (Some(agent), _) => view! { <span>{agent.clone()}</span> }.into_any(),
        (None, CallState::Answered) => view! { <span>"Human or machine?"</span> }.into_any(),
        (None, _) => view! { <span class="dim">"nobody yet"</span> }.into_any(),
    }
}
