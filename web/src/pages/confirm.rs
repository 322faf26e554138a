//! The consequence dialog, as a page that works without a script: Start and Stop of a campaign, and whatever else reaches people
//! or loses something. `GET /campaigns/{id}/start` and `…/stop` show it, its form posts to the same address (`reason`, `back`).

use crate::{
    icon::Icon,
    parts::{
        balance::Balance,
        bar::{Share, stack},
        field::{Field, FieldError},
    },
    render::html,
    shell::{Shell, document},
    state::Tone,
};
use leptos::prelude::*;

/// Everything in the dialog.
#[derive(Clone, Debug)]
pub struct ConfirmView {
    /// The question: `Stop Payment options, November?`
    pub question: String,
    /// Count and consequence, in sentences.
    pub consequence: String,
    /// Where everybody is now, when it is about a list.
    pub shares: Vec<Share>,
    /// The same as a sum.
    pub balance: Option<Balance>,
    /// What was checked before.
    pub checks: Vec<Check>,
    /// Ask for a reason, which goes to the audit trail.
    pub asks_reason: bool,
    /// The reason typed so far.
    pub reason: String,
    /// What was wrong with the last try.
    pub errors: Vec<FieldError>,
    /// Where the form posts to.
    pub action: String,
    /// The button, with the count: `Stop, give up 18 accounts`.
    pub button: String,
    /// Does it reach people (accent) or lose something (red outline)?
    pub consequence_kind: Consequence,
    /// Where Cancel and the answer lead.
    pub back: String,
}

/// What a button does to the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consequence {
    /// It reaches people.
    Contacts,
    /// It loses something.
    Loses,
}

/// One line of the checklist.
#[derive(Clone, Debug)]
pub struct Check {
    /// Passed, to be noted, or in the way.
    pub result: CheckResult,
    /// In words: `3 agents ready`.
    pub words: String,
    /// A measure or a hint: `84 ms`.
    pub note: String,
    /// Where it is put right.
    pub fix: Option<Fix>,
}

/// The way to put something right.
#[derive(Clone, Debug)]
pub struct Fix {
    /// Where.
    pub href: String,
    /// What is done there: `Import a file`.
    pub word: &'static str,
}

/// The result of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckResult {
    /// Fine.
    Passed,
    /// Worth knowing; does not stop the start.
    Noted,
    /// Stops it: the button is off.
    Blocks,
}

/// The page.
pub fn page(shell: &Shell, view: &ConfirmView) -> String {
    html(|| document(shell, body(view)))
}

fn body(view: &ConfirmView) -> AnyView {
    view! {
        <div class="ask">
            <form class="dialog" method="post" action=view.action.clone() aria-labelledby="ask-h">
                <h1 id="ask-h">{view.question.clone()}</h1>
                <p class="muted">{view.consequence.clone()}</p>
                {(!view.shares.is_empty()).then(|| view! { <div>{stack(&view.shares, "")}</div> })}
                {view.balance.as_ref().map(|b| b.line("Balances"))}
                {checks(&view.checks)}
                {view.asks_reason.then(|| Field::text("reason", "Reason, goes to the audit trail", &view.reason, &view.errors).view())}
                <input type="hidden" name="back" value=view.back.clone()/>
                {buttons(view)}
            </form>
        </div>
    }
    .into_any()
}

pub(super) fn checks(checks: &[Check]) -> Option<AnyView> {
    let rows = checks.iter().map(|check| {
        let (tone, icon) = match check.result {
            CheckResult::Passed => (Tone::Live, Icon::CircleCheck),
            CheckResult::Noted => (Tone::Hold, Icon::TriangleAlert),
            CheckResult::Blocks => (Tone::Fail, Icon::CircleX),
        };
        let fix = check.fix.clone().map(|fix| view! { <a class="link small" href=fix.href>{fix.word}</a> });
        view! { <li data-s=tone.name()>{icon.small()}<span>{check.words.clone()}</span><span class="dim small">{check.note.clone()}{fix}</span></li> }
    });
    (!checks.is_empty()).then(|| view! { <ul class="checks">{rows.collect_view()}</ul> }.into_any())
}

/// Cancel has the focus.
fn buttons(view: &ConfirmView) -> AnyView {
    let blocked = view.checks.iter().any(|c| c.result == CheckResult::Blocks);
    let (class, icon) = match view.consequence_kind {
        Consequence::Contacts => ("btn contact", Icon::Play),
        Consequence::Loses => ("btn danger", Icon::Square),
    };
    view! {
        <div class="acts">
            <a class="btn" href=view.back.clone() autofocus=true>"Cancel"</a>
            <button class=class type="submit" disabled=blocked>{icon.view()}{view.button.clone()}</button>
        </div>
    }
    .into_any()
}
