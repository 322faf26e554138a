//! A job in words: its rules, its facts, and its arguments without what is nobody's to read.

use chrono::{DateTime, Utc};
use serde_json::Value;
use web::{Icon, pages::job::Hold, state::Tone};
use workflows::job::{
    JobRow,
    why::{Held, Rule},
};

pub(super) fn hold(Held { rule, until, because }: Held) -> Hold {
    let (word, tone, icon) = word(rule);
    Hold { word, tone, icon, because, until }
}

fn word(rule: Rule) -> (&'static str, Tone, Icon) {
    match rule {
        Rule::Ended => ("Over", Tone::Idle, Icon::Check),
        Rule::UniqueKey => ("Key taken", Tone::Hold, Icon::Repeat),
        Rule::Running => ("Running", Tone::Ring, Icon::Loader),
        Rule::CancelAsked => ("Being cancelled", Tone::Hold, Icon::X),
        Rule::KillSwitch => ("Kill switch on", Tone::Fail, Icon::Ban),
        Rule::CampaignPaused => ("Campaign paused", Tone::Hold, Icon::Pause),
        Rule::CampaignWindow => ("Outside its hours", Tone::Hold, Icon::Clock),
        Rule::Retry => ("Backs off", Tone::Hold, Icon::RotateCw),
        Rule::NextMoment => ("Next lawful moment", Tone::Hold, Icon::CalendarClock),
        Rule::Snoozed => ("Put off", Tone::Hold, Icon::Clock),
        Rule::Scheduled => ("Later", Tone::Hold, Icon::CalendarClock),
        Rule::NoHandler => ("Unknown kind", Tone::Fail, Icon::TriangleAlert),
        Rule::QueuePaused => ("Queue paused", Tone::Hold, Icon::Pause),
        Rule::NoWorker => ("No worker", Tone::Fail, Icon::TriangleAlert),
        Rule::ThrottlePaused => ("Provider said wait", Tone::Hold, Icon::Hourglass),
        Rule::Throttle => ("At its limit", Tone::Hold, Icon::Gauge),
        Rule::Concurrency => ("All slots taken", Tone::Hold, Icon::Layers),
        Rule::Behind => ("In line", Tone::Idle, Icon::List),
        Rule::Next => ("Next", Tone::Ring, Icon::ArrowRight),
    }
}

pub(super) fn facts(row: &JobRow) -> Vec<(String, String)> {
    let mut facts = vec![
        ("Try".to_owned(), format!("{} of {}", row.attempt, row.max_attempts)),
        ("Priority".to_owned(), format!("{} (0 first, 3 last)", row.priority)),
    ];
    facts.extend(row.worker.clone().map(|worker| ("Worker".to_owned(), worker)));
    facts
}

pub(super) fn times(row: &JobRow) -> Vec<(String, DateTime<Utc>)> {
    let times = [
        ("Made", Some(row.created_at)),
        ("Due", Some(row.run_at)),
        ("Last start", row.started_at),
        ("Ended", row.finished_at),
    ];
    times.into_iter().filter_map(|(name, at)| Some((name.to_owned(), at?))).collect()
}

pub(super) fn deed(action: &str) -> String {
    match action {
        "job.cancel" => "cancelled it".to_owned(),
        "job.retry" => "made it anew".to_owned(),
        other => other.replace(['.', '_'], " "),
    }
}

/// One line a value, named by its path.
pub(super) fn args(args: &Value) -> Vec<(String, String)> {
    let mut lines = Vec::new();
    walk("", args, &mut lines);
    lines
}

fn walk(path: &str, value: &Value, lines: &mut Vec<(String, String)>) {
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, inner)| walk(&below(name), inner, lines)),
        Value::Array(items) => items.iter().enumerate().for_each(|(n, item)| walk(&below(&n.to_string()), item, lines)),
        Value::String(text) => lines.push((path.to_owned(), masked(text))),
        other => lines.push((path.to_owned(), other.to_string())),
    }
}

/// Operations sees no consumer: of a number the last two digits, of an address its domain.
fn masked(text: &str) -> String {
    if let Some(digits) =
        text.strip_prefix('+').filter(|rest| rest.len() > 6 && rest.chars().all(|c| c.is_ascii_digit()))
    {
        return format!("+…{}", &digits[digits.len() - 2..]);
    }
    match text.rsplit_once('@') {
        Some((_, domain)) => format!("…@{domain}"),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::a_number("+12125550199", "+…99")]
    #[case::an_address("ana@example.com", "…@example.com")]
    #[case::an_id("01900000-0000-7000-8000-000000000001", "01900000-0000-7000-8000-000000000001")]
    #[case::a_short_one("+1", "+1")]
    fn nobody_reads_a_number_or_an_address(#[case] text: &str, #[case] shown: &str) {
        assert_eq!(args(&serde_json::json!({ "a": { "b": text } })), [("a.b".to_owned(), shown.to_owned())]);
    }
}
