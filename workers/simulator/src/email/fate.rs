//! What becomes of an email, and the magic local parts that choose it.

use crate::dice::Dice;
use crate::email::address::local_part;
use crate::scenario::Scenario;

/// How an email goes once it is accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    Delivered,
    Bounced,
    /// A bounce that may pass.
    MailboxFull,
    Complained,
    Suppressed,
    /// Delayed twice before it is delivered.
    Delayed,
    Opened,
    Clicked,
    Failed,
    /// The recipient's mail program unsubscribes with one click.
    Unsubscribes,
}

/// How the provider itself misbehaves for a magic address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Quirk {
    #[default]
    None,
    /// Answered after thirty real seconds, but the email is sent.
    Hangs,
    /// The first request is answered 500 and nothing is sent.
    BreaksOnce,
    /// The first request is answered 429 and nothing is sent.
    ThrottledOnce,
}

/// A fate and a quirk; whether nothing is left to chance but the timing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Magic {
    pub(crate) fate: Fate,
    pub(crate) quirk: Quirk,
    pub(crate) certain: bool,
}

impl Magic {
    /// What the address asks for, else what chance does.
    pub(super) fn of(mailbox: &str, scenario: &Scenario, dice: &mut Dice) -> Self {
        match magic(&local_part(mailbox).to_ascii_lowercase()) {
            Some((fate, quirk)) => Self { fate, quirk, certain: true },
            None => Self { fate: scenario.email.throw(dice), quirk: Quirk::None, certain: false },
        }
    }
}

fn magic(local: &str) -> Option<(Fate, Quirk)> {
    let fate = |fate| Some((fate, Quirk::None));
    let quirk = |quirk| Some((Fate::Delivered, quirk));
    match local {
        "delivered" => fate(Fate::Delivered),
        "bounced" => fate(Fate::Bounced),
        "complained" => fate(Fate::Complained),
        "suppressed" => fate(Fate::Suppressed),
        "delayed" => fate(Fate::Delayed),
        "opened" => fate(Fate::Opened),
        "clicked" => fate(Fate::Clicked),
        "failed" => fate(Fate::Failed),
        "softbounce" => fate(Fate::MailboxFull),
        "unsub" => fate(Fate::Unsubscribes),
        "slow" => quirk(Quirk::Hangs),
        "http500" => quirk(Quirk::BreaksOnce),
        "http429" => quirk(Quirk::ThrottledOnce),
        _ => None,
    }
}
