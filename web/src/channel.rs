//! How people are reached: by call, by text, by email.

use crate::{format::counted, icon::Icon};

/// One way to reach a person, and the words for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Channel {
    /// A phone call.
    #[default]
    Call,
    /// A text message.
    Text,
    /// An email.
    Email,
}

impl Channel {
    /// Every channel, in the order they are shown.
    pub const ALL: &[Channel] = &[Channel::Call, Channel::Text, Channel::Email];

    /// Its name in addresses and fields: `voice`, `sms`, `email`.
    pub fn name(self) -> &'static str {
        match self {
            Channel::Call => "voice",
            Channel::Text => "sms",
            Channel::Email => "email",
        }
    }

    /// The channel of that name.
    pub fn named(name: &str) -> Option<Channel> {
        Self::ALL.iter().copied().find(|c| c.name() == name)
    }

    /// Its icon.
    pub fn icon(self) -> Icon {
        match self {
            Channel::Call => Icon::Phone,
            Channel::Text => Icon::MessageSquare,
            Channel::Email => Icon::Mail,
        }
    }

    /// What one does: `Call`, `Text`, `Email`.
    pub fn word(self) -> &'static str {
        match self {
            Channel::Call => "Call",
            Channel::Text => "Text",
            Channel::Email => "Email",
        }
    }

    /// What a campaign is called: `Voice`, `SMS`, `Email`.
    pub fn campaign(self) -> &'static str {
        match self {
            Channel::Call => "Voice",
            Channel::Text => "SMS",
            Channel::Email => "Email",
        }
    }

    /// What became of those who were reached: `completed`, `delivered`.
    pub fn done(self) -> &'static str {
        match self {
            Channel::Call => "completed",
            Channel::Text | Channel::Email => "delivered",
        }
    }

    /// What a button does, with its count: `call 1,310 people`.
    pub fn reaches(self, people: i64) -> String {
        format!("{} {}", self.word().to_lowercase(), counted(people, "person", "people"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_button_says_whom_it_reaches_and_how() {
        assert_eq!([Channel::Text.reaches(963), Channel::Email.reaches(1)], ["text 963 people", "email 1 person"]);
    }
}
