//! An earlier contact, as far as the rules look at it.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{Channel, Place};

/// One earlier contact with the person, or of the person with us.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Attempt {
    pub at: DateTime<Utc>,
    pub kind: AttemptKind,
    pub channel: Channel,
    pub place: Place,
    /// Whether it concerned the debt that the contact in question is about.
    pub this_debt: bool,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AttemptKind {
    NoAnswer,
    Voicemail,
    MachineHangup,
    Abandoned,
    Conversation,
    Busy,
    /// Not connected to the number dialed.
    Invalid,
    /// Made under a prior consent that lifts the limits.
    Consented,
    /// To an attorney, a creditor, a bureau.
    ThirdPartyExcluded,
    /// Somebody called or wrote to us.
    Inbound,
    InboundConversation,
    /// Placed, and nobody can say what came of it: it counts.
    Other,
}

impl AttemptKind {
    /// Reads the word of a log. One that is not known counts as a call that was placed, unless it came to us.
    #[must_use]
    pub fn parse(word: &str) -> Self {
        match word {
            "noanswer" => Self::NoAnswer,
            "voicemail" => Self::Voicemail,
            "machine_hangup" | "amd_hangup" => Self::MachineHangup,
            "abandoned" => Self::Abandoned,
            "conversation" => Self::Conversation,
            "busy" => Self::Busy,
            "invalid" => Self::Invalid,
            "consented" => Self::Consented,
            "third_party_excluded" => Self::ThirdPartyExcluded,
            "inbound_conversation" => Self::InboundConversation,
            word if word.starts_with("inbound") => Self::Inbound,
            _ => Self::Other,
        }
    }

    fn is_ours(self) -> bool {
        !matches!(self, Self::Inbound | Self::InboundConversation)
    }

    fn connected(self) -> bool {
        !matches!(self, Self::Busy | Self::Invalid)
    }
}

impl Attempt {
    /// Placed and connected, answered or not, and not of those that 12 CFR 1006.14(b)(3) leaves out.
    pub(super) fn counts(&self) -> bool {
        let excluded = matches!(self.kind, AttemptKind::Consented | AttemptKind::ThirdPartyExcluded);
        self.was_placed() && !excluded
    }

    /// We reached for the person, and were connected to where they may be.
    pub(super) fn was_placed(&self) -> bool {
        self.kind.is_ours() && self.kind.connected()
    }

    pub(super) fn was_conversation(&self) -> bool {
        matches!(self.kind, AttemptKind::Conversation | AttemptKind::InboundConversation)
    }

    pub(super) fn is_call(&self) -> bool {
        self.channel == Channel::Call
    }
}
