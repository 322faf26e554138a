//! An email's way, and the webhooks it brings.

use serde_json::value::RawValue;
use uuid::Uuid;

use crate::dice::Dice;
use crate::email::event;
use crate::email::fate::{Fate, Magic};
use crate::email::link::one_click;
use crate::outbox::{Copies, Happened};
use crate::webhook::{Delivery, Subject};
use crate::world::World;

/// The e-mail provider goes on for a day where the carrier gives up (seven times, at last after ten hours): here it goes
/// on for as long as somebody watches.
const GOES_ON_MS: [u64; 4] = [10_000, 20_000, 30_000, 60_000];

/// One thing that becomes of an email by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Sent,
    Delayed,
    Delivered,
    Bounced,
    MailboxFull,
    Complained,
    Opened,
    Clicked,
    Failed,
    Suppressed,
    /// Nothing that the provider sees.
    Unsubscribes,
}

impl Step {
    /// The webhook's type; `None` where there is none.
    pub(super) fn event(self) -> Option<&'static str> {
        Some(match self {
            Self::Sent => "email.sent",
            Self::Delayed => "email.delivery_delayed",
            Self::Delivered => "email.delivered",
            Self::Bounced | Self::MailboxFull => "email.bounced",
            Self::Complained => "email.complained",
            Self::Opened => "email.opened",
            Self::Clicked => "email.clicked",
            Self::Failed => "email.failed",
            Self::Suppressed => "email.suppressed",
            Self::Unsubscribes => return None,
        })
    }
}

/// The steps in milliseconds after the email's acceptance, in order. People take their
/// time, but not those whom a test waits for.
pub(super) fn plan(Magic { fate, certain, .. }: Magic, dice: &mut Dice) -> Vec<(i64, Step)> {
    let people = if certain { [1_000, 5_000] } else { [30_000, 3_600_000] };
    let steps = steps(fate).iter();
    let timed = steps.scan(0, |at, step| {
        let range = match step {
            Step::Opened | Step::Clicked | Step::Complained | Step::Unsubscribes => people,
            Step::Sent | Step::Failed | Step::Suppressed => [50, 500],
            _ => [500, 5_000],
        };
        *at += i64::try_from(dice.between(range)).unwrap_or(0);
        Some((*at, *step))
    });
    timed.collect()
}

fn steps(fate: Fate) -> &'static [Step] {
    match fate {
        Fate::Delivered => &[Step::Sent, Step::Delivered],
        Fate::Bounced => &[Step::Sent, Step::Bounced],
        Fate::MailboxFull => &[Step::Sent, Step::MailboxFull],
        Fate::Complained => &[Step::Sent, Step::Delivered, Step::Complained],
        Fate::Suppressed => &[Step::Suppressed],
        Fate::Delayed => &[Step::Sent, Step::Delayed, Step::Delayed, Step::Delivered],
        Fate::Opened => &[Step::Sent, Step::Delivered, Step::Opened],
        Fate::Clicked => &[Step::Sent, Step::Delivered, Step::Opened, Step::Clicked],
        Fate::Failed => &[Step::Failed],
        Fate::Unsubscribes => &[Step::Sent, Step::Delivered, Step::Unsubscribes],
    }
}

impl World {
    pub(crate) fn take_email_step(&mut self, id: Uuid, step: Step) {
        match step.event() {
            Some(kind) => self.emit_email(id, step, kind),
            None => self.unsubscribe(id),
        }
    }

    /// Reports what became of an email.
    fn emit_email(&mut self, id: Uuid, step: Step, kind: &'static str) {
        let status = kind.trim_start_matches("email.");
        let Some(email) = self.emails.get_mut(id) else {
            return;
        };
        self.tally.emails.moved(Some(email.last_event), status);
        *self.tally.emails.events.entry(kind).or_default() += 1;
        email.last_event = status;
        let data = event::body(email, step, kind, self.now);
        self.note_email(id, status.to_owned());
        let event = self.next_id("event");
        let happened = Happened { subject: Subject::Email(id), kind, id: event, client_state: None, data };
        if let Some(mut delivery) = self.report_event(happened, self.addresses.resend.clone()) {
            delivery.retries_ms.extend(GOES_ON_MS);
            self.dispatch(delivery, Copies::ByChance);
        }
    }

    /// The recipient's mail program posts to the address that the email gave for it, again where nobody answered: what
    /// it asks for may be asked twice.
    fn unsubscribe(&mut self, id: Uuid) {
        let url = self.emails.get(id).and_then(one_click);
        let Some(url) = url else {
            return self.note_email(id, "no way to unsubscribe with one click".to_owned());
        };
        self.note_email(id, "unsubscribes".to_owned());
        let delivery = Delivery {
            event_type: "list_unsubscribe",
            event_id: self.next_id("one click"),
            subject: Subject::OneClick(id),
            url,
            data: RawValue::NULL.to_owned().into(),
            timeout_ms: self.scenario.webhooks.timeout_ms,
            retries_ms: [self.scenario.webhooks.retries.as_slice(), &GOES_ON_MS].concat(),
            bad_signature: false,
            stale: false,
        };
        self.hand_over(delivery);
    }
}
