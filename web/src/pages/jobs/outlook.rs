//! When a queue's backlog is worked off, in a word or two.

use super::{Outlook, rate};
use crate::{format, shell::Clock};
use chrono::TimeDelta;
use leptos::prelude::*;

pub(super) fn cell(clock: &Clock, outlook: &Outlook) -> AnyView {
    let (class, words) = match outlook {
        Outlook::Clear => ("dim", String::new()),
        Outlook::WhenResumed => ("dim", "when resumed".to_owned()),
        Outlook::Unknown => ("dim", "too early to tell".to_owned()),
        Outlook::Stands => ("warn", "nothing moves".to_owned()),
        Outlook::Grows(per_minute) => ("warn", format!("grows by {} a minute", rate(*per_minute))),
        Outlook::At(at, _) if *at - clock.now < TimeDelta::minutes(1) => ("dim", "within a minute".to_owned()),
        Outlook::At(at, per_minute) => {
            ("", format!("{}, at {} a minute", format::near(*at, clock.now, clock.zone), rate(*per_minute)))
        }
    };
    view! { <span class=class>{words}</span> }.into_any()
}
