//! The steps on a line, oldest first: `#steps`. Unknown is dashed, and so is what is still due.

use super::{StepRow, WorkflowView};
use crate::{
    format,
    icon::Icon,
    shell::Clock,
    state::{Lexeme, Tone},
};
use chrono::{DateTime, Utc};
use leptos::prelude::*;

pub(super) fn panel(clock: &Clock, view: &WorkflowView) -> AnyView {
    let rows = view.steps.iter().map(|step| row(clock, view.started_at, step));
    let body = if view.steps.is_empty() {
        view! { <p class="body dim">"Nothing yet. Every job, request, webhook and decision will be here."</p> }
            .into_any()
    } else {
        view! { <ol class="events">{rows.collect_view()}</ol> }.into_any()
    };
    view! { <section class="panel" id="steps" aria-labelledby="steps-h"><header><h2 id="steps-h">"Timeline"</h2><span class="end">{format!("Times are {}", clock.now.with_timezone(&clock.zone).format("%Z"))}</span></header>{body}</section> }.into_any()
}

fn row(clock: &Clock, started: DateTime<Utc>, step: &StepRow) -> AnyView {
    let due = step.pending.then_some(view! { <span class="sr">"due "</span> });
    let took = step.took_ms.map(|ms| view! { <span class="dur">{format::lapse(ms)}</span> });
    let title = match step.run {
        Some(id) => view! { <a class="link" href=format!("/workflows/{id}")>{step.title.clone()}</a> }.into_any(),
        None => step.title.clone().into_any(),
    };
    let sentence = (!step.sentence.is_empty()).then(|| view! { <p class="muted">{step.sentence.clone()}</p> });
    view! {
        <li class=class(step) data-s=step.tone.name() id=format!("step-{}", step.id)>
            {format::time(step.at, clock.zone, moment(clock, started, step.at))}
            <span class="node">{icon(step).small()}</span>
            <div>
                <p class="ev"><b>{due}{title}</b><span class="kind">{step.kind.word()}</span>{took}</p>
                {sentence}
                {details(step)}
            </div>
        </li>
    }
    .into_any()
}

fn class(step: &StepRow) -> &'static str {
    match (step.pending, step.resolves, step.tone) {
        (true, ..) => "pending",
        (_, true, _) => "hero",
        (_, _, Tone::Unknown) => "gap",
        (_, _, Tone::Block) => "barred",
        _ => "",
    }
}

/// The kind's own icon, unless how it went says more.
fn icon(step: &StepRow) -> Icon {
    match (step.pending, step.resolves, step.tone) {
        (true, ..) => Icon::Clock,
        (_, true, _) => Icon::CircleCheck,
        (_, _, Tone::Unknown) => Icon::CircleHelp,
        (_, _, Tone::Fail) => Icon::TriangleAlert,
        (_, _, Tone::Block) => Icon::ShieldBan,
        _ => step.kind.icon(),
    }
}

/// To the millisecond; with the day when it is another one than the first step's.
fn moment(clock: &Clock, started: DateTime<Utc>, at: DateTime<Utc>) -> String {
    let (at, first) = (at.with_timezone(&clock.zone), started.with_timezone(&clock.zone));
    let same_day = at.date_naive() == first.date_naive();
    at.format(if same_day { "%H:%M:%S%.3f" } else { "%-d %b %H:%M" }).to_string()
}

fn details(step: &StepRow) -> Option<AnyView> {
    if step.details.is_empty() {
        return None;
    }
    let pairs =
        step.details.iter().map(|(name, value)| view! { <dt>{name.clone()}</dt><dd class="mono">{value.clone()}</dd> });
    Some(view! { <details id=format!("more-{}", step.id)><summary>"Details"</summary><dl class="kv inset">{pairs.collect_view()}</dl></details> }.into_any())
}
