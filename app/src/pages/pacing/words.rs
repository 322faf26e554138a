//! What pacing looked at and learned, in words.

use web::{
    format::{count, counted},
    pages::pacing::{Habit, HourRow},
};
use workflows::{
    campaign::{Campaign, State},
    pacing::{Habits, Inputs, Made, Rehearsed},
};

/// What the campaign waits for, or what it did last.
pub(super) fn now(campaign: &Campaign, last: Option<&Made>) -> String {
    let waits = campaign.waiting_for.as_deref().filter(|_| campaign.state == State::Running);
    match (waits, last) {
        (Some(waits), _) => format!("Just now nobody is dialed: {waits}."),
        (None, Some(last)) => format!("The last decision: {}.", last.because),
        (None, None) => "It has not dialed anybody.".to_owned(),
    }
}

/// What a decision looked at: who is there, what is out, what is foreseen, what is left of the cap.
pub(super) fn looked_at(i: &Inputs) -> String {
    let team = i.ready + i.busy + i.paused;
    let mut parts = vec![
        format!("{} of {} free", count(i.ready.into()), counted(team.into(), "agent", "agents")),
        counted(i.outstanding.into(), "line out", "lines out"),
    ];
    if i.waiting > 0 {
        parts.push(counted(i.waiting.into(), "person waits", "people wait"));
    }
    // The middle one of three moments.
    if let Some(then) = i.horizons.get(1) {
        let (freed, answers) = (tenth(then.freed), tenth(then.answers));
        parts.push(format!("in {:.0} s {freed} more free and {answers} answered", then.secs));
    }
    parts.push(format!("{} of calls are answered", percent(i.answer_rate)));
    if i.live >= 1.0 {
        parts.push(format!(
            "left so far {} of {}, the cap is {}",
            tenth(i.abandoned),
            count(whole(i.live)),
            percent(i.cap)
        ));
    }
    parts.join(", ")
}

/// What was learned of a campaign's calls.
pub(super) fn habits(habits: &Habits, campaign: &Campaign) -> Vec<Habit> {
    let left = if habits.live >= 1.0 { percent(habits.abandoned / habits.live) } else { "–".to_owned() };
    let cap = percent(f64::from(campaign.abandon_cap));
    vec![
        habit("Answer rate", percent(habits.answer_rate), "of calls, by people"),
        habit("Machines", percent(habits.machine_rate), "of calls, by voicemail"),
        habit("Rings", format!("{:.0} s", habits.rings), "until half of those who answer have"),
        habit("Wrap-up", format!("{:.0} s", habits.wraps_up), "half of them are shorter"),
        habit("Taken for machines", percent(habits.mistaken_rate), "of people, as far as can be inferred"),
        habit("Left without an agent", left, &format!("of {} in 30 days; the cap is {cap}", count(whole(habits.live)))),
    ]
}

fn habit(label: &'static str, value: String, because: &str) -> Habit {
    Habit { label, value, because: because.to_owned() }
}

/// A rehearsed hour.
pub(super) fn hour(name: &'static str, hour: &Rehearsed, cap: f64) -> HourRow {
    HourRow {
        name,
        talks: tenth(hour.talks_an_hour()),
        wait: format!("{:.0} s", hour.wait()),
        lines: format!("{:.0}", hour.lines()),
        left: percent(hour.abandoned_share()),
        over: hour.abandoned_share() > cap + 0.005,
    }
}

fn tenth(value: f64) -> String {
    format!("{value:.1}")
}

fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

#[expect(clippy::cast_possible_truncation, reason = "people are counted")]
fn whole(value: f64) -> i64 {
    value.round() as i64
}
