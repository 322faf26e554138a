//! The kill switch, `/kill-switch`: what it would stop now, and the order; while it is on, who gave it, and the way back; and
//! the orders there were.

use crate::{
    format,
    halt::{Halt, since},
    icon::Icon,
    parts::{
        field::{Field, FieldError, option_card},
        table,
    },
    render::html,
    shell::{Clock, Shell, document},
};
use chrono::{DateTime, Utc};
use leptos::prelude::*;

/// Everything on the page.
#[derive(Clone, Debug, Default)]
pub struct KillSwitchView {
    /// The order that stands.
    pub on: Option<Halt>,
    /// Campaigns at work.
    pub campaigns: i64,
    /// Calls that nobody has answered yet.
    pub ringing: i64,
    /// Calls that were answered.
    pub talking: i64,
    /// May this user give and lift the order?
    pub may: bool,
    /// The reason typed so far.
    pub reason: String,
    /// Chosen so far: conversations end, too.
    pub end_calls: bool,
    /// What was wrong with it.
    pub errors: Vec<FieldError>,
    /// The orders there were, newest first.
    pub orders: Vec<OrderRow>,
}

/// One order that was.
#[derive(Clone, Debug)]
pub struct OrderRow {
    /// When it was given.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: String,
    /// Why.
    pub reason: String,
    /// When it was lifted, by whom and why.
    pub lifted: Option<(DateTime<Utc>, String, String)>,
}

/// The page.
pub fn page(shell: &Shell, view: &KillSwitchView) -> String {
    html(|| document(shell, body(&shell.clock, view)))
}

fn body(clock: &Clock, view: &KillSwitchView) -> AnyView {
    let form = match &view.on {
        Some(halt) => standing(clock, halt, view),
        None => off(view),
    };
    view! {
        <div class="head"><h1>"Kill switch"</h1><span class="muted">"Stops all dialing and sending at once"</span></div>
        {form}
        {(!view.orders.is_empty()).then(|| orders(clock, &view.orders))}
    }
    .into_any()
}

fn off(view: &KillSwitchView) -> AnyView {
    let now = format!(
        "Now: {} at work, {} not answered yet, {}.",
        format::counted(view.campaigns, "campaign", "campaigns"),
        format::counted(view.ringing, "call", "calls"),
        format::counted(view.talking, "conversation", "conversations")
    );
    view! {
        <section class="panel" aria-labelledby="off-h">
            <header><h2 id="off-h">"It is off"</h2></header>
            <div class="body stackv">
                <p>"From the order on, no call, text or e-mail leaves, of any campaign or by hand. What rings is hung up. Nobody's attempt is spent, and nobody is forgotten."</p>
                <p class="muted">{now}</p>
                {view.may.then(|| pull(view))}
            </div>
        </section>
    }
    .into_any()
}

fn pull(view: &KillSwitchView) -> AnyView {
    view! {
        <form class="stackv" method="post" action="/kill-switch">
            <fieldset class="opts"><legend>"Conversations"</legend>
                {option_card("calls", "go_on", !view.end_calls, Icon::AudioLines, "Go on", "Who was answered is talked to, to the end.")}
                {option_card("calls", "end", view.end_calls, Icon::PhoneOff, "End, too", "Every line is hung up now.")}
            </fieldset>
            {Field::text("reason", "Reason", &view.reason, &view.errors).required().hint("Everybody sees it, and it goes to the audit trail.").view()}
            <div class="acts"><a class="btn" href="/voice">"Cancel"</a><button class="btn danger" type="submit">{Icon::Ban.view()}"Stop everything"</button></div>
        </form>
    }
    .into_any()
}

fn standing(clock: &Clock, halt: &Halt, view: &KillSwitchView) -> AnyView {
    let calls = if halt.ends_calls {
        "Conversations were ended, too.".to_owned()
    } else {
        format!("Conversations go on: {} now.", view.talking)
    };
    view! {
        <section class="panel" aria-labelledby="on-h">
            <header><h2 id="on-h">"It is on"</h2></header>
            <div class="body stackv">
                <p>{halt.by.clone()}" stopped everything, "{since(clock, halt.at)}": "<b>{halt.reason.clone()}</b></p>
                <p class="muted">{calls}" Lifted, everything goes on where it was; each contact is checked anew."</p>
                {view.may.then(|| lift(halt, view))}
            </div>
        </section>
    }
    .into_any()
}

fn lift(halt: &Halt, view: &KillSwitchView) -> AnyView {
    let more = (!halt.ends_calls).then(|| {
        view! {
            <form method="post" action="/kill-switch">
                <input type="hidden" name="calls" value="end"/>
                <input type="hidden" name="reason" value=halt.reason.clone()/>
                <button class="btn danger" type="submit">{Icon::PhoneOff.view()}"End conversations, too"</button>
            </form>
        }
    });
    view! {
        <form class="stackv" method="post" action="/kill-switch/lift">
            {Field::text("reason", "Why it may go on", &view.reason, &view.errors).required().hint("It goes to the audit trail.").view()}
            <div class="acts"><button class="btn contact" type="submit" data-contact="">{Icon::Play.view()}"Lift, go on"</button></div>
        </form>
        {more}
    }
    .into_any()
}

fn orders(clock: &Clock, orders: &[OrderRow]) -> AnyView {
    let head = [("Given", ""), ("By", ""), ("Why", ""), ("Lifted", "")];
    let rows = orders.iter().map(|order| {
        let lifted = match &order.lifted {
            Some((at, by, why)) => view! { {since(clock, *at)}", "{by.clone()}": "{why.clone()} }.into_any(),
            None => view! { <b>"not yet"</b> }.into_any(),
        };
        view! {
            <tr>
                <th scope="row" class="nowrap">{since(clock, order.at)}</th>
                <td data-l="by">{order.by.clone()}</td>
                <td class="wrap-any">{order.reason.clone()}</td>
                <td class="wrap-any" data-l="lifted">{lifted}</td>
            </tr>
        }
    });
    view! {
        <section class="panel" aria-labelledby="orders-h">
            <header><h2 id="orders-h">"Orders"</h2></header>
            <table class="tbl cards dense2"><caption>"Orders of the kill switch"</caption>{table::head(&head)}<tbody>{rows.collect_view()}</tbody></table>
        </section>
    }
    .into_any()
}
