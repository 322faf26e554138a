//! The account beside the call: what is owed, whether they may be called, what they wrote, what happened lately.

use super::{AccountPanel, CockpitView, HistoryLine, MessageLine};
use crate::{
    format,
    icon::Icon,
    pages::account::Verdict,
    shell::Clock,
    state::{Form, Lexeme, Tone, chip},
};
use leptos::prelude::*;

pub(super) fn column(clock: &Clock, view: &CockpitView) -> AnyView {
    let panels = view.account.as_ref().map(|account| (panel(clock, account), history(clock, account)));
    let (account, history) = panels.unzip();
    view! { <div class="colstack c-acct" id="beside">{messages(clock, &view.messages)}{account}{history}</div> }
        .into_any()
}

fn panel(clock: &Clock, account: &AccountPanel) -> AnyView {
    let facts = account.facts.iter().map(|(name, value)| view! { <dt>{name.clone()}</dt><dd>{value.clone()}</dd> });
    view! {
        <section class="panel acct" aria-labelledby="acct-h">
            <header>
                <div><h2 id="acct-h">{account.name.clone()}</h2><span class="mono dim small">{account.reference.clone()}</span></div>
                <span class="end"><a class="btn quiet sm" href=format!("/accounts/{}", account.id)>"Open account"{Icon::ArrowRight.small()}</a></span>
            </header>
            <div class="body bal">
                <div><span class="dim small">"Balance"</span><p class="money">{format::dollars(account.balance_cents)}</p></div>
                <dl class="kv small">{facts.collect_view()}{account.phone.clone().map(|number| view! { <dt>"Phone"</dt><dd class="mono">{number}</dd> })}</dl>
            </div>
            {account.verdict.as_ref().map(|verdict| gate(clock, account, verdict))}
        </section>
    }
    .into_any()
}

/// May they be called, and until when not.
fn gate(clock: &Clock, account: &AccountPanel, verdict: &Verdict) -> AnyView {
    let zone = account.zone.unwrap_or(clock.zone);
    let (answer, words) = match (verdict.allowed, verdict.earliest_next) {
        (true, _) => (chip(Tone::Live, Icon::ShieldCheck, "Allowed", Form::Settled), None),
        (false, Some(at)) => {
            let words = format!("Not before {}", format::near(at, clock.now, zone));
            (chip(Tone::Hold, Icon::Clock, words, Form::Settled), Some(verdict.sentence.clone()))
        }
        (false, None) => (chip(Tone::Block, Icon::ShieldBan, "Blocked", Form::Settled), Some(verdict.sentence.clone())),
    };
    view! {
        <div class="gate">
            <h3>"May I call?"</h3>
            <ul><li>{Icon::Phone.view()}<b>"Call"</b>{answer}<span class="dim small">{verdict.rules.clone()}</span></li></ul>
            {words.map(|sentence| view! { <p class="small muted">{sentence}</p> })}
            {(!verdict.budget.is_empty()).then(|| view! { <p class="small dim">{verdict.budget.clone()}</p> })}
        </div>
    }
    .into_any()
}

fn messages(clock: &Clock, messages: &[MessageLine]) -> Option<AnyView> {
    if messages.is_empty() {
        return None;
    }
    let unread = messages.iter().filter(|message| message.unread).count();
    let lines = messages.iter().map(|message| {
        let badge = message.unread.then(|| chip(Tone::Ring, Icon::CircleAlert, "Unread", Form::Settled));
        let at = format::time(message.at, clock.zone, format::near(message.at, clock.now, clock.zone));
        view! { <li><a class="plain-link" href=message.href.clone()><b>{message.channel}</b>" "{message.text.clone()}</a>{badge}<span class="dim small">{at}</span></li> }
    });
    let panel = view! {
        <section class="panel" id="messages" role="status" aria-labelledby="messages-h">
            <header><h2 id="messages-h">"Messages"</h2><span class="end">{format!("{unread} unread")}</span></header>
            <ul class="mini-l">{lines.collect_view()}</ul>
        </section>
    };
    Some(panel.into_any())
}

fn history(clock: &Clock, account: &AccountPanel) -> AnyView {
    let lines = account.timeline.iter().map(|line| entry(clock, line));
    view! {
        <section class="panel" aria-labelledby="lately-h">
            <header><h2 id="lately-h">"Timeline"</h2></header>
            <ol class="tline">{lines.collect_view()}</ol>
        </section>
    }
    .into_any()
}

fn entry(clock: &Clock, line: &HistoryLine) -> AnyView {
    let at = format::time(line.at, clock.zone, format::near(line.at, clock.now, clock.zone));
    view! { <li data-s=line.event.tone().name()>{line.event.icon().view()}<div><b>{line.title.clone()}</b><p class="dim small">{at}</p></div></li> }.into_any()
}
