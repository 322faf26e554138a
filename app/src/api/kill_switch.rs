//! The kill switch: stop all dialing and sending of an organisation, and lift it again.

use std::time::{Duration, Instant};

use axum::{Json, extract::State};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use workflows::{
    id::OrgId,
    identity::Principal,
    kill_switch::{self, Order},
};

use crate::{
    extract::{Allowed, Check, Params, RunCampaigns, SeeCampaigns, Valid},
    problem::{Kind, Problem},
    state::App,
};

/// What had its intent before the order leaves within this, or never (INVARIANTS V14).
const LEFT_BY: Duration = Duration::from_secs(1);
const LOOK: Duration = Duration::from_millis(20);

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(show, pull, lift))
}

/// The order to stop.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrderIn {
    /// Why, up to 300 characters: everybody sees it, and it goes to the audit trail.
    reason: String,
    /// End conversations, too; else those that were answered go on.
    #[serde(default)]
    end_calls: bool,
}

impl Check for OrderIn {}

/// The switch.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SwitchOut {
    on: bool,
    since: Option<DateTime<Utc>>,
    by: Option<String>,
    reason: Option<String>,
    ends_calls: bool,
}

impl From<Option<Order>> for SwitchOut {
    fn from(order: Option<Order>) -> Self {
        Self {
            on: order.is_some(),
            since: order.as_ref().map(|order| order.at),
            ends_calls: order.as_ref().is_some_and(|order| order.ends_calls),
            by: order.as_ref().map(|order| order.by.clone()),
            reason: order.map(|order| order.reason),
        }
    }
}

impl From<kill_switch::Error> for Problem {
    fn from(error: kill_switch::Error) -> Self {
        match error {
            kill_switch::Error::On(_) | kill_switch::Error::Off => Self::new(Kind::IllegalTransition).detail(error),
            kill_switch::Error::Reason(message) => Self::field("reason", message),
            kill_switch::Error::Database(error) => error.into(),
        }
    }
}

/// The kill switch: whether it is on, since when, by whom and why
#[utoipa::path(get, path = "/api/kill-switch", tag = "dialer", responses((status = 200, body = SwitchOut)))]
async fn show(State(app): State<App>, caller: Allowed<SeeCampaigns>) -> Result<Json<SwitchOut>, Problem> {
    read(&app, caller.org).await.map(Json)
}

/// Stop all dialing and sending, at once
///
/// Once this is answered no call, text or e-mail leaves. What rings is hung up; who was answered goes on, unless
/// `end_calls` says otherwise. While it is on, a second order is 409, except to end the conversations, too.
#[utoipa::path(post, path = "/api/kill-switch", tag = "dialer", request_body = OrderIn,
    responses((status = 200, body = SwitchOut)))]
async fn pull(
    State(app): State<App>,
    caller: Allowed<RunCampaigns>,
    asked: Valid<OrderIn>,
) -> Result<Json<SwitchOut>, Problem> {
    order(&app, &caller, &asked.body.reason, asked.body.end_calls).await?;
    read(&app, caller.org).await.map(Json)
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Lifting {
    /// Why it may go on, up to 300 characters; it goes to the audit trail.
    #[serde(default)]
    reason: String,
}

/// Lift the kill switch: everything goes on where it was, each contact checked anew
#[utoipa::path(delete, path = "/api/kill-switch", tag = "dialer", params(Lifting),
    responses((status = 200, body = SwitchOut)))]
async fn lift(
    State(app): State<App>,
    caller: Allowed<RunCampaigns>,
    Params(why): Params<Lifting>,
) -> Result<Json<SwitchOut>, Problem> {
    go_on(&app, &caller, &why.reason).await?;
    read(&app, caller.org).await.map(Json)
}

/// Gives the order, and answers when nothing more leaves.
pub(crate) async fn order(app: &App, caller: &Principal, reason: &str, end_calls: bool) -> Result<(), Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    kill_switch::pull(&mut tx, caller.org, reason, end_calls, caller.actor).await?;
    tx.commit().await?;
    let committed = Instant::now();
    while committed.elapsed() < LEFT_BY && leaving(app, caller.org).await? {
        tokio::time::sleep(LOOK).await;
    }
    Ok(())
}

pub(crate) async fn go_on(app: &App, caller: &Principal, reason: &str) -> Result<(), Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    kill_switch::lift(&mut tx, caller.org, reason, caller.actor).await?;
    Ok(tx.commit().await?)
}

async fn leaving(app: &App, org: OrgId) -> Result<bool, Problem> {
    let mut tx = app.db.tenant(org).await?;
    let any = kill_switch::leaving(&mut tx, org).await?;
    tx.commit().await?;
    Ok(any)
}

async fn read(app: &App, org: OrgId) -> Result<SwitchOut, Problem> {
    let mut tx = app.db.tenant(org).await?;
    let order = kill_switch::current(&mut tx, org).await?;
    tx.commit().await?;
    Ok(order.into())
}
