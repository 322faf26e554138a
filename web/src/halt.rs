//! The kill switch on every page: who stopped everything, when and why, and the way to lift it. `#halt`; empty while it is
//! off. A live page gets it with its other parts.

use crate::{format, icon::Icon, render::html, shell::Clock, state::Tone};
use chrono::{DateTime, Utc};
use leptos::prelude::*;

/// An order that stands.
#[derive(Clone, Debug)]
pub struct Halt {
    /// Since when.
    pub at: DateTime<Utc>,
    /// Who gave it.
    pub by: String,
    /// Why.
    pub reason: String,
    /// Conversations were ended, too.
    pub ends_calls: bool,
    /// May this user lift it?
    pub may_lift: bool,
}

/// The banner, for a live page.
pub fn fragment(clock: &Clock, halt: &Halt) -> String {
    html(|| banner(clock, Some(halt)))
}

/// Its place while there is none.
pub fn none() -> String {
    html(|| place(None))
}

/// The banner.
pub(crate) fn banner(clock: &Clock, halt: Option<&Halt>) -> AnyView {
    let note = halt.map(|halt| {
        let lift = halt.may_lift.then(|| view! { <span class="acts"><a class="btn sm" href="/kill-switch">"Lift…"</a></span> });
        view! {
            <div class="note strong" data-s=Tone::Fail.name() role="alert">
                {Icon::Ban.view()}
                <p><b>"Kill switch on: nobody is called or written to."</b>" "{halt.by.clone()}", "{since(clock, halt.at)}": "{halt.reason.clone()}</p>
                {lift}
            </div>
        }
    });
    place(note.map(IntoAny::into_any))
}

fn place(note: Option<AnyView>) -> AnyView {
    view! { <div class="halt" id="halt">{note}</div> }.into_any()
}

pub(crate) fn since(clock: &Clock, at: DateTime<Utc>) -> AnyView {
    format::time(at, clock.zone, format::near(at, clock.now, clock.zone))
}
