//! Accepting a message: whose fate it is, and its whole way set.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::dice::Dice;
use crate::journal::{Kind, Line};
use crate::message::fate::Magic;
use crate::message::life::plan;
use crate::message::{Encoded, Message, Status};
use crate::refusal::Refusal;
use crate::shape::Body;
use crate::timer::Task;
use crate::webhook::Subject;
use crate::world::World;

/// A message that may be sent, and what will come of it.
pub(crate) struct Draft {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) profile: String,
    pub(crate) encoded: Encoded,
    pub(crate) magic: Magic,
    /// Whether nobody has tried this number before.
    pub(crate) first: bool,
    dice: Dice,
}

impl World {
    /// Throws a message's fate.
    pub(crate) fn draft(&mut self, body: &Body, from: String, to: String) -> Draft {
        let times = self.sends.times(&to);
        let mut dice = Dice::new(self.seed, &to, times);
        let magic = Magic::of(&to, &self.scenario, &mut dice);
        let encoded = Encoded::of(body.text("text").unwrap_or_default(), body.text("encoding"));
        let profile = body.owned("messaging_profile_id").unwrap_or_else(|| self.profile_of(&from));
        Draft { from, to, profile, encoded, magic, first: times == 1, dice }
    }

    /// Makes the message and sets its whole way.
    pub(crate) fn submit(&mut self, body: &Body, mut draft: Draft, key: Option<String>) -> Result<Uuid, Refusal> {
        let wait = self.turn(body, &draft.from)?;
        let id = self.next_id("message");
        let steps = plan(draft.magic, &mut draft.dice);
        let message = Message {
            id,
            profile: draft.profile,
            from: draft.from,
            to: draft.to,
            text: body.owned("text").unwrap_or_default(),
            subject: body.owned("subject"),
            media: body.texts("media_urls").unwrap_or_default(),
            encoded: draft.encoded,
            webhook_url: body.owned("webhook_url").or_else(|| self.addresses.messaging.clone()),
            failover_url: body.owned("webhook_failover_url"),
            idempotency_key: key,
            magic: draft.magic,
            status: Status::Queued,
            wait,
            received_at: self.now,
            sent_at: None,
            completed_at: None,
            held: None,
        };
        self.add_message(message);
        for (after, step) in steps {
            self.after(wait + TimeDelta::milliseconds(after), Task::Message(id, step));
        }
        Ok(id)
    }

    fn add_message(&mut self, message: Message) {
        let Magic { fate, quirk, .. } = message.magic;
        self.sends.count("message", message.idempotency_key.as_deref(), 0);
        self.tally.messages.moved(None, Status::Queued);
        self.messages.profiles.insert(message.from.clone(), message.profile.clone());
        let id = message.id;
        self.messages.sent.add(id, message);
        self.note_message(id, format!("accepted: {fate:?} {quirk:?}"));
    }

    /// How long a message waits for its time or its sender's turn.
    fn turn(&mut self, body: &Body, from: &str) -> Result<TimeDelta, Refusal> {
        let at = body.text("send_at").and_then(|at| at.parse::<DateTime<Utc>>().ok());
        let until = at.map_or(TimeDelta::zero(), |at| (at - self.now).max(TimeDelta::zero()));
        let limits = self.scenario.limits;
        let Some(rate) = limits.sms_per_sender else {
            return Ok(until);
        };
        if limits.sms_queue.is_some_and(|most| self.messages.pace.waiting(from, self.now, rate) >= most) {
            return Err(Refusal::queue_full());
        }
        Ok(until.max(self.messages.pace.take(from, self.now, rate)))
    }

    /// The profile of one of the account's numbers: the one it last sent with, else the account's.
    pub(crate) fn profile_of(&self, number: &str) -> String {
        let known = self.messages.profiles.get(number).cloned();
        known.unwrap_or_else(|| self.fixed_id("messaging profile").to_string())
    }

    /// An id of the account itself, the same over resets.
    pub(crate) fn fixed_id(&self, of: &str) -> Uuid {
        Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("{}/{of}", self.config.seed).as_bytes())
    }

    /// Notes that something became of a message.
    pub(crate) fn note_message(&mut self, id: Uuid, note: String) {
        let message = self.messages.sent.get(id);
        let line = Line {
            kind: Kind::Message,
            idempotency_key: message.and_then(|message| message.idempotency_key.clone()),
            reference: message.and_then(Message::reference),
            note: Some(note),
            ..Line::about(Subject::Message(id))
        };
        self.journal.write(self.now, line);
    }
}
