//! The words of the rules.

/// Why a campaign is paused.
pub(super) fn pause(reason: Option<&str>) -> &'static str {
    match reason {
        Some("no_agents") => "no agent is signed in; it goes on when one is",
        Some("provider") => "the carrier refuses it; somebody has to look and resume it",
        _ => "a supervisor has to resume it",
    }
}

/// A limit as people say it.
pub(super) fn rate(permits: i32, period_ms: i32) -> String {
    match period_ms {
        1_000 => format!("{permits} a second"),
        60_000 => format!("{permits} a minute"),
        ms => format!("{permits} in {} s", f64::from(ms) / 1e3),
    }
}

pub(super) fn jobs(n: i64) -> String {
    if n == 1 { "1 job".to_owned() } else { format!("{n} jobs") }
}

/// What a key limits. A sender's number is nobody's to read, a campaign's id says nothing.
pub(super) fn limit(key: &str) -> &'static str {
    match key.split_once(':') {
        Some(("calls", _)) => "the carrier's pace of calls",
        Some(("sms", "telnyx")) => "the carrier's pace of texts",
        Some(("sms", _)) => "the sender's pace of texts",
        Some(("email", _)) => "the provider's pace of e-mails",
        Some(("campaign", _)) => "the campaign's own pace",
        _ => "its limit",
    }
}
