//! What an agent who is free is offered: the next person, the seconds left, and a word about the call before.

use super::{Advance, LastCall, LastKind, NextPerson};
use crate::{
    format,
    icon::Icon,
    parts::note::note,
    shell::Clock,
    state::{Form, Tone, chip},
};
use chrono_tz::Tz;
use leptos::prelude::*;

/// What became of the call before.
pub(super) fn last(last: &LastCall) -> AnyView {
    let (tone, icon) = match last.kind {
        LastKind::Saved => (Tone::Live, Icon::CircleCheck),
        LastKind::Nobody => (Tone::Idle, Icon::PhoneMissed),
        LastKind::Refused => (Tone::Block, Icon::ShieldBan),
    };
    view! { <div class="said" id="last-call">{note(tone, icon, last.lead.clone(), last.rest.clone())}</div> }.into_any()
}

/// The next person: called now, or by itself, or not yet.
pub(super) fn offer(clock: &Clock, next: &NextPerson, advance: Option<Advance>) -> AnyView {
    let checked = format!("Checked {}, allowed", format::clock_time(next.checked_at, clock.zone));
    let first = next.name.split_whitespace().next().unwrap_or("them").to_owned();
    let hint = advance.map(|_| view! { <p class="small dim">{format!("Esc keeps {first} first in the queue.")}</p> });
    view! {
        <div class="next" id="offer">
            {ring(advance)}
            <div class="next-who">
                <p class="muted">{if advance.is_some() { "Next call" } else { "Next, when you are ready" }}</p>
                <p class="name" id="next-name">{next.name.clone()}</p>
                <p>{whereabouts(clock, &next.phone, &next.place, next.zone)}</p>
                <p class="row">{chip(Tone::Live, Icon::ShieldCheck, checked, Form::Settled)}<span class="dim small">{next.why.clone()}</span></p>
            </div>
            <div class="next-acts">
                <form method="post" action="/cockpit/call" id="call-next" data-enhance>
                    <input type="hidden" name="account_id" value=next.account.to_string()/>
                    <input type="hidden" name="recipient_id" value=next.recipient.to_string()/>
                    <input type="hidden" name="auto" value=""/>
                    <button class="btn contact lg" type="submit" data-contact data-key="Enter">{Icon::Phone.view()}"Call now "<kbd aria-hidden="true">"Enter"</kbd></button>
                </form>
                {advance.map(|_| stay())}
                {hint}
            </div>
        </div>
    }
    .into_any()
}

fn stay() -> AnyView {
    view! {
        <form method="post" action="/cockpit/stay" data-enhance>
            <button class="btn lg" type="submit" data-key="Escape">{Icon::X.view()}"Stay here "<kbd aria-hidden="true">"Esc"</kbd></button>
        </form>
    }
    .into_any()
}

/// The seconds left, drawn by the element itself. Of use only with the script, which reveals it.
fn ring(advance: Option<Advance>) -> AnyView {
    let Some(advance) = advance else {
        return view! { <span class="still" aria-hidden="true">{Icon::Phone.large()}</span> }.into_any();
    };
    let left = (advance.at - advance.now).max(0);
    let seconds = (left + 999) / 1000;
    let share = left as f64 / (f64::from(advance.secs.max(1)) * 1000.0) * 100.0;
    let label = format!("{seconds} seconds until the next call");
    view! {
        <wib-countdown id=format!("advance-{}", advance.at) data-at=advance.at.to_string() data-now=advance.now.to_string() data-secs=advance.secs.to_string() data-keep>
            <svg class="ring" viewBox="0 0 100 100" role="img" aria-label=label>
                <circle class="rt" cx="50" cy="50" r="44"></circle>
                <circle class="rf" cx="50" cy="50" r="44" pathLength="100" stroke-dasharray=format!("{:.1} 100", share.min(100.0)) transform="rotate(-90 50 50)"></circle>
                <text x="50" y="51" text-anchor="middle" dominant-baseline="central">{seconds.to_string()}</text>
            </svg>
        </wib-countdown>
    }
    .into_any()
}

/// Number, place and their clock.
pub(super) fn whereabouts(clock: &Clock, phone: &str, place: &str, zone: Option<Tz>) -> AnyView {
    let local = zone.map(|zone| {
        let words = clock.now.with_timezone(&zone).format("%H:%M %Z").to_string();
        view! { ", "{format::time(clock.now, zone, words)} }
    });
    let place = (!place.is_empty()).then(|| format!(", {place}"));
    view! { <span class="mono">{phone.to_owned()}</span>{place}{local} }.into_any()
}
