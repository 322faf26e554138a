//! The middle of the page: the call bar, and below it what the moment asks for.

use super::{
    CockpitView, Me, Ready, Stage, Talk,
    offer::{last, offer, whereabouts},
};
use crate::{
    format,
    icon::Icon,
    parts::{live::since, note::empty},
    shell::Clock,
    state::{AgentState, CallState, Form, Lexeme, Tone, chip},
};
use chrono::{DateTime, Utc};
use leptos::prelude::*;

pub(super) fn stage(clock: &Clock, view: &CockpitView) -> AnyView {
    let (label, say, inside) = match &view.stage {
        Stage::Away => ("Not taking calls".to_owned(), view.me.state.word().to_owned(), away(clock, &view.me)),
        Stage::Ready(ready) => ("Available".to_owned(), announced(ready), free(clock, &view.me, ready)),
        Stage::Leaving(name) => {
            (format!("Dialling {name}"), format!("Dialling {name}"), leaving(clock, &view.me, name))
        }
        Stage::Talk(call) => (format!("Call with {}", call.name), spoken(call), talking(clock, call)),
    };
    view! { <section class="panel stage" id="stage" aria-label=label data-say=say>{inside}</section> }.into_any()
}

/// Said once, when it becomes true.
fn announced(ready: &Ready) -> String {
    match (&ready.next, ready.advance) {
        (Some(next), Some(advance)) => {
            format!("Next call in {} seconds: {}. Escape stays here.", advance.secs, next.name)
        }
        (Some(next), None) => format!("Next: {}. Enter calls.", next.name),
        (None, _) => "Available".to_owned(),
    }
}

fn spoken(call: &Talk) -> String {
    let owes = call.balance_cents.map(|cents| format!(", {}", format::dollars(cents))).unwrap_or_default();
    let word = if call.wrap_up { AgentState::WrapUp.word() } else { call.state.word() };
    format!("{word}: {}{owes}", call.name)
}

fn bar(tone: Tone, state: AnyView, timer: AnyView, who: AnyView, acts: AnyView) -> AnyView {
    view! {
        <div class="callbar" data-s=tone.name()>
            <div class="cb-state" id="call-state">{state}<span class="timer" role="timer" aria-live="off">{timer}</span></div>
            <div class="cb-who">{who}</div>
            <div class="cb-acts">{acts}</div>
        </div>
    }
    .into_any()
}

fn away(clock: &Clock, me: &Me) -> AnyView {
    let go = view! {
        <form method="post" action="/cockpit/state" data-enhance>
            <input type="hidden" name="state" value="available"/>
            <button class="btn primary lg" type="submit" data-key="a">{Icon::Headphones.view()}"Go available "<kbd aria-hidden="true">"a"</kbd></button>
        </form>
    };
    let (icon, lead, why, act) = match (me.connecting, me.state) {
        (true, _) => {
            (Icon::Loader, "Connecting your audio", "You are available as soon as your line stands.", ().into_any())
        }
        (_, AgentState::Break) => {
            (Icon::Coffee, "You are on a break", "No call reaches you until you are back.", go.into_any())
        }
        _ => (
            Icon::Headphones,
            "You are offline",
            "Go available, and calls reach you or you dial your list.",
            go.into_any(),
        ),
    };
    let state = me.state.chip(Form::Big);
    let bar = bar(me.state.tone(), state, since(clock, me.since, false), ().into_any(), ().into_any());
    view! { {bar}{empty(icon, lead, why, act)} }.into_any()
}

fn free(clock: &Clock, me: &Me, ready: &Ready) -> AnyView {
    let bar = bar(Tone::Live, me.state.chip(Form::Big), since(clock, me.since, false), ().into_any(), ().into_any());
    let body = match &ready.next {
        Some(next) => offer(clock, next, ready.advance),
        None => empty(Icon::Headphones, "Waiting for a call", ready.why.clone(), ().into_any()),
    };
    view! { {bar}{ready.last.as_ref().map(last)}{body} }.into_any()
}

fn leaving(clock: &Clock, me: &Me, name: &str) -> AnyView {
    let state = chip(Tone::Ring, Icon::PhoneOutgoing, "Dialling", Form::Big);
    let who = view! { <b>{name.to_owned()}</b> }.into_any();
    let bar = bar(Tone::Ring, state, since(clock, me.since, false), who, ().into_any());
    view! { {bar}<p class="body muted">"Checked once more at this moment; then the phone rings."</p> }.into_any()
}

fn talking(clock: &Clock, call: &Talk) -> AnyView {
    let (tone, state) = match (call.wrap_up, call.state) {
        (true, _) => (Tone::Wrap, AgentState::WrapUp.chip(Form::Big)),
        // It has rung off, and the wrap-up is about to be told.
        (_, CallState::Ended) => (Tone::Idle, call.state.chip(Form::Big)),
        (_, state) => (state.tone(), state.chip(Form::Big)),
    };
    let acts = (!call.wrap_up).then(|| hang_up(call)).into_any();
    let bar = bar(tone, state, since(clock, call.since, false), who(clock, call), acts);
    view! { {bar}{script(call)}{disclosure(clock, call)} }.into_any()
}

fn who(clock: &Clock, call: &Talk) -> AnyView {
    let line = match &call.ended {
        Some(ended) => {
            let closes = call.closes_at.map(|at| closes(clock, at));
            view! { <span>{ended.clone()}</span>{closes} }.into_any()
        }
        None => view! { <span>{whereabouts(clock, &call.phone, &call.place, call.zone)}</span> }.into_any(),
    };
    view! { <b>{call.name.clone()}</b>{line} }.into_any()
}

fn closes(clock: &Clock, at: DateTime<Utc>) -> AnyView {
    view! { <span class="dim">"Ends by itself at "{format::time(at, clock.zone, format::clock_time(at, clock.zone))}</span> }.into_any()
}

fn hang_up(call: &Talk) -> AnyView {
    view! {
        <form class="hangf" method="post" action="/cockpit/hangup" data-enhance>
            <input type="hidden" name="call_id" value=call.call.to_string()/>
            <button class="btn hang" type="submit" data-key="X">{Icon::PhoneOff.view()}"Hang up "<kbd aria-hidden="true">"Shift X"</kbd></button>
        </form>
    }
    .into_any()
}

/// That this is an attempt to collect a debt, and from a debt collector: said, and ticked once it was (12 CFR 1006.18(e)).
fn disclosure(clock: &Clock, call: &Talk) -> Option<AnyView> {
    if !call.wrap_up && call.state != CallState::Bridged {
        return None;
    }
    let inside = match call.disclosed {
        Some(at) => {
            let given = chip(Tone::Live, Icon::CheckCheck, "Disclosure given", Form::Plain);
            view! { {given}<span class="dim small">{format::time(at, clock.zone, format::clock_time(at, clock.zone))}</span> }.into_any()
        }
        None => view! {
            <form method="post" action="/cockpit/disclosure" data-enhance>
                <input type="hidden" name="call_id" value=call.call.to_string()/>
                <button class="btn sm" type="submit">{Icon::Check.small()}"Disclosure given"</button>
            </form>
        }
        .into_any(),
    };
    Some(view! { <div class="row line disclose">{inside}</div> }.into_any())
}

/// What the campaign wants said. The first paragraph is what to say now.
fn script(call: &Talk) -> Option<AnyView> {
    if call.wrap_up || call.script.is_empty() {
        return None;
    }
    let lines = call.script.iter().enumerate().map(|(n, line)| {
        let class = (n == 0).then_some("cur");
        view! { <li class=class><p>{line.clone()}</p></li> }
    });
    Some(
        view! { <div class="script" role="group" aria-label="Script"><ol>{lines.collect_view()}</ol></div> }.into_any(),
    )
}
