//! The question, and the order that follows from it.

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest, Sha256};
use uuid::Uuid;
use web::{
    Nav,
    pages::bulk::{self as page, AskView, ContactsTold, Told},
    parts::field::FieldError,
};
use workflows::{
    bulk::{self, Rehearsal, Verb},
    db::Tx,
    id::BulkId,
    identity::Principal,
    job::Filter,
};

use super::{
    super::{
        frame,
        jobs::{self, Asked},
        words::{field_errors, sentence},
    },
    shown_verb, terms,
};
use crate::{
    api::bulk::{everything, unreasoned},
    extract::{Allowed, ManageJobs, Params, Submitted},
    idempotency::{Key, Once},
    problem::Problem,
    state::App,
};

pub(super) fn router() -> Router<App> {
    Router::new().route("/jobs/bulk/new", get(show)).route("/jobs/bulk", post(order))
}

#[derive(Debug, Deserialize)]
struct Which {
    action: Verb,
}

/// The form, with the filter in hidden fields.
#[derive(Debug, Deserialize)]
struct Typed {
    action: Verb,
    #[serde(default)]
    reason: String,
    /// A ticked box says `true`.
    #[serde(default)]
    everything: String,
    /// The number of jobs, typed by whoever redrives many.
    #[serde(default)]
    sure: String,
    once: Option<Uuid>,
    #[serde(flatten)]
    asked: Asked,
}

async fn show(
    State(app): State<App>,
    caller: Allowed<ManageJobs>,
    Params(which): Params<Which>,
    Params(asked): Params<Asked>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let view = load(&app, &caller, which.action, &asked).await?;
    answer(&app, &caller, &headers, StatusCode::OK, &view).await
}

async fn order(
    State(app): State<App>,
    caller: Allowed<ManageJobs>,
    headers: HeaderMap,
    Submitted(typed): Submitted<Typed>,
) -> Result<Response, Problem> {
    match place(&app, &caller, &typed).await {
        Ok(id) => {
            Ok(frame::onward(&format!("/jobs/bulk/{id}"), "Asked for. It goes on by itself; you may leave this page."))
        }
        Err(problem) if problem.status().is_client_error() => {
            let mut view = load(&app, &caller, typed.action, &typed.asked).await?;
            view.reason.clone_from(&typed.reason);
            view.errors = field_errors(&problem);
            answer(&app, &caller, &headers, problem.status(), &view).await
        }
        Err(problem) => Err(problem),
    }
}

async fn answer(
    app: &App,
    caller: &Principal,
    headers: &HeaderMap,
    status: StatusCode,
    view: &AskView,
) -> Result<Response, Problem> {
    let shell = frame::shell(app, caller, "Bulk action", Some(Nav::Jobs), headers).await?;
    let html = page::ask(&shell, view);
    Ok((status, frame::page(&shell, html)).into_response())
}

/// Once for each page it was sent from; tells where the order is.
async fn place(app: &App, caller: &Allowed<ManageJobs>, typed: &Typed) -> Result<BulkId, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let read = typed.asked.read(&mut tx, caller).await?;
    let reason = typed.reason.trim();
    let wrong = read.errors.into_iter().map(|e| crate::problem::FieldError::new(e.field, e.message));
    let wrong: Vec<_> =
        wrong.chain(everything(&read.filter, typed.everything == "true")).chain(unreasoned(reason)).collect();
    if !wrong.is_empty() {
        return Err(Problem::new(crate::problem::Kind::InvalidBody).fields(wrong));
    }
    // The form's own number is the order's: sent twice, it leads to the same.
    let id = BulkId(typed.once.unwrap_or_else(Uuid::now_v7));
    let claimed = Key::of_form(id.0).claim(&mut tx, caller.org, "a bulk action", &digest(typed, &read.filter)).await?;
    let Once::First(first) = claimed else { return Ok(id) };
    let total = bulk::request(&mut tx, caller.org, id, typed.action, &read.filter, reason, caller.actor).await?;
    sure(typed, total)?;
    first.answer(tx, StatusCode::ACCEPTED, &json!({ "id": id })).await?;
    Ok(id)
}

/// Whoever redrives many says how many: a filter may match more than was meant, or more than a moment ago.
fn sure(typed: &Typed, total: i64) -> Result<(), Problem> {
    let said = typed.sure.replace([',', ' '], "");
    if typed.action != Verb::Retry || total <= page::MANY || said == total.to_string() {
        return Ok(());
    }
    let told = format!("Type {}, the number of jobs that match now.", web::format::count(total));
    let wrong = crate::problem::FieldError::new("sure", told);
    Err(Problem::new(crate::problem::Kind::InvalidBody).fields(vec![wrong]))
}

fn digest(typed: &Typed, filter: &Filter) -> [u8; 32] {
    Sha256::digest(format!("{}\0{}\0{}", typed.action.as_str(), typed.reason, json!(filter))).into()
}

async fn load(app: &App, caller: &Principal, verb: Verb, asked: &Asked) -> Result<AskView, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let read = asked.read(&mut tx, caller).await?;
    let tried =
        if read.errors.is_empty() { Some(bulk::rehearse(&mut tx, caller.org, verb, &read.filter).await) } else { None };
    let (told, refused) = match tried {
        None => (None, Some(faults(&read.errors))),
        Some(Ok(told)) => (Some(told), None),
        Some(Err(bulk::Error::Database(error))) => return Err(error.into()),
        Some(Err(why)) => (None, Some(sentence(&why.to_string()))),
    };
    let told = match told {
        Some(told) => Some(shown(&mut tx, caller, told).await?),
        None => None,
    };
    let terms = terms::of(&mut tx, caller, &read.filter).await?;
    tx.commit().await?;
    Ok(AskView {
        verb: shown_verb(verb),
        filter: read.shown,
        terms,
        told,
        refused,
        reason: String::new(),
        errors: Vec::new(),
        once: Uuid::now_v7(),
    })
}

fn faults(errors: &[FieldError]) -> String {
    errors.iter().map(|error| error.message.as_str()).collect::<Vec<_>>().join(" ")
}

async fn shown(tx: &mut Tx, caller: &Principal, told: Rehearsal) -> Result<Told, Problem> {
    let contacts = told.contacts.map(|contacts| ContactsTold {
        total: contacts.total,
        asked: contacts.asked,
        allowed: contacts.allowed,
        refused: contacts.refused,
        nobody: contacts.nobody,
        rules: contacts.rules.into_iter().map(|(code, n)| (code.to_string(), n)).collect(),
    });
    Ok(Told { count: told.count, samples: jobs::rows(tx, caller, told.samples).await?, contacts })
}
