//! Pacing, as somebody asks what a lower cap would do.

use super::{ago, id};
use web::{
    pages::pacing::{DecisionRow, Habit, HourRow, PacingValues, PacingView},
    parts::field::{Choice, FieldError},
};

pub(crate) fn asked() -> PacingView {
    let hour = |name, talks: &str, wait: &str, lines: &str, left: &str| HourRow {
        name,
        talks: talks.to_owned(),
        wait: wait.to_owned(),
        lines: lines.to_owned(),
        left: left.to_owned(),
        over: false,
    };
    PacingView {
        campaign: id(1),
        name: "Lakeview Medical, 90-day".to_owned(),
        now: "Just now nobody is dialed: one more answer might find nobody free.".to_owned(),
        habits: habits(),
        guessed: false,
        values: values("2"),
        errors: Vec::new(),
        modes: vec![
            Choice::new("progressive", "Progressive: a line for each free agent"),
            Choice::new("predictive", "Predictive: foresees who will be free"),
        ],
        rehearsed: Some([
            hour("As it is", "21.4", "24 s", "58", "2.6 %"),
            hour("As asked", "19.8", "37 s", "51", "1.7 %"),
        ]),
        decisions: decisions(),
        may_change: true,
    }
}

pub(crate) fn wrong() -> PacingView {
    PacingView {
        values: values("100"),
        errors: vec![FieldError::new("abandon_cap", "must be between 0 and 3")],
        rehearsed: None,
        ..asked()
    }
}

fn values(cap: &str) -> PacingValues {
    PacingValues {
        mode: "predictive".to_owned(),
        abandon_cap: cap.to_owned(),
        lines_per_agent: "1".to_owned(),
        max_lines: String::new(),
        agents: "25".to_owned(),
    }
}

fn habits() -> Vec<Habit> {
    let habit =
        |label, value: &str, because: &str| Habit { label, value: value.to_owned(), because: because.to_owned() };
    vec![
        habit("Answer rate", "21.8 %", "of calls, by people"),
        habit("Machines", "36.1 %", "of calls, by voicemail"),
        habit("Rings", "9 s", "until half of those who answer have"),
        habit("Wrap-up", "18 s", "half of them are shorter"),
        habit("Taken for machines", "1.1 %", "of people, as far as can be inferred"),
        habit("Left without an agent", "2.4 %", "of 1,204 in 30 days; the cap is 3.0 %"),
    ]
}

fn decisions() -> Vec<DecisionRow> {
    let row = |secs, dial, because: &str, looked_at: &str| DecisionRow {
        at: ago(secs),
        dial,
        because: because.to_owned(),
        looked_at: looked_at.to_owned(),
    };
    vec![
        row(
            2,
            3,
            "agents will be free when these are answered",
            "2 of 25 agents free, 41 lines out, in 11 s 3.4 more free and 3.1 answered, 21.8 % of calls are answered, left so far 29.0 of 1,204, the cap is 3.0 %",
        ),
        row(
            9,
            1,
            "a line for each free agent",
            "5 of 25 agents free, 38 lines out, 21.8 % of calls are answered, left so far 29.0 of 1,201, the cap is 3.0 %",
        ),
    ]
}
