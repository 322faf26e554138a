//! The decision itself: a pure function of what is written down with it, so that anybody can do it again.

use serde::{Deserialize, Serialize};

use super::{
    Reason,
    risk::{Count, overflow},
    settings::Mode,
};

/// With fewer agents there is nothing to foresee: who is free next is one or two people's luck.
const TEAM: u32 = 3;
/// No decision adds more.
const MOST: u32 = 100_000;

/// What is foreseen for the moment, so many seconds away, at which a call dialed now may be answered.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Horizon {
    pub secs: f64,
    /// The share of this decision's own calls that is answered before that.
    pub own: f64,
    /// Agents free by then beyond those free now: mean and variance.
    pub freed: f64,
    pub freed_var: f64,
    /// People who answer by then.
    pub answers: f64,
    pub answers_var: f64,
}

/// All that a decision looked at.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Inputs {
    pub t: f64,
    #[serde(flatten)]
    pub mode: Mode,
    pub ready: u32,
    pub busy: u32,
    pub paused: u32,
    /// People on the line for whom nobody is free yet.
    pub waiting: u32,
    /// Lines that may yet need an agent.
    pub outstanding: u32,
    pub lines: u32,
    pub horizons: Vec<Horizon>,
    /// The answer rate, on the careful side of what was learned.
    pub answer_rate: f64,
    /// The risk that one more line may carry.
    pub theta: f64,
    /// The share that pacing may leave waiting in the long run: the cap without what AMD takes.
    pub allowed: f64,
    /// The thirty days.
    pub live: f64,
    pub abandoned: f64,
    pub cap: f64,
    /// The most that may be added: lines left, calls a second, no bursts.
    pub line_room: u32,
    pub rate_room: Option<u32>,
    pub burst_room: u32,
}

impl Inputs {
    /// The same to six decimals, which survive being written down and read again to the last bit.
    pub(super) fn rounded(mut self) -> Self {
        let own = [&mut self.t, &mut self.answer_rate, &mut self.theta, &mut self.allowed, &mut self.live];
        own.into_iter().chain([&mut self.abandoned]).for_each(round);
        for h in &mut self.horizons {
            let all = [&mut h.secs, &mut h.freed, &mut h.freed_var, &mut h.answers, &mut h.answers_var];
            all.into_iter().for_each(round);
        }
        self
    }
}

fn round(value: &mut f64) {
    *value = (*value * 1e6).round() / 1e6;
}

/// How many lines to add, and what bound the number.
#[must_use]
pub fn plan(i: &Inputs) -> (u32, Reason) {
    if i.ready + i.busy == 0 {
        return (0, Reason::NobodySignedIn);
    }
    let (wanted, reason) = match i.mode {
        Mode::Preview => return (0, Reason::AgentsDialThemselves),
        Mode::Progressive => for_each_agent(i, 1.0, Reason::LineForEachAgent),
        _ if is_over(i) => for_each_agent(i, 1.0, Reason::CapNear),
        Mode::Power { lines_per_agent } => for_each_agent(i, lines_per_agent, Reason::LinesForEachAgent),
        Mode::Predictive if i.ready + i.busy + i.paused < TEAM => for_each_agent(i, 1.0, Reason::TeamTooSmall),
        Mode::Predictive => foreseen(i),
    };
    limited(i, wanted, reason)
}

/// So far over the cap that no price is low enough; or AMD takes all of it.
fn is_over(i: &Inputs) -> bool {
    i.allowed <= 0.0 || i.abandoned > i.live * i.cap * 1.15 + 4.0
}

fn for_each_agent(i: &Inputs, lines: f64, reason: Reason) -> (u32, Reason) {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "agents are few")]
    let allowed = (f64::from(i.ready) * lines).floor() as u32;
    match allowed.saturating_sub(i.outstanding) {
        0 => (0, Reason::LinesCoverAgents),
        n => (n, reason),
    }
}

/// As many as can be answered with a risk that is worth it; at least a line for each free agent.
fn foreseen(i: &Inputs) -> (u32, Reason) {
    let sure = for_each_agent(i, 1.0, Reason::LineForEachAgent);
    let most = i.line_room.min(i.burst_room).min(i.rate_room.unwrap_or(u32::MAX)).min(MOST) + 1;
    let (mut low, mut high) = (0, most);
    while low < high {
        let middle = (low + high).div_ceil(2);
        if risk(i, middle - 1) <= i.theta { low = middle } else { high = middle - 1 }
    }
    match low {
        n if n > sure.0 => (n, Reason::Foreseen),
        0 => (0, Reason::EnoughOut),
        _ => sure,
    }
}

/// The worst of the moments at which one more call may be answered, after `own` others of this decision.
fn risk(i: &Inputs, own: u32) -> f64 {
    let free = f64::from(i.ready) - f64::from(i.waiting);
    let at = |h: &Horizon| {
        let own = f64::from(own) * i.answer_rate * h.own;
        let answers = Count { mean: h.answers + own, var: h.answers_var + own };
        overflow(answers, Count { mean: h.freed, var: h.freed_var }, free)
    };
    i.horizons.iter().map(at).fold(0.0, f64::max)
}

fn limited(i: &Inputs, wanted: u32, reason: Reason) -> (u32, Reason) {
    let limits = [
        (i.line_room, Reason::LinesFull),
        (i.rate_room.unwrap_or(u32::MAX), Reason::RateLimited),
        (i.burst_room, Reason::NoBursts),
    ];
    limits.into_iter().fold((wanted, reason), |(n, why), (room, limit)| if room < n { (room, limit) } else { (n, why) })
}
