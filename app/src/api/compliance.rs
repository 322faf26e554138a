//! The rules: asked about one contact, and tightened by the agency.

use axum::{Json, extract::State};
use utoipa_axum::{router::OpenApiRouter, routes};
use workflows::{
    decision::{self, NoContact},
    policy,
};

use super::shapes::{ExplainIn, ExplanationOut, PolicyIn, PolicyOut};
use crate::{
    extract::{Allowed, SeeAccounts, SeeCompliance, SetPolicy, Valid},
    problem::{Kind, Problem},
    state::App,
};

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(explain)).routes(routes!(get, put))
}

impl From<NoContact> for Problem {
    fn from(error: NoContact) -> Self {
        match error {
            NoContact::NoAccount => Self::not_found("account"),
            NoContact::NoAddress(_) => Self::new(Kind::NotReady).detail(error),
            NoContact::BadNumber(error) => Self::field("to", error.to_string()),
            NoContact::BadEmail => Self::field("to", "is not an e-mail address"),
            NoContact::Database(error) => error.into(),
        }
    }
}

/// May this person be contacted? The verdict in words, rule by rule
///
/// Nothing is contacted and no decision is stored; that it was asked is audited.
#[utoipa::path(post, path = "/api/compliance/explain", tag = "compliance", request_body = ExplainIn,
    responses((status = 200, body = ExplanationOut)))]
async fn explain(
    State(app): State<App>,
    caller: Allowed<SeeAccounts>,
    asked: Valid<ExplainIn>,
) -> Result<Json<ExplanationOut>, Problem> {
    let asked = asked.body;
    let mut tx = app.db.tenant(caller.org).await?;
    let (channel, to) = (asked.channel(), asked.to.as_deref());
    let contact = decision::contact(&mut tx, caller.org, asked.account_id, channel, to).await?;
    let at = asked.at.unwrap_or(tx.now().await?);
    let explained = decision::answer(&mut tx, &contact, at, &caller.actor).await?;
    tx.commit().await?;
    Ok(Json(explained.into()))
}

/// The agency's own policy
#[utoipa::path(get, path = "/api/compliance/policy", tag = "compliance", responses((status = 200, body = PolicyOut)))]
async fn get(State(app): State<App>, caller: Allowed<SeeCompliance>) -> Result<Json<PolicyOut>, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let saved = policy::find(&mut tx, caller.org).await?;
    tx.commit().await?;
    Ok(Json(saved.map(PolicyOut::from).unwrap_or_default()))
}

/// Set the agency's own policy: it tightens the law, never loosens it, from the next decision on
#[utoipa::path(put, path = "/api/compliance/policy", tag = "compliance", request_body = PolicyIn,
    responses((status = 200, body = PolicyOut)))]
async fn put(
    State(app): State<App>,
    caller: Allowed<SetPolicy>,
    wanted: Valid<PolicyIn>,
) -> Result<Json<PolicyOut>, Problem> {
    let wanted = wanted.body.policy()?;
    let mut tx = app.db.tenant(caller.org).await?;
    policy::save(&mut tx, caller.org, &wanted, caller.actor).await?;
    let saved = policy::find(&mut tx, caller.org).await?;
    tx.commit().await?;
    Ok(Json(saved.map(PolicyOut::from).unwrap_or_default()))
}
