//! A file of numbers: tried, looked at, taken.

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use serde::Deserialize;
use web::{
    Nav,
    pages::{
        import::ImportView,
        suppressions::import::{self as page, ImportFormView},
    },
};
use workflows::{
    account::{self, Import},
    id::ImportId,
    identity::Principal,
};

use crate::{
    api::suppressions::{BODY, How, take},
    extract::{Allowed, KeepSuppressions, Params},
    pages::{account::restraint, frame, imports, words::field_errors},
    problem::Problem,
    state::App,
};

pub(super) fn router() -> Router<App> {
    Router::new().route("/suppressions/import", get(show).post(upload).layer(DefaultBodyLimit::max(BODY)))
}

#[derive(Debug, Default, Deserialize)]
struct Which {
    report: Option<ImportId>,
}

async fn show(
    State(app): State<App>,
    caller: Allowed<KeepSuppressions>,
    Params(which): Params<Which>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let import = match which.report {
        Some(id) => {
            Some(account::find_import(&mut tx, caller.org, id).await?.ok_or_else(|| Problem::not_found("import"))?)
        }
        None => None,
    };
    tx.commit().await?;
    let view = ImportFormView { report: import.map(report), ..blank() };
    render(&app, &caller, &headers, StatusCode::OK, view).await
}

async fn upload(
    State(app): State<App>,
    caller: Allowed<KeepSuppressions>,
    Params(how): Params<How>,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, Problem> {
    match Box::pin(take(&app, &caller, how, request)).await {
        Ok(import) => Ok(Redirect::to(&format!("/suppressions/import?report={}", import.id)).into_response()),
        Err(problem) if problem.status().is_client_error() => {
            let view = ImportFormView { errors: field_errors(&problem), ..blank() };
            render(&app, &caller, &headers, problem.status(), view).await
        }
        Err(problem) => Err(problem),
    }
}

fn blank() -> ImportFormView {
    ImportFormView { kinds: restraint::suppressible(), ..ImportFormView::default() }
}

/// What is in effect already stands where a list of accounts has what it updated.
fn report(import: Import) -> ImportView {
    let skipped = import.skipped;
    ImportView { updated: skipped.into(), ..imports::view(import, false) }
}

async fn render(
    app: &App,
    caller: &Principal,
    headers: &HeaderMap,
    status: StatusCode,
    view: ImportFormView,
) -> Result<Response, Problem> {
    let shell = frame::shell(app, caller, "Import suppressions", Some(Nav::Suppressions), headers).await?;
    let html = page::page(&shell, &view);
    Ok((status, frame::page(&shell, html)).into_response())
}
