//! Compliance, `/compliance?who=…&channel=…&at=…`: would a contact be allowed, what the rules refused today, who is near
//! a limit, the rules, and the agency's own policy.

mod ask;
mod policy;
pub mod refusals;
mod rules;
mod today;

use crate::{
    channel::Channel,
    parts::field::FieldError,
    render::html,
    shell::{Clock, Shell, document},
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use leptos::prelude::*;
use uuid::Uuid;

/// Everything on the page.
#[derive(Clone, Debug, Default)]
pub struct ComplianceView {
    /// What was asked of the rules.
    pub ask: Ask,
    /// What they answered.
    pub answer: Option<Answer>,
    /// What was decided today.
    pub today: Today,
    /// Accounts with one call left, or none.
    pub near: Vec<NearRow>,
    /// Where calls are lawful now, and until when.
    pub windows: Vec<WindowRow>,
    /// Every rule: its title, what it asks, its source.
    pub rules: Vec<RuleRow>,
    /// The edition of the rules.
    pub version: String,
    /// The agency's own policy.
    pub policy: PolicyView,
}

/// The question, as typed.
#[derive(Clone, Debug, Default)]
pub struct Ask {
    /// An account's number, or a phone number.
    pub who: String,
    /// `call`, `sms` or `email`.
    pub channel: String,
    /// As a `datetime-local` field has it; empty is now.
    pub at: String,
    /// What is wrong with it.
    pub errors: Vec<FieldError>,
}

/// The verdict, rule by rule.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The account it is about.
    pub account: Uuid,
    /// Its number.
    pub reference: String,
    /// How.
    pub channel: Channel,
    /// To which number or address, as people read it.
    pub to: String,
    /// When it was asked for.
    pub at: DateTime<Utc>,
    /// Yes or no.
    pub allowed: bool,
    /// When it is lawful next.
    pub earliest_next: Option<DateTime<Utc>>,
    /// The clocks that the person may live by.
    pub zones: Vec<Tz>,
    /// What the limits have counted, in words.
    pub budget: String,
    /// Every rule and what it said.
    pub rules: Vec<Said>,
}

/// One rule's answer.
#[derive(Clone, Debug)]
pub struct Said {
    /// The rule's name: `OUT_OF_WINDOW`.
    pub code: &'static str,
    /// What it is about.
    pub title: &'static str,
    /// It stands against the contact.
    pub refused: bool,
    /// Why, or what it asks.
    pub sentence: String,
    /// Its source.
    pub citation: &'static str,
}

/// Decisions since midnight, each refusal counted by the reason told first.
#[derive(Clone, Debug, Default)]
pub struct Today {
    /// Allowed.
    pub allowed: i64,
    /// The rule's code, its title and how many it refused.
    pub refused: Vec<(String, String, i64)>,
}

/// An account near its limit.
#[derive(Clone, Debug)]
pub struct NearRow {
    /// The account.
    pub account: Uuid,
    /// Its number.
    pub reference: String,
    /// Calls used, and how many there are.
    pub used: usize,
    /// The limit.
    pub most: usize,
    /// When the next call is lawful, by the person's clock; none: now, or once a person has acted.
    pub next: Option<(DateTime<Utc>, Tz)>,
    /// May a call be made now?
    pub allowed: bool,
}

/// A clock of the country.
#[derive(Clone, Debug)]
pub struct WindowRow {
    /// What people call it: `Eastern`.
    pub name: &'static str,
    /// The zone.
    pub zone: Tz,
    /// Are calls lawful there now?
    pub open: bool,
    /// When that changes.
    pub edge: DateTime<Utc>,
}

/// One rule.
#[derive(Clone, Debug)]
pub struct RuleRow {
    /// Its name.
    pub code: &'static str,
    /// What it is about.
    pub title: &'static str,
    /// In one sentence.
    pub sentence: &'static str,
    /// Its source.
    pub citation: &'static str,
}

/// The agency's policy, as stored or as typed.
#[derive(Clone, Debug, Default)]
pub struct PolicyView {
    /// `09:00`, or empty.
    pub opens: String,
    /// `20:00`, or empty.
    pub closes: String,
    /// `Mon` to `Sun`; none is every day.
    pub days: Vec<String>,
    /// `5`, or empty.
    pub calls: String,
    /// The laws of solicitation are heeded.
    pub mini_tcpa: bool,
    /// Who set it, and when.
    pub changed: Option<(String, DateTime<Utc>)>,
    /// May this user change it?
    pub may_set: bool,
    /// What is wrong with what was typed.
    pub errors: Vec<FieldError>,
}

/// The page.
pub fn page(shell: &Shell, view: &ComplianceView) -> String {
    html(|| document(shell, body(&shell.clock, view)))
}

fn body(clock: &Clock, view: &ComplianceView) -> AnyView {
    view! {
        <div class="head"><h1>"Compliance"</h1><span class="muted">"Every contact is decided by these rules"</span><span class="end dim small">"Rules "<span class="mono">{view.version.clone()}</span></span></div>
        {policy::wrong(&view.policy)}
        <div class="cols c-7-5">
            <div class="colstack">{ask::panel(clock, view)}{today::panel(&view.today)}{policy::panel(clock, &view.policy)}</div>
            <div class="colstack">{today::windows(clock, &view.windows)}{today::near(clock, &view.near)}</div>
        </div>
        {rules::panel(view)}
    }
    .into_any()
}

/// The address of a question to the rules.
pub fn question(reference: &str, channel: Channel) -> String {
    let channel = match channel {
        Channel::Call => "call",
        Channel::Text => "sms",
        Channel::Email => "email",
    };
    format!("/compliance?who={}&channel={channel}#ask", super::query_value(reference))
}
