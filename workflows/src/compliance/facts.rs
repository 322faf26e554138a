//! What is known at the moment of a decision: everything the rules look at, and nothing else.

use std::{fmt, str::FromStr};

use chrono_tz::Tz;
use serde::{Serialize, Serializer};

use super::Window;
use crate::{
    phone::E164,
    place::{State, Zip},
};

/// How a person would be contacted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Channel {
    Call,
    Sms,
    Email,
}

/// The facts of one intended contact. Start from [`Facts::new`], so that a fact that a later rule needs does not
/// change those who know nothing of it.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Facts {
    pub channel: Channel,
    /// The number to be dialed or texted; for an e-mail, a number that is known of the person, as a clue to the place.
    pub phone: Option<E164>,
    /// Of the newest valid address.
    pub state: Option<State>,
    pub zip: Option<Zip>,
    /// The time zone that the person confirmed.
    #[serde(serialize_with = "zone_name")]
    pub confirmed_zone: Option<Tz>,
    /// What is in effect for this number, address or person.
    pub suppressions: Vec<Suppression>,
    /// The campaign's own hours, by the person's clock.
    pub window: Option<Window>,
    /// Whether the person agreed to this channel, and has not taken it back.
    pub consented: bool,
}

impl Facts {
    /// Nothing known but the channel: the strictest reading of every clock, and no suppression.
    #[must_use]
    pub fn new(channel: Channel) -> Self {
        Self {
            channel,
            phone: None,
            state: None,
            zip: None,
            confirmed_zone: None,
            suppressions: Vec::new(),
            window: None,
            consented: false,
        }
    }

    /// Whether a suppression of one of these kinds is in effect on the channel of the contact.
    pub(super) fn suppressed_by(&self, kinds: &[SuppressionKind]) -> bool {
        let mut here = self.suppressions.iter().filter(|s| s.channel.is_none_or(|channel| channel == self.channel));
        here.any(|suppression| kinds.contains(&suppression.kind))
    }
}

/// An entry of the suppression list that is in effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Suppression {
    pub kind: SuppressionKind,
    /// The channel it is for; none means every one.
    pub channel: Option<Channel>,
}

/// Why somebody is not to be contacted, in the words of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SuppressionKind {
    /// The consumer told us not to use this number, or we put it on our own list.
    Internal,
    Federal,
    State,
    Litigator,
    /// Somebody else answers there.
    WrongNumber,
    /// The person asked us to stop on this channel.
    Stop,
    Unsubscribe,
}

/// A word of the database that these rules do not know.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown {what} {word:?}")]
pub struct UnknownWord {
    pub what: &'static str,
    pub word: String,
}

macro_rules! words {
    ($what:literal, $name:ident { $($variant:ident = $word:literal),+ $(,)? }) => {
        impl $name {
            /// The word it goes by in tables and JSON.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl FromStr for $name {
            type Err = UnknownWord;

            fn from_str(word: &str) -> Result<Self, UnknownWord> {
                match word {
                    $($word => Ok(Self::$variant),)+
                    _ => Err(UnknownWord { what: $what, word: word.to_owned() }),
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
    };
}

words!("channel", Channel { Call = "call", Sms = "sms", Email = "email" });
words!("suppression", SuppressionKind {
    Internal = "internal",
    Federal = "federal",
    State = "state",
    Litigator = "litigator",
    WrongNumber = "wrong_number",
    Stop = "stop",
    Unsubscribe = "unsubscribe",
});

impl Channel {
    /// What is placed or sent, for sentences: `calls`.
    pub(super) fn plural(self) -> &'static str {
        match self {
            Self::Call => "calls",
            Self::Sms => "texts",
            Self::Email => "e-mails",
        }
    }
}

#[expect(clippy::ref_option, reason = "the shape that serde asks for")]
fn zone_name<S: Serializer>(zone: &Option<Tz>, serializer: S) -> Result<S::Ok, S::Error> {
    zone.map(|zone| zone.name()).serialize(serializer)
}
