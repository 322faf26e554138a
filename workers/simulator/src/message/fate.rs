//! What becomes of a message, and the magic numbers whose last four digits choose it.

use crate::dice::Dice;
use crate::message::Status;
use crate::scenario::Scenario;

/// How a message goes once it is accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    Delivered,
    /// Delivered after twenty seconds.
    DeliveredLate,
    Unconfirmed,
    /// Given to the destination's carrier, who did not deliver it.
    DeliveryFailed(Failure),
    /// Never given to anybody.
    SendingFailed(Failure),
}

/// Why a message did not arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    Landline,
    Spam,
    Undeliverable,
    /// T-Mobile's messages of a brand in a day are used up.
    DailyCap,
}

/// How the carrier itself misbehaves for a magic number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Quirk {
    #[default]
    None,
    /// Refused as a number that cannot be sent to.
    BadNumber,
    /// Refused as opted out, from the first message on.
    Blocked,
    /// `message.finalized` arrives before `message.sent`.
    FinalizedFirst,
    /// Each webhook is sent three times.
    TripleWebhooks,
    /// No webhook is ever sent.
    NoWebhooks,
    /// The first request is answered 500 and nothing is sent.
    BreaksOnce,
    /// The message is sent, but the connection breaks instead of the reply.
    DropsConnection,
    /// The first request is answered 429 and nothing is sent.
    ThrottledOnce,
}

/// A fate, a quirk, and what the recipient writes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Magic {
    pub(crate) fate: Fate,
    pub(crate) quirk: Quirk,
    pub(crate) answer: Option<&'static str>,
}

impl Magic {
    /// What the number asks for, else what chance does.
    pub(super) fn of(number: &str, scenario: &Scenario, dice: &mut Dice) -> Self {
        let suffix = number.get(number.len().saturating_sub(4)..).unwrap_or_default();
        magic(suffix).unwrap_or_else(|| fate(scenario.sms.throw(dice)))
    }
}

impl Fate {
    pub(crate) fn status(self) -> Status {
        match self {
            Self::Delivered | Self::DeliveredLate => Status::Delivered,
            Self::Unconfirmed => Status::DeliveryUnconfirmed,
            Self::DeliveryFailed(_) => Status::DeliveryFailed,
            Self::SendingFailed(_) => Status::SendingFailed,
        }
    }

    pub(crate) fn failure(self) -> Option<Failure> {
        match self {
            Self::DeliveryFailed(failure) | Self::SendingFailed(failure) => Some(failure),
            _ => None,
        }
    }
}

impl Failure {
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Landline => "40001",
            Self::Spam => "40003",
            Self::Undeliverable => "40008",
            Self::DailyCap => "40016",
        }
    }

    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Landline => "Not routable",
            Self::Spam => "Blocked as spam - permanent",
            Self::Undeliverable => "Undeliverable",
            Self::DailyCap => "T-Mobile 10DLC daily limit reached",
        }
    }
}

fn fate(fate: Fate) -> Magic {
    Magic { fate, quirk: Quirk::None, answer: None }
}

fn quirk(quirk: Quirk) -> Magic {
    Magic { quirk, ..fate(Fate::Delivered) }
}

fn answered(answer: &'static str) -> Magic {
    Magic { answer: Some(answer), ..fate(Fate::Delivered) }
}

fn magic(suffix: &str) -> Option<Magic> {
    Some(match suffix {
        "0100" => fate(Fate::Delivered),
        "0101" => fate(Fate::DeliveredLate),
        "0102" => fate(Fate::Unconfirmed),
        "0103" => fate(Fate::DeliveryFailed(Failure::Undeliverable)),
        "0104" => fate(Fate::SendingFailed(Failure::Landline)),
        "0105" => fate(Fate::SendingFailed(Failure::Spam)),
        "0106" => answered("YES"),
        "0107" => answered("STOP"),
        "0108" => answered("stop calling me"),
        "0109" => quirk(Quirk::BadNumber),
        "0110" => quirk(Quirk::Blocked),
        "0111" => fate(Fate::DeliveryFailed(Failure::DailyCap)),
        "0112" => quirk(Quirk::FinalizedFirst),
        "0113" => quirk(Quirk::TripleWebhooks),
        "0114" => quirk(Quirk::NoWebhooks),
        "0115" => quirk(Quirk::BreaksOnce),
        "0116" => quirk(Quirk::DropsConnection),
        "0117" => quirk(Quirk::ThrottledOnce),
        _ => return None,
    })
}
