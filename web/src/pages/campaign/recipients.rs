//! The people on the list: `#recipients`. A filter is a link; the next page has a cursor.

use super::{CampaignView, RecipientRow};
use crate::{
    channel::Channel,
    format::{self, count},
    icon::Icon,
    parts::{note::empty, table},
    shell::Clock,
    state::{Form, Mark, RecipientState, Tone},
};
use leptos::prelude::*;

pub(super) fn panel(clock: &Clock, view: &CampaignView) -> AnyView {
    let body = if view.recipients.is_empty() { nobody(view) } else { rows(clock, view) };
    view! {
        <section class="panel" id="recipients" aria-labelledby="recipients-h">
            <header><h2 id="recipients-h">"Recipients"</h2>{filters(view)}</header>
            {body}
            {pages(view)}
        </section>
    }
    .into_any()
}

fn nobody(view: &CampaignView) -> AnyView {
    let all = view! { <a class="btn" href=href(view, None)>"Show all"</a> };
    match view.filter {
        Some(_) => empty(Icon::ListFilter, "Nobody in this state", "Others are one click away.", all.into_any()),
        None => {
            empty(Icon::List, "Nobody on the list", "People come on it when the campaign is planned.", ().into_any())
        }
    }
}

fn href(view: &CampaignView, state: Option<RecipientState>) -> String {
    let query = state.map_or(String::new(), |s| format!("?state={}", s.name()));
    format!("/campaigns/{}{query}", view.id)
}

fn filters(view: &CampaignView) -> AnyView {
    let all = filter(href(view, None), format!("All {}", count(view.progress.planned)), view.filter.is_none());
    let states = view.states.iter().filter(|(state, n)| *n > 0 || view.filter == Some(*state));
    let states = states.map(|(state, n)| {
        let words = format!("{} {}", mark(view.channel, *state).word, count(*n));
        filter(href(view, Some(*state)), words, view.filter == Some(*state))
    });
    view! { <span class="row filters">{all}{states.collect_view()}</span> }.into_any()
}

fn filter(href: String, words: String, on: bool) -> AnyView {
    let class = if on { "chip" } else { "chip plain" };
    view! { <a class=class data-s="idle" href=href aria-current=on.then_some("true")>{words}</a> }.into_any()
}

/// A recipient's state in the words of the channel.
fn mark(channel: Channel, state: RecipientState) -> Mark {
    match (channel, state) {
        (Channel::Text | Channel::Email, RecipientState::Done) => Mark { word: "Delivered", ..Mark::of(state) },
        (Channel::Text | Channel::Email, RecipientState::Claimed) => Mark { icon: Icon::Send, ..Mark::of(state) },
        _ => Mark::of(state),
    }
}

fn rows(clock: &Clock, view: &CampaignView) -> AnyView {
    let address = if view.channel == Channel::Email { "Address" } else { "Number" };
    let head = [
        ("Person", ""),
        (address, "hide hs"),
        ("State", ""),
        ("Because", ""),
        ("Tries", "num hide"),
        ("When", "num"),
        ("", ""),
    ];
    view! {
        <table class="tbl cards recips">
            <caption>"The people on the list with state and reason"</caption>
            {table::head(&head)}
            <tbody>{view.recipients.iter().map(|r| row(clock, view.channel, r)).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

fn row(clock: &Clock, channel: Channel, person: &RecipientRow) -> AnyView {
    let shown = match (person.state, person.message) {
        (RecipientState::Suppressed | RecipientState::Skipped | RecipientState::RetryWait, _) | (_, None) => {
            mark(channel, person.state)
        }
        (_, Some(message)) => Mark::of(message),
    };
    view! {
        <tr id=format!("recipient-{}", person.id)>
            <th scope="row">{who(person)}</th>
            <td class="mono nowrap hide hs">{person.address.clone()}</td>
            <td>{shown.chip(form(shown.tone))}</td>
            <td class="muted why-c">{person.outcome.clone()}</td>
            <td class="num dim hide">{count(person.attempts)}</td>
            <td class="num dim">{when(clock, person)}</td>
            <td><span class="acts">{run(person)}</span></td>
        </tr>
    }
    .into_any()
}

fn who(person: &RecipientRow) -> AnyView {
    let name = person.name.clone();
    match person.account {
        Some(id) => view! { <a class="plain-link" href=format!("/accounts/{id}")>{name}</a> }.into_any(),
        None => name.into_any(),
    }
}

/// Plain in a list, unless a person should see it.
fn form(tone: Tone) -> Form {
    match tone {
        Tone::Live | Tone::Ring | Tone::Idle | Tone::Hold => Form::Plain,
        _ => Form::Settled,
    }
}

fn when(clock: &Clock, person: &RecipientRow) -> Option<AnyView> {
    let words = |at| format::near(at, clock.now, clock.zone);
    match (person.next_at, person.at) {
        (Some(at), _) => Some(view! { "due "{format::time(at, clock.zone, words(at))} }.into_any()),
        (None, at) => at.map(|at| format::time(at, clock.zone, words(at))),
    }
}

fn run(person: &RecipientRow) -> Option<AnyView> {
    let id = person.workflow?;
    let name = view! { <span class="sr">{format!(" of {}", person.name)}</span> };
    Some(view! { <a class="link small" href=format!("/workflows/{id}")>"Run"{name}</a> }.into_any())
}

fn pages(view: &CampaignView) -> Option<AnyView> {
    if !view.later && view.after.is_none() {
        return None;
    }
    let first =
        if view.later { Some(view! { <a class="btn sm" href=href(view, view.filter)>"First page"</a> }) } else { None };
    let next = view.after.clone().map(|cursor| {
        let join = if view.filter.is_some() { "&" } else { "?" };
        let to = format!("{}{join}after={}", href(view, view.filter), super::super::query_value(&cursor));
        view! { <a class="btn sm" href=to>"Next"</a> }
    });
    Some(view! { <footer class="row between"><span></span><span class="row">{first}{next}</span></footer> }.into_any())
}
