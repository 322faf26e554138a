//! The agents' table, ordered by what needs a person.

use super::{AccountLink, AgentRow, VoiceView};
use crate::{
    format,
    icon::Icon,
    parts::{live::since, note::empty, table},
    shell::{Clock, initials},
    state::{AgentState, Form, Lexeme, chip},
};
use leptos::prelude::*;

/// The panel: `#agents`.
pub(super) fn panel(clock: &Clock, view: &VoiceView) -> AnyView {
    view! {
        <section class="panel" id="agents" aria-labelledby="agents-h">
            <header><h2 id="agents-h">"Agents"</h2>{legend(&view.agents)}<span class="end wide-only">"by state, longest first"</span></header>
            {if view.agents.is_empty() { nobody() } else { rows(clock, &view.agents) }}
        </section>
    }
    .into_any()
}

fn nobody() -> AnyView {
    empty(
        Icon::Headphones,
        "No agent is signed in",
        "Nothing is dialled without an agent who is ready to talk.",
        ().into_any(),
    )
}

/// How many there are of each state; the usual one plain, the others tinted.
fn legend(agents: &[AgentRow]) -> AnyView {
    let states =
        [AgentState::OnCall, AgentState::Available, AgentState::Reserved, AgentState::WrapUp, AgentState::Break];
    let chips = states.iter().filter_map(|state| {
        let n = agents.iter().filter(|a| a.state == *state).count();
        let words = format!("{n} {}", state.word().to_lowercase());
        (n > 0).then(|| chip(state.tone(), state.icon(), words, row_form(*state)))
    });
    view! { <span class="legend">{chips.collect_view()}</span> }.into_any()
}

fn row_form(state: AgentState) -> Form {
    if state == AgentState::OnCall { Form::Plain } else { Form::Settled }
}

fn rows(clock: &Clock, agents: &[AgentRow]) -> AnyView {
    let head = [("Agent", ""), ("State", ""), ("For", "num"), ("With", ""), ("Calls", "num"), ("AHT", "num")];
    view! {
        <table class="tbl cards dense">
            <caption>"Agents by state"</caption>
            {table::head(&head)}
            <tbody>{agents.iter().map(|agent| row(clock, agent)).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

fn row(clock: &Clock, agent: &AgentRow) -> AnyView {
    let aht = agent.aht_secs.map_or("".to_owned(), |s| format!("{}:{:02}", s / 60, s % 60));
    view! {
        <tr id=format!("agent-{}", agent.id)>
            <th scope="row"><span class="who"><span class="avatar" aria-hidden="true">{initials(&agent.name)}</span><a class="plain-link" href=format!("/voice/agents/{}", agent.id)>{agent.name.clone()}</a></span></th>
            <td>{agent.state.chip(row_form(agent.state))}</td>
            <td class="num" data-l="for">{since(clock, agent.since, agent.overdue)}</td>
            <td class="clip hide">{with(agent)}</td>
            <td class="num" data-l="calls">{format::count(agent.calls)}</td>
            <td class="num" data-l="AHT">{aht}</td>
        </tr>
    }
    .into_any()
}

fn with(agent: &AgentRow) -> AnyView {
    match (&agent.account, &agent.reason) {
        (Some(account), _) => account_link(account),
        (None, Some(reason)) => view! { <span>{reason.clone()}</span> }.into_any(),
        (None, None) if agent.state == AgentState::Available => {
            view! { <span class="dim">"Waiting for a call"</span> }.into_any()
        }
        (None, None) => ().into_any(),
    }
}

/// The person's name, linked, and the account number.
pub(super) fn account_link(account: &AccountLink) -> AnyView {
    view! {
        <a class="plain-link" href=format!("/accounts/{}", account.id)>{account.name.clone()}</a>" "<span class="mono dim">{account.reference.clone()}</span>
    }
    .into_any()
}
