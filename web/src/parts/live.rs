//! What a live page needs: durations that tick, and a way to make it hold still.

use crate::{format, icon::Icon, shell::Clock};
use chrono::{DateTime, Utc};
use leptos::prelude::*;

/// How long something lasts, ticking in the browser; over-age values carry an icon and weight.
pub fn since(clock: &Clock, from: DateTime<Utc>, overdue: bool) -> AnyView {
    let secs = (clock.now - from).num_seconds();
    let time = view! { <time datetime=format!("PT{}S", secs.max(0)) data-since=from.timestamp_millis().to_string()>{format::timer(secs)}</time> };
    if overdue {
        view! { <span class="age" data-s="hold">{Icon::ClockAlert.small()}<span class="sr">"long: "</span>{time}</span> }.into_any()
    } else {
        time.into_any()
    }
}

/// Moving content can be held (WCAG 2.2.2). Only of use with the script, which reveals it.
pub fn pause_updates() -> AnyView {
    view! { <button class="btn quiet sm" type="button" id="hold-updates" aria-pressed="false" hidden=true>{Icon::Pause.small()}"Pause updates"</button> }.into_any()
}
