//! What a supervisor does beside the agent: listens, orders a break, says something. `#floor`; empty while nothing is.

use super::CockpitView;
use crate::{format, icon::Icon, shell::Clock};
use chrono::{DateTime, Utc};
use leptos::prelude::*;
use uuid::Uuid;

/// What the agent is to know of the floor.
#[derive(Clone, Debug, Default)]
pub struct FloorView {
    /// Who is on the agent's line, and how: `Rosa Diaz listens`.
    pub present: Vec<String>,
    /// Who ordered the break that is, or comes, and why.
    pub ordered: Option<(String, String)>,
    /// What was said and not marked as read, newest first.
    pub unread: Vec<NoteLine>,
    /// What was said before.
    pub read: Vec<NoteLine>,
}

/// One message, or one order.
#[derive(Clone, Debug)]
pub struct NoteLine {
    /// The note.
    pub id: Uuid,
    /// Who said it.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// What.
    pub words: String,
}

pub(super) fn region(clock: &Clock, view: &CockpitView) -> AnyView {
    let floor = &view.floor;
    let present = floor.present.iter().map(|who| {
        view! { <div class="note" data-s="ring">{Icon::Ear.view()}<p><b>{who.clone()}</b></p></div> }
    });
    let ordered = floor.ordered.as_ref().map(|(by, why)| {
        view! { <div class="note" data-s="hold">{Icon::Coffee.view()}<p><b>{format!("Break, ordered by {by}:")}</b>" "{why.clone()}</p></div> }
    });
    view! {
        <div class="floor" id="floor" aria-live="polite">
            {present.collect_view()}
            {ordered}
            {floor.unread.iter().map(|note| unread(clock, note)).collect_view()}
            {(!floor.read.is_empty()).then(|| log(clock, &floor.read))}
        </div>
    }
    .into_any()
}

fn unread(clock: &Clock, note: &NoteLine) -> AnyView {
    view! {
        <div class="note" data-s="hold">
            {Icon::MessageSquare.view()}
            <p><b>{format!("{}, ", note.by)}{at(clock, note.at)}":"</b>" "{note.words.clone()}</p>
            <form class="acts" method="post" action="/cockpit/note-read" data-enhance>
                <input type="hidden" name="id" value=note.id.to_string()/>
                <button class="btn sm" type="submit">{Icon::Check.small()}"Read"</button>
            </form>
        </div>
    }
    .into_any()
}

fn log(clock: &Clock, notes: &[NoteLine]) -> AnyView {
    let lines = notes.iter().map(|note| {
        view! { <li>{at(clock, note.at)}<p><b>{note.by.clone()}</b>" "{note.words.clone()}</p></li> }
    });
    view! { <details class="floor-log" id="floor-log"><summary class="muted small">"From your supervisors"</summary><ol class="log">{lines.collect_view()}</ol></details> }.into_any()
}

fn at(clock: &Clock, at: DateTime<Utc>) -> AnyView {
    format::time(at, clock.zone, at.with_timezone(&clock.zone).format("%H:%M").to_string())
}
