//! `/kill-switch`: the order that stops everything, and its end; and the banner on every page.

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::Deserialize;
use web::{
    Nav,
    halt::Halt,
    pages::kill_switch::{self as page, KillSwitchView, OrderRow},
};
use workflows::{
    identity::{Principal, Right},
    kill_switch::{self, Order},
};

use super::{frame, words::field_errors};
use crate::{
    api::kill_switch as api,
    extract::{Allowed, Caller, RunCampaigns, Submitted},
    problem::Problem,
    state::App,
};

const HERE: &str = "/kill-switch";
const ORDERS: i64 = 20;

pub(super) fn router() -> Router<App> {
    Router::new().route(HERE, get(show).post(pull)).route("/kill-switch/lift", post(lift))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Typed {
    reason: String,
    calls: String,
}

/// Whoever is signed in may know why nothing happens.
async fn show(State(app): State<App>, Caller(caller): Caller, headers: HeaderMap) -> Result<Response, Problem> {
    render(&app, &caller, &headers, StatusCode::OK, KillSwitchView::default()).await
}

async fn pull(
    State(app): State<App>,
    caller: Allowed<RunCampaigns>,
    headers: HeaderMap,
    Submitted(typed): Submitted<Typed>,
) -> Result<Response, Problem> {
    let done = api::order(&app, &caller, &typed.reason, typed.calls == "end").await;
    answer(&app, &caller, &headers, typed, done, "Stopped. Nothing more leaves.").await
}

async fn lift(
    State(app): State<App>,
    caller: Allowed<RunCampaigns>,
    headers: HeaderMap,
    Submitted(typed): Submitted<Typed>,
) -> Result<Response, Problem> {
    let done = api::go_on(&app, &caller, &typed.reason).await;
    answer(&app, &caller, &headers, typed, done, "Lifted. Everything goes on where it was.").await
}

async fn answer(
    app: &App,
    caller: &Principal,
    headers: &HeaderMap,
    typed: Typed,
    done: Result<(), Problem>,
    words: &str,
) -> Result<Response, Problem> {
    match done {
        Ok(()) => Ok(frame::onward(HERE, words)),
        // Somebody was faster: the page shows how it is now.
        Err(problem) if problem.status() == StatusCode::CONFLICT => {
            Ok(frame::onward(HERE, &format!("Not done: {}.", problem.sentence())))
        }
        Err(problem) if problem.status().is_client_error() => {
            let end_calls = typed.calls == "end";
            let errors = field_errors(&problem);
            let view = KillSwitchView { reason: typed.reason, end_calls, errors, ..KillSwitchView::default() };
            render(app, caller, headers, problem.status(), view).await
        }
        Err(problem) => Err(problem),
    }
}

async fn render(
    app: &App,
    caller: &Principal,
    headers: &HeaderMap,
    status: StatusCode,
    typed: KillSwitchView,
) -> Result<Response, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let now = kill_switch::under_way(&mut tx, caller.org).await?;
    let orders = kill_switch::history(&mut tx, caller.org, ORDERS).await?;
    tx.commit().await?;
    let shell = frame::shell(app, caller, "Kill switch", Some(Nav::Voice), headers).await?;
    let view = KillSwitchView {
        on: shell.halt.clone(),
        campaigns: now.campaigns,
        ringing: now.ringing,
        talking: now.talking,
        may: caller.may(Right::RunCampaigns),
        orders: orders.into_iter().map(row).collect(),
        ..typed
    };
    let html = page::page(&shell, &view);
    Ok((status, frame::page(&shell, html)).into_response())
}

fn row(order: Order) -> OrderRow {
    let lifted =
        order.lifted_at.map(|at| (at, order.lifted_by.unwrap_or_default(), order.lift_reason.unwrap_or_default()));
    OrderRow { at: order.at, by: order.by, reason: order.reason, lifted }
}

/// The order that stands, for the banner.
pub(super) async fn halt(app: &App, caller: &Principal) -> Result<Option<Halt>, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let order = kill_switch::current(&mut tx, caller.org).await?;
    tx.commit().await?;
    let may_lift = caller.may(Right::RunCampaigns);
    Ok(order.map(|o| Halt { at: o.at, by: o.by, reason: o.reason, ends_calls: o.ends_calls, may_lift }))
}

/// The banner, for a live page.
pub(super) async fn banner(app: &App, caller: &Principal) -> Result<String, Problem> {
    match halt(app, caller).await? {
        Some(halt) => Ok(web::halt::fragment(&frame::clock(app, caller).await?, &halt)),
        None => Ok(web::halt::none()),
    }
}
