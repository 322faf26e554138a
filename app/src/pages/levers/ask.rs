//! The questions: how many people, what follows, and what is in the way.

use web::{
    format::counted,
    pages::confirm::{Check, CheckResult, ConfirmView, Consequence},
};
use workflows::{
    campaign::{self, Campaign, Panel},
    db::Tx,
    id::CampaignId,
};

use crate::{api::dialer, problem::Problem, state::App};

pub(super) async fn start(app: &App, tx: &mut Tx, found: &Campaign, panel: &Panel) -> Result<ConfirmView, Problem> {
    let people = counted(panel.callable, "person", "people");
    let later = found.state == campaign::State::Draft && (found.starts_at.is_some() || found.cron.is_some());
    let consequence = if later {
        format!("It waits for its time and then calls up to {people}, each checked again at the moment of dialing.")
    } else {
        format!("It calls up to {people} from now on, each checked again at the moment of dialing.")
    };
    Ok(ConfirmView {
        question: format!("Start {}?", found.name),
        consequence,
        shares: Vec::new(),
        balance: None,
        checks: checks(app, tx, found, later).await?,
        asks_reason: false,
        reason: String::new(),
        errors: Vec::new(),
        action: format!("/campaigns/{}/start", found.id),
        button: format!("Start, call {people}"),
        consequence_kind: Consequence::Contacts,
        back: panel_of(found.id),
    })
}

/// What a start would find, one line each.
async fn checks(app: &App, tx: &mut Tx, found: &Campaign, later: bool) -> Result<Vec<Check>, Problem> {
    let check = |result, words: String| Check { result, words, note: String::new() };
    let provider = match dialer::provider(app) {
        Ok(()) if app.simulated() => check(CheckResult::Passed, "The carrier is the simulator".to_owned()),
        Ok(()) => check(CheckResult::Passed, "The carrier is configured".to_owned()),
        Err(problem) => check(CheckResult::Blocks, problem.sentence()),
    };
    let ready = match campaign::ready(tx, found.id).await {
        Ok(()) => check(CheckResult::Passed, "An agent, a number and a list are there".to_owned()),
        Err(campaign::Error::NotReady(missing)) => {
            let result = if later { CheckResult::Noted } else { CheckResult::Blocks };
            check(result, missing.to_string())
        }
        Err(error) => return Err(error.into()),
    };
    Ok(vec![provider, ready])
}

pub(super) fn stop(found: &Campaign, panel: &Panel) -> ConfirmView {
    let waiting = panel.callable + panel.retrying;
    let people = counted(waiting, "person", "people");
    ConfirmView {
        question: format!("Stop {}?", found.name),
        consequence: format!("Live calls end by themselves. {people} still waiting will not be called. This is final."),
        shares: Vec::new(),
        balance: None,
        checks: Vec::new(),
        asks_reason: false,
        reason: String::new(),
        errors: Vec::new(),
        action: format!("/campaigns/{}/stop", found.id),
        button: format!("Stop, give up {people}"),
        consequence_kind: Consequence::Loses,
        back: panel_of(found.id),
    }
}

/// Where a lever is: the campaign's dialer panel.
pub(super) fn panel_of(id: CampaignId) -> String {
    format!("/voice?campaign={id}")
}
