//! A team, its calls and the people who answer, as simply as the engine can be tried on them. Seeded.

use std::collections::VecDeque;

use crate::pacing::{AgentState, CallEvent, Engine, Id, Learned};

const TICK: f64 = 0.5;
const ANSWER: f64 = 0.2;
const MACHINE: f64 = 0.35;
/// Of the deadline, what the verdict leaves.
const PATIENCE: f64 = 1.0;
/// Not measured, as the start is soft.
const WARM: f64 = 600.0;

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Worked {
    live: f64,
    abandoned: f64,
    talk: f64,
    idle: f64,
}

impl Worked {
    pub(super) fn abandoned(&self) -> f64 {
        self.abandoned / self.live.max(1.0)
    }

    pub(super) fn utilisation(&self) -> f64 {
        self.talk / (self.talk + self.idle)
    }
}

struct Agent {
    state: AgentState,
    until: f64,
}

/// What a call will do next, and when.
struct Call {
    id: Id,
    at: f64,
    next: CallEvent,
    person: bool,
}

pub(super) struct Team {
    agents: Vec<Agent>,
    calls: Vec<Call>,
    waiting: VecDeque<(Id, f64)>,
    dialed: Id,
    seed: u64,
    worked: Worked,
}

impl Team {
    pub(super) fn new(agents: usize, seed: u64) -> Self {
        let agents = (0..agents).map(|_| Agent { state: AgentState::Pause, until: 0.0 }).collect();
        Self { agents, calls: vec![], waiting: VecDeque::new(), dialed: 0, seed, worked: Worked::default() }
    }

    pub(super) fn work(self, engine: Engine, hours: f64) -> Worked {
        self.learn(engine, hours).0
    }

    pub(super) fn learn(mut self, mut engine: Engine, hours: f64) -> (Worked, Learned) {
        let mut t = 0.0;
        while t < hours * 3600.0 {
            self.step(&mut engine, t);
            t += TICK;
        }
        (self.worked, engine.learned().clone())
    }

    fn step(&mut self, engine: &mut Engine, t: f64) {
        self.go_on(engine, t);
        self.hear(engine, t);
        self.connect(engine, t);
        if t >= WARM {
            self.measure();
        }
        let talking = self.agents.iter().filter(|agent| agent.state == AgentState::Talk).count();
        let lines = u32::try_from(self.calls.len() + self.waiting.len() + talking).unwrap();
        for _ in 0..engine.decide(t, lines).dial {
            self.dial(engine, t);
        }
    }

    fn measure(&mut self) {
        for agent in &self.agents {
            match agent.state {
                AgentState::Talk => self.worked.talk += TICK,
                AgentState::Idle => self.worked.idle += TICK,
                _ => {}
            }
        }
    }

    /// Talk, wrap-up, idle.
    fn go_on(&mut self, engine: &mut Engine, t: f64) {
        for id in 0..self.agents.len() {
            if self.agents[id].state == AgentState::Idle || self.agents[id].until > t {
                continue;
            }
            let talked = self.agents[id].state == AgentState::Talk;
            let state = if talked { AgentState::Wrap } else { AgentState::Idle };
            let until = if talked { t + 5.0 + self.exponential(20.0) } else { t };
            self.agents[id] = Agent { state, until };
            engine.agent(t, id as Id, state);
        }
    }

    fn dial(&mut self, engine: &mut Engine, t: f64) {
        self.dialed += 1;
        engine.call(t, self.dialed, CallEvent::Dialed);
        let (who, rings) = (self.chance(), 3.0 + self.chance() * 18.0);
        let (after, next, person) = match who {
            w if w < ANSWER => (rings, CallEvent::Answered, true),
            w if w < ANSWER + MACHINE => (18.0 + self.chance() * 8.0, CallEvent::Answered, false),
            w if w < ANSWER + MACHINE + 0.1 => (3.0, CallEvent::Invalid, false),
            _ => (28.0, CallEvent::NoAnswer, false),
        };
        self.calls.push(Call { id: self.dialed, at: t + after, next, person });
    }

    /// What is due about calls; an answer is followed by its verdict.
    fn hear(&mut self, engine: &mut Engine, t: f64) {
        for mut call in std::mem::take(&mut self.calls) {
            if call.at > t {
                self.calls.push(call);
                continue;
            }
            engine.call(t, call.id, call.next);
            match call.next {
                CallEvent::Answered => {
                    self.verdict(&mut call, t);
                    self.calls.push(call);
                }
                CallEvent::AmdHuman => self.waiting.push_back((call.id, t + PATIENCE)),
                CallEvent::AmdMachine if call.person => self.count(t, 1.0),
                _ => {}
            }
        }
    }

    fn verdict(&mut self, call: &mut Call, t: f64) {
        let mistaken = self.chance() < 0.01;
        call.next = if call.person && !mistaken { CallEvent::AmdHuman } else { CallEvent::AmdMachine };
        call.at = t + if call.person { 1.2 + self.chance() } else { 2.5 + 2.0 * self.chance() };
    }

    fn connect(&mut self, engine: &mut Engine, t: f64) {
        while let Some((id, until)) = self.waiting.pop_front() {
            let Some(agent) = self.agents.iter().position(|agent| agent.state == AgentState::Idle) else {
                if until > t {
                    return self.waiting.push_front((id, until));
                }
                engine.call(t, id, CallEvent::Abandoned);
                self.count(t, 1.0);
                continue;
            };
            let until = t + 10.0 + self.exponential(130.0);
            self.agents[agent] = Agent { state: AgentState::Talk, until };
            engine.call(t, id, CallEvent::Connected);
            engine.agent(t, agent as Id, AgentState::Talk);
            self.count(t, 0.0);
        }
    }

    fn count(&mut self, t: f64, abandoned: f64) {
        if t >= WARM {
            self.worked.live += 1.0;
            self.worked.abandoned += abandoned;
        }
    }

    fn exponential(&mut self, mean: f64) -> f64 {
        -mean * (1.0 - self.chance()).ln()
    }

    /// Between 0 and 1, by splitmix64.
    fn chance(&mut self) -> f64 {
        self.seed = self.seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.seed;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }
}
