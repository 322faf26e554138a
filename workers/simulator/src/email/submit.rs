//! Accepting an email: whose fate it is, and its whole way set.

use chrono::TimeDelta;
use uuid::Uuid;

use crate::dice::Dice;
use crate::email::fate::Magic;
use crate::email::life::plan;
use crate::email::{Email, mailbox};
use crate::journal::{Kind, Line};
use crate::resend::Letter;
use crate::timer::Task;
use crate::webhook::Subject;
use crate::world::World;

/// An email that may be sent, and what will come of it.
pub(crate) struct Draft {
    letter: Letter,
    pub(crate) magic: Magic,
    /// Whether nobody has tried this address before.
    pub(crate) first: bool,
    dice: Dice,
}

impl World {
    /// Throws an email's fate: that of its first recipient.
    pub(crate) fn draft_email(&mut self, letter: Letter) -> Draft {
        let to = letter.to.first().and_then(|to| mailbox(to)).unwrap_or_default();
        let times = self.sends.times(to);
        let mut dice = Dice::new(self.seed, to, times);
        let magic = Magic::of(to, &self.scenario, &mut dice);
        Draft { magic, first: times == 1, dice, letter }
    }

    /// Makes the email and sets its whole way.
    pub(crate) fn submit_email(&mut self, mut draft: Draft, key: Option<String>, place: usize) -> Uuid {
        let id = self.next_id("email");
        let steps = plan(draft.magic, &mut draft.dice);
        let letter = draft.letter;
        let wait = letter.scheduled_at.map_or(TimeDelta::zero(), |at| (at - self.now).max(TimeDelta::zero()));
        let last_event = if wait.is_zero() { "queued" } else { "scheduled" };
        self.sends.count("email", key.as_deref(), place);
        self.tally.emails.moved(None, last_event);
        let email = Email {
            id,
            from: letter.from,
            to: letter.to,
            cc: letter.cc,
            bcc: letter.bcc,
            reply_to: letter.reply_to,
            subject: letter.subject,
            html: letter.html,
            text: letter.text,
            headers: letter.headers,
            tags: letter.tags,
            idempotency_key: key,
            created_at: self.now,
            last_event,
        };
        self.emails.add(id, email);
        self.note_email(id, format!("accepted: {:?} {:?}", draft.magic.fate, draft.magic.quirk));
        for (after, step) in steps {
            self.after(wait + TimeDelta::milliseconds(after), Task::Email(id, step));
        }
        id
    }

    /// Notes that something became of an email.
    pub(crate) fn note_email(&mut self, id: Uuid, note: String) {
        let email = self.emails.get(id);
        let line = Line {
            kind: Kind::Email,
            idempotency_key: email.and_then(|email| email.idempotency_key.clone()),
            reference: email.and_then(Email::reference),
            note: Some(note),
            ..Line::about(Subject::Email(id))
        };
        self.journal.write(self.now, line);
    }
}
