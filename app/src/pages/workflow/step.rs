//! One step of a run, in words.

use chrono::{DateTime, Utc};
use serde_json::Value;
use web::{
    pages::workflow::StepRow,
    state::{Step as Kind, Tone},
};
use workflows::{compliance, run::Step};

use super::{mark, words};
use crate::pages::{
    account::{clocks, outcome},
    voice::capital,
};

/// The steps; whatever is heard after a lost answer made known what was not.
pub(super) fn rows(noun: &str, steps: Vec<Step>) -> Vec<StepRow> {
    let mut unknown = false;
    let each = steps.into_iter().enumerate().map(|(n, step)| {
        let resolves = unknown && step.kind == "webhook";
        unknown = (unknown && !resolves) || lost(&step);
        StepRow { resolves, ..row(noun, n, &step) }
    });
    each.collect()
}

fn lost(step: &Step) -> bool {
    step.what == "lost_reply" || (step.kind == "request" && step.outcome == "unknown")
}

fn row(noun: &str, n: usize, step: &Step) -> StepRow {
    let kind = Kind::named(&step.kind).or_else(|| Kind::named(alias(&step.kind)));
    StepRow {
        id: n.to_string(),
        at: step.at,
        kind: kind.expect("the lexicon has every kind of step"),
        tone: tone(noun, step),
        title: title(step),
        took_ms: took(step),
        sentence: sentence(noun, step),
        details: details(step),
        resolves: false,
        pending: step.pending,
        run: (step.kind == "attempt").then(|| text(step, "id").and_then(|id| id.parse().ok())).flatten(),
    }
}

/// The lexicon's longer names.
fn alias(kind: &str) -> &str {
    match kind {
        "transition" => "state_change",
        "request" => "provider_request",
        other => other,
    }
}

fn tone(noun: &str, step: &Step) -> Tone {
    match (step.kind.as_str(), step.outcome.as_str()) {
        ("transition", _) if lost(step) => Tone::Unknown,
        ("transition", state) => mark(noun, state).tone,
        ("attempt", state) => mark(&step.what, state).tone,
        ("decision", "allowed") => Tone::Live,
        ("decision", _) => Tone::Block,
        ("job", "running") | ("request", "accepted" | "already_done") => Tone::Ring,
        ("job", "pending" | "retrying") | ("request", "rate_limited" | "not_sent") => Tone::Hold,
        ("job", "dead") | ("request", "refused") => Tone::Fail,
        ("request", _) => Tone::Unknown,
        ("webhook", "applied") => Tone::Live,
        _ => Tone::Idle,
    }
}

fn title(step: &Step) -> String {
    match (step.kind.as_str(), step.outcome.as_str()) {
        ("transition", _) => capital(&words::event(&step.what)),
        ("decision", "allowed") if text(step, "rules_version") == Some(compliance::RULES_VERSION) => {
            format!("Allowed, {n} of {n} rules", n = compliance::RULES_COUNT)
        }
        ("decision", "allowed") => "Allowed".to_owned(),
        ("decision", _) => format!("Refused, {}", reason(step, "code").map_or("by a rule".to_owned(), outcome)),
        ("job", _) => capital(&words::job(&step.what)),
        ("request", _) => words::request(text(step, "provider").unwrap_or_default(), &step.what),
        ("webhook", _) => format!("{} said {}", words::name(text(step, "provider").unwrap_or_default()), step.what),
        _ => attempt(step),
    }
}

fn attempt(step: &Step) -> String {
    let what = match step.what.as_str() {
        "call" => "Call",
        "email" => "Email",
        _ => "Text",
    };
    let n = step.detail.get("attempt").and_then(Value::as_i64).unwrap_or(1);
    format!("{what}, try {n}")
}

fn sentence(noun: &str, step: &Step) -> String {
    match step.kind.as_str() {
        "transition" => changed(noun, step),
        "decision" => verdict(step),
        "job" => ran(step),
        "request" => answered(step),
        "webhook" => heard(step).to_owned(),
        _ => format!("{}.", mark(&step.what, &step.outcome).word),
    }
}

fn changed(noun: &str, step: &Step) -> String {
    let to = mark(noun, &step.outcome).word;
    let from = text(step, "from").filter(|from| !from.is_empty() && *from != step.outcome);
    let states =
        from.map_or_else(|| format!("Begins as {to}."), |from| format!("From {} to {to}.", mark(noun, from).word));
    let because = text(step, "detail").map(|detail| format!(" {}", stop(&capital(&outcome_or(detail)))));
    states + &because.unwrap_or_default()
}

/// A code in words, a sentence as it is.
fn outcome_or(detail: &str) -> String {
    if detail.contains(' ') { detail.to_owned() } else { outcome(detail) }
}

fn verdict(step: &Step) -> String {
    let zones = step.detail.get("zones").and_then(|zones| clocks(zones, step.at));
    let parts = [
        reason(step, "sentence").map(str::to_owned),
        zones.filter(|_| step.outcome == "allowed"),
        text(step, "rules_version").map(|version| format!("Rules {version}.")),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn ran(step: &Step) -> String {
    let error = text(step, "error").map(stop);
    let words = match step.outcome.as_str() {
        "pending" if step.pending => "Waits for its time.",
        "running" => "Runs now.",
        "retrying" => "Will run again.",
        "done" => "",
        "cancelled" => "Was called off.",
        _ => "Was given up.",
    };
    error.map_or_else(|| words.to_owned(), |error| format!("{words} {error}").trim().to_owned())
}

fn answered(step: &Step) -> String {
    let code = text(step, "code").map(|code| format!(", {code}")).unwrap_or_default();
    let words = match step.outcome.as_str() {
        "accepted" => "Taken",
        "already_done" => "It had been done before",
        "refused" => "Refused",
        "rate_limited" => "Too many requests just then",
        "not_sent" => "It never left",
        _ => "No answer: it may have happened, and is not asked for again",
    };
    format!("{words}{code}.")
}

fn heard(step: &Step) -> &'static str {
    match step.outcome.as_str() {
        "applied" => "",
        "ignored" => "It changed nothing.",
        "parked" => "It came before we knew what it was about.",
        _ => "Stored, not yet applied.",
    }
}

/// How long a request or a job took.
fn took(step: &Step) -> Option<i64> {
    let took = step.detail.get("took_ms").and_then(Value::as_i64);
    let finished = text(step, "finished_at").and_then(|at| DateTime::parse_from_rfc3339(at).ok());
    let ran = finished.map(|at| (at.with_timezone(&Utc) - step.at).num_milliseconds().max(0));
    took.or(ran)
}

/// What only some want to see: names as in the database.
fn details(step: &Step) -> Vec<(String, String)> {
    let names: &[(&str, &str)] = match step.kind.as_str() {
        "transition" => &[("seq", "Version"), ("actor", "By")],
        "decision" => &[("decision_id", "Decision"), ("zones", "Time zones"), ("until", "Lawful again")],
        "job" => &[("job_id", "Job"), ("queue", "Queue"), ("attempt", "Attempt"), ("run_at", "Due")],
        "webhook" => &[("event_id", "Event"), ("occurred_at", "Happened")],
        _ => &[],
    };
    let citation = reason(step, "citation").map(|source| ("Source".to_owned(), source.to_owned()));
    let named = names.iter().filter_map(|(key, name)| Some(((*name).to_owned(), plain(step.detail.get(*key)?))));
    named.chain(citation).collect()
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

fn reason<'a>(step: &'a Step, name: &str) -> Option<&'a str> {
    step.detail.get("reasons")?.get(0)?.get(name)?.as_str()
}

fn text<'a>(step: &'a Step, name: &str) -> Option<&'a str> {
    step.detail.get(name).and_then(Value::as_str)
}

fn stop(sentence: &str) -> String {
    if sentence.ends_with(['.', '?', '!']) { sentence.to_owned() } else { format!("{sentence}.") }
}
