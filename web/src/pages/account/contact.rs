//! How the person can be reached, and whether they may be now: `#verdicts`.

use super::{AccountView, Verdict};
use crate::{
    channel::Channel,
    format,
    icon::Icon,
    pages::compliance,
    parts::thread::compose::{self, Way},
    shell::Clock,
    state::{Form, Tone, chip},
};
use leptos::prelude::*;

/// The phones and the email addresses.
pub(super) fn addresses(view: &AccountView) -> AnyView {
    let phones = view.phones.iter().map(|phone| {
        let state = usable(phone.blocked.as_ref());
        view! { <li><span class="mono nowrap">{phone.number.clone()}</span>{state}<span class="dim small">{phone.kind.clone()}</span></li> }
    });
    let emails = view.emails.iter().map(|email| {
        let state = usable(email.blocked.as_ref());
        view! { <li><span class="mono wrap-any">{email.address.clone()}</span>{state}<span class="dim small">"email"</span></li> }
    });
    let body = if view.phones.is_empty() && view.emails.is_empty() {
        view! { <p class="body dim">"No phone and no email on file."</p> }.into_any()
    } else {
        view! { <ul class="mini-l">{phones.collect_view()}{emails.collect_view()}</ul> }.into_any()
    };
    view! { <section class="panel" aria-labelledby="phones-h"><header><h2 id="phones-h">"Phones and email"</h2></header>{body}</section> }.into_any()
}

fn usable(blocked: Option<&String>) -> AnyView {
    match blocked {
        Some(why) => chip(Tone::Block, Icon::ShieldBan, why.clone(), Form::Settled),
        None => chip(Tone::Live, Icon::Check, "usable", Form::Plain),
    }
}

/// One answer for each channel, with its button beside it.
pub(super) fn verdicts(clock: &Clock, view: &AccountView) -> AnyView {
    let at = format::time(clock.now, clock.zone, format::clock_time(clock.now, clock.zone));
    let items = view.verdicts.iter().map(|verdict| item(clock, view, verdict));
    let body = if view.verdicts.is_empty() {
        view! { <p class="body dim">"There is no address to contact anybody at."</p> }.into_any()
    } else {
        view! { <ul class="verdicts">{items.collect_view()}</ul> }.into_any()
    };
    view! { <section class="panel" id="verdicts" aria-labelledby="verdicts-h"><header><h2 id="verdicts-h">"May I contact them now?"</h2><span class="end">{at}</span></header>{body}</section> }.into_any()
}

/// The answer in words, the next lawful time over a double rule, the rule's source.
fn item(clock: &Clock, view: &AccountView, verdict: &Verdict) -> AnyView {
    let zone = view.zone.unwrap_or(clock.zone);
    let next = verdict.earliest_next.map(|at| view! { <p>{format!("Next lawful {} ", verdict.channel.word().to_lowercase())}<span class="total">{format::time(at, zone, format::near(at, clock.now, zone))}</span></p> });
    let source = verdict.citation.clone().map(|citation| format!("{citation}. "));
    view! {
        <li>
            <div class="v-h"><span class="v-ch">{verdict.channel.icon().view()}<b>{verdict.channel.word()}</b></span><span class="mono dim wrap-any">{verdict.to.clone()}</span>{answer(verdict)}</div>
            <p class="muted">{verdict.sentence.clone()}{why(view, verdict)}</p>
            {budget(verdict)}
            {next}
            <p class="small dim">{source}{verdict.rules.clone()}</p>
            {view.may_contact.then(|| button(clock, view, verdict))}
        </li>
    }
    .into_any()
}

/// Every rule's answer, for those who may see the rules.
fn why(view: &AccountView, verdict: &Verdict) -> Option<AnyView> {
    let asks = view.sees_rules && !verdict.allowed;
    let href = compliance::question(&view.reference, verdict.channel);
    asks.then(|| view! { " "<a class="link" href=href>"Why was this blocked?"<span class="sr">{format!(" ({})", verdict.channel.word())}</span></a> }.into_any())
}

/// What the limits have counted, marked where one contact more is the last.
fn budget(verdict: &Verdict) -> Option<AnyView> {
    if verdict.budget.is_empty() {
        return None;
    }
    let words = verdict.budget.clone();
    let line = if verdict.spent {
        view! { <p class="small"><span class="age" data-s="hold">{Icon::Gauge.small()}{words}</span></p> }.into_any()
    } else {
        view! { <p class="small dim">{words}</p> }.into_any()
    };
    Some(line)
}

fn answer(verdict: &Verdict) -> AnyView {
    match (verdict.allowed, verdict.earliest_next) {
        (true, _) => chip(Tone::Live, Icon::ShieldCheck, "Allowed", Form::Settled),
        (false, Some(_)) => chip(Tone::Hold, Icon::Clock, "Not now", Form::Settled),
        (false, None) => chip(Tone::Block, Icon::ShieldBan, "Blocked", Form::Settled),
    }
}

/// A call reaches its person at once; a text or an email is written first. What is refused stays, hatched.
fn button(clock: &Clock, view: &AccountView, verdict: &Verdict) -> AnyView {
    let (icon, word) = (verdict.channel.icon(), verdict.channel.word());
    if !verdict.allowed {
        return view! { <div class="v-b"><button class="btn barred" type="button" disabled=true>{icon.view()}{word}</button></div> }.into_any();
    }
    let id = view.id;
    match verdict.channel {
        Channel::Call => {
            let stale = clock.stale_since.is_some();
            view! { <form id="call" class="v-b" method="post" action=format!("/accounts/{id}/call")><button class="btn contact" type="submit" disabled=stale data-contact="">{icon.view()}{format!("{word}, 1 person")}</button></form> }.into_any()
        }
        channel => view! { <div class="v-b"><a class="btn" href=format!("/accounts/{id}?write={}#write", channel.name())>{icon.view()}{format!("Write {}", if channel == Channel::Email { "an email" } else { "a text" })}</a></div> }.into_any(),
    }
}

/// The box to write first in, when it was asked for.
pub(super) fn compose(view: &AccountView) -> Option<AnyView> {
    let compose = view.compose.as_ref().filter(|_| view.may_contact)?;
    let ways = view.verdicts.iter().filter(|v| v.channel != Channel::Call).map(|v| {
        let refusal = (!v.allowed).then_some((v.sentence.as_str(), v.citation.as_deref()));
        Way { channel: v.channel, to: &v.to, refusal }
    });
    Some(compose::panel(view.id, &ways.collect::<Vec<_>>(), compose))
}
