//! The questions: how many people, what follows, and what is in the way.

use web::{
    Nav,
    format::counted,
    pages::confirm::{Check, CheckResult, ConfirmView, Consequence},
};
use workflows::{
    campaign::{self, Campaign, Kind, Panel},
    db::Tx,
    identity::Principal,
};

use super::checklist;
use crate::{api::dialer, config::Mail, problem::Problem, state::App};

pub(super) async fn start(
    app: &App,
    caller: &Principal,
    tx: &mut Tx,
    found: &Campaign,
    panel: &Panel,
) -> Result<ConfirmView, Problem> {
    let people = counted(panel.callable, "person", "people");
    let does = does(found.kind);
    let later = found.state == campaign::State::Draft && (found.starts_at.is_some() || found.cron.is_some());
    let when = if later { "It waits for its time and then" } else { "From now on it" };
    Ok(ConfirmView {
        question: format!("Start {}?", found.name),
        consequence: format!("{when} {does}s up to {people}, each checked again at the moment it happens."),
        shares: Vec::new(),
        balance: None,
        checks: checks(app, caller, tx, found, panel, later).await?,
        asks_reason: false,
        reason: String::new(),
        errors: Vec::new(),
        action: format!("/campaigns/{}/start", found.id),
        button: format!("Start, {does} {people}"),
        consequence_kind: Consequence::Contacts,
        back: panel_of(found),
    })
}

/// What it does to people.
fn does(kind: Kind) -> &'static str {
    match kind {
        Kind::Voice => "call",
        Kind::SmsBlast => "text",
        Kind::EmailBlast => "email",
    }
}

/// What a start would find, one line each.
async fn checks(
    app: &App,
    caller: &Principal,
    tx: &mut Tx,
    found: &Campaign,
    panel: &Panel,
    later: bool,
) -> Result<Vec<Check>, Problem> {
    let check = |result, words: String| Check { result, words, note: String::new(), fix: None };
    let provider = match dialer::provider(app, found.kind) {
        Ok(()) => check(CheckResult::Passed, provider(app, found.kind)),
        Err(problem) => check(CheckResult::Blocks, problem.sentence()),
    };
    let ready = match campaign::ready(tx, found.id).await {
        Ok(()) => check(CheckResult::Passed, there(found.kind).to_owned()),
        Err(campaign::Error::NotReady(missing)) => {
            let result = if later { CheckResult::Noted } else { CheckResult::Blocks };
            check(result, missing.to_string())
        }
        Err(error) => return Err(error.into()),
    };
    let more = match found.kind {
        Kind::Voice => checklist::of(tx, caller, found, panel, later).await?,
        Kind::SmsBlast | Kind::EmailBlast => Vec::new(),
    };
    Ok([vec![provider, ready], more].concat())
}

fn provider(app: &App, kind: Kind) -> String {
    let (who, simulated) = match kind {
        Kind::EmailBlast => ("e-mail provider", app.config.mail.as_ref().is_some_and(Mail::simulated)),
        Kind::Voice | Kind::SmsBlast => ("carrier", app.simulated()),
    };
    format!("The {who} is {}", if simulated { "the simulator" } else { "configured" })
}

fn there(kind: Kind) -> &'static str {
    match kind {
        Kind::Voice => "An agent, a number and a list are there",
        Kind::SmsBlast => "A number and a list are there",
        Kind::EmailBlast => "A sender and a list are there",
    }
}

pub(super) fn stop(found: &Campaign, panel: &Panel) -> ConfirmView {
    let waiting = panel.callable + panel.retrying;
    let people = counted(waiting, "person", "people");
    let (goes_on, reached) = match found.kind {
        Kind::Voice => ("Live calls end by themselves.", "called"),
        Kind::SmsBlast => ("What was sent stays sent.", "texted"),
        Kind::EmailBlast => ("What was sent stays sent.", "emailed"),
    };
    ConfirmView {
        question: format!("Stop {}?", found.name),
        consequence: format!("{goes_on} {people} still waiting will not be {reached}. This is final."),
        shares: Vec::new(),
        balance: None,
        checks: Vec::new(),
        asks_reason: false,
        reason: String::new(),
        errors: Vec::new(),
        action: format!("/campaigns/{}/stop", found.id),
        button: format!("Stop, give up {people}"),
        consequence_kind: Consequence::Loses,
        back: panel_of(found),
    }
}

/// Where one watches it work: the dialer panel of calls, the campaign's own page of messages.
pub(super) fn panel_of(found: &Campaign) -> String {
    match found.kind {
        Kind::Voice => format!("/voice?campaign={}", found.id),
        Kind::SmsBlast | Kind::EmailBlast => format!("/campaigns/{}", found.id),
    }
}

/// The same in the navigation.
pub(super) fn nav(found: &Campaign) -> Nav {
    if found.kind == Kind::Voice { Nav::Voice } else { Nav::Campaigns }
}
