//! `/jobs/alerts`: each alert and how it stands now.

use axum::{Router, extract::State, http::HeaderMap, response::Response, routing::get};
use chrono::{DateTime, TimeDelta, Utc};
use web::{
    Nav, format,
    pages::alerts::{self as page, AlertRow, AlertsView, Standing},
};
use workflows::{
    alert::{self, Bound, Reading, Rule, Severity, State as Stands, Unit},
    figure::Figures,
};

use super::frame;
use crate::{
    extract::{Allowed, SeeJobs},
    problem::Problem,
    state::App,
};

pub(super) fn router() -> Router<App> {
    Router::new().route("/jobs/alerts", get(show))
}

async fn show(State(app): State<App>, caller: Allowed<SeeJobs>, headers: HeaderMap) -> Result<Response, Problem> {
    let figures = app.figures.get().await?;
    let shell = frame::shell(&app, &caller, "Alerts", Some(Nav::Jobs), &headers).await?;
    let mut alerts: Vec<AlertRow> = alert::RULES.iter().map(|rule| row(rule, &figures, shell.clock.now)).collect();
    // What fires first; within it the order of the rules, the gravest first.
    alerts.sort_by_key(|row| !matches!(row.standing, Standing::Firing(_)));
    let html = page::page(&shell, &AlertsView { alerts });
    Ok(frame::page(&shell, html))
}

fn row(rule: &Rule, figures: &Figures, now: DateTime<Utc>) -> AlertRow {
    let (standing, reading) = match rule.state(figures) {
        Stands::Ok(reading) => (Standing::Ok, Some(reading)),
        Stands::Firing(reading) => (Standing::Firing(since(reading, now)), Some(reading)),
        Stands::Unknown => (Standing::Unknown, None),
    };
    AlertRow {
        name: rule.name,
        title: rule.title,
        standing,
        value: reading.map(|reading| words(rule.unit, reading.value)),
        bound: bound(rule),
        wakes: rule.severity == Severity::Page,
        means: rule.means,
        // Quoted for the operators' book; a page needs no marks.
        todo: rule.todo.replace('`', ""),
    }
}

fn since(reading: Reading, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let millis = reading.for_secs? * 1e3;
    now.checked_sub_signed(TimeDelta::milliseconds(millis as i64))
}

fn bound(rule: &Rule) -> String {
    match rule.bound {
        Bound::Above(bound) => format!("over {}", words(rule.unit, bound)),
        Bound::Below(bound) => format!("under {}", words(rule.unit, bound)),
    }
}

fn words(unit: Unit, value: f64) -> String {
    match unit {
        Unit::Count if value.fract() == 0.0 => format::count(value as i64),
        Unit::Count => format!("{value:.1}"),
        Unit::Seconds => format::span(value.round() as i64),
        Unit::Share => format!("{:.0} % of the cap", value * 100.0),
    }
}
