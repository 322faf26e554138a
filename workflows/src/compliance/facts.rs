//! What is known at the moment of a decision: everything the rules look at, and nothing else.

use std::{fmt, str::FromStr};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::{Serialize, Serializer};

use super::{Attempt, Preference, Window};
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

/// How a call is dialed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// By a person, one by one.
    Manual,
    /// By a pacer, from a list.
    Predictive,
    /// By a machine that makes numbers up.
    Atds,
    /// With an artificial or recorded voice, a dropped voicemail included.
    Prerecorded,
}

/// Where the person would be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// At home, or on a mobile.
    Home,
    Work,
}

/// What is known of the person, the debt, the address or the message, that a rule asks for by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Circumstance {
    Deceased,
    Bankrupt,
    Attorney,
    /// The consumer wrote that communication must cease.
    Ceased,
    /// The debt is disputed, and no verification was sent.
    DisputeOpen,
    EmployerProhibits,
    /// The address is the employer's.
    WorkEmail,
    WorkEmailConsented,
    /// The message does not say how to opt out.
    NoOptoutNotice,
}

/// What an agency asks beyond the law: it may tighten, never loosen.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Policy {
    /// Its own hours, by the person's clock.
    pub hours: Option<Window>,
    /// Calls about one debt in seven days, where fewer than the law's seven.
    pub calls_per_week: Option<usize>,
    /// Heeds the states' laws of telephone solicitation.
    pub mini_tcpa: bool,
}

/// The facts of one intended contact. Start from [`Facts::new`], so that a fact that a later rule needs does not
/// change those who know nothing of it.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Facts {
    pub channel: Channel,
    pub mode: Mode,
    pub place: Place,
    /// The number to be dialed or texted; for an e-mail, a number that is known of the person, as a clue to the place.
    pub phone: Option<E164>,
    /// Of the newest valid address.
    pub state: Option<State>,
    pub zip: Option<Zip>,
    /// The time zone that the person confirmed.
    #[serde(serialize_with = "zone_name")]
    pub confirmed_zone: Option<Tz>,
    /// What is in effect for this number, address, person or debt.
    pub suppressions: Vec<Suppression>,
    pub circumstances: Vec<Circumstance>,
    /// The person's earlier contacts of the last month or more; their order does not matter.
    pub attempts: Vec<Attempt>,
    pub preferences: Vec<Preference>,
    /// The campaign's own hours, by the person's clock.
    pub window: Option<Window>,
    pub policy: Policy,
    /// Whether the person agreed to this channel (to calls by a machine, for calls), and has not taken it back.
    pub consented: bool,
    /// Days since the number was last known to be the person's; nothing where that is not known.
    pub verified_days: Option<i64>,
    /// Until when the person agreed to more calls than the law presumes to be right, that moment included.
    pub more_calls_until: Option<DateTime<Utc>>,
}

impl Facts {
    /// Nothing known but the channel: the strictest reading of every clock, and no suppression.
    #[must_use]
    pub fn new(channel: Channel) -> Self {
        Self {
            channel,
            mode: Mode::Manual,
            place: Place::Home,
            phone: None,
            state: None,
            zip: None,
            confirmed_zone: None,
            suppressions: Vec::new(),
            circumstances: Vec::new(),
            attempts: Vec::new(),
            preferences: Vec::new(),
            window: None,
            policy: Policy::default(),
            consented: false,
            verified_days: None,
            more_calls_until: None,
        }
    }

    pub(super) fn is(&self, circumstance: Circumstance) -> bool {
        self.circumstances.contains(&circumstance)
    }

    /// Whether the person agreed to more calls, and at this moment still does (12 CFR 1006.14(b)(3)(i)).
    pub(super) fn agreed_to_more(&self, at: DateTime<Utc>) -> bool {
        self.more_calls_until.is_some_and(|until| at <= until)
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
    /// The reassigned numbers database says that it changed hands.
    Reassigned,
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
words!("mode", Mode { Manual = "manual", Predictive = "predictive", Atds = "atds", Prerecorded = "prerecorded" });
words!("place", Place { Home = "home", Work = "work" });
words!("circumstance", Circumstance {
    Deceased = "deceased",
    Bankrupt = "bankrupt",
    Attorney = "attorney",
    Ceased = "ceased",
    DisputeOpen = "disputed_unverified",
    EmployerProhibits = "employer_prohibits",
    WorkEmail = "work_email",
    WorkEmailConsented = "consent_work_email",
    NoOptoutNotice = "no_optout_text",
});
words!("suppression", SuppressionKind {
    Internal = "internal",
    Federal = "federal",
    State = "state",
    Litigator = "litigator",
    WrongNumber = "wrong_number",
    Reassigned = "reassigned",
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
