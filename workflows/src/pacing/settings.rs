//! What a campaign's owner decides about its pacing, checked once.

use serde::{Deserialize, Serialize};

use crate::campaign;

/// A smaller share than this is none: then nobody is ever dialed whom no free agent waits for.
pub const LEAST_CAP: f64 = 0.001;
/// As many as the account has.
pub const MOST_LINES: u32 = 100_000;

/// Decisions that predict are no closer together, in seconds of the one clock: each adds gently.
pub const TICK: f64 = 0.5;

/// How calls are dialed.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "mode")]
pub enum Mode {
    /// Nobody is dialed until an agent asks for it.
    Preview,
    /// A line for each free agent.
    Progressive,
    /// So many lines for each free agent; the cap holds all the same.
    Power { lines_per_agent: f64 },
    /// As many lines as the agents about to be free will need.
    Predictive,
}

impl Mode {
    /// How the engine dials a campaign of that mode.
    #[must_use]
    pub fn of(dials: campaign::Mode, lines_per_agent: f64) -> Self {
        match dials {
            campaign::Mode::Predictive => Self::Predictive,
            campaign::Mode::Progressive if lines_per_agent > 1.0 => Self::Power { lines_per_agent },
            campaign::Mode::Progressive => Self::Progressive,
            campaign::Mode::Power => Self::Preview,
        }
    }
}

/// Limits and durations; [`Engine::new`](super::Engine::new) refuses what makes no sense.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
pub struct Settings {
    pub mode: Mode,
    /// The share of live answers that may be abandoned, 0 to 1.
    pub cap: f64,
    pub max_lines: u32,
    /// No limit when absent.
    pub calls_per_second: Option<f64>,
    /// Seconds between two decisions.
    pub tick: f64,
    /// Seconds a call rings before it is given up.
    pub ring_timeout: f64,
    /// Seconds from the end of a person's greeting until they count as abandoned.
    pub deadline: f64,
    /// Whether answers are listened to before an agent gets them.
    pub amd: bool,
}

/// A setting that makes no sense, and what would.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{field} must be {must}")]
pub struct Invalid {
    pub field: &'static str,
    pub must: &'static str,
}

impl Settings {
    /// # Errors
    /// The first field that makes no sense.
    pub fn check(&self) -> Result<(), Invalid> {
        let lines = if let Mode::Power { lines_per_agent } = self.mode { lines_per_agent } else { 1.0 };
        within("lines_per_agent", lines, 1.0, 10.0, "between 1 and 10")?;
        within("cap", self.cap, LEAST_CAP, 0.2, "a share between 0.001 and 0.2")?;
        within("calls_per_second", self.calls_per_second.unwrap_or(1.0), 0.01, 1_000.0, "between 0.01 and 1000")?;
        within("tick", self.tick, 0.05, 10.0, "between 0.05 and 10 seconds")?;
        within("ring_timeout", self.ring_timeout, 5.0, 120.0, "between 5 and 120 seconds")?;
        within("deadline", self.deadline, 0.5, 10.0, "between 0.5 and 10 seconds")?;
        within("max_lines", self.max_lines.into(), 1.0, MOST_LINES.into(), "between 1 and 100000")
    }
}

/// Not a number is within nothing.
fn within(field: &'static str, value: f64, least: f64, most: f64, must: &'static str) -> Result<(), Invalid> {
    if (least..=most).contains(&value) { Ok(()) } else { Err(Invalid { field, must }) }
}
