//! `/workflows/{id}`: every step of a call, a message, or whatever else lives through states, and what is still due.

mod next;
mod step;
pub(super) mod words;

use axum::{Router, extract::State, http::HeaderMap, response::Response, routing::get};
use uuid::Uuid;
use web::{
    Nav,
    pages::workflow::{self as page, Link, WorkflowView},
    state::{AgentState, CallState, CampaignState, Mark, MessageState, RecipientState},
};
use workflows::{
    db::Tx,
    id::{AccountId, CallId},
    identity::{Principal, Right},
    job::why,
    run::{self, Run, Subject},
};

use super::{account, accounts::national, frame, listen};
use crate::{
    extract::{Caller, Id},
    problem::{Kind, Problem},
    state::App,
};

/// The latest of one run; nothing lives through more.
const STEPS: i64 = 1_000;

pub(super) fn router() -> Router<App> {
    Router::new().route("/workflows/{id}", get(show))
}

async fn show(
    State(app): State<App>,
    Caller(caller): Caller,
    Id(id): Id<Uuid>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let view = load(&app, &caller, id).await?;
    seen(&app, &caller, &view).await?;
    let nav = if caller.may(Right::SeeJobs) { Nav::Jobs } else { Nav::Accounts };
    let mut shell = frame::shell(&app, &caller, &view.title, Some(nav), &headers).await?;
    shell.events = Some(format!("/live/workflow?id={id}"));
    let html = page::page(&shell, &view);
    Ok(frame::page(&shell, html))
}

/// Whoever reads what was said has seen the account.
async fn seen(app: &App, caller: &Principal, view: &WorkflowView) -> Result<(), Problem> {
    match (&view.listen, &view.account) {
        (Some(_), Some(link)) => account::viewed(app, caller, AccountId(link.id)).await,
        _ => Ok(()),
    }
}

/// The parts that change.
pub(super) async fn fragments(app: &App, caller: &Principal, id: Uuid) -> Result<String, Problem> {
    let view = load(app, caller, id).await?;
    Ok(page::fragments(&frame::clock(app, caller).await?, &view))
}

/// For those who look at jobs, and those who look at accounts; only the latter learn whom it is about.
async fn load(app: &App, caller: &Principal, id: Uuid) -> Result<WorkflowView, Problem> {
    if !caller.may(Right::SeeJobs) && !caller.may(Right::SeeAccounts) {
        return Err(Problem::new(Kind::Forbidden));
    }
    let mut tx = app.db.tenant(caller.org).await?;
    let run = run::find(&mut tx, caller.org, id).await?.ok_or_else(|| Problem::not_found("workflow"))?;
    let subject = run::subjects(&mut tx, caller.org, &[id]).await?.pop();
    let steps = run::timeline(&mut tx, caller.org, id, STEPS).await?;
    let now = tx.now().await?;
    let held = holds(&mut tx, caller, &run, subject.as_ref(), &steps).await?;
    let said = listen::of_calls(&mut tx, caller, &[CallId(id)]).await?.remove(&id);
    tx.commit().await?;
    let pending = steps.iter().find(|step| step.pending);
    let next = next::words(&run, pending, held.as_ref(), now, frame::zone(caller));
    let subject = subject.as_ref();
    let (noun, sees) = (noun(&run, subject), caller.may(Right::SeeAccounts));
    let account = subject.filter(|_| sees).and_then(account);
    Ok(WorkflowView {
        id,
        title: title(noun, subject, account.as_ref()),
        noun: noun.to_owned(),
        state: state(&run),
        started_at: run.began_at,
        next,
        facts: subject.filter(|_| sees).map(facts).unwrap_or_default(),
        campaign: subject.and_then(campaign),
        account,
        listen: said,
        steps: step::rows(&run.noun, steps),
    })
}

/// What holds the job that is due next, or else the list a person is on.
async fn holds(
    tx: &mut Tx,
    caller: &Principal,
    run: &Run,
    subject: Option<&Subject>,
    steps: &[run::Step],
) -> Result<Option<why::Held>, sqlx::Error> {
    let pending = steps.iter().find(|step| step.pending);
    let job = pending.and_then(|step| step.detail.get("job_id")?.as_str()?.parse().ok());
    if let Some(id) = job {
        return Ok(why::load_one(tx, caller.org, id).await?.and_then(|held| held.into_iter().next()));
    }
    let listed = run.noun == "recipient" && run.state == "queued";
    match subject.and_then(|subject| subject.campaign).filter(|_| listed) {
        Some(campaign) => why::of_list(tx, caller.org, campaign).await,
        None => Ok(None),
    }
}

fn account(subject: &Subject) -> Option<Link> {
    Some(Link { id: subject.account?.0, words: subject.account_number.clone()? })
}

fn campaign(subject: &Subject) -> Option<Link> {
    Some(Link { id: subject.campaign?.0, words: subject.campaign_name.clone()? })
}

fn noun(run: &Run, subject: Option<&Subject>) -> &'static str {
    match (run.noun.as_str(), subject.and_then(|s| s.channel.as_deref()), run.state.as_str()) {
        ("message", Some("email"), "received") => "Email received",
        ("message", _, "received") => "Text received",
        ("message", Some("email"), _) => "Email",
        ("message", ..) => "Text",
        ("call", ..) => "Call",
        ("recipient", ..) => "Place on a list",
        ("campaign", ..) => "Campaign",
        _ => "Agent",
    }
}

/// `Call 2 of 4 to account 4411`; whoever may not see accounts reads no account.
fn title(noun: &str, subject: Option<&Subject>, account: Option<&Link>) -> String {
    let tries = subject.and_then(|s| s.campaign.and(s.attempt_no)).map(|n| format!(", try {n}"));
    let to = account.map(|account| {
        let joint = if noun.ends_with("received") { "from" } else { "to" };
        if noun == "Place on a list" {
            format!(", account {}", account.words)
        } else {
            format!(" {joint} account {}", account.words)
        }
    });
    let name = subject.filter(|_| noun == "Campaign").and_then(|s| s.campaign_name.clone());
    let name = name.map(|name| format!(" {name}"));
    [Some(noun.to_owned()), to, tries, name].into_iter().flatten().collect()
}

fn facts(subject: &Subject) -> Vec<(String, String)> {
    let kind = if subject.channel.as_deref() == Some("email") { "Address" } else { "Number" };
    subject.address.iter().map(|address| (kind.to_owned(), national(address))).collect()
}

fn state(run: &Run) -> Mark {
    mark(&run.noun, &run.state)
}

/// A state of any noun as the lexicon has it.
fn mark(noun: &str, state: &str) -> Mark {
    let known = match noun {
        "campaign" => CampaignState::named(state).map(Mark::of),
        "call" => CallState::named(state).map(Mark::of),
        "message" | "sms" | "email" => MessageState::named(state).map(Mark::of),
        "recipient" => RecipientState::named(state).map(Mark::of),
        _ => AgentState::named(state).map(Mark::of),
    };
    known.expect("the lexicon has every state of every noun")
}
