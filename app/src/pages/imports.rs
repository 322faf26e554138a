//! A CSV tried, looked at, and then taken.

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State},
    http::HeaderMap,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use web::{
    Nav,
    format::counted,
    pages::import::{self, ImportLine, ImportView},
};
use workflows::{
    account::{self, Import},
    blob,
    id::{BlobId, ImportId},
    identity::Right,
};

use super::{accounts, frame, words::field_errors};
use crate::{
    api::imports::{BODY, Sent, apply as apply_sheet, sheet, take},
    extract::{Allowed, Id, ManageAccounts, SeeAccounts},
    problem::Problem,
    state::App,
};

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/accounts/import", post(upload).layer(DefaultBodyLimit::max(BODY)))
        .route("/accounts/imports/{id}", get(show))
        .route("/accounts/imports/{id}/apply", post(apply))
}

async fn upload(
    State(app): State<App>,
    caller: Allowed<ManageAccounts>,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, Problem> {
    match store(&app, &caller, request).await {
        Ok(import) => Ok(Redirect::to(&format!("/accounts/imports/{}", import.id)).into_response()),
        Err(problem) if problem.status().is_client_error() => {
            accounts::refused(&app, &caller, &headers, problem.status(), field_errors(&problem)).await
        }
        Err(problem) => Err(problem),
    }
}

async fn store(app: &App, caller: &Allowed<ManageAccounts>, request: Request) -> Result<Import, Problem> {
    let sent = Sent::read(request).await?;
    let sheet = sheet(sent.bytes.clone()).await?;
    let mut tx = app.db.tenant(caller.org).await?;
    let import = take(&mut tx, caller, &sent, &sheet).await?;
    tx.commit().await?;
    Ok(import)
}

async fn show(
    State(app): State<App>,
    caller: Allowed<SeeAccounts>,
    Id(id): Id<ImportId>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let found = account::find_import(&mut tx, caller.org, id).await?.ok_or_else(|| Problem::not_found("import"))?;
    tx.commit().await?;
    let view = view(found, caller.may(Right::ManageAccounts));
    let shell = frame::shell(&app, &caller, "Import", Some(Nav::Accounts), &headers).await?;
    let html = import::page(&shell, &view);
    Ok(frame::page(&shell, html))
}

/// Takes the file of a dry run: the very bytes that were looked at.
async fn apply(
    State(app): State<App>,
    caller: Allowed<ManageAccounts>,
    Id(id): Id<ImportId>,
) -> Result<Response, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let tried = account::find_import(&mut tx, caller.org, id).await?.ok_or_else(|| Problem::not_found("import"))?;
    let kept: BlobId = tried.blob_id.ok_or_else(|| Problem::not_found("file"))?;
    let bytes = blob::get(&mut tx, caller.org, kept).await?;
    let sheet = sheet(bytes.into()).await?;
    let import = apply_sheet(&mut tx, &caller, &tried.file_name, kept, &sheet, false).await?;
    tx.commit().await?;
    let words = format!("Imported {}.", counted((import.good + import.fixed).into(), "row", "rows"));
    Ok(frame::onward(&format!("/accounts/imports/{}", import.id), &words))
}

pub(super) fn view(import: Import, may_apply: bool) -> ImportView {
    let line = |p: workflows::import::Problem| ImportLine {
        line: i64::try_from(p.line).unwrap_or(i64::MAX),
        column: p.column,
        rejected: !p.fixed,
        reason: p.message,
    };
    let (good, fixed, rejected) = (import.good.into(), import.fixed.into(), import.rejected.into());
    ImportView {
        id: import.id.0,
        file_name: import.file_name,
        detected: String::new(),
        dry_run: import.dry_run,
        good,
        fixed,
        rejected,
        rows: good + fixed + rejected,
        created: import.created.into(),
        updated: import.updated.into(),
        lines: import.report.0.into_iter().map(line).collect(),
        may_apply: may_apply && import.blob_id.is_some(),
    }
}
