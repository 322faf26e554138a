//! The engine: events in, decisions out. It has no clock and no chance of its own; time is what events say it is.
//!
//! ```text
//! events -> room (who, which calls) ----\
//!      \--> learned (rates, durations) --> inputs -> plan -> how many, why
//! ```

mod outcome;
#[cfg(test)]
mod tests;
mod watch;

use std::collections::VecDeque;

use super::{
    forecast::Forecast,
    learned::Learned,
    plan::{Inputs, plan},
    reason::Reason,
    room::{AgentState, Id, Room},
    settings::{Invalid, Mode, Settings},
};

/// A call without an end is forgotten so long after its ringing: its last event was lost.
const LOST: f64 = 60.0;
/// The answer rate is taken this many deviations too high: answers too many cost more than too few.
const CAREFUL: f64 = 0.7;
/// Until the first calls have been heard of, lines are added slowly.
const SOFT_START: f64 = 45.0;

/// What to do now, and all that it follows from.
#[derive(Clone, Debug, PartialEq)]
pub struct Decided {
    pub dial: u32,
    pub reason: Reason,
    pub inputs: Inputs,
}

/// Paces one campaign.
#[derive(Clone, Debug)]
pub struct Engine {
    settings: Settings,
    learned: Learned,
    room: Room,
    now: f64,
    /// When the first line was dialed.
    started: Option<f64>,
    /// When the recent calls were dialed, oldest first.
    dials: VecDeque<f64>,
    /// Until when what goes on was learned from.
    counted: f64,
    /// Calls that the limit a second has left.
    allowance: f64,
}

impl Engine {
    /// # Errors
    /// The setting that makes no sense.
    pub fn new(settings: Settings, learned: Learned) -> Result<Self, Invalid> {
        settings.check()?;
        let (room, dials) = (Room::default(), VecDeque::new());
        Ok(Self { settings, learned, room, now: 0.0, started: None, dials, counted: 0.0, allowance: 1.0 })
    }

    /// The campaign's owner decides otherwise from now on.
    ///
    /// # Errors
    /// The setting that makes no sense; the old ones stay in force.
    pub fn adjust(&mut self, settings: Settings) -> Result<(), Invalid> {
        settings.check()?;
        self.settings = settings;
        Ok(())
    }

    /// What is to be stored.
    #[must_use]
    pub fn learned(&self) -> &Learned {
        &self.learned
    }

    /// An agent is in a state.
    pub fn agent(&mut self, t: f64, id: Id, state: AgentState) {
        let t = self.at(t);
        match self.room.agent(t, id, state) {
            _ if state == AgentState::Gone => {}
            Some((AgentState::Talk, secs)) => self.learned.talk.end(secs),
            Some((AgentState::Wrap, secs)) => self.learned.wrap.push(secs),
            _ => {}
        }
    }

    /// How many lines to add now; `lines` are in use, those with an agent too.
    pub fn decide(&mut self, t: f64, lines: u32) -> Decided {
        let t = self.at(t);
        self.watch(t);
        self.room.sweep(t, self.settings.ring_timeout + LOST);
        let inputs = self.inputs(t, lines).rounded();
        let (dial, reason) = plan(&inputs);
        if dial > 0 {
            self.started.get_or_insert(t);
        }
        self.allowance -= f64::from(dial);
        Decided { dial, reason, inputs }
    }

    /// Time never goes back, and what is no time is now.
    fn at(&mut self, t: f64) -> f64 {
        if t.is_finite() && t > self.now {
            self.now = t;
        }
        self.now
    }

    fn inputs(&self, t: f64, lines: u32) -> Inputs {
        let rate = self.careful_rate();
        let (now, long) = self.allowed();
        let total = self.learned.budget.total();
        let forecast = Forecast { learned: &self.learned, room: &self.room, t, rate, deadline: self.settings.deadline };
        let predictive = self.settings.mode == Mode::Predictive;
        Inputs {
            t,
            mode: self.settings.mode,
            ready: self.room.count(AgentState::Idle),
            busy: self.room.count(AgentState::Talk) + self.room.count(AgentState::Wrap),
            paused: self.room.count(AgentState::Pause),
            waiting: self.room.waiting(),
            outstanding: self.room.outstanding(),
            lines,
            horizons: if predictive { forecast.horizons() } else { Vec::new() },
            answer_rate: rate,
            theta: self.learned.theta * (now / long.max(1e-4)).clamp(0.15, 1.0),
            allowed: long,
            live: total.live,
            abandoned: total.abandoned,
            cap: self.settings.cap,
            line_room: self.settings.max_lines.saturating_sub(lines),
            rate_room: self.settings.calls_per_second.map(|_| whole(self.allowance)),
            burst_room: self.burst(t),
        }
    }

    fn careful_rate(&self) -> f64 {
        let seen = self.learned.answer_rate();
        (seen + CAREFUL * (seen * (1.0 - seen) / self.learned.exposure / 2.0).sqrt()).min(0.95)
    }

    /// The share of people who may be left waiting by pacing now, and in the long run: what AMD takes is taken already.
    fn allowed(&self) -> (f64, f64) {
        let mistaken = if self.settings.amd { self.learned.mistaken_rate() } else { 0.0 };
        let (now, long) = self.learned.budget.steer(self.settings.cap);
        (now - mistaken, long - mistaken)
    }

    /// Lines are added gently; and until the first calls have been heard of, no more than a line for each agent.
    fn burst(&self, t: f64) -> u32 {
        let agents = self.room.present();
        match self.started {
            Some(start) if t - start > SOFT_START => 1 + agents / 5,
            _ if matches!(self.settings.mode, Mode::Predictive) => {
                (1 + agents / 12).min(agents.saturating_sub(self.room.outstanding()))
            }
            _ => 1 + agents,
        }
    }
}

fn whole(calls: f64) -> u32 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a thousand at most")]
    let calls = calls.max(0.0) as u32;
    calls
}
