//! `/accounts`: found by name, phone or number.

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::get,
};
use serde::Deserialize;
use web::{
    Nav,
    pages::accounts::{self, AccountListRow, AccountsView},
    parts::field::FieldError,
};
use workflows::{
    account::{self, Account, Search, Status},
    id::AccountId,
    identity::{Principal, Right},
    phone::E164,
};

use super::frame;
use crate::{
    extract::{Allowed, Params, SeeAccounts},
    problem::Problem,
    state::App,
};

const ROWS: i64 = 50;

pub(super) fn router() -> Router<App> {
    Router::new().route("/accounts", get(show))
}

#[derive(Debug, Default, Deserialize)]
struct Which {
    #[serde(default)]
    q: String,
    after: Option<AccountId>,
}

async fn show(
    State(app): State<App>,
    caller: Allowed<SeeAccounts>,
    Params(which): Params<Which>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let view = load(&app, &caller, &which).await?;
    let shell = frame::shell(&app, &caller, "Accounts", Some(Nav::Accounts), &headers).await?;
    let html = accounts::page(&shell, &view);
    Ok(frame::page(&shell, html))
}

/// The page again, after a file that could not be taken.
pub(super) async fn refused(
    app: &App,
    caller: &Principal,
    headers: &HeaderMap,
    status: StatusCode,
    errors: Vec<FieldError>,
) -> Result<Response, Problem> {
    let view = AccountsView { errors, ..load(app, caller, &Which::default()).await? };
    let shell = frame::shell(app, caller, "Accounts", Some(Nav::Accounts), headers).await?;
    let html = accounts::page(&shell, &view);
    Ok((status, frame::page(&shell, html)).into_response())
}

async fn load(app: &App, caller: &Principal, which: &Which) -> Result<AccountsView, Problem> {
    let search = Search { text: &which.q, after: which.after, limit: ROWS, ..Search::default() };
    let mut tx = app.db.tenant(caller.org).await?;
    let page = account::list(&mut tx, caller.org, &search).await?;
    let total = account::total(&mut tx, caller.org).await?;
    account::searched(&mut tx, caller.org, page.items.len(), &caller.actor).await?;
    tx.commit().await?;
    Ok(AccountsView {
        query: which.q.clone(),
        rows: page.items.into_iter().map(row).collect(),
        total,
        next: page.next.map(|id| id.to_string()),
        may_import: caller.may(Right::ManageAccounts),
        errors: Vec::new(),
    })
}

fn row(account: Account) -> AccountListRow {
    let phone = account.phones.0.first();
    AccountListRow {
        id: account.id.0,
        name: name(&account),
        reference: account.account_number.clone(),
        creditor: account.creditor.clone(),
        balance_cents: account.balance_cents,
        phone: phone.map(|phone| national(&phone.number)),
        place: place(&account),
        blocked: phone.and_then(blocked),
        last: if account.status == Status::Open { String::new() } else { account.status.as_str().to_owned() },
    }
}

pub(super) fn name(account: &Account) -> String {
    format!("{} {}", account.first_name, account.last_name).trim().to_owned()
}

pub(super) fn place(account: &Account) -> String {
    let parts = [account.city.as_str(), account.state.as_str()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

pub(super) fn national(number: &str) -> String {
    E164::parse(number).map_or_else(|_| number.to_owned(), |phone| phone.national())
}

/// Why a number may not be used, in words.
pub(super) fn blocked(phone: &account::Phone) -> Option<String> {
    let words = match (phone.suppressed.as_deref(), phone.status.as_str()) {
        (Some("wrong_number"), _) | (None, "wrong") => "Wrong number",
        (Some("stop" | "unsubscribe"), _) => "Opted out",
        (Some(_), _) => "Do not call",
        (None, "invalid") => "Not in service",
        (None, _) => return None,
    };
    Some(words.to_owned())
}
