//! Would I be allowed to contact them: the question, and the answer rule by rule.

use super::{Answer, Ask, ComplianceView, Said};
use crate::{
    format,
    icon::Icon,
    parts::field::{Choice, Field, select},
    shell::Clock,
    state::{Form, Tone, chip},
};
use leptos::prelude::*;

pub(super) fn panel(clock: &Clock, view: &ComplianceView) -> AnyView {
    view! {
        <section class="panel" id="ask" aria-labelledby="ask-h">
            <header><h2 id="ask-h">"Would I be allowed to contact them?"</h2><span class="end">"Nobody is contacted by asking"</span></header>
            {form(clock, &view.ask)}
            {view.answer.as_ref().map(|answer| said(clock, answer))}
        </section>
    }
    .into_any()
}

fn form(clock: &Clock, ask: &Ask) -> AnyView {
    let channels = [Choice::new("call", "Call"), Choice::new("sms", "Text"), Choice::new("email", "Email")];
    let zone = format!("Now, unless you choose; {}", clock.now.with_timezone(&clock.zone).format("%Z"));
    view! {
        <form class="askbar" method="get" action="/compliance#ask">
            {Field::text("who", "Account or phone number", &ask.who, &ask.errors).required().mono().view()}
            {select("channel", "By", &ask.channel, &channels, "", &ask.errors)}
            {Field::text("at", "When", &ask.at, &ask.errors).kind("datetime-local").hint(&zone).view()}
            <button class="btn primary" type="submit">{Icon::ShieldCheck.small()}"Ask the rules"</button>
        </form>
    }
    .into_any()
}

fn said(clock: &Clock, answer: &Answer) -> AnyView {
    let (refused, passed): (Vec<_>, Vec<_>) = answer.rules.iter().partition(|rule| rule.refused);
    let count = format!("{} of {} rules passed", passed.len(), answer.rules.len());
    let lines = refused.into_iter().map(line).collect_view();
    let passed = passed.into_iter().map(line).collect_view();
    view! {
        <div class="answer" role="status">
            <div class="v-h"><span class="v-ch">{answer.channel.icon().view()}<b>{answer.channel.word()}</b></span><span class="mono dim wrap-any">{answer.to.clone()}</span><a class="link mono" href=format!("/accounts/{}", answer.account)>{answer.reference.clone()}</a>{verdict(answer)}</div>
            <dl class="kv line-kv">{facts(clock, answer)}</dl>
        </div>
        <ul class="rulings">{lines}</ul>
        <details class="passed" open=answer.allowed><summary>{count}</summary><ul class="rulings">{passed}</ul></details>
    }
    .into_any()
}

fn verdict(answer: &Answer) -> AnyView {
    match (answer.allowed, answer.earliest_next) {
        (true, _) => chip(Tone::Live, Icon::ShieldCheck, "Allowed", Form::Settled),
        (false, Some(_)) => chip(Tone::Hold, Icon::Clock, "Not then", Form::Settled),
        (false, None) => chip(Tone::Block, Icon::ShieldBan, "Blocked", Form::Settled),
    }
}

fn facts(clock: &Clock, answer: &Answer) -> AnyView {
    let shown = |at| {
        let clocks = answer.zones.iter().map(|zone| format::near(at, clock.now, *zone));
        clocks.collect::<Vec<_>>().join(" or ")
    };
    let next = match (answer.allowed, answer.earliest_next) {
        (true, _) => None,
        (false, Some(at)) => Some(view! { <span class="total">{shown(at)}</span> }.into_any()),
        (false, None) => Some("Not before somebody has acted".into_any()),
    };
    let budget = (!answer.budget.is_empty()).then(|| answer.budget.clone());
    view! {
        <dt>"Their clock"</dt><dd>{shown(answer.at)}</dd>
        {next.map(|next| view! { <dt>"Next lawful"</dt><dd>{next}</dd> })}
        {budget.map(|budget| view! { <dt>"Budget"</dt><dd>{budget}</dd> })}
    }
    .into_any()
}

fn line(rule: &Said) -> AnyView {
    let (tone, icon, word) =
        if rule.refused { (Tone::Block, Icon::ShieldBan, "Refused") } else { (Tone::Live, Icon::Check, "Passed") };
    view! {
        <li class=if rule.refused { "barred" } else { "" }>
            {chip(tone, icon, word, if rule.refused { Form::Settled } else { Form::Plain })}
            <div><p><b>{rule.title}</b>" "<span class="mono dim small">{rule.code}</span></p><p class="muted">{rule.sentence.clone()}</p><p class="dim small">{rule.citation}</p></div>
        </li>
    }
    .into_any()
}
