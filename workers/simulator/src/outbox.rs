//! From an event to its deliveries: chance and the number's quirk decide how often and when.

use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::clock::real_now;
use crate::event;
use crate::journal::{Kind, Line, to_raw};
use crate::leg::LegNo;
use crate::number::Quirk;
use crate::timer::Task;
use crate::webhook::{Delivery, Subject};
use crate::world::World;

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

/// Something that is reported.
pub(crate) struct Happened {
    pub(crate) subject: Subject,
    pub(crate) kind: &'static str,
    pub(crate) id: Uuid,
    pub(crate) client_state: Option<String>,
    pub(crate) data: Value,
}

/// How often a webhook leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Copies {
    None,
    Three,
    /// Once, but for the scenario's faults.
    ByChance,
}

impl World {
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
        let (quirk, client_state) = (leg.quirk, leg.client_state.clone());
        let url = leg.target.url(kind).map(str::to_owned);
        let policy = leg.target.retries(kind).map(<[u64]>::to_vec);
        let happened = Happened { subject: Subject::Leg(number), kind, id, client_state, data };
        let Some(mut delivery) = self.report_event(happened, url) else {
            return;
        };
        delivery.retries_ms = policy.unwrap_or(delivery.retries_ms);
        match quirk {
            Quirk::ReversedWebhooks => self.hold(number, delivery),
            Quirk::NoWebhooks => self.dispatch(delivery, Copies::None),
            Quirk::TripleWebhooks => self.dispatch(delivery, Copies::Three),
            _ => self.dispatch(delivery, Copies::ByChance),
        }
    }

    /// Writes down what is reported; its delivery, if there is where to deliver it.
    pub(crate) fn report_event(&mut self, happened: Happened, url: Option<String>) -> Option<Delivery> {
        let Happened { subject, kind, id, client_state, data } = happened;
        let data = to_raw(&data);
        let line = Line {
            kind: Kind::Webhook,
            client_state,
            event_type: Some(kind),
            event_id: Some(id),
            body: data.clone(),
            ..Line::about(subject)
        };
        self.journal.write(self.now, line);
        self.webhooks.events += 1;
        let ways = &self.scenario.webhooks;
        Some(Delivery {
            event_type: kind,
            event_id: id,
            subject,
            url: url?,
            data: data?,
            timeout_ms: ways.timeout_ms,
            retries_ms: ways.retries.clone(),
            bad_signature: self.dice.chance(ways.bad_signature),
            stale: self.dice.chance(ways.stale_timestamp),
        })
    }

    /// Lets chance decide how often, unless a quirk does, and when a webhook leaves.
    pub(crate) fn dispatch(&mut self, delivery: Delivery, copies: Copies) {
        let copies = match copies {
            Copies::None => 0,
            Copies::Three => 3,
            Copies::ByChance if self.dice.chance(self.scenario.webhooks.drop) => 0,
            Copies::ByChance if self.dice.chance(self.scenario.webhooks.duplicate) => 2,
            Copies::ByChance => 1,
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

    pub(crate) fn hand_over(&mut self, delivery: Delivery) {
        self.webhooks.under_way += 1;
        // Nobody listens only while the simulator stops.
        drop(self.outbox.send(delivery));
    }
}
