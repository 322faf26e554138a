//! The numbered panels of the form. What belongs to an option not chosen is hidden by the style sheet (`data-for`).

use super::{MergeField, NewMessageView};
use crate::{
    channel::Channel,
    icon::Icon,
    parts::field::{Area, Field, area, option_card, section, select},
};
use leptos::prelude::*;

pub(super) fn audience(view: &NewMessageView) -> AnyView {
    let csv = view.values.audience == "csv";
    let hint = match view.channel {
        Channel::Email => {
            "Account number, name, email and balance. New accounts are made, known ones brought up to date."
        }
        _ => "Account number, name, phone and balance. New accounts are made, known ones brought up to date.",
    };
    let file = Field::text("file", "CSV file", "", &view.errors).kind("file").hint(hint);
    let body = view! {
        <fieldset class="opts c2">
            <legend class="sr">"Where the accounts come from"</legend>
            {option_card("audience", "filter", !csv, Icon::ListFilter, "Accounts already here", "Choose by creditor")}
            {option_card("audience", "csv", csv, Icon::FileSpreadsheet, "A CSV file", "Imported, then put on the list")}
        </fieldset>
        <div class="pad2" data-for="filter">{select("creditor", "Creditor", &view.values.creditor, &view.creditors, "Whoever opted out, is represented or disputes is never written to.", &view.errors)}</div>
        <div class="pad2" data-for="csv">{file.view()}</div>
    };
    section(1, "audience-h", "Audience", "who may be written to", body.into_any())
}

pub(super) fn message(view: &NewMessageView) -> AnyView {
    match view.channel {
        Channel::Email => email(view),
        _ => text(view),
    }
}

fn text(view: &NewMessageView) -> AnyView {
    let (values, errors) = (&view.values, &view.errors[..]);
    let template = Area {
        name: "body",
        label: "Text",
        value: &values.body,
        rows: 5,
        mono: false,
        hint: "Say who writes and that it is a debt collector. A link counts as its full length.",
    };
    let body = view! {
        <div class="pad2">{select("sender", "From number", &values.sender, &view.senders, "Replies come back to it.", errors)}</div>
        {merge(&view.fields)}
        <div class="pad2 pt">{area(&template, errors)}</div>
        <p class="foot-p">{Icon::Info.small()}<span>"A text that does not say how to stop it ends with “Reply STOP to opt out.”"</span></p>
    };
    section(2, "message-h", "Message", "one text, its fields filled in for each person", body.into_any())
}

fn email(view: &NewMessageView) -> AnyView {
    let (values, errors) = (&view.values, &view.errors[..]);
    let name = Field::text("from_name", "From, name", &values.from_name, errors).hint("As people know you.");
    let subject = Field::text("subject", "Subject", &values.subject, errors)
        .required()
        .hint("Visible on a lock screen: say nothing of a debt.");
    let template = Area {
        name: "body",
        label: "Body, as HTML",
        value: &values.body,
        rows: 14,
        mono: true,
        hint: "Scripts and foreign content are removed; the plain-text twin is made from it.",
    };
    let body = view! {
        <div class="pad2 fgrid">
            {name.view()}
            {select("sender", "From, address", &values.sender, &view.senders, "Only verified domains.", errors)}
        </div>
        <div class="pad2">{subject.view()}</div>
        {merge(&view.fields)}
        <div class="pad2 pt">{area(&template, errors)}</div>
        <p class="foot-p">{Icon::Info.small()}<span>"A line with the link to unsubscribe is put below every email."</span></p>
    };
    section(2, "message-h", "Message", "one email, its fields filled in for each person", body.into_any())
}

/// What may stand in the text: one click selects a field whole, to be copied.
fn merge(fields: &[MergeField]) -> AnyView {
    let items = fields.iter().map(|field| {
        view! { <li><code class="mfield">{format!("{{{{{}}}}}", field.name)}</code>" "<span class="dim small">{field.example.clone()}</span></li> }
    });
    view! { <div class="merge"><h3 id="merge-h">"Merge fields"</h3><ul aria-labelledby="merge-h">{items.collect_view()}</ul></div> }.into_any()
}

pub(super) fn schedule(view: &NewMessageView) -> AnyView {
    let (values, errors) = (&view.values, &view.errors[..]);
    let later = values.when == "at";
    let at = Field::text("starts_at", "Starts", &values.starts_at, errors)
        .kind("datetime-local")
        .hint("In the clock chosen beside it.");
    let zone = select("timezone", "In whose clock", &values.timezone, &view.zones, "", errors);
    let rate = Field::text("rate_per_minute", "Messages a minute, at most", &values.rate_per_minute, errors)
        .number()
        .hint(&view.rate_limit);
    let body = view! {
        <fieldset class="opts c2">
            <legend class="sr">"When"</legend>
            {option_card("when", "now", !later, Icon::Play, "Now", "from the moment you confirm")}
            {option_card("when", "at", later, Icon::CalendarClock, "At a time", "once, then until the list is done")}
        </fieldset>
        <div class="pad2 fgrid" data-for="at">{at.view()}{zone}</div>
        <div class="pad2 fgrid">{rate.view()}</div>
        <p class="foot-p">{Icon::Info.small()}<span>"Whatever is chosen here: nobody is written to before 8:00 or after 21:00 where they may be. That is checked again at every message."</span></p>
    };
    section(3, "schedule-h", "Schedule", "when, and how fast", body.into_any())
}
