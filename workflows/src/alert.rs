//! What deserves that somebody is woken: each rule once, for Prometheus and for `/jobs/alerts`.
//!
//! `docs/alerts.yml` is written from here ([`yaml`]); a test holds it. The page asks the database for the same figures,
//! so that it tells the truth where nobody scrapes.

mod rules;

use std::fmt::Write;

use serde::Serialize;

use crate::figure::Figures;

pub use self::rules::RULES;

/// How soon somebody has to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Now, at any hour.
    Page,
    /// In working hours.
    Ticket,
}

/// Which side of the bound is bad.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Bound {
    Above(f64),
    Below(f64),
}

/// What a figure counts, for showing it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Count,
    Seconds,
    /// A part of a whole.
    Share,
}

/// A figure as it is now.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reading {
    pub value: f64,
    /// For how long it has been beyond the bound, where that can be told.
    pub for_secs: Option<f64>,
}

/// One alert.
#[derive(Debug)]
pub struct Rule {
    /// As Prometheus calls it.
    pub name: &'static str,
    /// The words for people.
    pub title: &'static str,
    /// When it fires, in Prometheus's language.
    pub expr: &'static str,
    /// For how long that has to be so: `1m`.
    pub hold: &'static str,
    pub severity: Severity,
    pub means: &'static str,
    pub todo: &'static str,
    pub bound: Bound,
    pub unit: Unit,
    /// The same figure out of the database; none where only processes know it.
    pub read: fn(&Figures) -> Option<Reading>,
}

/// How a rule stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum State {
    Ok(Reading),
    Firing(Reading),
    /// The database cannot tell; Prometheus can.
    Unknown,
}

impl Reading {
    /// A figure that does not tell since when.
    pub(super) fn of(value: f64) -> Option<Self> {
        Some(Self { value, for_secs: None })
    }

    /// A wait: what is beyond the bound has been so for the difference.
    pub(super) fn wait(secs: Option<f64>, bound: f64) -> Option<Self> {
        let value = secs.unwrap_or(0.0).max(0.0);
        Some(Self { value, for_secs: (value > bound).then_some(value - bound) })
    }
}

impl Rule {
    /// How it stands by these figures.
    #[must_use]
    pub fn state(&self, figures: &Figures) -> State {
        match (self.read)(figures) {
            None => State::Unknown,
            Some(reading) if self.bound.is_beyond(reading.value) => State::Firing(reading),
            Some(reading) => State::Ok(reading),
        }
    }
}

impl Bound {
    fn is_beyond(self, value: f64) -> bool {
        match self {
            Self::Above(bound) => value > bound,
            Self::Below(bound) => value < bound,
        }
    }
}

impl Severity {
    /// The label's value.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Ticket => "ticket",
        }
    }
}

/// Every rule as a file that Prometheus reads.
#[must_use]
pub fn yaml() -> String {
    let mut text =
        "# Written from workflows/src/alert/rules.rs: change it there, then `cargo run -- alerts > docs/alerts.yml`.\n\
                    groups:\n  - name: word-is-bond\n    rules:\n"
            .to_owned();
    for rule in &RULES {
        // Writing to a String cannot fail.
        let _ = write!(
            text,
            "      - alert: {}\n        expr: {}\n        for: {}\n        labels: {{ severity: {} }}\n        annotations:\n          \
             summary: {:?}\n          description: {:?}\n          action: {:?}\n",
            rule.name,
            rule.expr,
            rule.hold,
            rule.severity.word(),
            rule.title,
            rule.means,
            rule.todo
        );
    }
    text
}
