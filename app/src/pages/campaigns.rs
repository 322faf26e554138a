//! `/campaigns`: every campaign with its balance.

use axum::{Router, extract::State, http::HeaderMap, response::Response, routing::get};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use web::{
    Channel, Nav, format,
    pages::campaigns::{self, CampaignRow, CampaignsView, Progress},
};
use workflows::{
    campaign::{self, Line},
    id::CampaignId,
    identity::{Principal, Right},
};

use super::{frame, voice};
use crate::{
    extract::{Allowed, Params, SeeCampaigns},
    problem::Problem,
    state::App,
};

const ROWS: i64 = 50;

pub(super) fn router() -> Router<App> {
    Router::new().route("/campaigns", get(show))
}

/// Which campaigns. A filter form sends an empty value for "all".
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Which {
    state: Option<String>,
    before: Option<CampaignId>,
}

async fn show(
    State(app): State<App>,
    caller: Allowed<SeeCampaigns>,
    Params(which): Params<Which>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let mut shell = frame::shell(&app, &caller, "Campaigns", Some(Nav::Campaigns), &headers).await?;
    let view = load(&app, &caller, &which, shell.clock.now).await?;
    let state = view.state.map(|state| format!("?state={}", state.name())).unwrap_or_default();
    // An older page holds still.
    shell.events = which.before.is_none().then(|| format!("/live/campaigns{state}"));
    let html = campaigns::page(&shell, &view);
    Ok(frame::page(&shell, html))
}

/// The parts that change.
pub(super) async fn fragments(app: &App, caller: &Principal, which: &Which) -> Result<String, Problem> {
    let clock = frame::clock(app, caller).await?;
    let view = load(app, caller, which, clock.now).await?;
    Ok(campaigns::fragments(&clock, &view))
}

async fn load(app: &App, caller: &Principal, which: &Which, now: DateTime<Utc>) -> Result<CampaignsView, Problem> {
    let asked = which.state.as_deref().and_then(web::state::CampaignState::named);
    let state = campaign::State::ALL.into_iter().find(|state| asked.is_some_and(|a| a.name() == state.as_str()));
    let mut tx = app.db.tenant(caller.org).await?;
    let lines = campaign::board(&mut tx, caller.org, state, which.before, ROWS).await?;
    let states = campaign::by_state(&mut tx, caller.org).await?;
    tx.commit().await?;
    let full = i64::try_from(lines.len()).is_ok_and(|n| n == ROWS);
    let older = lines.last().filter(|_| full).map(|line| line.id.to_string());
    let zone = frame::zone(caller);
    Ok(CampaignsView {
        rows: lines.into_iter().map(|line| row(line, now, zone)).collect(),
        states: states.into_iter().map(|(state, n)| (voice::state(state), n)).collect(),
        state: asked,
        may_operate: caller.may(Right::RunCampaigns),
        older,
    })
}

fn row(line: Line, now: DateTime<Utc>, zone: chrono_tz::Tz) -> CampaignRow {
    let (next, next_note) = next(&line, now, zone);
    CampaignRow {
        id: line.id.0,
        channel: channel(line.kind),
        kind: kind(&line),
        state: voice::state(line.state),
        progress: Progress {
            planned: line.planned,
            done: line.done,
            failed: line.failed,
            suppressed: line.suppressed,
            skipped: line.skipped,
            in_flight: line.in_flight,
            waiting: line.waiting,
        },
        name: line.name,
        next,
        next_note,
        owner: line.owner,
    }
}

/// How a campaign of that kind reaches people.
pub(super) fn channel(kind: campaign::Kind) -> Channel {
    match kind {
        campaign::Kind::Voice => Channel::Call,
        campaign::Kind::SmsBlast => Channel::Text,
        campaign::Kind::EmailBlast => Channel::Email,
    }
}

/// Only a dialer has a mode.
fn kind(line: &Line) -> String {
    match line.kind {
        campaign::Kind::Voice => format!("Voice, {}", line.mode),
        kind => channel(kind).campaign().to_owned(),
    }
}

fn at_work(kind: campaign::Kind) -> &'static str {
    if kind == campaign::Kind::Voice { "dialing" } else { "sending" }
}

fn draining(kind: campaign::Kind) -> &'static str {
    if kind == campaign::Kind::Voice { "Last calls end" } else { "Last messages are answered for" }
}

/// What happens next, and more about it.
fn next(line: &Line, now: DateTime<Utc>, zone: chrono_tz::Tz) -> (String, String) {
    let at = |moment: DateTime<Utc>| format::near(moment, now, zone);
    match line.state {
        campaign::State::Draft => ("Not started".to_owned(), format!("made {}", at(line.created_at))),
        campaign::State::Scheduled => match (line.starts_at, &line.cron) {
            (Some(starts), _) => (format!("Starts {}", at(starts)), String::new()),
            (None, Some(cron)) => ("Opens by itself".to_owned(), cron.clone()),
            (None, None) => ("Scheduled".to_owned(), String::new()),
        },
        campaign::State::Running => {
            (voice::capital(line.waiting_for.as_deref().unwrap_or(at_work(line.kind))), String::new())
        }
        campaign::State::Paused => {
            ("Paused".to_owned(), voice::paused(line.pause_reason.as_deref().unwrap_or_default()))
        }
        campaign::State::Draining => (draining(line.kind).to_owned(), format!("{} in flight", line.in_flight)),
        campaign::State::Completed | campaign::State::Stopped => {
            (line.ended_at.map(|ended| format!("Ended {}", at(ended))).unwrap_or_default(), String::new())
        }
    }
}
