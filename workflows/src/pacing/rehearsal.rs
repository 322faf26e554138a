//! What would happen: an hour of a simulated team and people like those the engine has learned of, paced by the engine
//! itself. Seeded, so the same question has the same answer.

use std::collections::VecDeque;

use serde::Serialize;

use super::{
    Invalid, Mode, Settings,
    engine::Engine,
    learned::Learned,
    num,
    room::{AgentState, CallEvent, Id},
};

const TICK: f64 = 0.5;
/// Of the deadline, what the verdict and the bridge leave.
const SPENT: f64 = 1.0;
/// Not measured, as the start is soft.
const WARM: f64 = 600.0;
/// A talk is no longer.
const LONGEST: f64 = 7_200.0;
const SEED: u64 = 20_261_125;

/// What a rehearsal came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Rehearsed {
    /// People who answered, and those of them whom no agent talked to, or whom AMD took for machines.
    pub live: f64,
    pub abandoned: f64,
    /// Agent-seconds.
    pub talk: f64,
    pub idle: f64,
    pub wrap: f64,
    pub dials: f64,
    /// Conversations begun.
    pub talks: f64,
    /// Lines out, each second.
    lines: f64,
    secs: f64,
}

impl Rehearsed {
    /// The share of people who answered and found nobody.
    #[must_use]
    pub fn abandoned_share(&self) -> f64 {
        self.abandoned / self.live.max(1.0)
    }

    /// The share of their time without wrap-up that agents talk.
    #[must_use]
    pub fn utilisation(&self) -> f64 {
        self.talk / (self.talk + self.idle).max(1.0)
    }

    /// Seconds an agent waits for the next conversation.
    #[must_use]
    pub fn wait(&self) -> f64 {
        self.idle / self.talks.max(1.0)
    }

    /// Conversations of one agent in an hour.
    #[must_use]
    pub fn talks_an_hour(&self) -> f64 {
        self.talks * 3_600.0 / (self.talk + self.idle + self.wrap).max(1.0)
    }

    /// Lines out, on average.
    #[must_use]
    pub fn lines(&self) -> f64 {
        self.lines / self.secs.max(1.0)
    }
}

/// Who answers, how, and how long they talk.
#[derive(Clone, Debug)]
pub(super) struct World {
    pub(super) answer: f64,
    pub(super) machine: f64,
    pub(super) failed: f64,
    pub(super) mistaken: f64,
    pub(super) like: Learned,
}

impl World {
    pub(super) fn of(learned: &Learned) -> Self {
        let (answer, machine) = (learned.answer_rate(), learned.machine_rate());
        let failed = (1.0 - answer - machine).clamp(0.0, 0.1);
        Self { answer, machine, failed, mistaken: learned.mistaken_rate(), like: learned.clone() }
    }
}

/// So many agents, paced for an hour by these settings, with what was learned; ten minutes before that are not counted.
///
/// # Errors
/// The setting that makes no sense.
pub fn rehearse(settings: Settings, learned: &Learned, agents: usize) -> Result<Rehearsed, Invalid> {
    // Agents who dial themselves are rehearsed as if a line were dialed for each.
    let mode = if settings.mode == Mode::Preview { Mode::Progressive } else { settings.mode };
    let settings = Settings { mode, ..settings };
    let engine = Engine::new(settings, learned.without_count())?;
    Ok(Team::new(agents, SEED, World::of(learned), settings).work(engine, 1.0 + WARM / 3_600.0).0)
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
    world: World,
    settings: Settings,
    worked: Rehearsed,
}

impl Team {
    pub(super) fn new(agents: usize, seed: u64, world: World, settings: Settings) -> Self {
        let agents = (0..agents).map(|_| Agent { state: AgentState::Pause, until: 0.0 }).collect();
        let (calls, waiting) = (Vec::new(), VecDeque::new());
        Self { agents, calls, waiting, dialed: 0, seed, world, settings, worked: Rehearsed::default() }
    }

    pub(super) fn work(mut self, mut engine: Engine, hours: f64) -> (Rehearsed, Learned) {
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
        let talking = self.agents.iter().filter(|agent| agent.state == AgentState::Talk).count();
        let lines = self.calls.len() + self.waiting.len() + talking;
        let dial = engine.decide(t, u32::try_from(lines).unwrap_or(u32::MAX)).dial;
        if t >= WARM {
            self.measure(lines, dial);
        }
        for _ in 0..dial {
            self.dial(engine, t);
        }
    }

    fn measure(&mut self, lines: usize, dial: u32) {
        let worked = &mut self.worked;
        worked.secs += TICK;
        worked.lines += num(lines) * TICK;
        worked.dials += f64::from(dial);
        for agent in &self.agents {
            match agent.state {
                AgentState::Talk => worked.talk += TICK,
                AgentState::Idle => worked.idle += TICK,
                AgentState::Wrap => worked.wrap += TICK,
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
            let wrap = self.chance();
            let until = if talked { t + self.world.like.wrap.quantile(wrap) } else { t };
            self.agents[id] = Agent { state, until };
            engine.agent(t, id as Id, state);
        }
    }

    fn dial(&mut self, engine: &mut Engine, t: f64) {
        self.dialed += 1;
        engine.call(t, self.dialed, CallEvent::Dialed);
        let (who, rings) = (self.chance(), self.chance());
        let World { answer, machine, failed, like, .. } = &self.world;
        let (after, next, person) = match who {
            w if w < *answer => (like.person.quantile(rings), CallEvent::Answered, true),
            w if w < answer + machine => (like.machine.quantile(rings), CallEvent::Answered, false),
            w if w < answer + machine + failed => (like.failed.quantile(rings), CallEvent::Invalid, false),
            _ => (self.settings.ring_timeout + 3.0, CallEvent::NoAnswer, false),
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
                CallEvent::AmdHuman => self.waiting.push_back((call.id, t + self.settings.deadline - SPENT)),
                CallEvent::AmdMachine if call.person => self.count(t, 1.0),
                _ => {}
            }
        }
    }

    fn verdict(&mut self, call: &mut Call, t: f64) {
        let (mistaken, took) = (self.chance() < self.world.mistaken, self.chance());
        let like = &self.world.like;
        call.next = if call.person && !mistaken { CallEvent::AmdHuman } else { CallEvent::AmdMachine };
        call.at = t + if call.person { &like.person_verdict } else { &like.machine_verdict }.quantile(took);
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
            let until = t + self.talks_for();
            self.agents[agent] = Agent { state: AgentState::Talk, until };
            engine.call(t, id, CallEvent::Connected);
            engine.agent(t, agent as Id, AgentState::Talk);
            self.count(t, 0.0);
        }
    }

    /// How long a talk lasts: the time by which a share of all, drawn by chance, has ended.
    fn talks_for(&mut self) -> f64 {
        let share = self.chance();
        let (mut low, mut high) = (0.0, LONGEST);
        while high - low > 0.5 {
            let middle = f64::midpoint(low, high);
            if self.world.like.talk.ends_within(0.0, middle) < share { low = middle } else { high = middle }
        }
        high
    }

    fn count(&mut self, t: f64, abandoned: f64) {
        if t >= WARM {
            self.worked.live += 1.0;
            self.worked.abandoned += abandoned;
            self.worked.talks += 1.0 - abandoned;
        }
    }

    /// Between 0 and 1, by splitmix64.
    fn chance(&mut self) -> f64 {
        self.seed = self.seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.seed;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        #[expect(clippy::cast_precision_loss, reason = "53 bits are what a float holds")]
        let chance = ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64;
        chance
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(mode: Mode, cap: f64) -> Settings {
        Settings {
            mode,
            cap,
            max_lines: 200,
            calls_per_second: None,
            tick: TICK,
            ring_timeout: 25.0,
            deadline: 2.0,
            amd: true,
        }
    }

    #[test]
    fn the_same_question_has_the_same_answer() {
        let asked = || rehearse(settings(Mode::Predictive, 0.03), &Learned::default(), 12).unwrap();
        assert_eq!(asked(), asked());
    }

    #[test]
    fn foreseeing_keeps_agents_busier_than_a_line_for_each() {
        let asked = |mode| rehearse(settings(mode, 0.03), &Learned::default(), 20).unwrap();
        let (line_for_each, foreseen) = (asked(Mode::Progressive), asked(Mode::Predictive));
        assert!(foreseen.wait() < line_for_each.wait() && foreseen.lines() > line_for_each.lines());
        assert!(foreseen.talks_an_hour() > line_for_each.talks_an_hour());
    }

    #[test]
    fn a_setting_that_makes_no_sense_is_named() {
        assert_eq!(rehearse(settings(Mode::Predictive, -1.0), &Learned::default(), 5).unwrap_err().field, "cap");
    }
}
