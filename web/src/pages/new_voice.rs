//! A new voice campaign as one plain form, `/campaigns/new/voice` (multipart `POST` to the same address).
//!
//! Nobody is called by it: "now" leads on to the confirmation with its count, the others wait for their time.

mod sections;

use super::confirm::{Check, checks};
use crate::{
    icon::Icon,
    parts::field::{Choice, Field, FieldError, summary},
    render::html,
    shell::{Shell, document},
};
use leptos::prelude::*;

/// Everything on the page.
#[derive(Clone, Debug, Default)]
pub struct NewVoiceView {
    /// What is in the fields: defaults, or what was typed.
    pub values: NewVoiceValues,
    /// What is wrong, by field name.
    pub errors: Vec<FieldError>,
    /// Whose accounts: id and `Lakeview Medical Group, 312 accounts`; an empty value means everybody's.
    pub creditors: Vec<Choice>,
    /// The numbers people may see calling.
    pub caller_ids: Vec<Choice>,
    /// The zones a recurring window may be told in.
    pub zones: Vec<Choice>,
    /// What a start would find: agents, numbers, provider, window.
    pub checks: Vec<Check>,
}

/// The form's fields, by their `name`, as text. The file itself cannot be kept.
#[derive(Clone, Debug)]
pub struct NewVoiceValues {
    /// `name`
    pub name: String,
    /// `audience`: `filter` or `csv` (then `file`)
    pub audience: String,
    /// `creditor`: an id, or empty for all
    pub creditor: String,
    /// `caller_id`
    pub caller_id: String,
    /// `when`: `now`, `at` or `recurring`
    pub when: String,
    /// `starts_at`: local time of `timezone`, `2026-11-18T09:00`
    pub starts_at: String,
    /// `cron`: five fields
    pub cron: String,
    /// `window_minutes`
    pub window_minutes: String,
    /// `timezone`: an IANA name
    pub timezone: String,
    /// `mode`: `progressive`, `predictive` or `power`
    pub mode: String,
    /// `abandon_cap`: percent
    pub abandon_cap: String,
    /// `max_lines`; empty: as many as the account has
    pub max_lines: String,
    /// `amd`: `off`, `detect` or `premium`
    pub amd: String,
    /// `ring_timeout_secs`
    pub ring_timeout_secs: String,
    /// `wrap_up_secs`
    pub wrap_up_secs: String,
    /// `max_attempts`
    pub max_attempts: String,
    /// `retry_<outcome>`: minutes to wait; empty when that outcome is final
    pub retry: Vec<RetryValue>,
}

/// The wait after one outcome.
#[derive(Clone, Debug)]
pub struct RetryValue {
    /// `no_answer`, `busy`, `voicemail`, `failed`, `abandoned`, `declined`; the field is `retry_<outcome>`.
    pub outcome: String,
    /// Minutes, as typed.
    pub minutes: String,
}

impl Default for NewVoiceValues {
    fn default() -> Self {
        let retry = [
            ("no_answer", "240"),
            ("busy", "20"),
            ("voicemail", "1440"),
            ("failed", "15"),
            ("abandoned", "1440"),
            ("declined", "2880"),
        ];
        NewVoiceValues {
            name: String::new(),
            audience: "filter".to_owned(),
            creditor: String::new(),
            caller_id: String::new(),
            when: "now".to_owned(),
            starts_at: String::new(),
            cron: "0 9 * * 1-5".to_owned(),
            window_minutes: "480".to_owned(),
            timezone: "America/New_York".to_owned(),
            mode: "progressive".to_owned(),
            abandon_cap: "3".to_owned(),
            max_lines: String::new(),
            amd: "detect".to_owned(),
            ring_timeout_secs: "25".to_owned(),
            wrap_up_secs: "60".to_owned(),
            max_attempts: "3".to_owned(),
            retry: retry
                .map(|(outcome, minutes)| RetryValue { outcome: outcome.to_owned(), minutes: minutes.to_owned() })
                .to_vec(),
        }
    }
}

/// The page.
pub fn page(shell: &Shell, view: &NewVoiceView) -> String {
    html(|| document(shell, body(view)))
}

fn body(view: &NewVoiceView) -> AnyView {
    let name = Field::text("name", "Name", &view.values.name, &view.errors)
        .required()
        .hint("People in your organisation see it; consumers never do.");
    view! {
        <nav class="crumb" aria-label="Breadcrumb"><a href="/campaigns">"Campaigns"</a><span aria-hidden="true">"/"</span><span>"New voice campaign"</span></nav>
        <div class="head"><h1>"New voice campaign"</h1></div>
        {summary(&view.errors, "What you typed is kept; a file has to be chosen again.")}
        <form class="builder" method="post" action="/campaigns/new/voice" enctype="multipart/form-data">
            <div class="colstack">
                <section class="panel" aria-label="Name"><div class="body name-f">{name.view()}</div></section>
                {sections::audience(view)}
                {sections::schedule(view)}
                {sections::dialing(view)}
                {sections::retries(view)}
            </div>
            {aside(view)}
        </form>
    }
    .into_any()
}

/// What a start would find, and the button; beside the form, after it on a phone.
fn aside(view: &NewVoiceView) -> AnyView {
    let checks = checks(&view.checks).map(|list| view! { <div class="body">{list}</div> });
    view! {
        <section class="panel pre" aria-labelledby="pre-h">
            <header><h2 id="pre-h">"Before anybody is called"</h2></header>
            {checks}
            <div class="body acts-v line">
                <button class="btn primary lg" type="submit">{Icon::Check.view()}"Create campaign"</button>
                <p class="hint">"This calls nobody. You confirm the count next, and each person is checked again at the moment of dialing."</p>
            </div>
        </section>
    }
    .into_any()
}
