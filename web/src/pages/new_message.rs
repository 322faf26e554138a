//! A new text or email campaign as one plain form, `/campaigns/new/sms` and `/campaigns/new/email` (multipart `POST` to the same
//! address). A second button posts it to `…/preview`, which answers with the same page, what was typed, and [`Preview`].
//!
//! Nothing is sent by it: "now" leads on to the confirmation with its count, "at a time" waits for it.

mod preview;
mod sections;

use super::confirm::{Check, checks};
use crate::{
    channel::Channel,
    icon::Icon,
    parts::field::{Choice, Field, FieldError, summary},
    render::html,
    shell::{Shell, document},
};
use leptos::prelude::*;

/// Everything on the page.
#[derive(Clone, Debug, Default)]
pub struct NewMessageView {
    /// `Text` or `Email`.
    pub channel: Channel,
    /// What is in the fields: defaults, or what was typed.
    pub values: NewMessageValues,
    /// What is wrong, by field name.
    pub errors: Vec<FieldError>,
    /// Whose accounts: id and `Lakeview Medical Group, 312 accounts`; an empty value means everybody's.
    pub creditors: Vec<Choice>,
    /// The numbers, or the email addresses, it may come from.
    pub senders: Vec<Choice>,
    /// The zones a time may be told in.
    pub zones: Vec<Choice>,
    /// What may stand in the text, in double braces.
    pub fields: Vec<MergeField>,
    /// The fastest the carrier lets this sender go, in words: `The number’s limit is 60 a minute.`
    pub rate_limit: String,
    /// What a start would find: senders, provider, window.
    pub checks: Vec<Check>,
    /// The rendered sample, after the Preview button.
    pub preview: Option<Preview>,
}

/// The form's fields, by their `name`, as text. The file itself cannot be kept.
#[derive(Clone, Debug)]
pub struct NewMessageValues {
    /// `name`
    pub name: String,
    /// `audience`: `filter` or `csv` (then `file`)
    pub audience: String,
    /// `creditor`: an id, or empty for all
    pub creditor: String,
    /// `sender`: a number in E.164, or an email address
    pub sender: String,
    /// `from_name`, of an email
    pub from_name: String,
    /// `subject`, of an email
    pub subject: String,
    /// `body`: text with merge fields, or HTML with them
    pub body: String,
    /// `when`: `now` or `at`
    pub when: String,
    /// `starts_at`: local time of `timezone`, `2026-11-18T09:00`
    pub starts_at: String,
    /// `timezone`: an IANA name
    pub timezone: String,
    /// `rate_per_minute`
    pub rate_per_minute: String,
}

impl Default for NewMessageValues {
    fn default() -> Self {
        NewMessageValues {
            name: String::new(),
            audience: "filter".to_owned(),
            creditor: String::new(),
            sender: String::new(),
            from_name: String::new(),
            subject: String::new(),
            body: String::new(),
            when: "now".to_owned(),
            starts_at: String::new(),
            timezone: "America/New_York".to_owned(),
            rate_per_minute: "60".to_owned(),
        }
    }
}

/// One merge field.
#[derive(Clone, Debug)]
pub struct MergeField {
    /// Its name without the braces: `first_name`.
    pub name: String,
    /// What it becomes: `Denise`.
    pub example: String,
}

/// The message as one person would get it.
#[derive(Clone, Debug, Default)]
pub struct Preview {
    /// Who: `Denise Carter, LMG-198807`.
    pub person: String,
    /// The subject of an email.
    pub subject: Option<String>,
    /// The text, or the text twin of an email.
    pub text: String,
    /// How the text is cut for the carrier.
    pub segments: Option<Segments>,
    /// The HTML of an email as it would be sent: sanitised source.
    pub html: Option<String>,
    /// The same as a page of its own, to be framed without scripts: `/campaigns/new/email/preview/…`.
    pub frame: Option<String>,
    /// What was changed or is missing, in sentences: `Removed: a script.`
    pub notes: Vec<String>,
}

/// How a text is cut.
#[derive(Clone, Debug)]
pub struct Segments {
    /// How many the carrier bills.
    pub count: i64,
    /// Characters used.
    pub characters: i64,
    /// Characters that fit into that many segments.
    pub room: i64,
    /// `GSM-7`, `UCS-2`.
    pub encoding: String,
}

/// The page.
pub fn page(shell: &Shell, view: &NewMessageView) -> String {
    html(|| document(shell, body(view)))
}

fn title(channel: Channel) -> &'static str {
    match channel {
        Channel::Email => "New email campaign",
        _ => "New text campaign",
    }
}

fn body(view: &NewMessageView) -> AnyView {
    let name = Field::text("name", "Name", &view.values.name, &view.errors)
        .required()
        .hint("People in your organisation see it; consumers never do.");
    let address = format!("/campaigns/new/{}", view.channel.name());
    let title = title(view.channel);
    view! {
        <nav class="crumb" aria-label="Breadcrumb"><a href="/campaigns">"Campaigns"</a><span aria-hidden="true">"/"</span><a href="/campaigns/new">"New campaign"</a><span aria-hidden="true">"/"</span><span>{view.channel.campaign()}</span></nav>
        <div class="head"><h1>{title}</h1></div>
        {summary(&view.errors, "What you typed is kept; a file has to be chosen again.")}
        <form class="builder mb" method="post" action=address.clone() enctype="multipart/form-data">
            <div class="colstack">
                <section class="panel" aria-label="Name"><div class="body name-f">{name.view()}</div></section>
                {sections::audience(view)}
                {sections::message(view)}
                {sections::schedule(view)}
            </div>
            <div class="colstack pre">{preview::panel(view, format!("{address}/preview"))}{aside(view)}</div>
        </form>
    }
    .into_any()
}

/// What a start would find, and the button.
fn aside(view: &NewMessageView) -> AnyView {
    let checks = checks(&view.checks).map(|list| view! { <div class="body">{list}</div> });
    view! {
        <section class="panel" aria-labelledby="pre-h">
            <header><h2 id="pre-h">"Before anything is sent"</h2></header>
            {checks}
            <div class="body acts-v line">
                <button class="btn primary lg" type="submit">{Icon::Check.view()}"Create campaign"</button>
                <p class="hint">"This sends nothing. You confirm the count next, and each person is checked again at the moment of sending."</p>
            </div>
        </section>
    }
    .into_any()
}
