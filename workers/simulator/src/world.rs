//! The carrier's state, and the one way in which it moves: a request or a due timer.
//!
//! Nothing in here waits or sends. What is to leave is handed to the outbox; what is
//! to happen later is a timer. So a run depends on its seed, its requests and its clock.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use serde_json::Value;
use tokio::sync::mpsc::UnboundedSender;
use uuid::Uuid;

use crate::clock::{Clock, real_now};
use crate::conference::Conference;
use crate::config::Config;
use crate::credential::Credential;
use crate::dials::Dials;
use crate::dice::Dice;
use crate::event;
use crate::history::History;
use crate::journal::{Journal, Kind, Line, to_raw};
use crate::leg::{Leg, LegNo, Legs};
use crate::number::Quirk;
use crate::recording::Recording;
use crate::scenario::Scenario;
use crate::timer::{Task, Timers};
use crate::webhook::Delivery;

pub(crate) struct World {
    pub(crate) config: Arc<Config>,
    /// Where the simulator itself is reached, for links to media.
    pub(crate) origin: String,
    pub(crate) clock: Clock,
    /// How far virtual time has been lived through.
    pub(crate) now: DateTime<Utc>,
    pub(crate) timers: Timers,
    pub(crate) scenario: Scenario,
    pub(crate) seed: u64,
    pub(crate) dice: Dice,
    counter: u64,
    pub(crate) legs: Legs,
    pub(crate) dials: Dials,
    pub(crate) conferences: BTreeMap<Uuid, Conference>,
    pub(crate) recordings: BTreeMap<Uuid, Recording>,
    pub(crate) credentials: BTreeMap<Uuid, Credential>,
    pub(crate) agents: HashMap<String, Agent>,
    pub(crate) journal: Journal,
    pub(crate) history: History,
    pub(crate) webhooks: Traffic,
    outbox: UnboundedSender<Delivery>,
}

/// How one agent's softphone differs from the scenario's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Agent {
    pub(crate) answer_ms: Option<[u64; 2]>,
    pub(crate) online: bool,
}

/// What has been sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Traffic {
    pub(crate) events: u64,
    pub(crate) attempts: u64,
    pub(crate) accepted: u64,
    pub(crate) dropped: u64,
    pub(crate) given_up: u64,
    /// Handed over and not yet accepted, refused or given up.
    pub(crate) under_way: u64,
}

impl World {
    pub(crate) fn new(config: Arc<Config>, origin: String, outbox: UnboundedSender<Delivery>) -> Self {
        let clock = Clock::starting_now(config.speed);
        Self {
            origin,
            clock,
            now: clock.anchor_virtual,
            timers: Timers::default(),
            scenario: Scenario::default(),
            seed: config.seed,
            dice: Dice::new(config.seed, "world", 0),
            counter: config.first_id,
            legs: Legs::default(),
            dials: Dials::default(),
            conferences: BTreeMap::new(),
            recordings: BTreeMap::new(),
            credentials: BTreeMap::new(),
            agents: HashMap::new(),
            journal: Journal::new(config.journal_capacity),
            history: History::default(),
            webhooks: Traffic::default(),
            config,
            outbox,
        }
    }

    /// Lives through everything that was due until now.
    pub(crate) fn catch_up(&mut self) {
        self.live_until(self.clock.at(real_now()));
    }

    /// Fires the timers up to a moment in order, each at its own moment.
    pub(crate) fn live_until(&mut self, moment: DateTime<Utc>) {
        while let Some((at, task)) = self.timers.pop_due(moment) {
            self.now = self.now.max(at);
            self.fire(task);
        }
        self.now = self.now.max(moment);
    }

    /// Sets another line of time. Timers passed by a jump ahead fire in order; a jump
    /// back leaves each timer the time it had left.
    pub(crate) fn set_clock(&mut self, clock: Clock) {
        self.catch_up();
        let moment = clock.at(real_now());
        self.clock = clock;
        if moment < self.now {
            self.timers.shift(moment - self.now);
            self.now = moment;
        }
        self.live_until(moment);
    }

    pub(crate) fn advance(&mut self, by: TimeDelta) {
        self.catch_up();
        let moment = self.now + by;
        self.live_until(moment);
        self.clock = self.clock.jumped_to(moment);
    }

    /// Forgets everything but the configuration, the clock and the numbering: ids are
    /// never given twice, or a receiver would take new webhooks for old ones.
    pub(crate) fn reset(&mut self) {
        let mut fresh = Self::new(self.config.clone(), self.origin.clone(), self.outbox.clone());
        fresh.counter = self.counter;
        fresh.clock = self.clock;
        fresh.now = self.now;
        *self = fresh;
    }

    pub(crate) fn next_number(&mut self) -> u64 {
        let number = self.counter;
        self.counter += 1;
        number
    }

    /// An id from the seed and the counter.
    pub(crate) fn next_id(&mut self, of: &str) -> Uuid {
        let number = self.next_number();
        let name = format!("{}/{of}/{number}", self.seed);
        Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes())
    }

    pub(crate) fn after(&mut self, span: TimeDelta, task: Task) {
        self.timers.schedule(self.now + span, task);
    }

    pub(crate) fn after_ms(&mut self, millis: u64, task: Task) {
        self.after(milliseconds(millis), task);
    }

    fn fire(&mut self, task: Task) {
        match task {
            Task::Step(leg, step) => self.take_step(leg, step),
            Task::Deliver(delivery) => self.hand_over(*delivery),
            Task::SaveRecording(recording) => self.save_recording(recording),
            Task::EndPlayback(leg, run) => self.end_playback(leg, Some(run), "completed"),
            Task::EndSpeech(leg, run) => self.end_speech(leg, Some(run), "completed"),
            Task::Transcribe(leg, run, line) => self.transcribe(leg, run, line),
            Task::EndConferencePlayback(id, run) => self.end_conference_playback(id, Some(run)),
            Task::EndConferenceSpeech(id) => self.end_conference_speech(id),
            Task::ExpireConference(id) => self.end_conference(id, "time_exceeded", true),
        }
    }

    /// Notes that a leg changed.
    pub(crate) fn note_leg(&mut self, number: LegNo, note: &str) {
        let leg = self.legs.get(number);
        let line = Line {
            kind: Kind::Leg,
            call_control_id: Some(number.control_id()),
            client_state: leg.and_then(|leg| leg.client_state.clone()),
            command_id: leg.and_then(|leg| leg.command_id.clone()),
            note: Some(note.to_owned()),
            ..Line::default()
        };
        self.journal.write(self.now, line);
    }

    pub(crate) fn note_attempt(&mut self, line: Line, accepted: bool) {
        self.webhooks.attempts += 1;
        self.webhooks.accepted += u64::from(accepted);
        self.journal.write(self.clock.at(real_now()), line);
    }

    /// A delivery is over, one way or the other.
    pub(crate) fn note_delivered(&mut self, given_up: bool) {
        self.webhooks.under_way = self.webhooks.under_way.saturating_sub(1);
        self.webhooks.given_up += u64::from(given_up);
    }

    /// Reports an event of a leg to its webhook address and to the call's history.
    pub(crate) fn emit(&mut self, number: LegNo, kind: &'static str, details: Value) {
        let id = self.next_id("event");
        let Some(leg) = self.legs.get(number) else {
            return;
        };
        let data = event::data(kind, id, self.now, leg, details);
        self.history.add_webhook(self.now, leg, kind, &data["payload"]);
        let url = leg.target.url(kind).map(str::to_owned);
        let line = Line {
            kind: Kind::Webhook,
            call_control_id: Some(number.control_id()),
            client_state: leg.client_state.clone(),
            event_type: Some(kind),
            event_id: Some(id),
            body: to_raw(&data),
            ..Line::default()
        };
        let data = line.body.clone();
        self.journal.write(self.now, line);
        self.webhooks.events += 1;
        if let (Some(url), Some(data)) = (url, data) {
            let delivery = self.prepare(number, kind, id, url, data);
            self.dispatch(number, delivery);
        }
    }

    fn prepare(
        &mut self,
        number: LegNo,
        kind: &'static str,
        id: Uuid,
        url: String,
        data: Arc<serde_json::value::RawValue>,
    ) -> Delivery {
        let ways = &self.scenario.webhooks;
        let policy = self.legs.get(number).and_then(|leg| leg.target.retries(kind));
        Delivery {
            event_type: kind,
            event_id: id,
            leg: number,
            url,
            data,
            timeout_ms: ways.timeout_ms,
            retries_ms: policy.unwrap_or(&ways.retries).to_vec(),
            bad_signature: self.dice.chance(ways.bad_signature),
            stale: self.dice.chance(ways.stale_timestamp),
        }
    }

    /// Lets chance and the leg's quirk decide how often and when a webhook leaves.
    fn dispatch(&mut self, number: LegNo, delivery: Delivery) {
        let copies = match self.legs.get(number).map_or(Quirk::None, |leg| leg.quirk) {
            Quirk::NoWebhooks => 0,
            Quirk::TripleWebhooks => 3,
            Quirk::ReversedWebhooks => return self.hold(number, delivery),
            _ if self.dice.chance(self.scenario.webhooks.drop) => 0,
            _ if self.dice.chance(self.scenario.webhooks.duplicate) => 2,
            _ => 1,
        };
        self.webhooks.dropped += u64::from(copies == 0);
        for _ in 0..copies {
            let delay = self.delivery_delay();
            self.after_ms(delay, Task::Deliver(Box::new(delivery.clone())));
        }
    }

    fn delivery_delay(&mut self) -> u64 {
        let delay = self.dice.between(self.scenario.webhooks.delay_ms);
        match self.dice.chance(self.scenario.webhooks.reorder) {
            true => delay + self.dice.between(self.scenario.webhooks.reorder_ms),
            false => delay,
        }
    }

    /// Keeps a webhook until its leg has ended; what comes after that goes at once.
    fn hold(&mut self, number: LegNo, delivery: Delivery) {
        let Some(leg) = self.legs.get_mut(number) else {
            return;
        };
        let last = delivery.event_type == "call.hangup";
        leg.held.push(delivery);
        if last || !leg.is_alive() {
            let held = std::mem::take(&mut leg.held);
            for (place, delivery) in (1..).zip(held.into_iter().rev()) {
                self.after_ms(place * 50, Task::Deliver(Box::new(delivery)));
            }
        }
    }

    fn hand_over(&mut self, delivery: Delivery) {
        self.webhooks.under_way += 1;
        // Nobody listens only while the simulator stops.
        drop(self.outbox.send(delivery));
    }

    /// A leg that is alive.
    pub(crate) fn living(&self, number: LegNo) -> Option<&Leg> {
        self.legs.get(number).filter(|leg| leg.is_alive())
    }
}

pub(crate) fn milliseconds(millis: u64) -> TimeDelta {
    TimeDelta::milliseconds(i64::try_from(millis).unwrap_or(i64::MAX / 1_000))
}
