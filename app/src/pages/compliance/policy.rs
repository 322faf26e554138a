//! The agency's policy, submitted.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use web::{
    Nav,
    pages::compliance::{self as page, PolicyView},
};
use workflows::policy::{self, WEEK};

use super::model;
use crate::{
    api::shapes::PolicyIn,
    extract::{Allowed, SetPolicy, Submitted},
    pages::{frame, words::field_errors},
    problem::{Kind, Problem},
    state::App,
};

/// As a form sends it: `days` comes once for each day that is ticked.
type Fields = Vec<(String, String)>;

pub(super) async fn set(
    State(app): State<App>,
    caller: Allowed<SetPolicy>,
    headers: HeaderMap,
    Submitted(fields): Submitted<Fields>,
) -> Result<Response, Problem> {
    let problem = match wanted(&fields).and_then(PolicyIn::policy) {
        Ok(policy) => {
            let mut tx = app.db.tenant(caller.org).await?;
            policy::save(&mut tx, caller.org, &policy, caller.actor).await?;
            tx.commit().await?;
            return Ok(frame::onward("/compliance", "Saved. The next decision heeds it."));
        }
        Err(problem) if problem.is(Kind::InvalidBody) => problem,
        Err(problem) => return Err(problem),
    };
    let mut view = model::load(&app, &caller).await?;
    view.policy = PolicyView { errors: field_errors(&problem), changed: view.policy.changed, ..as_typed(&fields) };
    let shell = frame::shell(&app, &caller, "Compliance", Some(Nav::Compliance), &headers).await?;
    let html = page::page(&shell, &view);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, frame::page(&shell, html)).into_response())
}

fn wanted(fields: &Fields) -> Result<PolicyIn, Problem> {
    let calls = value(fields, "calls_per_week");
    let calls = calls.map(|calls| calls.parse().map_err(|_| Problem::field("calls_per_week", "must be 1 to 7")));
    let days = days(fields);
    if days.is_empty() {
        return Err(Problem::field("days", "choose at least one day"));
    }
    Ok(PolicyIn {
        opens: value(fields, "opens").map(str::to_owned),
        closes: value(fields, "closes").map(str::to_owned),
        days,
        calls_per_week: calls.transpose()?,
        mini_tcpa: value(fields, "mini_tcpa").is_some(),
    })
}

fn as_typed(fields: &Fields) -> PolicyView {
    let text = |name| value(fields, name).unwrap_or_default().to_owned();
    let days = days(fields);
    PolicyView {
        opens: text("opens"),
        closes: text("closes"),
        days: if days.len() == WEEK.len() { Vec::new() } else { days },
        calls: text("calls_per_week"),
        mini_tcpa: value(fields, "mini_tcpa").is_some(),
        may_set: true,
        ..PolicyView::default()
    }
}

fn value<'a>(fields: &'a Fields, name: &str) -> Option<&'a str> {
    let found = fields.iter().find(|(key, _)| key == name);
    found.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
}

fn days(fields: &Fields) -> Vec<String> {
    fields.iter().filter(|(key, _)| key == "days").map(|(_, day)| day.clone()).collect()
}
