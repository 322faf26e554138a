//! `/audit`: who did what to what, and how the chain stands that proves it.

use axum::{Router, extract::State, http::HeaderMap, response::Response, routing::get};
use chrono::{DateTime, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Tz;
use serde::Deserialize;
use web::{
    Nav,
    pages::audit::{self as page, AuditFilter, AuditRow, AuditView, Chain},
    parts::field::FieldError,
};
use workflows::{
    audit::{self, Filter, LineRow, Status},
    identity::{Principal, Right},
};

use super::frame;
use crate::{
    extract::{Allowed, Params, SeeAudit},
    problem::Problem,
    state::App,
};

const ROWS: i64 = 50;
/// DESIGN §4: a line that no link holds by then is an alarm.
const LATE_SECS: f64 = 10.0;

pub(super) fn router() -> Router<App> {
    Router::new().route("/audit", get(show))
}

/// Which lines. A filter form sends an empty value for "every".
#[derive(Debug, Default, Deserialize)]
struct Which {
    #[serde(default)]
    actor: String,
    #[serde(default)]
    action: String,
    #[serde(default)]
    subject: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
    before: Option<i64>,
}

async fn show(
    State(app): State<App>,
    caller: Allowed<SeeAudit>,
    Params(which): Params<Which>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let view = load(&app, &caller, which).await?;
    let shell = frame::shell(&app, &caller, "Audit trail", Some(Nav::Audit), &headers).await?;
    let html = page::page(&shell, &view);
    Ok(frame::page(&shell, html))
}

async fn load(app: &App, caller: &Principal, which: Which) -> Result<AuditView, Problem> {
    let (filter, errors) = which.filter(frame::zone(caller));
    let mut tx = app.db.tenant(caller.org).await?;
    let lines = audit::list(&mut tx, caller.org, &filter, which.before, ROWS).await?;
    let status = audit::status(&mut tx, caller.org).await?;
    tx.commit().await?;
    let full = i64::try_from(lines.len()).is_ok_and(|n| n == ROWS);
    Ok(AuditView {
        chain: chain(status),
        older: lines.last().filter(|_| full).map(|line| line.id),
        rows: lines.into_iter().map(|line| row(caller, line)).collect(),
        filter: AuditFilter {
            actor: which.actor,
            action: which.action,
            subject: which.subject,
            from: which.from,
            to: which.to,
        },
        errors,
    })
}

impl Which {
    /// What can be understood of it, and what cannot: the rest of the filter holds without that.
    fn filter(&self, zone: Tz) -> (Filter, Vec<FieldError>) {
        let mut errors = Vec::new();
        let mut moment = |field: &str, text: &str| {
            let read = (!text.is_empty()).then(|| local(text, zone));
            if read == Some(None) {
                errors.push(FieldError::new(field, "Give a day and a time, such as 2026-11-17 14:00"));
            }
            read.flatten()
        };
        let (from, to) = (moment("from", &self.from), moment("to", &self.to));
        if from.zip(to).is_some_and(|(from, to)| from >= to) {
            errors.push(FieldError::new("to", "The end has to come after the beginning"));
        }
        let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let (actor, action, subject) = (given(&self.actor), given(&self.action), given(&self.subject));
        (Filter { actor, action, subject, from, to }, errors)
    }
}

/// By the organisation's clocks on the wall; an hour that came twice means its first.
fn local(text: &str, zone: Tz) -> Option<DateTime<Utc>> {
    let parsed = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M");
    let wall = parsed.or_else(|_| NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S")).ok()?;
    zone.from_local_datetime(&wall).earliest().map(|at| at.to_utc())
}

fn chain(status: Status) -> Chain {
    Chain {
        chained: status.chained,
        waiting: status.waiting,
        late_secs: status.waiting_secs.filter(|secs| *secs > LATE_SECS).map(|secs| secs as i64),
        verified: status.verified,
        verified_at: status.verified_at,
        fault: status.fault,
        signed: status.signed,
    }
}

fn row(caller: &Principal, line: LineRow) -> AuditRow {
    let page = match line.action.split_once('.') {
        Some(("account", "create" | "change" | "view")) if caller.may(Right::SeeAccounts) => Some("accounts"),
        Some(("campaign", _)) if caller.may(Right::SeeCampaigns) => Some("campaigns"),
        Some(("call" | "message" | "recipient", _)) => Some("workflows"),
        _ => None,
    };
    AuditRow {
        id: line.id,
        at: line.at,
        actor: line.actor_name.unwrap_or(line.actor),
        href: page.map(|page| format!("/{page}/{}", line.subject)),
        action: line.action,
        subject: line.subject,
        what: what(&line.payload),
        seq: line.seq,
    }
}

/// `from: ringing, to: answered`: the payload for people, in its own order.
fn what(payload: &serde_json::Value) -> String {
    let bare = |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let fields = payload.as_object().into_iter().flatten();
    fields.map(|(name, value)| format!("{name}: {}", bare(value))).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::by_the_wall("2026-11-17T14:00", Some("2026-11-17T20:00:00Z"))]
    #[case::an_hour_that_does_not_exist("2026-03-08T02:30", None)]
    #[case::an_hour_that_comes_twice("2026-11-01T01:30", Some("2026-11-01T06:30:00Z"))]
    #[case::words("yesterday", None)]
    fn a_time_is_read_by_the_organisations_clock(#[case] text: &str, #[case] read: Option<&str>) {
        let read = read.map(|at| at.parse::<DateTime<Utc>>().unwrap());
        assert_eq!(local(text, chrono_tz::America::Chicago), read);
    }

    #[test]
    fn a_payload_is_read_without_its_braces() {
        let payload = serde_json::json!({ "from": "ringing", "seq": 3 });
        assert_eq!(what(&payload), "from: ringing, seq: 3");
    }
}
