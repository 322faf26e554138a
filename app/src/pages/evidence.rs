//! `/evidence`: archives asked for and taken, and what is kept.

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use chrono_tz::Tz;
use serde::Deserialize;
use web::{
    Nav,
    pages::evidence::{self as page, EvidenceView, ExportRow, HoldRow, Keeping},
    parts::field::Choice,
    state::ExportState,
};
use workflows::{
    account, campaign,
    db::Tx,
    evidence::{self, Export, Held, Scope},
    id::{CampaignId, ExportId},
    identity::Principal,
};

use super::{frame, words::field_errors};
use crate::{
    api::{evidence::signed, ledger::moment},
    extract::{Allowed, Params, SeeAudit, Submitted},
    problem::Problem,
    state::App,
};

const ROWS: i64 = 50;
/// Campaigns to choose from, and holds shown.
const MANY: i64 = 200;
const HERE: &str = "/evidence";

pub(super) fn router() -> Router<App> {
    Router::new().route(HERE, get(show).post(ask)).route("/evidence/retention", post(retain))
}

#[derive(Debug, Default, Deserialize)]
struct Which {
    before: Option<ExportId>,
}

/// Any of the three forms.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Typed {
    what: String,
    account: String,
    campaign: String,
    from: String,
    to: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Years {
    years: String,
}

async fn show(
    State(app): State<App>,
    caller: Allowed<SeeAudit>,
    Params(which): Params<Which>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let live = which.before.is_none();
    let view = load(&app, &caller, which.before).await?;
    render(&app, &caller, &headers, live, view).await
}

/// The parts that change.
pub(super) async fn fragments(app: &App, caller: &Principal) -> Result<String, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let view = exports(&mut tx, caller, None).await?;
    tx.commit().await?;
    Ok(page::fragments(&frame::clock(app, caller).await?, &view))
}

async fn ask(
    State(app): State<App>,
    caller: Allowed<SeeAudit>,
    headers: HeaderMap,
    Submitted(typed): Submitted<Typed>,
) -> Result<Response, Problem> {
    match request(&app, &caller, &typed).await {
        Ok(()) => Ok(frame::onward(HERE, "Asked for. It is here as soon as it is written.")),
        Err(problem) => again(&app, &caller, &headers, typed.fields(), problem).await,
    }
}

async fn retain(
    State(app): State<App>,
    caller: Allowed<SeeAudit>,
    headers: HeaderMap,
    Submitted(typed): Submitted<Years>,
) -> Result<Response, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    // What is no number is none of the choices.
    let years = typed.years.parse().unwrap_or_default();
    match evidence::set_retention(&mut tx, caller.org, years, caller.actor).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(frame::onward(HERE, "Saved."))
        }
        Err(error) => again(&app, &caller, &headers, Vec::new(), error.into()).await,
    }
}

async fn request(app: &App, caller: &Principal, typed: &Typed) -> Result<(), Problem> {
    signed(app)?;
    let mut tx = app.db.tenant(caller.org).await?;
    let (field, scope) = typed.scope(&mut tx, caller).await?;
    evidence::request(&mut tx, caller.org, scope, caller.actor).await.map_err(|error| match error {
        evidence::Error::Nothing(why) => Problem::field(field, why),
        other => other.into(),
    })?;
    Ok(tx.commit().await?)
}

impl Typed {
    /// What is asked for, and the field that says so.
    async fn scope(&self, tx: &mut Tx, caller: &Principal) -> Result<(&'static str, Scope), Problem> {
        match self.what.as_str() {
            "account" => {
                let found = account::numbered(tx, caller.org, self.account.trim()).await?;
                let account_id = found.ok_or_else(|| Problem::field("account", "no account has this number"))?;
                Ok(("account", Scope::Account { account_id }))
            }
            "campaign" => {
                let campaign_id: Option<CampaignId> = self.campaign.parse().ok();
                let campaign_id = campaign_id.ok_or_else(|| Problem::field("campaign", "choose one of the list"))?;
                Ok(("campaign", Scope::Campaign { campaign_id }))
            }
            "period" => Ok(("from", self.period(frame::zone(caller))?)),
            _ => Err(Problem::field("account", "say what the archive is about")),
        }
    }

    fn period(&self, zone: Tz) -> Result<Scope, Problem> {
        let needed = |name| move || Problem::field(name, "give a day and a time");
        let from = moment("from", &self.from, zone)?.ok_or_else(needed("from"))?;
        let to = moment("to", &self.to, zone)?.ok_or_else(needed("to"))?;
        if from >= to {
            return Err(Problem::field("to", "has to be after the beginning"));
        }
        Ok(Scope::Period { from, to })
    }

    fn fields(self) -> Vec<(String, String)> {
        let Self { what: _, account, campaign, from, to } = self;
        let all = [("account", account), ("campaign", campaign), ("from", from), ("to", to)];
        all.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }
}

/// The page again, with what was typed and what was wrong.
async fn again(
    app: &App,
    caller: &Principal,
    headers: &HeaderMap,
    typed: Vec<(String, String)>,
    problem: Problem,
) -> Result<Response, Problem> {
    let status = problem.status();
    if status != StatusCode::UNPROCESSABLE_ENTITY {
        return Err(problem);
    }
    let view = EvidenceView { typed, errors: field_errors(&problem), ..load(app, caller, None).await? };
    Ok((status, render(app, caller, headers, false, view).await?).into_response())
}

async fn render(
    app: &App,
    caller: &Principal,
    headers: &HeaderMap,
    live: bool,
    view: EvidenceView,
) -> Result<Response, Problem> {
    let mut shell = frame::shell(app, caller, "Evidence", Some(Nav::Evidence), headers).await?;
    shell.events = live.then(|| "/live/evidence".to_owned());
    let html = page::page(&shell, &view);
    Ok(frame::page(&shell, html))
}

async fn load(app: &App, caller: &Principal, before: Option<ExportId>) -> Result<EvidenceView, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let view = exports(&mut tx, caller, before).await?;
    let campaigns = campaign::list(&mut tx, caller.org, None, None, MANY).await?;
    let holds = evidence::holds(&mut tx, caller.org, MANY).await?;
    let years = evidence::retention(&mut tx, caller.org).await?;
    tx.commit().await?;
    Ok(EvidenceView {
        campaigns: campaigns.into_iter().map(|c| Choice::new(c.id.to_string(), c.name)).collect(),
        keeping: Keeping { years, holds: holds.into_iter().map(hold).collect() },
        ..view
    })
}

/// The part that changes.
async fn exports(tx: &mut Tx, caller: &Principal, before: Option<ExportId>) -> Result<EvidenceView, Problem> {
    let exports = evidence::list(tx, caller.org, before, ROWS).await?;
    let zone = frame::zone(caller);
    let full = i64::try_from(exports.len()).is_ok_and(|n| n == ROWS);
    Ok(EvidenceView {
        older: exports.last().filter(|_| full).map(|export| export.id.0),
        exports: exports.into_iter().map(|export| row(export, zone)).collect(),
        ..EvidenceView::default()
    })
}

fn row(export: Export, zone: Tz) -> ExportRow {
    let path = format!("/api/evidence-exports/{}/file", export.id);
    let named = export.about.as_deref().unwrap_or_default();
    let (about, href) = match export.scope {
        Scope::Account { account_id } => (format!("Account {named}"), Some(format!("/accounts/{account_id}"))),
        Scope::Campaign { campaign_id } => (format!("Campaign {named}"), Some(format!("/campaigns/{campaign_id}"))),
        Scope::Period { from, to } => {
            let [from, to] = [from, to].map(|at| at.with_timezone(&zone).format("%-d %b %Y %H:%M"));
            (format!("{from} to {to}"), None)
        }
    };
    ExportRow {
        id: export.id.0,
        about,
        href,
        state: ExportState::named(export.state.as_str()).expect("the lexicon has every state of an export"),
        files: (export.done, export.total),
        contacts: export.contacts,
        by: export.requested_by,
        at: export.requested_at,
        file: export.blob.and(export.size.zip(export.expires_at)).map(|(size, until)| (path, size, until)),
        sha256: export.sha256.map(|sum| sum.iter().map(|byte| format!("{byte:02x}")).collect()),
        failure: export.failure,
    }
}

fn hold(held: Held) -> HoldRow {
    HoldRow {
        account: held.account.0,
        number: held.number,
        reason: held.reason,
        by: held.placed_by,
        at: held.placed_at,
    }
}
