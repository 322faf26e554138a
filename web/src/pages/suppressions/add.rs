//! The forms below and above the list: add an entry, lift one.

use super::{SuppressionRow, SuppressionsView};
use crate::{
    icon::Icon,
    parts::field::{Choice, Field, FieldError, error_line, message_of, select},
};
use leptos::prelude::*;

/// Adds a number or an address.
pub(super) fn form(view: &SuppressionsView) -> AnyView {
    let typed = |name: &str| view.typed.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str());
    let text = |name: &'static str, label: &'static str| Field::text(name, label, typed(name), &view.errors);
    let general = message_of(&view.errors, "").map(|message| error_line("add", message));
    view! {
        <section class="panel" id="add" aria-labelledby="add-h">
            <header><h2 id="add-h">"Suppress a number or an address"</h2><span class="end">"nothing not yet sent leaves from then on"</span></header>
            <form class="body" method="post" action="/suppressions">
                {general}
                <div class="fgrid">
                    {text("value", "Number or address").mono().required().view()}
                    {select("kind", "Why", typed("kind"), &view.addable, "", &view.errors)}
                    {select("channel", "Medium", typed("channel"), &media(), "", &view.errors)}
                    {text("expires_at", "Until").kind("date").hint("For good unless given").view()}
                    {text("source", "Said by").hint("A call, a letter, a court").required().view()}
                    {text("evidence_ref", "Evidence").hint("A letter's number, a call, a file").view()}
                    {text("reason", "In words").view()}
                </div>
                <p class="form-go"><button class="btn primary" type="submit">{Icon::ShieldBan.view()}"Suppress"</button></p>
            </form>
        </section>
    }
    .into_any()
}

/// Asks why an entry is lifted.
pub(super) fn lift(entry: &SuppressionRow, errors: &[FieldError]) -> AnyView {
    let general = message_of(errors, "").map(|message| error_line("lift", message));
    view! {
        <section class="panel" id="lift" aria-labelledby="lift-h">
            <header><h2 id="lift-h">{format!("Lift {}", entry.about)}</h2><span class="end">{format!("{}, {}", entry.kind, entry.source)}</span></header>
            <form class="body importf" method="post" action="/suppressions/lift">
                {general}
                <input type="hidden" name="id" value=entry.id.to_string()/>
                {Field::text("reason", "Why it does not hold any more", "", errors).hint("Kept with the entry, which stays on file").required().view()}
                <button class="btn danger" type="submit">"Lift"</button>
                <a class="btn quiet" href="/suppressions">"Cancel"</a>
            </form>
        </section>
    }
    .into_any()
}

/// The media an entry can close.
pub(super) fn media() -> Vec<Choice> {
    let media = [
        ("", "What the reason says"),
        ("all", "Every medium"),
        ("call", "Calls"),
        ("sms", "Texts"),
        ("email", "Emails"),
    ];
    media.map(|(value, label)| Choice::new(value, label)).to_vec()
}
