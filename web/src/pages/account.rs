//! One account, `/accounts/{id}?write=…`: what is owed, whether its person may be contacted now and how, the conversations, and
//! the timeline, newest first, live.

mod contact;
pub mod records;
pub mod restraint;

use crate::{
    channel::Channel,
    format,
    parts::{
        listen::ListenView,
        thread::{self, ThreadView, compose::ComposeView},
    },
    render::html,
    shell::{Clock, Shell, document},
    state::{Event, Form, Lexeme, Tone},
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use leptos::prelude::*;
use uuid::Uuid;

/// Everything on the page.
#[derive(Clone, Debug)]
pub struct AccountView {
    /// The account.
    pub id: Uuid,
    /// The person's name.
    pub name: String,
    /// The account number.
    pub reference: String,
    /// City and state: `El Paso, TX`.
    pub place: String,
    /// The consumer's zone.
    pub zone: Option<Tz>,
    /// How the balance is made: `("Placed 2 Sep", 138460)`; may be empty.
    pub ledger: Vec<(String, i64)>,
    /// What is owed, in cents.
    pub balance_cents: i64,
    /// Whatever else is known: `("Creditor", "Lakeview Medical Group")`.
    pub facts: Vec<(String, String)>,
    /// The phones.
    pub phones: Vec<PhoneRow>,
    /// The email addresses.
    pub emails: Vec<EmailRow>,
    /// The campaigns it is on.
    pub campaigns: Vec<AccountCampaign>,
    /// May this person be contacted now: one answer for each channel there is an address for, calls first.
    pub verdicts: Vec<Verdict>,
    /// What we may not do, and what we may.
    pub restraints: restraint::Restraints,
    /// Its archive and its legal hold, for whoever keeps the records.
    pub records: Option<records::Records>,
    /// May this user call and write? Without it there are answers and no buttons.
    pub may_contact: bool,
    /// May this user see the rules behind a refusal?
    pub sees_rules: bool,
    /// The conversations, the latest first.
    pub threads: Vec<ThreadView>,
    /// The box to write first in, when it is asked for (`?write=sms`).
    pub compose: Option<ComposeView>,
    /// The timeline, newest first.
    pub timeline: Vec<TimelineEntry>,
    /// The cursor of the older entries (`?before=`).
    pub older: Option<String>,
}

/// One phone.
#[derive(Clone, Debug)]
pub struct PhoneRow {
    /// As people read it.
    pub number: String,
    /// `mobile`, `home`, `work`.
    pub kind: String,
    /// Why it may not be used, when it may not: `Do not call`.
    pub blocked: Option<String>,
}

/// One email address.
#[derive(Clone, Debug)]
pub struct EmailRow {
    /// The address.
    pub address: String,
    /// Why it may not be used, when it may not: `Unsubscribed 3 Oct`.
    pub blocked: Option<String>,
}

/// One campaign it is on.
#[derive(Clone, Debug)]
pub struct AccountCampaign {
    /// The campaign.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// Where the account stands on its list.
    pub state: crate::state::RecipientState,
    /// The same in a sentence: `retry 2 of 3 at 16:00 EST`.
    pub words: String,
}

/// The answer to "may I call now?", and the same for a text and an email.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// How.
    pub channel: Channel,
    /// To which number or address, as people read it.
    pub to: String,
    /// Yes or no.
    pub allowed: bool,
    /// In a sentence.
    pub sentence: String,
    /// The rule's source: `12 CFR 1006.6(b)(1)(i)`.
    pub citation: Option<String>,
    /// The next lawful moment, when it is not now.
    pub earliest_next: Option<DateTime<Utc>>,
    /// Which rules answered: `Rules 2026.11.3`.
    pub rules: String,
    /// What the limits have counted: `2 of 7 calls in 7 days`; may be empty.
    pub budget: String,
    /// One contact more is the last within a limit, or none is left.
    pub spent: bool,
}

/// One line of the timeline.
#[derive(Clone, Debug)]
pub struct TimelineEntry {
    /// A stable id: the row it comes from.
    pub id: String,
    /// When.
    pub at: DateTime<Utc>,
    /// What it is about: gives hue and icon.
    pub event: Event,
    /// What happened: `Call 2 of 3, no answer`.
    pub title: String,
    /// One plain sentence.
    pub sentence: String,
    /// The rule's source, where a rule decided.
    pub citation: Option<String>,
    /// Still to come: drawn dashed, its time is when it is due.
    pub pending: bool,
    /// The workflow behind it (`/workflows/{id}`): every step of a call or a message.
    pub run: Option<Uuid>,
    /// What was said, of a call that was connected, for whoever may hear it.
    pub listen: Option<ListenView>,
}

/// The page.
pub fn page(shell: &Shell, view: &AccountView) -> String {
    html(|| document(shell, body(&shell.clock, view, shell.role.pages().contains(&crate::Nav::Campaigns))))
}

/// The parts that change: `#verdicts`, `#restraints`, `#standing`, `#timeline`, and of each conversation `#msgs-{id}` and `#gate-{id}`.
pub fn fragments(clock: &Clock, view: &AccountView) -> String {
    html(|| {
        let threads = view.threads.iter().map(|thread| thread::fragments(clock, thread)).collect_view();
        (
            crate::shell::pulse(clock),
            contact::verdicts(clock, view),
            restraint::list(view.id, &view.restraints),
            standing(view, false),
            threads,
            timeline(clock, view),
        )
    })
}

fn body(clock: &Clock, view: &AccountView, sees_campaigns: bool) -> AnyView {
    let local = view.zone.map(|zone| {
        let words = clock.now.with_timezone(&zone).format("%H:%M %Z").to_string();
        view! { ", "{format::time(clock.now, zone, words)} }
    });
    let threads = view.threads.iter().map(|thread| thread::panel(clock, thread));
    view! {
        <nav class="crumb" aria-label="Breadcrumb"><a href="/accounts">"Accounts"</a><span aria-hidden="true">"/"</span><span class="mono">{view.reference.clone()}</span></nav>
        <div class="head"><h1>{view.name.clone()}</h1><span class="muted">{view.place.clone()}{local}</span></div>
        <div class="acct-g">
            <div class="colstack a-left">{owed(view)}{contact::addresses(view)}</div>
            <div class="colstack a-mid">{contact::compose(view)}{threads.collect_view()}{timeline(clock, view)}</div>
            <div class="colstack a-right">{contact::verdicts(clock, view)}
                {restraint::panel(view.id, &view.restraints)}{standing(view, sees_campaigns)}{records::panel(clock, view)}</div>
        </div>
    }
    .into_any()
}

fn owed(view: &AccountView) -> AnyView {
    let ledger = view.ledger.iter().map(
        |(words, cents)| view! { <tr><th scope="row">{words.clone()}</th><td>{format::dollars(*cents)}</td></tr> },
    );
    let facts = view.facts.iter().map(|(name, value)| view! { <dt>{name.clone()}</dt><dd>{value.clone()}</dd> });
    let adds_up = view.ledger.iter().map(|(_, cents)| cents).sum::<i64>() == view.balance_cents;
    let class = if adds_up { "total money" } else { "money" };
    view! {
        <section class="panel" aria-labelledby="account-h">
            <header><h2 id="account-h">"Account"</h2><span class="mono dim small">{view.reference.clone()}</span></header>
            <table class="led">
                <caption class="sr">"How the balance is made"</caption>
                <tbody>{ledger.collect_view()}</tbody>
                <tfoot><tr><th scope="row">"Owed now"</th><td><span class=class>{format::dollars(view.balance_cents)}</span></td></tr></tfoot>
            </table>
            <dl class="body kv line">{facts.collect_view()}</dl>
        </section>
    }
    .into_any()
}

fn standing(view: &AccountView, sees_campaigns: bool) -> AnyView {
    let items = view.campaigns.iter().map(|c| {
        let name = if sees_campaigns {
            view! { <a class="link" href=format!("/campaigns/{}", c.id)>{c.name.clone()}</a> }.into_any()
        } else {
            view! { <span>{c.name.clone()}</span> }.into_any()
        };
        view! { <li>{name}{c.state.chip(Form::Plain)}<span class="dim small">{c.words.clone()}</span></li> }
    });
    let body = if view.campaigns.is_empty() {
        view! { <p class="body dim">"On no campaign's list."</p> }.into_any()
    } else {
        view! { <ul class="mini-l">{items.collect_view()}</ul> }.into_any()
    };
    view! { <section class="panel" id="standing" aria-labelledby="standing-h"><header><h2 id="standing-h">"Campaigns"</h2></header>{body}</section> }.into_any()
}

fn timeline(clock: &Clock, view: &AccountView) -> AnyView {
    let mut day = None;
    let items = view.timeline.iter().flat_map(|entry| {
        let date = entry.at.with_timezone(&clock.zone).date_naive();
        let heading = (day.replace(date) != Some(date)).then(|| day_row(clock, entry.at));
        [heading, Some(row(clock, entry))]
    });
    let items = items.flatten().collect_view();
    let body = if view.timeline.is_empty() {
        view! { <p class="body dim">"Nothing yet. Every call, decision and retry will be here with its reason."</p> }
            .into_any()
    } else {
        view! { <ol class="acl">{items}</ol> }.into_any()
    };
    let older = view.older.clone().map(|cursor| {
        view! { <footer class="row between"><span></span><a class="btn sm" href=format!("/accounts/{}?before={cursor}", view.id)>"Older"</a></footer> }
    });
    view! { <section class="panel" id="timeline" aria-labelledby="timeline-h"><header><h2 id="timeline-h">"Timeline"</h2></header>{body}{older}</section> }.into_any()
}

fn day_row(clock: &Clock, at: DateTime<Utc>) -> AnyView {
    let (date, today) = (at.with_timezone(&clock.zone).date_naive(), clock.now.with_timezone(&clock.zone).date_naive());
    let words = format::day(at, clock.zone);
    let words = if date == today { format!("Today, {words}") } else { words };
    view! { <li class="dayrow"><h3>{words}</h3></li> }.into_any()
}

fn row(clock: &Clock, entry: &TimelineEntry) -> AnyView {
    let class = match (entry.pending, entry.event.tone()) {
        (true, _) => "pending",
        (false, Tone::Unknown) => "gap",
        (false, Tone::Block) => "barred",
        (false, _) => "",
    };
    let words = entry.at.with_timezone(&clock.zone).format("%H:%M:%S").to_string();
    let citation = entry.citation.clone().map(|source| view! { <p class="small dim">{source}</p> });
    let run = entry.run.map(|id| view! { <a class="link small" href=format!("/workflows/{id}")>"Run"<span class="sr">{format!(" of {}", entry.title)}</span></a> });
    view! {
        <li class=class data-s=entry.event.tone().name() id=format!("entry-{}", entry.id)>
            <span class="node">{entry.event.icon().small()}</span>
            <div>
                <p class="ev"><b>{entry.title.clone()}</b><span class="dur">{entry.pending.then_some("due ")}{format::time(entry.at, clock.zone, words)}</span>{run}</p>
                <p class="muted">{entry.sentence.clone()}</p>
                {citation}
                {entry.listen.as_ref().map(|listen| listen.folded(clock))}
            </div>
        </li>
    }
    .into_any()
}
