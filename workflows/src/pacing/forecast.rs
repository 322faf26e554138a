//! Who will be free and who will have answered, so many seconds from now.

use super::{
    learned::Learned,
    plan::Horizon,
    room::{AgentState, Call, Room, Stage},
};

/// The moments at which a call dialed now may be answered, as shares of all that will be.
const MOMENTS: [f64; 3] = [0.3, 0.6, 0.9];
/// A person waits this long without harm.
const GRACE: f64 = 0.7;

pub(super) fn horizons(learned: &Learned, room: &Room, t: f64, rate: f64) -> Vec<Horizon> {
    let verdict = learned.person_verdict.quantile(0.5);
    MOMENTS
        .iter()
        .map(|share| horizon(learned, room, t, rate, *share, learned.person.quantile(*share) + verdict))
        .collect()
}

fn horizon(learned: &Learned, room: &Room, t: f64, rate: f64, own: f64, secs: f64) -> Horizon {
    let mut h = Horizon { secs, own, ..Horizon::default() };
    for (state, since) in room.agents.values() {
        let p = freed(learned, *state, t - since, secs + GRACE);
        h.freed += p;
        h.freed_var += p * (1.0 - p);
    }
    for call in room.calls.values() {
        let p = answers(learned, call, t, rate, secs);
        h.answers += p;
        h.answers_var += p * (1.0 - p);
    }
    h
}

/// The probability that an agent is free within `secs`: a talk is followed by a wrap-up, in four steps.
fn freed(learned: &Learned, state: AgentState, age: f64, secs: f64) -> f64 {
    match state {
        AgentState::Wrap => learned.wrap.ends_within(age, secs),
        AgentState::Talk => [0.125, 0.375, 0.625, 0.875]
            .iter()
            .map(|q| secs - learned.wrap.quantile(*q))
            .filter(|left| *left > 0.0)
            .map(|left| 0.25 * learned.talk.ends_within(age, left))
            .sum(),
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
