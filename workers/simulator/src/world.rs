//! The carrier's state, and the one way in which it moves: a request or a due timer.
//!
//! Nothing in here waits or sends. What is to leave is handed to the outbox; what is
//! to happen later is a timer. So a run depends on its seed, its requests and its clock.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::mpsc::UnboundedSender;
use uuid::Uuid;

use crate::address::Addresses;
use crate::clock::{Clock, real_now};
use crate::conference::Conference;
use crate::config::Config;
use crate::credential::Credential;
use crate::dials::Dials;
use crate::dice::Dice;
use crate::email::Email;
use crate::history::History;
use crate::idempotency::Keys;
use crate::journal::{Journal, Kind, Line};
use crate::leg::{Leg, LegNo, Legs};
use crate::message::Messages;
use crate::outbox::Traffic;
use crate::recording::Recording;
use crate::resend::Rate;
use crate::scenario::Scenario;
use crate::sends::Sends;
use crate::store::Store;
use crate::tally::Tally;
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
    pub(crate) messages: Messages,
    pub(crate) emails: Store<Email>,
    /// The email API's allowance.
    pub(crate) rate: Rate,
    pub(crate) keys: Keys,
    pub(crate) sends: Sends,
    pub(crate) addresses: Addresses,
    pub(crate) journal: Journal,
    pub(crate) history: History,
    pub(crate) webhooks: Traffic,
    pub(crate) tally: Tally,
    pub(crate) outbox: UnboundedSender<Delivery>,
}

/// How one agent's softphone differs from the scenario's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Agent {
    pub(crate) answer_ms: Option<[u64; 2]>,
    pub(crate) online: bool,
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
            messages: Messages::default(),
            emails: Store::default(),
            rate: Rate::default(),
            keys: Keys::default(),
            sends: Sends::default(),
            addresses: Addresses::of(&config),
            journal: Journal::new(config.journal_capacity),
            history: History::default(),
            webhooks: Traffic::default(),
            tally: Tally::default(),
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

    /// Forgets everything but the configuration (with the addresses set since), the clock and the numbering: ids are
    /// never given twice, or a receiver would take new webhooks for old ones.
    pub(crate) fn reset(&mut self) {
        let mut fresh = Self::new(self.config.clone(), self.origin.clone(), self.outbox.clone());
        fresh.counter = self.counter;
        fresh.clock = self.clock;
        fresh.now = self.now;
        fresh.addresses = std::mem::take(&mut self.addresses);
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
            Task::Message(id, step) => self.take_message_step(id, step),
            Task::Email(id, step) => self.take_email_step(id, step),
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

    /// A leg that is alive.
    pub(crate) fn living(&self, number: LegNo) -> Option<&Leg> {
        self.legs.get(number).filter(|leg| leg.is_alive())
    }
}

pub(crate) fn milliseconds(millis: u64) -> TimeDelta {
    TimeDelta::milliseconds(i64::try_from(millis).unwrap_or(i64::MAX / 1_000))
}
