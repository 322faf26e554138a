//! Messages that come in.

use chrono::{DateTime, Utc};
use serde_json::json;
use uuid::Uuid;

use crate::event::stamp;
use crate::message::Encoded;
use crate::message::optout::{Autoresponse, OptOut, keyword};
use crate::outbox::{Copies, Happened};
use crate::webhook::Subject;
use crate::world::World;

/// One message to us.
#[derive(Clone, Debug)]
pub(crate) struct Inbound {
    pub(crate) id: Uuid,
    pub(crate) profile: String,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) text: String,
    pub(crate) encoded: Encoded,
    pub(crate) autoresponse: Option<Autoresponse>,
    pub(crate) received_at: DateTime<Utc>,
}

impl World {
    /// Takes a message to one of our numbers: its keyword is honoured, and it is reported.
    pub(crate) fn receive_message(&mut self, from: String, to: String, text: &str) -> Uuid {
        let message = Inbound {
            id: self.next_id("inbound message"),
            profile: self.profile_of(&to),
            from,
            to,
            text: text.to_owned(),
            encoded: Encoded::of(text, None),
            autoresponse: Autoresponse::to(text),
            received_at: self.now,
        };
        let id = message.id;
        self.heed(&message);
        let word = message.autoresponse.map_or(String::new(), |word| format!(" {}", word.word()));
        self.note_message(id, format!("received{word}"));
        self.emit_inbound(&message);
        self.tally.messages.received += 1;
        self.messages.received.add(id, message);
        id
    }

    fn heed(&mut self, message: &Inbound) {
        let optouts = &mut self.messages.optouts;
        match message.autoresponse {
            Some(Autoresponse::Stop) => optouts.add(OptOut {
                profile: message.profile.clone(),
                from: message.to.clone(),
                to: message.from.clone(),
                keyword: keyword(&message.text),
                created_at: message.received_at,
            }),
            Some(Autoresponse::Start) => optouts.remove(&message.profile, &message.from),
            Some(Autoresponse::Help) | None => {}
        }
    }

    fn emit_inbound(&mut self, message: &Inbound) {
        let event = self.next_id("event");
        let kind = "message.received";
        let data = json!({
            "record_type": "event",
            "event_type": kind,
            "id": event,
            "occurred_at": stamp(self.now),
            "payload": self.inbound_json(message),
        });
        let subject = Subject::Message(message.id);
        let happened = Happened { subject, kind, id: event, client_state: None, data };
        if let Some(delivery) = self.report_event(happened, self.addresses.messaging.clone()) {
            self.dispatch(delivery, Copies::ByChance);
        }
    }
}
