//! Who will be free and who will have answered, so many seconds from now.

use super::{
    learned::Learned,
    plan::Horizon,
    room::{AgentState, Call, Room, Stage},
};

/// The moments at which a call dialed now may be answered, as shares of all that will be.
const MOMENTS: [f64; 3] = [0.3, 0.6, 0.9];
/// The verdict and the bridge take this much of the deadline; so long as the rest lasts, a person waits without harm.
const SPENT: f64 = 1.3;
/// A talk is followed by a wrap-up; these are its quarters' middles.
const WRAPS: [f64; 4] = [0.125, 0.375, 0.625, 0.875];

pub(super) struct Forecast<'a> {
    pub(super) learned: &'a Learned,
    pub(super) room: &'a Room,
    pub(super) t: f64,
    pub(super) rate: f64,
    pub(super) deadline: f64,
}

impl Forecast<'_> {
    pub(super) fn horizons(&self) -> Vec<Horizon> {
        let verdict = self.learned.person_verdict.quantile(0.5);
        MOMENTS.iter().map(|own| self.horizon(*own, self.learned.person.quantile(*own) + verdict)).collect()
    }

    fn horizon(&self, own: f64, secs: f64) -> Horizon {
        let wraps = WRAPS.map(|q| self.learned.wrap.quantile(q));
        let grace = (self.deadline - SPENT).max(0.1);
        let mut h = Horizon { secs, own, ..Horizon::default() };
        for (state, since) in self.room.agents.values() {
            let p = freed(self.learned, *state, self.t - since, secs + grace, &wraps);
            h.freed += p;
            h.freed_var += p * (1.0 - p);
        }
        for call in self.room.calls.values() {
            let p = answers(self.learned, call, self.t, self.rate, secs).clamp(0.0, 1.0);
            h.answers += p;
            h.answers_var += p * (1.0 - p);
        }
        h
    }
}

/// The probability that an agent is free within `secs`.
fn freed(learned: &Learned, state: AgentState, age: f64, secs: f64, wraps: &[f64; 4]) -> f64 {
    let after = |wrap: &f64| 0.25 * learned.talk.ends_within(age, (secs - wrap).max(0.0));
    match state {
        AgentState::Wrap => learned.wrap.ends_within(age, secs),
        AgentState::Talk => wraps.iter().map(after).sum(),
        _ => 0.0,
    }
}

/// The probability that a call brings a person within `secs`.
fn answers(learned: &Learned, call: &Call, t: f64, rate: f64, secs: f64) -> f64 {
    match call.stage {
        Stage::Ringing => from_ringing(learned, t - call.dialed, rate, secs),
        Stage::Answered { at } => from_pick_up(learned, at - call.dialed, t - at, rate, secs),
        Stage::Waiting { .. } => 0.0,
    }
}

fn from_ringing(learned: &Learned, age: f64, rate: f64, secs: f64) -> f64 {
    let soon = secs - learned.person_verdict.quantile(0.5);
    if soon <= 0.0 {
        return 0.0;
    }
    let machine = learned.machine_rate();
    let rest = (1.0 - rate - machine).max(0.0);
    let still = learned.person.share(age);
    let persons = rate * (1.0 - still);
    let others = machine * (1.0 - learned.machine.share(age)) + rest * (1.0 - learned.failed.share(age));
    rate * (learned.person.share(age + soon) - still) / (persons + others).max(1e-6)
}

/// Somebody picked up `age` ago, after `rang`: a person or a machine, by when each picks up and how long the verdict takes.
fn from_pick_up(learned: &Learned, rang: f64, age: f64, rate: f64, secs: f64) -> f64 {
    let person = rate * (learned.person.density(rang) + 1e-4);
    let machine = learned.machine_rate() * (learned.machine.density(rang) + 1e-4);
    let judged = learned.person_verdict.share(age);
    let persons = person * (1.0 - judged);
    let others = machine * (1.0 - learned.machine_verdict.share(age));
    person * (learned.person_verdict.share(age + secs) - judged) / (persons + others).max(1e-9)
}
