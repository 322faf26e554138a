//! Placing a call: whose fate it is, and the leg with its whole life set.

use std::collections::HashMap;

use serde_json::Value;

use crate::amd::Detection;
use crate::dice::Dice;
use crate::leg::{Leg, LegNo, State};
use crate::number::{Destination, Fate, Quirk, is_agent_phone};
use crate::refusal::Refusal;
use crate::shape::Body;
use crate::timeline::{Plan, Step, plan};
use crate::timer::Task;
use crate::webhook::Target;
use crate::world::World;

/// Where a dial goes and what will come of it.
pub(crate) struct Prospect {
    to: String,
    destination: Destination,
    fate: Fate,
    pub(crate) quirk: Quirk,
    certain: bool,
    agent: bool,
    dice: Dice,
}

impl World {
    /// Chooses among several destinations the first that answers, and its fate.
    pub(crate) fn prospect(&mut self, body: &Body, destinations: Vec<(String, Destination)>) -> (Prospect, bool) {
        let mut chosen: Option<(Prospect, bool)> = None;
        for (to, destination) in destinations {
            let times = self.dials.times(&to);
            let prospect = self.fate_of(body, to, destination, times);
            let better = chosen.as_ref().is_none_or(|(old, _)| !old.fate.answers() && prospect.fate.answers());
            if better {
                chosen = Some((prospect, times == 1));
            }
        }
        chosen.expect("a dial without a destination was refused")
    }

    fn fate_of(&self, body: &Body, to: String, destination: Destination, times: u64) -> Prospect {
        let mut dice = Dice::new(self.seed, &to, times);
        let agent = matches!(destination, Destination::Sip { .. }) || is_agent_phone(body.text("client_state"));
        let magic = match agent {
            true => Some((self.agent_fate(&destination), Quirk::None)),
            false => destination.magic(),
        };
        let (fate, quirk) = magic.unwrap_or_else(|| (self.scenario.mix.throw(&mut dice), Quirk::None));
        Prospect { to, destination, fate, quirk, certain: magic.is_some(), agent, dice }
    }

    fn agent_fate(&self, destination: &Destination) -> Fate {
        let offline = match destination {
            Destination::Sip { username } => self.agents.get(username).is_some_and(|agent| !agent.online),
            Destination::Phone(_) => false,
        };
        if offline { Fate::NoAnswer } else { Fate::Stays }
    }

    /// Makes the leg and sets its whole life.
    pub(crate) fn place(&mut self, body: &Body, mut prospect: Prospect, with: Option<LegNo>) -> LegNo {
        let number = LegNo(self.next_number());
        let steps = self.life_of(body, &mut prospect);
        let session = with
            .and_then(|other| self.legs.get(other))
            .or_else(|| self.legs.find(body.text("link_to")?).ok())
            .map(|other| other.session_id);
        let session_id = session.unwrap_or_else(|| self.next_id("session"));
        let leg = Leg {
            number,
            leg_id: self.next_id("leg"),
            session_id,
            connection_id: body.owned("connection_id").unwrap_or_default(),
            from: body.owned("from").unwrap_or_default(),
            to: prospect.to,
            client_state: body.owned("client_state"),
            command_id: body.owned("command_id"),
            target: Target::of_dial(body, self.addresses.voice.as_deref()),
            fate: prospect.fate,
            quirk: prospect.quirk,
            agent: prospect.agent,
            state: State::Ringing,
            initiated: false,
            dialled_at: self.now,
            answered_at: None,
            ended_at: None,
            conference: None,
            joins: body.has("conference_config").then(|| body.object("conference_config")),
            bridge: None,
            bridges_to: with,
            records_from_answer: body.has("record").then(|| body.clone()),
            recording: None,
            transcription: None,
            playback: None,
            speech: None,
            supervisor_role: body.owned("supervisor_role"),
            commands: HashMap::new(),
            held: Vec::new(),
        };
        self.tally.of(&leg).dialled += 1;
        let fate = format!("dialled: {:?} {:?}", leg.fate, leg.quirk);
        self.legs.add(leg);
        self.note_leg(number, &fate);
        self.note_command(number, "dial", body);
        for (after, step) in steps {
            self.after_ms(after, Task::Step(number, step));
        }
        number
    }

    fn life_of(&self, body: &Body, prospect: &mut Prospect) -> Vec<(u64, Step)> {
        let own = match &prospect.destination {
            Destination::Sip { username } => self.agents.get(username).and_then(|agent| agent.answer_ms),
            Destination::Phone(_) => None,
        };
        let stays = prospect.agent || prospect.fate == Fate::Stays;
        let ring = if stays { self.scenario.agents.answer_ms } else { self.scenario.answer_ms.0 };
        plan(
            Plan {
                fate: prospect.fate,
                certain: prospect.certain,
                detection: Detection::asked_by(body),
                timeout_secs: body.number("timeout_secs").unwrap_or(30),
                time_limit_secs: body.number("time_limit_secs").unwrap_or(14_400),
                answer_ms: own.unwrap_or(ring),
                agent: prospect.agent,
                scenario: &self.scenario,
            },
            &mut prospect.dice,
        )
    }

    /// `transfer` dials a second leg that is bridged to the first on answer.
    pub(crate) fn transfer(&mut self, number: LegNo, body: &Body) -> Result<(), Refusal> {
        let to = body.text("to").unwrap_or_default().to_owned();
        let destination = Destination::parse(&to).ok_or_else(|| Refusal::bad_number("to"))?;
        let times = self.dials.times(&to);
        let dial = self.transfer_as_dial(number, body);
        let prospect = self.fate_of(&dial, to, destination, times);
        self.place(&dial, prospect, Some(number));
        Ok(())
    }

    /// The second leg's dial: what the transfer says, else what the first leg had.
    fn transfer_as_dial(&self, number: LegNo, body: &Body) -> Body {
        let state = body.owned("target_leg_client_state");
        let Some(leg) = self.legs.get(number) else {
            return body.clone();
        };
        let dial = body
            .clone()
            .with("from", body.text("from").unwrap_or(&leg.from))
            .with("connection_id", leg.connection_id.as_str())
            .with("client_state", state);
        match (body.has("webhook_url"), leg.target.url("")) {
            (false, Some(url)) => dial.with("webhook_url", url),
            _ => dial,
        }
    }

    /// Writes a command into the call's history.
    pub(crate) fn note_command(&mut self, number: LegNo, name: &str, body: &Body) {
        let mut metadata = Value::Object(body.as_map().clone());
        metadata["call_control_id"] = number.control_id().into();
        if let Some(leg) = self.legs.get(number) {
            self.history.add_command(self.now, leg, name, &metadata);
        }
    }
}
