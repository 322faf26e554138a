//! The question: how many, which for example, what the rules say, and why.

use super::{AskView, ContactsTold, MANY, Told, Verb, crumb, terms};
use crate::{
    format::{count, counted},
    icon::Icon,
    pages::jobs::sample_rows,
    parts::{
        field::{self, Field},
        note::{empty, note},
        stat::Stat,
    },
    shell::Clock,
    state::Tone,
};
use leptos::prelude::*;

pub(super) fn body(clock: &Clock, view: &AskView) -> AnyView {
    let title = match &view.told {
        Some(told) => format!("{} {}?", view.verb.word(), jobs(told.count)),
        None => format!("{} all that match?", view.verb.word()),
    };
    let refused =
        view.refused.clone().map(|why| note(Tone::Fail, Icon::CircleAlert, "This cannot be done as it stands.", why));
    view! {
        {crumb(format!("{} all that match", view.verb.word()))}
        <div class="head"><h1>{title}</h1><span class="muted">"Dry run, nothing changed yet"</span></div>
        {field::summary(&view.errors, "The filter is kept.")}
        {refused}
        {match &view.told { Some(told) => found(clock, view, told), None => nothing(view) }}
    }
    .into_any()
}

fn jobs(n: i64) -> String {
    counted(n, "job", "jobs")
}

/// Nothing to ask about; the way back keeps the filter.
fn nothing(view: &AskView) -> AnyView {
    let back = view! { <a class="btn" href=view.filter.href(None)>"Back to the filter"</a> };
    view! {
        <section class="panel" aria-labelledby="which-h"><header><h2 id="which-h">"Which jobs"</h2></header>
            {terms(&view.terms)}{empty(Icon::ListFilter, "Nothing was done", "Change the filter, and try again.", back.into_any())}</section>
    }
    .into_any()
}

fn found(clock: &Clock, view: &AskView, told: &Told) -> AnyView {
    view! {
        <section class="panel" id="told" aria-labelledby="told-h">
            <header><h2 id="told-h">"What it would do now"</h2></header>
            <dl class="strip">{figures(view.verb, told).into_iter().map(Stat::view).collect_view()}</dl>
            {told.contacts.as_ref().and_then(rules)}
        </section>
        <div class="told-g">
            <section class="panel" aria-labelledby="do-h">
                <header><h2 id="do-h">"Do it"</h2></header>
                {terms(&view.terms)}
                {form(view, told)}
            </section>
            <section class="panel" aria-labelledby="some-h">
                <header><h2 id="some-h">"For example"</h2><span class="end">{format!("{} of {}", told.samples.len(), count(told.count))}</span></header>
                {sample_rows(clock, &told.samples)}
            </section>
        </div>
    }
    .into_any()
}

fn figures(verb: Verb, told: &Told) -> Vec<Stat> {
    let because = match verb {
        Verb::Retry => "each gets its attempts anew",
        Verb::Cancel => "one that runs ends at its next retry",
        Verb::Delete => "they leave the dead letters and stay in history",
    };
    let mut cells = vec![stat(Tone::Idle, Icon::Layers, "Jobs that match", count(told.count), because.to_owned())];
    let Some(contacts) = &told.contacts else { return cells };
    let of = if contacts.asked == contacts.total {
        "checked one by one".to_owned()
    } else {
        format!("{} checked, spread evenly", count(contacts.asked))
    };
    cells.extend([
        stat(Tone::Ring, Icon::Send, "Sends and calls", count(contacts.total), of),
        stat(
            Tone::Live,
            Icon::ShieldCheck,
            "Would reach people",
            count(contacts.allowed),
            "checked again as each runs".into(),
        ),
        stat(
            Tone::Block,
            Icon::ShieldBan,
            "A rule would refuse",
            count(contacts.refused),
            "as the rules stand now".into(),
        ),
        stat(
            Tone::Idle,
            Icon::CircleSlash,
            "Would reach nobody",
            count(contacts.nobody),
            "tried already, or given back".into(),
        ),
    ]);
    cells
}

fn stat(tone: Tone, icon: Icon, label: &'static str, value: String, because: String) -> Stat {
    Stat { tone, icon, label, value, because }
}

fn rules(contacts: &ContactsTold) -> Option<AnyView> {
    let words: Vec<String> = contacts.rules.iter().map(|(code, n)| format!("{code} {}", count(*n))).collect();
    (!words.is_empty()).then(|| {
        view! { <p class="body muted line">"Refused by: "<span class="mono">{words.join(", ")}</span></p> }.into_any()
    })
}

fn form(view: &AskView, told: &Told) -> AnyView {
    let hidden =
        view.filter.pairs().into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value/> });
    let everything = view.filter.pairs().is_empty().then(everything);
    let many = (view.verb == Verb::Retry && told.count > MANY).then(|| {
        let words = format!("{}, the number of jobs it will retry.", count(told.count));
        Field::text("sure", "Type the number", "", &view.errors).hint(&words).required().view()
    });
    let hint = "Kept with the order and in the audit trail.";
    let people = told.contacts.as_ref().filter(|contacts| contacts.allowed > 0).map(reached);
    let class = match (view.verb, &people) {
        (Verb::Retry, Some(_)) => "btn contact",
        (Verb::Retry, None) => "btn primary",
        _ => "btn danger",
    };
    let order = format!("{} {}{}", view.verb.word(), jobs(told.count), people.unwrap_or_default());
    view! {
        <form class="body bulk-f line" method="post" action="/jobs/bulk">
            <input type="hidden" name="action" value=view.verb.name()/>
            <input type="hidden" name="once" value=view.once.to_string()/>
            {hidden.collect_view()}
            {Field::text("reason", "Reason", &view.reason, &view.errors).hint(hint).required().view()}
            {many}
            {everything}
            <p class="row">
                <a class="btn" href=view.filter.href(None)>"Back"</a>
                <button class=class type="submit">{order}</button>
            </p>
        </form>
    }
    .into_any()
}

/// Who reaches people says how many; of a sample, about how many.
fn reached(contacts: &ContactsTold) -> String {
    if contacts.asked == contacts.total {
        return format!(", reach {}", counted(contacts.allowed, "person", "people"));
    }
    let about = contacts.allowed as f64 / contacts.asked as f64 * contacts.total as f64;
    format!(", reach about {} people", count(about.round() as i64))
}

/// Without a filter it is every job of the organisation: that is said twice.
fn everything() -> AnyView {
    view! { <label class="tick"><input type="checkbox" name="everything" id="everything" value="true" required=true/><span>"Yes, every job: there is no filter"</span></label> }
        .into_any()
}
