//! The campaigns, `/campaigns?state=…`: progress, the conservation check, what happens next.

use super::new_campaign;
use crate::{
    channel::Channel,
    format::{self, count},
    icon::Icon,
    parts::{
        balance::Balance,
        bar::{Share, stack},
        note::empty,
        table,
    },
    render::html,
    shell::{Clock, Shell, document},
    state::{CampaignState, Form, Lexeme, Tone, chip},
};
use leptos::prelude::*;
use uuid::Uuid;

/// Everything on the page.
#[derive(Clone, Debug, Default)]
pub struct CampaignsView {
    /// The campaigns shown, those that need a person first.
    pub rows: Vec<CampaignRow>,
    /// How many there are in each state, for the filter.
    pub states: Vec<(CampaignState, i64)>,
    /// The state filtered by.
    pub state: Option<CampaignState>,
    /// May this user make and run campaigns?
    pub may_operate: bool,
    /// The cursor of the next, older page (`?before=`).
    pub older: Option<String>,
}

/// One campaign.
#[derive(Clone, Debug)]
pub struct CampaignRow {
    /// The campaign.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// How it reaches people.
    pub channel: Channel,
    /// Channel and mode: `Voice, progressive`.
    pub kind: String,
    /// Its state.
    pub state: CampaignState,
    /// Where everybody on the list is.
    pub progress: Progress,
    /// What happens next: `Eastern closes 21:00 EST`.
    pub next: String,
    /// More about it: `in 5 h 27 min, 604 accounts`.
    pub next_note: String,
    /// Who made it.
    pub owner: String,
}

/// planned = done + failed + suppressed + skipped + in flight + waiting.
#[derive(Clone, Copy, Debug, Default)]
pub struct Progress {
    /// People on the list.
    pub planned: i64,
    /// Finished.
    pub done: i64,
    /// Failed for good.
    pub failed: i64,
    /// A rule said no.
    pub suppressed: i64,
    /// Left out without a rule: the campaign was stopped.
    pub skipped: i64,
    /// Claimed.
    pub in_flight: i64,
    /// Waiting for a first try or a retry.
    pub waiting: i64,
}

impl Progress {
    /// The sum, with the word for those who are done.
    pub(super) fn balance(&self, done: &'static str) -> Balance {
        Balance {
            terms: vec![
                (self.done, done),
                (self.failed, "failed"),
                (self.suppressed, "blocked"),
                (self.skipped, "skipped"),
                (self.in_flight, "in flight"),
                (self.waiting, "waiting"),
            ],
            total: self.planned,
            noun: "planned",
        }
    }

    /// The same as shares of a bar.
    pub(super) fn shares(&self, done: &'static str) -> [Share; 6] {
        [
            Share { tone: Tone::Live, n: self.done, word: done },
            Share { tone: Tone::Ring, n: self.in_flight, word: "in flight" },
            Share { tone: Tone::Fail, n: self.failed, word: "failed" },
            Share { tone: Tone::Block, n: self.suppressed, word: "blocked" },
            Share { tone: Tone::Idle, n: self.skipped, word: "skipped" },
            Share { tone: Tone::Idle, n: self.waiting, word: "waiting" },
        ]
    }

    fn plus(self, other: &Progress) -> Progress {
        Progress {
            planned: self.planned + other.planned,
            done: self.done + other.done,
            failed: self.failed + other.failed,
            suppressed: self.suppressed + other.suppressed,
            skipped: self.skipped + other.skipped,
            in_flight: self.in_flight + other.in_flight,
            waiting: self.waiting + other.waiting,
        }
    }
}

/// The page.
pub fn page(shell: &Shell, view: &CampaignsView) -> String {
    html(|| document(shell, body(shell, view)))
}

/// The parts that change: the table with its balance line, `#campaigns`.
pub fn fragments(clock: &Clock, view: &CampaignsView) -> String {
    html(|| (crate::shell::pulse(clock), (!view.rows.is_empty()).then(|| list(clock, view))))
}

fn body(shell: &Shell, view: &CampaignsView) -> AnyView {
    let none = view.rows.is_empty() && view.state.is_none();
    let class = if none { "btn" } else { "btn primary" }; // where there is none, the cards come first
    let new = view.may_operate.then(|| view! { <a class=class href="/campaigns/new" data-key="c">{Icon::Plus.view()}"New campaign "<kbd aria-hidden="true">"c"</kbd></a> });
    view! {
        <div class="head"><h1>"Campaigns"</h1><span class="end">{crate::parts::live::pause_updates()}{new}</span></div>
        {match (none, view.may_operate) {
            (false, _) => list(&shell.clock, view),
            (true, true) => none_yet(),
            (true, false) => nothing_to_see(),
        }}
    }
    .into_any()
}

fn none_yet() -> AnyView {
    view! {
        <section class="panel" aria-labelledby="none-h">
            <header><h2 id="none-h">"No campaign yet"</h2><span class="end">"0 planned, 0 done"</span></header>
            <div class="body">{new_campaign::kinds(false)}</div>
        </section>
    }
    .into_any()
}

fn nothing_to_see() -> AnyView {
    let why = "Whoever runs campaigns has made none so far. Each will be here with its balance.";
    view! { <section class="panel">{empty(Icon::Megaphone, "No campaign yet", why, ().into_any())}</section> }
        .into_any()
}

fn list(clock: &Clock, view: &CampaignsView) -> AnyView {
    let total = view.rows.iter().fold(Progress::default(), |sum, row| sum.plus(&row.progress));
    let all = if view.rows.len() == 1 { "It balances".to_owned() } else { format!("All {} balance", view.rows.len()) };
    let words = format!("{all}, {}", format::clock_time(clock.now, clock.zone));
    view! {
        <section class="panel" id="campaigns" aria-labelledby="campaigns-h">
            <header><h2 id="campaigns-h">"Open and recent"</h2>{filters(view)}</header>
            {if view.rows.is_empty() { nothing_matches() } else { rows(view) }}
            {(!view.rows.is_empty()).then(|| total.balance("done").line(&words))}
            {view.older.clone().map(|cursor| view! { <footer class="row between"><span></span><a class="btn sm" href=older_href(view, &cursor)>"Older"</a></footer> })}
        </section>
    }
    .into_any()
}

fn older_href(view: &CampaignsView, cursor: &str) -> String {
    let state = view.state.map_or(String::new(), |s| format!("&state={}", s.name()));
    format!("/campaigns?before={cursor}{state}")
}

fn nothing_matches() -> AnyView {
    empty(
        Icon::Megaphone,
        "No campaign in this state",
        "Others are one click away.",
        view! { <a class="btn" href="/campaigns">"Show all"</a> }.into_any(),
    )
}

fn filters(view: &CampaignsView) -> AnyView {
    let all: i64 = view.states.iter().map(|(_, n)| n).sum();
    let chips = view.states.iter().filter(|(_, n)| *n > 0).map(|(state, n)| {
        filter(
            format!("/campaigns?state={}", state.name()),
            format!("{} {}", state.word(), count(*n)),
            view.state == Some(*state),
        )
    });
    view! { <span class="row filters">{filter("/campaigns".to_owned(), format!("All {}", count(all)), view.state.is_none())}{chips.collect_view()}</span> }.into_any()
}

/// A filter is a link: the URL is the state of the page.
fn filter(href: String, words: String, on: bool) -> AnyView {
    let class = if on { "chip" } else { "chip plain" };
    view! { <a class=class data-s="idle" href=href aria-current=on.then_some("true")>{words}</a> }.into_any()
}

fn rows(view: &CampaignsView) -> AnyView {
    let head = [
        ("Campaign", ""),
        ("State", ""),
        ("Progress, of people planned", ""),
        ("Failed", "num fl"),
        ("Blocked", "num hm"),
        ("Next", ""),
        ("Owner", "hm"),
        ("", ""),
    ];
    view! {
        <table class="tbl cards dense2 camps">
            <caption>"Campaigns with progress and next event"</caption>
            {table::head(&head)}
            <tbody>{view.rows.iter().map(|c| row(c, view.may_operate)).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

fn row(campaign: &CampaignRow, may_operate: bool) -> AnyView {
    let name = view! { <a href=format!("/campaigns/{}", campaign.id)>{campaign.name.clone()}</a> };
    view! {
        <tr id=format!("campaign-{}", campaign.id)>
            <th scope="row"><span class="cname"><span class="chan">{campaign.channel.icon().small()}</span><span>{name}<small>{campaign.kind.clone()}</small></span></span></th>
            <td>{campaign.state.chip(form(campaign.state))}</td>
            <td class="prog">{progress(campaign)}</td>
            <td class="num fl">{count(campaign.progress.failed)}</td>
            <td class="num hide hm">{count(campaign.progress.suppressed)}</td>
            <td><span class="two"><span>{campaign.next.clone()}</span><small>{campaign.next_note.clone()}</small></span></td>
            <td class="hide hm dim nowrap">{campaign.owner.clone()}</td>
            <td class="hide"><span class="acts">{may_operate.then(|| action(campaign))}</span></td>
        </tr>
    }
    .into_any()
}

fn form(state: CampaignState) -> Form {
    match state {
        CampaignState::Running => Form::Now,
        CampaignState::Completed => Form::Plain,
        _ => Form::Settled,
    }
}

fn progress(campaign: &CampaignRow) -> AnyView {
    let p = &campaign.progress;
    let to_go = p.waiting + p.in_flight;
    let check = if p.balance("done").holds() {
        view! { <span class="chip plain" data-s="live">{Icon::Check.view()}<span class="sr">"adds up"</span></span> }
            .into_any()
    } else {
        chip(Tone::Fail, Icon::TriangleAlert, "does not add up", Form::Settled)
    };
    view! {
        {stack(&p.shares(campaign.channel.done()), &campaign.name)}
        <span class="pl">
            <span><b>{count(p.done)}</b>" "{campaign.channel.done()}{(to_go > 0).then(|| view! { <span class="togo">{format!(", {} to go", count(to_go))}</span> })}</span>
            <span class="ptot">{count(p.planned)}{check}</span>
        </span>
    }
    .into_any()
}

/// The one action that is legal now; the rest is on the campaign's own page.
fn action(campaign: &CampaignRow) -> Option<AnyView> {
    let post = |verb: &str, icon: Icon, word: &'static str| {
        let name = view! { <span class="sr">{format!(" {}", campaign.name)}</span> };
        let contact = (verb == "resume").then_some("");
        view! {
            <form id=format!("{verb}-{}", campaign.id) method="post" action=format!("/campaigns/{}/{verb}", campaign.id) data-enhance="">
                <input type="hidden" name="back" value="/campaigns"/>
                <button class="btn sm" type="submit" data-contact=contact>{icon.small()}{word}{name}</button>
            </form>
        }
        .into_any()
    };
    match campaign.state {
        CampaignState::Running => Some(post("pause", Icon::Pause, "Pause")),
        CampaignState::Paused => Some(post("resume", Icon::Play, "Resume")),
        CampaignState::Draft | CampaignState::Scheduled => Some(
            view! { <a class="btn sm" href=format!("/campaigns/{}/start", campaign.id) data-contact="">{Icon::Play.small()}"Start…"<span class="sr">{format!(" {}", campaign.name)}</span></a> }.into_any(),
        ),
        CampaignState::Draining | CampaignState::Completed | CampaignState::Stopped => None,
    }
}
