//! A message's way: sent, finalized, answered.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::dice::Dice;
use crate::event::stamp;
use crate::message::fate::{Failure, Fate, Magic, Quirk};
use crate::message::{Message, Status};
use crate::outbox::{Copies, Happened};
use crate::timer::Task;
use crate::webhook::{Delivery, Subject};
use crate::world::World;

/// One thing that happens to a message by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Sent,
    Finalized,
    /// The recipient writes back.
    Answered(&'static str),
}

/// How long somebody takes to write back.
const ANSWER_MS: i64 = 5_000;

const LATE_MS: i64 = 20_000;

/// Long enough to arrive second however fast the clock runs.
const HELD_MS: u64 = 3_000;

/// The steps in milliseconds after the message's turn, in order.
pub(super) fn plan(magic: Magic, dice: &mut Dice) -> Vec<(i64, Step)> {
    let mut between = |range| i64::try_from(dice.between(range)).unwrap_or(0);
    let sent = between([100, 1_000]);
    let finalized = match magic.fate {
        Fate::SendingFailed(_) => return vec![(sent, Step::Finalized)],
        Fate::DeliveredLate => LATE_MS,
        _ => sent + between([500, 3_000]),
    };
    let answer = magic.answer.map(|text| (finalized + ANSWER_MS, Step::Answered(text)));
    [(sent, Step::Sent), (finalized, Step::Finalized)].into_iter().chain(answer).collect()
}

impl World {
    pub(crate) fn take_message_step(&mut self, id: Uuid, step: Step) {
        match step {
            Step::Sent => self.message_sent(id),
            Step::Finalized => self.message_finalized(id),
            Step::Answered(text) => self.message_answered(id, text),
        }
    }

    fn message_sent(&mut self, id: Uuid) {
        let now = self.now;
        self.move_message(id, |message| {
            message.sent_at = Some(now);
            Status::Sent
        });
        self.note_message(id, "sent".to_owned());
        self.emit_message(id, "message.sent");
    }

    fn message_finalized(&mut self, id: Uuid) {
        let now = self.now;
        self.move_message(id, |message| {
            message.completed_at = Some(now);
            message.magic.fate.status()
        });
        if let Some(message) = self.messages.sent.get(id) {
            let code = message.magic.fate.failure().map(|failure| format!(" {}", failure.code()));
            let note = format!("finalized {}{}", message.status.word(), code.unwrap_or_default());
            self.note_message(id, note);
        }
        self.emit_message(id, "message.finalized");
    }

    fn message_answered(&mut self, id: Uuid, text: &str) {
        if let Some(message) = self.messages.sent.get(id) {
            let (from, to) = (message.to.clone(), message.from.clone());
            self.receive_message(from, to, text);
        }
    }

    fn move_message(&mut self, id: Uuid, to: impl FnOnce(&mut Message) -> Status) {
        if let Some(message) = self.messages.sent.get_mut(id) {
            let before = message.status;
            message.status = to(message);
            self.tally.messages.moved(Some(before), message.status);
        }
    }

    /// Reports an event of a message to its webhook address.
    fn emit_message(&mut self, id: Uuid, kind: &'static str) {
        let event = self.next_id("event");
        let Some(message) = self.messages.sent.get(id) else {
            return;
        };
        let data = json!({
            "record_type": "event",
            "event_type": kind,
            "id": event,
            "occurred_at": stamp(self.now),
            "payload": self.message_json(message),
        });
        let (quirk, url) = (message.magic.quirk, message.webhook_url.clone());
        let happened = Happened { subject: Subject::Message(id), kind, id: event, client_state: None, data };
        if let Some(delivery) = self.report_event(happened, url) {
            self.dispatch_message(id, quirk, delivery);
        }
    }

    fn dispatch_message(&mut self, id: Uuid, quirk: Quirk, delivery: Delivery) {
        match quirk {
            Quirk::NoWebhooks => self.dispatch(delivery, Copies::None),
            Quirk::TripleWebhooks => self.dispatch(delivery, Copies::Three),
            Quirk::FinalizedFirst => self.hold_sent(id, delivery),
            _ => self.dispatch(delivery, Copies::ByChance),
        }
    }

    /// Keeps `message.sent` until `message.finalized` leaves before it.
    fn hold_sent(&mut self, id: Uuid, delivery: Delivery) {
        let Some(message) = self.messages.sent.get_mut(id) else {
            return;
        };
        match message.held.take() {
            None => message.held = Some(delivery),
            Some(sent) => {
                self.after_ms(0, Task::Deliver(Box::new(delivery)));
                self.after_ms(HELD_MS, Task::Deliver(Box::new(sent)));
            }
        }
    }
}

/// The entry that a failed message carries.
pub(super) fn error(failure: Failure) -> Value {
    json!({ "code": failure.code(), "title": failure.title(), "detail": failure.title() })
}
