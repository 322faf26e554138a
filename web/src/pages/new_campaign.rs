//! Which kind of campaign, `/campaigns/new`: three cards, also shown where there is no campaign yet.

use crate::{
    channel::Channel,
    render::html,
    shell::{Shell, document},
};
use leptos::prelude::*;

/// The page.
pub fn page(shell: &Shell) -> String {
    html(|| document(shell, body()))
}

fn body() -> AnyView {
    view! {
        <nav class="crumb" aria-label="Breadcrumb"><a href="/campaigns">"Campaigns"</a><span aria-hidden="true">"/"</span><span>"New campaign"</span></nav>
        <div class="head"><h1>"New campaign"</h1></div>
        <section class="panel" aria-labelledby="kinds-h">
            <header><h2 id="kinds-h">"How will it reach people?"</h2></header>
            <div class="body">{kinds(true)}</div>
        </section>
    }
    .into_any()
}

/// What a campaign is, and the three kinds; with their keys on the page of its own.
pub(super) fn kinds(keys: bool) -> AnyView {
    view! {
        <p class="lead-s">"A campaign is a list of accounts, a schedule and one channel. Nothing is dialled or sent until you confirm a count."</p>
        <ul class="starts">{Channel::ALL.iter().map(|channel| card(*channel, keys)).collect_view()}</ul>
    }
    .into_any()
}

fn card(channel: Channel, keys: bool) -> AnyView {
    let (title, about, needs, button, key) = words(channel);
    let class = if channel == Channel::Call { "btn primary" } else { "btn" };
    let shown = keys.then(|| view! { " "<kbd aria-hidden="true">{key}</kbd> });
    view! {
        <li>
            {channel.icon().large()}<h3>{title}</h3>
            <p>{about}</p>
            <p class="small dim">{needs}</p>
            <a class=class href=format!("/campaigns/new/{}", channel.name()) data-key=keys.then_some(key)>{button}{shown}</a>
        </li>
    }
    .into_any()
}

type Words = (&'static str, &'static str, &'static str, &'static str, &'static str);

fn words(channel: Channel) -> Words {
    match channel {
        Channel::Call => (
            "Voice calls",
            "Agents talk; the dialer calls one person for every agent who is free.",
            "Needs an account list, a caller ID and one agent.",
            "Build a voice campaign",
            "v",
        ),
        Channel::Text => (
            "SMS blast",
            "One text with merge fields, throttled to your number’s limit.",
            "Needs consent on file and a registered number.",
            "Build a text campaign",
            "t",
        ),
        Channel::Email => (
            "Email blast",
            "HTML with a plain-text twin and one-click unsubscribe.",
            "Needs a verified sender domain.",
            "Build an email campaign",
            "e",
        ),
    }
}
