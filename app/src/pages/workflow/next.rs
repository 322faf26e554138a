//! The next action in words, with its time and what it waits for.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use web::format;
use workflows::{
    job::why::{Held, Rule},
    run::{Run, Step},
};

use super::words as steps;
use crate::pages::voice::capital;

/// `Try again 08:00 MST: the person's next moment: …`; empty when nothing comes any more.
pub(super) fn words(run: &Run, pending: Option<&Step>, held: Option<&Held>, now: DateTime<Utc>, zone: Tz) -> String {
    let at = |moment: DateTime<Utc>| format::near(moment, now, zone);
    let until = held.and_then(|held| held.until);
    match (pending, held) {
        (Some(step), Some(held)) => {
            let what = capital(&steps::job(&step.what));
            match (until.or((step.at > now).then_some(step.at)), held.rule) {
                (Some(moment), _) => format!("{what} {}: {}", at(moment), held.because),
                (None, Rule::Next) => format!("{what} now"),
                (None, _) => format!("{what}: {}", held.because),
            }
        }
        (Some(step), None) => format!("{} {}", capital(&steps::job(&step.what)), at(step.at)),
        (None, Some(held)) => {
            let until = until.map(|moment| format!(", until {}", at(moment))).unwrap_or_default();
            format!("Waits: {}{until}", held.because)
        }
        (None, None) => next(run).to_owned(),
    }
}

/// What happens next where no job is due.
fn next(run: &Run) -> &'static str {
    match (run.noun.as_str(), run.state.as_str(), run.ended_at) {
        ("recipient", "done" | "failed" | "suppressed" | "skipped", _) | (_, _, Some(_)) => "",
        ("call", ..) => "Waits for the carrier",
        ("message", ..) => "Waits for the provider",
        ("recipient", "queued", _) => "Waits for its turn",
        ("recipient", ..) => "An attempt is at work",
        ("campaign", "draft", _) => "Waits for its start",
        ("campaign", ..) => "Goes on by itself",
        _ => "Waits for the agent",
    }
}
