//! `/compliance/refusals`: whom the rules kept from being contacted.

use axum::{extract::State, http::HeaderMap, response::Response};
use serde::Deserialize;
use web::{
    Channel as Way, Nav,
    pages::compliance::refusals::{self as page, RefusalRow, RefusalsView},
};
use workflows::{
    compliance::{Channel, Code},
    id::DecisionId,
    refusal::{self, Filter, Refusal},
};

use super::{ask, model};
use crate::{
    extract::{Allowed, Page, Params, SeeCompliance},
    pages::frame,
    problem::Problem,
    state::App,
};

const ROWS: i64 = 50;

/// A filter form sends an empty value for "every".
#[derive(Debug, Default, Deserialize)]
pub(super) struct Which {
    #[serde(default)]
    rule: String,
    #[serde(default)]
    today: String,
    before: Option<DecisionId>,
}

pub(super) async fn show(
    State(app): State<App>,
    caller: Allowed<SeeCompliance>,
    Params(which): Params<Which>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let shell = frame::shell(&app, &caller, "Refused contacts", Some(Nav::Compliance), &headers).await?;
    let today = which.today == "yes";
    let since = today.then(|| model::midnight(shell.clock.now, shell.clock.zone));
    let code = Some(which.rule.as_str()).filter(|code| !code.is_empty());
    let mut tx = app.db.tenant(caller.org).await?;
    let found = refusal::list(&mut tx, caller.org, &Filter { code, since, before: which.before }, ROWS).await?;
    tx.commit().await?;
    let view = RefusalsView {
        older: Page::<()>::cursor(&found, ROWS, |refusal| refusal.id.to_string()),
        rows: found.into_iter().map(row).collect(),
        rules: Code::ALL.iter().map(|code| (code.as_str(), code.title())).collect(),
        rule: which.rule,
        today,
    };
    Ok(frame::page(&shell, page::page(&shell, &view)))
}

fn row(refusal: Refusal) -> RefusalRow {
    RefusalRow {
        account: refusal.account.0,
        reference: refusal.account_number,
        channel: refusal.channel.parse::<Channel>().map_or(Way::Call, ask::way),
        at: refusal.decided_at,
        title: model::title(&refusal.code),
        sentence: refusal.sentence,
        citation: refusal.citation,
        earliest_next: refusal.earliest_next,
    }
}
