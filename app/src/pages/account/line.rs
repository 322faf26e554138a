//! One line of the timeline, in words.

mod message;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde_json::Value;
use web::{format, pages::account::TimelineEntry, parts::listen::ListenView, state::Event};
use workflows::{compliance, timeline::Entry};

use crate::pages::voice::capital;

pub(in crate::pages) fn line(entry: Entry, listen: Option<ListenView>) -> TimelineEntry {
    let (event, title, sentence) = if message::is_one(&entry) {
        (message::event(&entry), message::title(&entry), message::sentence(&entry))
    } else {
        (event(&entry), title(&entry), sentence(&entry))
    };
    TimelineEntry {
        id: format!("{}-{}", entry.kind, entry.id),
        at: entry.at,
        event,
        title,
        sentence,
        run: matches!(entry.kind.as_str(), "call" | "message").then_some(entry.id),
        citation: entry.citation,
        pending: entry.pending,
        listen,
    }
}

fn event(entry: &Entry) -> Event {
    let outcome = entry.outcome.as_deref().unwrap_or_default();
    match (entry.kind.as_str(), entry.state.as_str(), outcome) {
        ("retry", ..) => Event::RetrySet,
        ("placed", ..) => Event::Imported,
        ("decision", "allowed", _) => Event::Allowed,
        ("decision", ..) | ("call", "skipped", _) if text(entry, "until").is_some() => Event::Later,
        ("decision", ..) | ("call", "skipped", _) => Event::Blocked,
        ("call", "failed", _) | ("call", _, "failed") => Event::CallFailed,
        ("call", "unknown_closed", _) => Event::CallUnknown,
        ("call", _, "promise") => Event::Promise,
        ("call", _, "wrong_number") => Event::WrongNumber,
        ("call", _, "no_answer" | "hung_up") => Event::NoAnswer,
        ("call", _, "busy") => Event::Busy,
        ("call", _, "voicemail") => Event::Machine,
        ("call", _, "abandoned") => Event::Abandoned,
        ("call", "ended", _) => Event::Spoke,
        ("call", ..) => Event::Placed,
        _ => Event::Other,
    }
}

fn title(entry: &Entry) -> String {
    let tries = match (number(entry, "attempt"), number(entry, "of")) {
        (Some(n), Some(of)) => format!(" {n} of {of}"),
        _ => String::new(),
    };
    let code = entry.outcome.as_deref().unwrap_or(&entry.state);
    let outcome = text(entry, "label").map_or_else(|| outcome(code), str::to_owned);
    match entry.kind.as_str() {
        "call" if entry.state == "skipped" => format!("Not called, {}", refusal(entry)),
        "call" => format!("Call{tries}, {outcome}"),
        "decision" if entry.state == "allowed" && current(entry) => {
            format!("Allowed, {n} of {n} rules", n = compliance::RULES_COUNT)
        }
        "decision" if entry.state == "allowed" => "Allowed".to_owned(),
        "decision" => format!("Refused, {}", refusal(entry)),
        "retry" => format!("Try{tries}"),
        "placed" => "Account placed".to_owned(),
        other => format!("{}, {outcome}", capital(other)),
    }
}

fn sentence(entry: &Entry) -> String {
    let talked = number(entry, "talked_secs");
    let because = entry.detail.as_deref().filter(|detail| !detail.is_empty());
    let parts = [
        because.map(|detail| if entry.kind == "retry" { after(detail) } else { plain(detail) }),
        text(entry, "agent").zip(talked).map(|(agent, secs)| format!("{agent} talked for {}.", format::span(secs))),
        entry.facts.get("disclosed").map(|_| "Disclosure given.".to_owned()),
        entry.facts.get("zones").and_then(|zones| clocks(zones, entry.at)),
        text(entry, "campaign").map(|name| format!("Campaign {name}.")),
        text(entry, "rules_version").map(|version| format!("Rules {version}.")),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// Was it decided by the edition of the rules in force? Of others the number of rules is not known.
fn current(entry: &Entry) -> bool {
    text(entry, "rules_version") == Some(compliance::RULES_VERSION)
}

/// What their clocks showed.
pub(in crate::pages) fn clocks(zones: &Value, at: DateTime<Utc>) -> Option<String> {
    let zones = zones.as_array()?.iter().filter_map(Value::as_str);
    let clock = |zone: &str| {
        let place = zone.rsplit('/').next().unwrap_or(zone).replace('_', " ");
        zone.parse::<Tz>().ok().map(|zone| format!("{} in {place}", at.with_timezone(&zone).format("%H:%M")))
    };
    let clocks: Vec<String> = zones.filter_map(clock).collect();
    (!clocks.is_empty()).then(|| format!("It was {}.", clocks.join(" and ")))
}

/// Why there is another try.
fn after(detail: &str) -> String {
    if detail.contains(' ') { detail.to_owned() } else { format!("After {}.", outcome(detail)) }
}

/// A sentence as it is, a code in words.
pub(in crate::pages) fn plain(detail: &str) -> String {
    if detail.contains(' ') { detail.to_owned() } else { outcome(detail) }
}

/// An outcome's code in words; an organisation's own dispositions come with their label.
pub(in crate::pages) fn outcome(code: &str) -> String {
    let words = match code {
        "promise" => "promise to pay",
        "right_party_no_promise" => "right party, no promise",
        "call_back" => "call back later",
        "refused" => "refused to pay",
        "dispute" => "disputes the debt",
        "unknown_closed" | "unknown" => "outcome unknown",
        "NO_CONSENT" => "no consent to texts",
        "DNC_NUMBER" => "on a do-not-call list",
        "OUT_OF_WINDOW" => "outside calling hours",
        "CAMPAIGN_HOURS" => "outside the campaign's hours",
        "CHANNEL_OPTOUT" => "opted out",
        other => return other.to_lowercase().replace('_', " "),
    };
    words.to_owned()
}

fn refusal(entry: &Entry) -> String {
    text(entry, "reason").map_or_else(|| "a rule said no".to_owned(), outcome)
}

fn text<'a>(entry: &'a Entry, name: &str) -> Option<&'a str> {
    entry.facts.get(name).and_then(Value::as_str)
}

fn number(entry: &Entry, name: &str) -> Option<i64> {
    entry.facts.get(name).and_then(Value::as_i64)
}
