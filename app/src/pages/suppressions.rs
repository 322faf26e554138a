//! `/suppressions`: the list, found by number or address; a form to add, one to lift; files at `/suppressions/import`.

mod import;

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::Deserialize;
use web::{
    Nav,
    pages::suppressions::{self as page, SuppressionRow, SuppressionsView},
    parts::field::Choice,
};
use workflows::{
    decision::To,
    id::EntryId,
    identity::{Principal, Right},
    ledger::{Lift, Provenance},
    suppression::{self, Cursor, Entry, Kind, Scope, Search},
};

use super::{account::restraint, accounts::national, frame, words::field_errors};
use crate::{
    api::{ledger::moment, suppressions::address},
    extract::{Allowed, KeepSuppressions, LiftEntries, Params, Submitted},
    problem::Problem,
    state::App,
};

const ROWS: i64 = 50;
const HERE: &str = "/suppressions";

pub(super) fn router() -> Router<App> {
    Router::new().route(HERE, get(show).post(add)).route("/suppressions/lift", post(lift)).merge(import::router())
}

#[derive(Debug, Default, Deserialize)]
struct Which {
    #[serde(default)]
    value: String,
    #[serde(default)]
    kind: String,
    after: Option<Cursor>,
    lift: Option<EntryId>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Typed {
    value: String,
    kind: String,
    channel: String,
    expires_at: String,
    source: String,
    reason: String,
    evidence_ref: String,
}

#[derive(Debug, Deserialize)]
struct Lifting {
    id: EntryId,
    #[serde(default)]
    reason: String,
}

async fn show(
    State(app): State<App>,
    caller: Allowed<KeepSuppressions>,
    Params(which): Params<Which>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let view = load(&app, &caller, which).await?;
    render(&app, &caller, &headers, StatusCode::OK, view).await
}

async fn add(
    State(app): State<App>,
    caller: Allowed<KeepSuppressions>,
    headers: HeaderMap,
    Submitted(typed): Submitted<Typed>,
) -> Result<Response, Problem> {
    match store(&app, &caller, &typed).await {
        Ok(()) => Ok(frame::onward(HERE, "Suppressed. Nothing not yet sent leaves.")),
        Err(problem) if problem.status().is_client_error() => {
            let view = load(&app, &caller, Which::default()).await?;
            let view = SuppressionsView { typed: typed.fields(), errors: field_errors(&problem), ..view };
            render(&app, &caller, &headers, problem.status(), view).await
        }
        Err(problem) => Err(problem),
    }
}

async fn store(app: &App, caller: &Principal, typed: &Typed) -> Result<(), Problem> {
    let kind = Kind::ALL.into_iter().find(|kind| kind.as_str() == typed.kind);
    let new = suppression::New {
        scope: Scope::Address(address(&typed.value)?),
        kind: kind.ok_or_else(|| Problem::field("kind", "choose one of the list"))?,
        channel: restraint::medium(&typed.channel)?,
        effective_at: None,
        expires_at: moment("expires_at", &typed.expires_at, frame::zone(caller))?,
        provenance: Provenance {
            source: typed.source.clone(),
            reason: typed.reason.clone(),
            evidence_ref: Some(typed.evidence_ref.clone()),
            actor: caller.actor,
        },
    };
    let mut tx = app.db.tenant(caller.org).await?;
    suppression::add(&mut tx, caller.org, &new).await?;
    Ok(tx.commit().await?)
}

async fn lift(
    State(app): State<App>,
    caller: Allowed<LiftEntries>,
    headers: HeaderMap,
    Submitted(form): Submitted<Lifting>,
) -> Result<Response, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let why = Lift { reason: form.reason, actor: caller.actor };
    let problem = match suppression::lift(&mut tx, caller.org, form.id, &why).await {
        Ok(()) => {
            tx.commit().await?;
            return Ok(frame::onward(HERE, "Lifted. It stays on file."));
        }
        Err(error) => Problem::from(error),
    };
    tx.rollback().await?;
    if problem.status() != StatusCode::UNPROCESSABLE_ENTITY {
        return Err(problem);
    }
    let view = load(&app, &caller, Which { lift: Some(form.id), ..Which::default() }).await?;
    let view = SuppressionsView { errors: field_errors(&problem), ..view };
    render(&app, &caller, &headers, problem.status(), view).await
}

async fn load(app: &App, caller: &Principal, which: Which) -> Result<SuppressionsView, Problem> {
    let asked = which.value.trim();
    // What is no number and no address is on no list.
    let value =
        (!asked.is_empty()).then(|| address(asked).map_or_else(|_| asked.to_owned(), |to: To| to.as_str().to_owned()));
    let kind = Kind::ALL.into_iter().find(|kind| kind.as_str() == which.kind);
    let search = Search { value: value.as_deref(), kind, after: which.after, limit: ROWS, ..Search::default() };
    let mut tx = app.db.tenant(caller.org).await?;
    let entries = suppression::list(&mut tx, caller.org, &search).await?;
    let lifting = match which.lift.filter(|_| caller.may(Right::LiftEntries)) {
        Some(id) => suppression::find(&mut tx, caller.org, id).await?.filter(|entry| entry.lifted_at.is_none()),
        None => None,
    };
    let now = tx.now().await?;
    tx.commit().await?;
    let zone = frame::zone(caller);
    let full = i64::try_from(entries.len()).is_ok_and(|n| n >= ROWS);
    Ok(SuppressionsView {
        query: asked.to_owned(),
        kind: kind.map(Kind::as_str).unwrap_or_default().to_owned(),
        kinds: kinds(),
        addable: restraint::suppressible(),
        next: entries.last().filter(|_| full).map(|entry| Cursor::of(entry).to_string()),
        rows: entries.into_iter().map(|entry| row(entry, now, zone)).collect(),
        may_lift: caller.may(Right::LiftEntries),
        lifting: lifting.map(|entry| row(entry, now, zone)),
        ..SuppressionsView::default()
    })
}

fn kinds() -> Vec<Choice> {
    let all = Kind::ALL.map(|kind| Choice::new(kind.as_str(), restraint::kind(kind.as_str())));
    std::iter::once(Choice::new("", "Every kind")).chain(all).collect()
}

fn row(entry: Entry, now: DateTime<Utc>, zone: Tz) -> SuppressionRow {
    let day = |at: DateTime<Utc>| at.with_timezone(&zone).format("%-d %b %Y").to_string();
    let over = match (entry.lifted_at, entry.expires_at) {
        _ if entry.in_effect => None,
        (Some(at), _) => Some(format!("lifted {}", day(at))),
        (None, Some(at)) if at <= now => Some(format!("over since {}", day(at))),
        (None, _) => Some(format!("from {}", day(entry.effective_at))),
    };
    let about = entry.value.as_deref().map(national);
    SuppressionRow {
        id: entry.id.0,
        about: about.unwrap_or_else(|| if entry.consumer_id.is_some() { "A person" } else { "A debt" }.to_owned()),
        href: entry.account.map(|account| format!("/accounts/{account}")),
        kind: restraint::kind(entry.kind.as_str()).to_owned(),
        channel: restraint::channel(entry.channel.as_str()).to_owned(),
        over,
        source: [entry.source, entry.reason].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(": "),
        by: entry.by,
        added_at: entry.created_at,
        expires_at: entry.expires_at,
    }
}

impl Typed {
    fn fields(self) -> Vec<(String, String)> {
        let Self { value, kind, channel, expires_at, source, reason, evidence_ref } = self;
        let all = [
            ("value", value),
            ("kind", kind),
            ("channel", channel),
            ("expires_at", expires_at),
            ("source", source),
            ("reason", reason),
            ("evidence_ref", evidence_ref),
        ];
        all.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }
}

async fn render(
    app: &App,
    caller: &Principal,
    headers: &HeaderMap,
    status: StatusCode,
    view: SuppressionsView,
) -> Result<Response, Problem> {
    let shell = frame::shell(app, caller, "Suppressions", Some(Nav::Suppressions), headers).await?;
    let html = page::page(&shell, &view);
    Ok((status, frame::page(&shell, html)).into_response())
}
