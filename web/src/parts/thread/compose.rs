//! Writing first: a text or an email to the person of an account, `#write`.

use super::{gate_line, send};
use crate::{
    channel::Channel,
    icon::Icon,
    parts::field::{Area, Field, FieldError, area},
};
use leptos::prelude::*;
use uuid::Uuid;

/// What is in the box.
#[derive(Clone, Debug)]
pub struct ComposeView {
    /// `channel`: `sms` or `email`; the one asked for (`?write=`).
    pub channel: Channel,
    /// `subject`, of an email.
    pub subject: String,
    /// `body`
    pub body: String,
    /// What is wrong, by field name.
    pub errors: Vec<FieldError>,
    /// `once`: a new id for each rendering; the same one twice is one message.
    pub once: Uuid,
}

/// Where it may go.
pub struct Way<'a> {
    /// `Text` or `Email`.
    pub channel: Channel,
    /// Their number or address.
    pub to: &'a str,
    /// Why it may not, when it may not.
    pub refusal: Option<(&'a str, Option<&'a str>)>,
}

/// The box; it posts to `/accounts/{id}/message`. A channel that is refused is there, hatched, with its reason.
pub fn panel(account: Uuid, ways: &[Way<'_>], compose: &ComposeView) -> AnyView {
    let chosen = ways.iter().find(|way| way.channel == compose.channel);
    let blocked = chosen.is_none_or(|way| way.refusal.is_some());
    let gate = chosen.and_then(|way| way.refusal).map(|(sentence, citation)| gate_line(sentence, citation));
    let gate = chosen.map_or_else(|| Some(gate_line("There is no address to write to.", None)), |_| gate);
    let tabs = ways.iter().map(|way| tab(account, way, compose.channel));
    view! {
        <section class="panel" id="write" aria-labelledby="write-h">
            <header><h2 id="write-h">"Write"</h2><span class="row filters">{tabs.collect_view()}</span></header>
            <form class="composer" method="post" action=format!("/accounts/{account}/message")>
                <input type="hidden" name="channel" value=compose.channel.name()/>
                <input type="hidden" name="once" value=compose.once.to_string()/>
                {gate}
                <fieldset class="fields" disabled=blocked>
                    <legend class="sr">"Message"</legend>
                    {fields(compose, chosen.map_or("", |way| way.to))}
                </fieldset>
                {send(blocked)}
            </form>
        </section>
    }
    .into_any()
}

/// A channel to write on is a link: the URL is the state of the page.
fn tab(account: Uuid, way: &Way<'_>, chosen: Channel) -> AnyView {
    let on = way.channel == chosen;
    let class = if on { "chip" } else { "chip plain" };
    let refused = way.refusal.is_some().then(|| view! { {Icon::ShieldBan.view()}<span class="sr">", blocked"</span> });
    let href = format!("/accounts/{account}?write={}#write", way.channel.name());
    view! { <a class=class data-s="idle" href=href aria-current=on.then_some("true")>{way.channel.icon().view()}{way.channel.word()}{refused}</a> }.into_any()
}

fn fields(compose: &ComposeView, to: &str) -> AnyView {
    let subject = (compose.channel == Channel::Email)
        .then(|| Field::text("subject", "Subject", &compose.subject, &compose.errors).required().view());
    let label = format!("{} to {to}", compose.channel.word());
    let body = Area { name: "body", label: &label, value: &compose.body, rows: 3, mono: false, hint: "" };
    view! { {subject}{area(&body, &compose.errors)} }.into_any()
}
