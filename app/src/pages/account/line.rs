//! One line of the timeline, in words.

use web::{format, pages::account::TimelineEntry, state::Event};
use workflows::timeline::Entry;

use crate::pages::voice::capital;

pub(super) fn line(entry: Entry) -> TimelineEntry {
    let event = event(&entry);
    TimelineEntry {
        id: format!("{}-{}", entry.kind, entry.id),
        at: entry.at,
        event,
        title: title(&entry),
        sentence: sentence(&entry),
        citation: entry.citation,
        pending: entry.pending,
    }
}

fn event(entry: &Entry) -> Event {
    let outcome = entry.outcome.as_deref().unwrap_or_default();
    match (entry.kind.as_str(), entry.state.as_str(), outcome) {
        ("retry", ..) => Event::RetrySet,
        ("placed", ..) => Event::Imported,
        ("call", "skipped", _) => Event::Blocked,
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
    let number = |name: &str| entry.facts.get(name).and_then(serde_json::Value::as_i64);
    let tries = match (number("attempt"), number("of")) {
        (Some(n), Some(of)) => format!(" {n} of {of}"),
        _ => String::new(),
    };
    let outcome = entry.outcome.as_deref().unwrap_or(&entry.state).replace('_', " ");
    match entry.kind.as_str() {
        "call" if entry.state == "skipped" => "Not called".to_owned(),
        "call" => format!("Call{tries}, {outcome}"),
        "retry" => format!("Try{tries}"),
        "placed" => "Account placed".to_owned(),
        other => format!("{}, {outcome}", capital(other)),
    }
}

fn sentence(entry: &Entry) -> String {
    let text = |name: &str| entry.facts.get(name).and_then(serde_json::Value::as_str);
    let talked = entry.facts.get("talked_secs").and_then(serde_json::Value::as_i64);
    let parts = [
        entry.detail.clone().filter(|detail| !detail.is_empty()),
        text("agent").zip(talked).map(|(agent, secs)| format!("{agent} talked for {}.", format::span(secs))),
        text("campaign").map(|name| format!("Campaign {name}.")),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}
