//! The engine: events in, decisions out. It has no clock and no chance of its own; time is what events say it is.

use std::collections::VecDeque;

use super::{
    forecast::horizons,
    learned::Learned,
    plan::{Inputs, plan},
    reason::Reason,
    room::{AgentState, Call, CallEvent, Id, Room, Stage},
    settings::{Invalid, Mode, Settings},
};

/// A call dialed longer ago than this past the ringing tells nothing about the answer rate any more.
const SETTLED: f64 = 12.0;
/// Calls without an end are forgotten so long after their ringing: their verdict or hang-up was lost.
const LOST: f64 = 60.0;
/// The answer rate is remembered over so many calls, and over so many seconds.
const CALLS: f64 = 330.0;
const SECS: f64 = 240.0;

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
    started: Option<f64>,
    /// When the recent calls were dialed, oldest first.
    dials: VecDeque<f64>,
    counted: f64,
    allowance: f64,
}

impl Engine {
    /// # Errors
    /// The setting that makes no sense.
    pub fn new(settings: Settings, learned: Learned) -> Result<Self, Invalid> {
        settings.check()?;
        let room = Room::default();
        Ok(Self { settings, learned, room, now: 0.0, started: None, dials: VecDeque::new(), counted: 0.0, allowance: 0.0 })
    }

    #[must_use]
    pub fn learned(&self) -> &Learned {
        &self.learned
    }

    /// Time never goes back, and what is no time is now.
    fn at(&mut self, t: f64) -> f64 {
        if t.is_finite() && t > self.now {
            self.now = t;
        }
        self.now
    }

    /// An agent is in a state.
    pub fn agent(&mut self, t: f64, id: Id, state: AgentState) {
        let t = self.at(t);
        match self.room.agent(t, id, state) {
            Some((AgentState::Talk, secs)) if state != AgentState::Gone => self.learned.talk.end(secs),
            Some((AgentState::Wrap, secs)) if state != AgentState::Gone => self.learned.wrap.push(secs),
            _ => {}
        }
    }

    /// Something became of a call.
    pub fn call(&mut self, t: f64, id: Id, event: CallEvent) {
        let t = self.at(t);
        if event == CallEvent::Dialed {
            return self.dialed(t, id);
        }
        let Some(call) = self.room.calls.get(&id).copied() else { return };
        match event {
            CallEvent::Dialed => {}
            CallEvent::Answered if call.stage == Stage::Ringing => self.stage(id, Stage::Answered { at: t }),
            CallEvent::AmdHuman if !matches!(call.stage, Stage::Waiting { .. }) => self.person(t, id, call),
            CallEvent::Answered | CallEvent::AmdHuman => {}
            CallEvent::AmdMachine => self.machine(t, id, call),
            CallEvent::NoAnswer | CallEvent::Invalid => self.failed(t, id, call),
            CallEvent::Connected => self.settle(t, id, call, 0.0),
            CallEvent::Abandoned => self.settle(t, id, call, 1.0),
            CallEvent::Ended => drop(self.room.calls.remove(&id)),
        }
    }

    fn stage(&mut self, id: Id, stage: Stage) {
        if let Some(call) = self.room.calls.get_mut(&id) {
            call.stage = stage;
        }
    }

    fn dialed(&mut self, t: f64, id: Id) {
        if self.room.calls.contains_key(&id) {
            return;
        }
        self.room.calls.insert(id, Call { dialed: t, stage: Stage::Ringing });
        self.dials.push_back(t);
    }

    fn person(&mut self, t: f64, id: Id, call: Call) {
        let live = self.heard(t, call, true);
        self.stage(id, Stage::Waiting { live });
        if let Stage::Answered { at } = call.stage {
            self.learned.person.push(at - call.dialed);
            self.learned.person_verdict.push(t - at);
        }
        self.learned.people += 1.0;
        self.resolved(false);
    }

    fn resolved(&mut self, machine: bool) {
        let l = &mut self.learned;
        l.resolved = l.resolved * 0.997 + 1.0;
        l.machines = l.machines * 0.997 + if machine { 1.0 } else { 0.0 };
    }

    /// The probability that it is a person who picked up.
    fn heard(&mut self, t: f64, call: Call, human: bool) -> f64 {
        match call.stage {
            Stage::Answered { at } if self.settings.amd => self.learned.hearing.hear(at - call.dialed, t - at, human),
            _ => 1.0,
        }
    }

    /// A person whom AMD takes for a machine picks up when people do and is judged as fast as people are.
    fn machine(&mut self, t: f64, id: Id, call: Call) {
        self.room.calls.remove(&id);
        let Stage::Answered { at } = call.stage else { return };
        let person = self.heard(t, call, false);
        self.learned.budget.note(t, person, person);
        self.learned.machine.push(at - call.dialed);
        self.learned.machine_verdict.push(t - at);
        self.resolved(true);
    }

    fn failed(&mut self, t: f64, id: Id, call: Call) {
        self.room.calls.remove(&id);
        self.learned.failed.push(t - call.dialed);
        self.resolved(false);
    }

    /// A person got an agent, or did not: the price of risk falls a lot or rises a little.
    fn settle(&mut self, t: f64, id: Id, call: Call, abandoned: f64) {
        let live = if let Stage::Waiting { live } = call.stage { live } else { 1.0 };
        self.room.calls.remove(&id);
        let agents = super::num(self.room.agents.len()).max(6.0);
        let allowed = self.allowed().0;
        let l = &mut self.learned;
        let allowed = allowed.max(0.0005);
        l.theta = (l.theta * (crate::tune(4, 4.0) / agents * live * (allowed - abandoned)).exp()).clamp(2e-4, 0.6);
        l.budget.note(t, live, live * abandoned);
    }

    /// The share of people who may be left waiting by pacing now, and in the long run: what AMD takes is taken already.
    fn allowed(&self) -> (f64, f64) {
        let l = &self.learned;
        let mistaken = if self.settings.amd { l.hearing.mistaken() } else { 0.0 };
        let target = self.settings.cap * (1.0 - crate::tune(2, 0.05));
        (l.budget.steer(self.settings.cap) - mistaken, target - mistaken)
    }

    /// How many lines to add now; `lines` are all in use.
    pub fn decide(&mut self, t: f64, lines: u32) -> Decided {
        let t = self.at(t);
        self.live(t);
        self.count(t);
        self.room.sweep(t, self.settings.ring_timeout + LOST);
        let inputs = self.inputs(t, lines);
        let (dial, reason) = plan(&inputs);
        if dial > 0 {
            self.started.get_or_insert(t);
        }
        self.allowance -= f64::from(dial);
        Decided { dial, reason, inputs }
    }

    /// What the calls dialed would have brought by now, were each answered by a person.
    fn count(&mut self, t: f64) {
        let l = &mut self.learned;
        let verdict = l.person_verdict.quantile(0.5);
        let by = |at: f64, dialed: f64| l.person.share(at - dialed - verdict);
        let last = self.counted;
        let more: f64 = self.dials.iter().map(|d| by(t, *d) - by(last.max(*d), *d)).sum();
        let fade = (-(more / crate::tune(6, CALLS)).min((t - last) / crate::tune(7, SECS))).exp();
        l.people *= fade;
        l.exposure = (l.exposure * fade + more).max(1.0);
        self.counted = t;
        self.settle_dials(t);
    }

    /// Talks that go on are learned from, too.
    fn live(&mut self, t: f64) {
        for (state, since) in self.room.agents.values() {
            if *state == AgentState::Talk {
                self.learned.talk.live(t - since, (t - self.counted.max(*since)).max(0.0));
            }
        }
    }

    fn settle_dials(&mut self, t: f64) {
        let settled = t - self.settings.ring_timeout - SETTLED;
        while self.dials.front().is_some_and(|d| *d < settled) {
            self.dials.pop_front();
        }
    }

    fn inputs(&mut self, t: f64, lines: u32) -> Inputs {
        let l = &self.learned;
        let seen = l.answer_rate();
        let rate = (seen + crate::tune(5, 0.7) * (seen * (1.0 - seen) / l.exposure.min(1e9) / 2.0).sqrt()).min(0.95);
        let total = l.budget.total();
        let (now, long) = self.allowed();
        let predictive = self.settings.mode == Mode::Predictive;
        let agents = self.room.agents.len() as u32;
        Inputs {
            t,
            mode: Some(self.settings.mode),
            ready: self.room.count(AgentState::Idle),
            busy: self.room.count(AgentState::Talk) + self.room.count(AgentState::Wrap),
            paused: self.room.count(AgentState::Pause),
            waiting: self.room.waiting(),
            outstanding: self.room.outstanding(),
            lines,
            horizons: if predictive { horizons(l, &self.room, t, rate) } else { Vec::new() },
            answer_rate: rate,
            theta: l.theta * (now / long.max(1e-4)).clamp(0.0, 1.3).powf(crate::tune(3, 1.5)),
            allowed: now,
            live: total.live,
            abandoned: total.abandoned,
            cap: self.settings.cap,
            line_room: self.settings.max_lines.saturating_sub(lines),
            rate_room: u32::MAX,
            burst_room: self.burst(t, agents),
        }
    }

    /// Lines are added gently; and until the first calls have been heard of, no more than a line for each agent.
    fn burst(&self, t: f64, agents: u32) -> u32 {
        match self.started {
            Some(start) if t - start > 45.0 => 1 + agents / 5,
            _ => (1 + agents / 12).min(agents.saturating_sub(self.room.outstanding())),
        }
    }
}
