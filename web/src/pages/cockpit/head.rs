//! What the agent is doing, what comes after it, and how they work.

use super::CockpitView;
use crate::{
    icon::Icon,
    state::{AgentState, Form, Lexeme},
};
use leptos::prelude::*;

/// Seconds to choose from.
const WAITS: [i16; 9] = [0, 1, 2, 3, 5, 8, 10, 20, 30];
/// Why somebody is away.
const BREAKS: [(&str, &str); 4] =
    [("short", "Short break"), ("lunch", "Lunch"), ("meeting", "Meeting"), ("training", "Training")];

pub(super) fn head(view: &CockpitView) -> AnyView {
    let me = &view.me;
    let then = me.then.filter(|_| !me.connecting).map(|then| {
        let words = format!("then {}", then.word().to_lowercase());
        view! { <span class="muted" id="then">{words}</span> }
    });
    let reason = me.reason.clone().filter(|_| matches!(me.state, AgentState::Break | AgentState::Offline));
    view! {
        <div class="head cockhead" id="cock-head">
            <h1 class="sr">"Cockpit"</h1>
            <span class="row"><span id="my-state">{me.state.chip(Form::Plain)}</span>{then}
                {reason.map(|words| view! { <span class="muted">{words}</span> })}
                {me.campaign.clone().map(|name| view! { <span class="muted">{name}</span> })}
            </span>
            <span class="end">{advance(me.auto_advance_secs)}{away(view)}</span>
        </div>
    }
    .into_any()
}

/// How long after a disposition the next call leaves, or never by itself.
fn advance(chosen: Option<i16>) -> AnyView {
    let odd = chosen.filter(|secs| !WAITS.contains(secs));
    let waits = odd.into_iter().chain(WAITS).map(|secs| {
        let words = if secs == 0 { "at once".to_owned() } else { format!("after {secs} s") };
        view! { <option value=secs.to_string() selected=chosen == Some(secs)>{words}</option> }
    });
    view! {
        <form class="row adv" method="post" action="/cockpit/settings" data-enhance data-pick>
            <label class="muted" for="auto_advance_secs">"Auto-advance"</label>
            <span class="select">
                <select class="input" id="auto_advance_secs" name="auto_advance_secs">
                    <option value="" selected=chosen.is_none()>"off"</option>
                    {waits.collect_view()}
                </select>
                {Icon::ChevronsUpDown.view()}
            </span>
            <button class="btn sm" type="submit">"Set"</button>
        </form>
    }
    .into_any()
}

/// Breaks and the end of the shift; during a call they come after it.
fn away(view: &CockpitView) -> AnyView {
    let state = view.me.state;
    let busy = matches!(state, AgentState::Reserved | AgentState::OnCall | AgentState::WrapUp);
    let word = if busy { "After this call" } else { "Step away" };
    let breaks = BREAKS.map(|(value, word)| {
        view! { <button class="btn quiet" type="submit" name="reason" value=value>{Icon::Coffee.view()}{word}</button> }
    });
    let back = busy && view.me.then.is_some();
    let offline = (state != AgentState::Offline).then(|| wish("offline", Icon::LogOut, "Go offline"));
    view! {
        <details class="menu" id="away-menu">
            <summary class="btn sm">{Icon::Coffee.small()}{word}{Icon::ChevronDown.small()}</summary>
            <div class="sheet">
                <form class="stack-f" method="post" action="/cockpit/state" data-enhance>
                    <input type="hidden" name="state" value="break"/>
                    {breaks.collect_view()}
                </form>
                {offline}
                {back.then(|| wish("available", Icon::CircleCheck, "Stay available"))}
            </div>
        </details>
    }
    .into_any()
}

fn wish(state: &'static str, icon: Icon, word: &'static str) -> AnyView {
    view! {
        <form class="stack-f" method="post" action="/cockpit/state" data-enhance>
            <input type="hidden" name="state" value=state/>
            <button class="btn quiet" type="submit">{icon.view()}{word}</button>
        </form>
    }
    .into_any()
}
