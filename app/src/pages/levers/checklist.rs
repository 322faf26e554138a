//! What a voice campaign that is about to start would find, one line each, with the fix as a link.

use chrono::{DateTime, TimeDelta, Utc};
use web::{
    format::{self, counted},
    pages::confirm::{
        Check,
        CheckResult::{self, Blocks, Noted, Passed},
        Fix,
    },
};
use workflows::{
    campaign::{self, Campaign, Panel, Preflight},
    db::Tx,
    identity::Principal,
    kill_switch::{self, Order},
};

use crate::{pages::frame, problem::Problem};

/// A copy of the registry is good for so long: 16 CFR 310.4(b)(3)(iv).
const REGISTRY_DAYS: i64 = 31;

/// Reads and judges. Only what is in the way whatever the hour blocks; `later` is a start that waits for its time.
pub(in crate::pages) async fn of(
    tx: &mut Tx,
    caller: &Principal,
    found: &Campaign,
    panel: &Panel,
    later: bool,
) -> Result<Vec<Check>, Problem> {
    let it = campaign::preflight(tx, caller.org, found).await?;
    let order = kill_switch::current(tx, caller.org).await?;
    let now = tx.now().await?;
    let zone = frame::zone(caller);
    let near = |at| format::near(at, now, zone);
    Ok(vec![
        switch(order.as_ref()),
        number(&it),
        agents(&it, found, later),
        hours(&it, near),
        lines(&it, found, panel, near),
        abandoned(found, panel),
        registry(it.registry_at, now),
    ])
}

fn check(result: CheckResult, words: impl Into<String>) -> Check {
    Check { result, words: words.into(), note: String::new(), fix: None }
}

fn fix(check: Check, href: &str, word: &'static str) -> Check {
    Check { fix: Some(Fix { href: href.to_owned(), word }), ..check }
}

fn switch(order: Option<&Order>) -> Check {
    match order {
        None => check(Passed, "The kill switch is off"),
        Some(order) => {
            let words = format!("The kill switch is on, by {}: {}", order.by, order.reason);
            fix(check(Blocks, words), "/kill-switch", "Lift it")
        }
    }
}

fn number(it: &Preflight) -> Check {
    match it.number_owned {
        true => check(Passed, "Its caller ID is a number of yours"),
        false => check(Blocks, "Its caller ID is no number of yours: make the campaign anew with one that is"),
    }
}

fn agents(it: &Preflight, found: &Campaign, later: bool) -> Check {
    let working = it.agents - it.on_break;
    let words = format!(
        "{} signed in: {} free with audio up, {} on a break",
        counted(it.agents, "agent", "agents"),
        it.free,
        it.on_break
    );
    match (working, found.state) {
        (0, _) if later => check(Noted, format!("{words}; there has to be one when it starts")),
        (0, _) => fix(check(Blocks, words), "/voice", "See agents"),
        _ if it.free == 0 => check(Noted, format!("{words}; it dials when one is free")),
        _ => check(Passed, words),
    }
}

fn hours(it: &Preflight, near: impl Fn(DateTime<Utc>) -> String) -> Check {
    let opens = it.opens_at.map(|at| format!("; the next open {}", near(at))).unwrap_or_default();
    let words = format!(
        "Calling hours are open in {} of {}, for {} of {} looked at{opens}",
        it.zones_open,
        counted(it.zones, "zone", "zones"),
        format::count(it.open_now),
        counted(it.people, "person", "people")
    );
    match (it.people, it.open_now) {
        (0, _) => check(Noted, "Nobody on the list is left to call"),
        (_, 0) => check(Noted, format!("{words}; nobody is called before")),
        _ => check(Passed, words),
    }
}

/// Whether the carrier's pace carries the lines this campaign begins with, beside those that are out.
fn lines(it: &Preflight, found: &Campaign, panel: &Panel, near: impl Fn(DateTime<Utc>) -> String) -> Check {
    if let Some(until) = it.paused_until {
        return check(Noted, format!("The carrier asked us to wait until {}", near(until)));
    }
    let per_second = f64::from(it.permits) * 1e3 / f64::from(it.period_ms.max(1));
    let first = (it.free as f64 * panel.lines_per_agent).ceil();
    let pace = format!("{per_second:.0} calls a second may leave");
    let begins = format!(
        "{} begins with {} beside {} not answered yet",
        found.name,
        counted(first as i64, "line", "lines"),
        format::count(it.lines_out)
    );
    match first <= per_second {
        true => check(Passed, format!("{pace}; {begins}")),
        false => check(Noted, format!("{pace}; {begins}: the first take {:.0} s", first / per_second)),
    }
}

fn abandoned(found: &Campaign, panel: &Panel) -> Check {
    let cap = f64::from(found.abandon_cap);
    let rate = if panel.answered == 0 { 0.0 } else { panel.abandoned as f64 / panel.answered as f64 };
    let left = ((cap * panel.answered as f64).ceil() as i64 - panel.abandoned).max(0);
    let words = format!(
        "{} % of the calls answered in 30 days were abandoned, of {} %",
        format::percent(rate),
        format::percent(cap)
    );
    match (panel.answered, rate < cap) {
        (0, _) => check(Passed, format!("No call was abandoned in 30 days; the cap is {} %", format::percent(cap))),
        (_, true) => check(Passed, format!("{words}; {left} more would reach the cap")),
        (_, false) => check(Noted, format!("{words}: it dials no more lines than agents are free")),
    }
}

fn registry(newest: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Check {
    let import = |check| fix(check, "/suppressions/import", "Import a file");
    let Some(at) = newest else {
        return import(check(
            Noted,
            "No entry of the federal do-not-call registry is here; calls that only collect need none",
        ));
    };
    let days = (now - at).num_days();
    let words = format!("The newest entry of the federal registry is {} old", counted(days, "day", "days"));
    match now - at <= TimeDelta::days(REGISTRY_DAYS) {
        true => check(Passed, words),
        false => import(check(Noted, format!("{words}; a copy is good for {REGISTRY_DAYS} days"))),
    }
}
