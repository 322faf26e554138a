//! What becomes of calls, and what is learned from it.

use super::Engine;
use crate::pacing::{
    num,
    room::{Call, CallEvent, Id, Stage},
};

/// How fast the price of a risk follows what happens; a large team has more answers to learn from.
const GAIN: f64 = 4.0;
const SMALL_TEAM: f64 = 6.0;
const LARGE_TEAM: f64 = 80.0;
/// Who was out of luck may still hope: the price never quite forbids a risk.
const LEAST: f64 = 2e-4;
const MOST: f64 = 0.6;

impl Engine {
    /// Something became of a call. Events about calls that are not out, or that come twice, change nothing.
    pub fn call(&mut self, t: f64, id: Id, event: CallEvent) {
        let t = self.at(t);
        let call = self.room.calls.get(&id).copied().filter(|call| !call.elsewhere);
        match (event, call) {
            (CallEvent::Dialed, None) => self.dialed(t, id),
            (CallEvent::Answered, Some(Call { stage: Stage::Ringing, .. })) => {
                self.room.stage(id, Stage::Answered { at: t });
            }
            (CallEvent::AmdHuman, Some(Call { stage: Stage::Waiting { .. }, .. })) => {}
            (CallEvent::AmdHuman, Some(call)) => self.person(t, id, call),
            (CallEvent::AmdMachine, Some(call)) => self.machine(t, id, call),
            (CallEvent::NoAnswer | CallEvent::Invalid, Some(call)) => self.failed(t, id, call),
            (CallEvent::Connected, Some(call)) => self.settled(t, id, call, 0.0),
            (CallEvent::Abandoned, Some(call)) => self.settled(t, id, call, 1.0),
            (CallEvent::Ended, Some(_)) => self.forget(id),
            _ => {}
        }
    }

    /// The same of a call of another campaign that shares the agents: it will need one, and teaches nothing about this
    /// campaign's people.
    pub fn call_elsewhere(&mut self, t: f64, id: Id, event: CallEvent) {
        let t = self.at(t);
        match event {
            CallEvent::Dialed => {
                let call = Call { dialed: t, stage: Stage::Ringing, elsewhere: true };
                self.room.calls.entry(id).or_insert(call);
            }
            CallEvent::Answered => self.room.stage(id, Stage::Answered { at: t }),
            CallEvent::AmdHuman => self.room.stage(id, Stage::Waiting { live: 1.0 }),
            _ => self.forget(id),
        }
    }

    fn dialed(&mut self, t: f64, id: Id) {
        self.room.calls.insert(id, Call { dialed: t, stage: Stage::Ringing, elsewhere: false });
        self.dials.push_back(t);
    }

    fn forget(&mut self, id: Id) {
        self.room.calls.remove(&id);
    }

    fn person(&mut self, t: f64, id: Id, call: Call) {
        let live = self.heard(t, call, true);
        self.room.stage(id, Stage::Waiting { live });
        if let Stage::Answered { at } = call.stage {
            self.learned.person.push(at - call.dialed);
            self.learned.person_verdict.push(t - at);
        }
        self.learned.people += 1.0;
        self.learned.resolve(false);
    }

    /// A person whom AMD takes for a machine is hung up on: abandoned, whoever was free.
    fn machine(&mut self, t: f64, id: Id, call: Call) {
        self.forget(id);
        let Stage::Answered { at } = call.stage else { return };
        let live = self.heard(t, call, false);
        self.learned.budget.note(t, live, live);
        self.learned.machine.push(at - call.dialed);
        self.learned.machine_verdict.push(t - at);
        self.learned.resolve(true);
    }

    fn failed(&mut self, t: f64, id: Id, call: Call) {
        self.forget(id);
        self.learned.failed.push(t - call.dialed);
        self.learned.resolve(false);
    }

    /// The probability that it is a person who picked up.
    fn heard(&mut self, t: f64, call: Call, human: bool) -> f64 {
        match call.stage {
            Stage::Answered { at } if self.settings.amd => self.learned.hearing.hear(at - call.dialed, t - at, human),
            _ => 1.0,
        }
    }

    /// A person got an agent, or did not: the price of a risk rises a little, or falls a lot.
    fn settled(&mut self, t: f64, id: Id, call: Call, abandoned: f64) {
        self.forget(id);
        let live = if let Stage::Waiting { live } = call.stage { live } else { 1.0 };
        let gain = GAIN / num(self.room.agents.len()).clamp(SMALL_TEAM, LARGE_TEAM);
        let allowed = self.allowed().0.max(0.0005);
        let l = &mut self.learned;
        l.theta = (l.theta * (gain * live * (allowed - abandoned)).exp()).clamp(LEAST, MOST);
        l.budget.note(t, live, live * abandoned);
    }
}
