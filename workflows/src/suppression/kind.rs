//! Why somebody is not to be contacted, what such an entry can be about, and on which channels.

use serde::{Deserialize, Serialize};

use crate::{
    decision::To,
    ledger::{Error, invalid},
};

/// Why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Kind {
    /// The person told us not to, or we put it on our own list.
    Internal,
    /// A do-not-call registry of the nation or of a state.
    Federal,
    State,
    /// Somebody who sues over calls.
    Litigator,
    /// Somebody else answers there.
    WrongNumber,
    /// The number has another owner now (47 CFR 64.1200(m)).
    Reassigned,
    /// An opt-out by text, and by e-mail (12 CFR 1006.6(e)).
    Stop,
    Unsubscribe,
    /// A wish of a person about a medium, whatever the number or address (12 CFR 1006.14(h)(1)).
    NoCall,
    NoSms,
    NoEmail,
    /// Not at work (12 CFR 1006.6(b)(3)).
    EmployerProhibits,
}

/// The media an entry closes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Channel {
    Call,
    Sms,
    Email,
    All,
}

impl Kind {
    /// Every one there is.
    pub const ALL: [Self; 12] = [
        Self::Internal,
        Self::Federal,
        Self::State,
        Self::Litigator,
        Self::WrongNumber,
        Self::Reassigned,
        Self::Stop,
        Self::Unsubscribe,
        Self::NoCall,
        Self::NoSms,
        Self::NoEmail,
        Self::EmployerProhibits,
    ];

    /// The word in tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Internal => "internal",
            Self::Federal => "federal",
            Self::State => "state",
            Self::Litigator => "litigator",
            Self::WrongNumber => "wrong_number",
            Self::Reassigned => "reassigned",
            Self::Stop => "stop",
            Self::Unsubscribe => "unsubscribe",
            Self::NoCall => "no_call",
            Self::NoSms => "no_sms",
            Self::NoEmail => "no_email",
            Self::EmployerProhibits => "employer_prohibits",
        }
    }

    /// A person's wish, whatever number or address is used.
    #[must_use]
    pub fn is_wish(self) -> bool {
        matches!(self, Self::NoCall | Self::NoSms | Self::NoEmail | Self::EmployerProhibits)
    }

    /// Said of a telephone number and of nothing else.
    fn is_of_a_number(self) -> bool {
        matches!(self, Self::Federal | Self::State | Self::Litigator | Self::WrongNumber | Self::Reassigned)
    }

    /// What it closes when nobody says so.
    #[must_use]
    pub fn usual(self) -> Channel {
        match self {
            Self::Stop | Self::NoSms => Channel::Sms,
            Self::Unsubscribe | Self::NoEmail => Channel::Email,
            Self::NoCall | Self::EmployerProhibits => Channel::Call,
            _ => Channel::All,
        }
    }

    /// The channel asked for, where it can be.
    pub(super) fn channel(self, asked: Option<Channel>) -> Result<Channel, Error> {
        match asked {
            Some(channel) if self.is_wish() && channel != self.usual() => {
                Err(invalid("channel", "does not go with this kind: leave it out"))
            }
            asked => Ok(asked.unwrap_or(self.usual())),
        }
    }

    /// Can it be said of this number or address?
    pub(crate) fn fits(self, to: &To) -> Result<(), Error> {
        match to {
            _ if self.is_wish() => Err(invalid("kind", "is a person's wish: give their consumer_id, not a value")),
            To::Email(_) if self.is_of_a_number() => {
                Err(invalid("value", "is an e-mail address: this kind is of phone numbers"))
            }
            To::Phone(_) if self == Self::Unsubscribe => {
                Err(invalid("value", "is a phone number: this kind is of e-mail addresses"))
            }
            _ => Ok(()),
        }
    }

    /// Can it be said of a person or a debt?
    pub(super) fn fits_all(self, of_a_debt: bool) -> Result<(), Error> {
        if self.is_of_a_number() {
            return Err(invalid("kind", "is of a phone number: give it as value"));
        }
        if of_a_debt && self.is_wish() {
            return Err(invalid("kind", "is a person's wish: give their consumer_id"));
        }
        Ok(())
    }
}

impl Channel {
    /// The word in tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::Sms => "sms",
            Self::Email => "email",
            Self::All => "all",
        }
    }

    /// Does it lead to this number or address at all?
    pub(super) fn reaches(self, to: &To) -> Result<(), Error> {
        match (self, to) {
            (Self::Email, To::Phone(_)) => Err(invalid("channel", "is email, and the value is a phone number")),
            (Self::Call | Self::Sms, To::Email(_)) => {
                Err(invalid("channel", "is not email, and the value is an e-mail address"))
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn to(text: &str) -> To {
        text.parse().map_or_else(|_| To::Email(text.parse().unwrap()), To::Phone)
    }

    #[rstest]
    #[case::a_registry_of_addresses(Kind::Federal, "m@example.com")]
    #[case::a_wrong_number_by_mail(Kind::WrongNumber, "m@example.com")]
    #[case::unsubscribed_by_phone(Kind::Unsubscribe, "+19155550142")]
    #[case::a_wish_of_a_number(Kind::NoCall, "+19155550142")]
    #[case::an_employer_of_a_number(Kind::EmployerProhibits, "+19155550142")]
    fn a_kind_is_not_said_of_what_it_cannot_be_of(#[case] kind: Kind, #[case] value: &str) {
        assert!(matches!(kind.fits(&to(value)), Err(Error::Invalid { .. })));
    }

    #[rstest]
    #[case::a_text_to_an_address(Channel::Sms, "m@example.com")]
    #[case::an_email_to_a_number(Channel::Email, "+19155550142")]
    fn a_channel_goes_with_its_address(#[case] channel: Channel, #[case] value: &str) {
        assert!(channel.reaches(&to(value)).is_err());
    }

    #[test]
    fn a_wish_carries_its_channel() {
        assert_eq!(Kind::NoEmail.channel(None).unwrap(), Channel::Email);
        assert!(Kind::NoEmail.channel(Some(Channel::All)).is_err());
        assert_eq!(Kind::Internal.channel(None).unwrap(), Channel::All);
    }

    #[test]
    fn a_registry_is_of_numbers_and_a_wish_of_a_person() {
        assert!(Kind::Federal.fits_all(false).is_err());
        assert!(Kind::NoCall.fits_all(true).is_err());
        assert!(Kind::Internal.fits_all(true).is_ok());
    }

    #[test]
    fn a_kind_is_written_as_it_is_read() {
        for kind in Kind::ALL {
            assert_eq!(serde_json::json!(kind), kind.as_str());
        }
    }
}
