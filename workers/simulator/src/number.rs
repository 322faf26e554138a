//! Where a call goes, and the magic numbers whose last four digits choose its fate.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::Serialize;

/// A parsed `to`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Destination {
    /// A telephone.
    Phone(String),
    /// A softphone, by its SIP user name.
    Sip { username: String },
}

/// How a call goes once it is placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Fate {
    /// A person answers at home.
    HumanResidence,
    /// A person answers at work.
    HumanBusiness,
    /// A person whom the detection cannot tell from a machine.
    NotSure,
    /// Answered, and nobody says a word.
    Silence,
    /// A fax machine.
    Fax,
    /// A person who hangs up at once.
    HangsUpAtOnce,
    /// Voicemail with a beep at the end of its greeting.
    Machine,
    /// Voicemail without a beep.
    MachineWithoutBeep,
    /// A phone that asks who is calling before a person takes over.
    Screening,
    /// Answers and stays until we hang up: an agent's leg.
    Stays,
    NoAnswer,
    Busy,
    Declined,
    SpamBlocked,
    Invalid,
    BadCallerId,
    Congestion,
}

/// How the carrier itself misbehaves for a magic number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Quirk {
    #[default]
    None,
    /// All webhooks of the leg leave after its end, last first.
    ReversedWebhooks,
    /// Each webhook is sent three times.
    TripleWebhooks,
    /// No webhook is ever sent.
    NoWebhooks,
    /// The dial is answered 500, but the call is placed.
    PlacedAnd500,
    /// The dial is answered after thirty real seconds, but the call is placed.
    PlacedAndHangs,
    /// The first dial is answered 429.
    Throttled,
}

impl Destination {
    /// Accepts `+E164`, `+E164,digits` and `sip:user@host`.
    pub(crate) fn parse(to: &str) -> Option<Self> {
        if let Some(address) = to.strip_prefix("sip:") {
            let (username, host) = address.split_once('@')?;
            let named = !username.is_empty() && !host.is_empty();
            return named.then(|| Self::Sip { username: username.to_owned() });
        }
        let (number, digits) = to.split_once(',').unwrap_or((to, ""));
        let dialable = |c: char| c.is_ascii_digit() || "*#wWABCD,".contains(c);
        (is_e164(number) && digits.chars().all(dialable)).then(|| Self::Phone(number.to_owned()))
    }

    /// The fate and quirk that the number itself asks for.
    pub(crate) fn magic(&self) -> Option<(Fate, Quirk)> {
        let Self::Phone(number) = self else {
            return Some((Fate::Stays, Quirk::None));
        };
        magic(&number[number.len() - 4..])
    }
}

/// ITU-T E.164: a plus sign and at most fifteen digits, the first not zero.
pub(crate) fn is_e164(number: &str) -> bool {
    number.strip_prefix('+').is_some_and(|digits| {
        (8..=15).contains(&digits.len()) && !digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit())
    })
}

/// Whether a dial's `client_state` says that this is an agent's own phone: `{"g": …}`.
pub(crate) fn is_agent_phone(client_state: Option<&str>) -> bool {
    client_state
        .and_then(|state| BASE64.decode(state).ok())
        .and_then(|json| serde_json::from_slice::<serde_json::Value>(&json).ok())
        .is_some_and(|state| state.get("g").is_some_and(|group| !group.is_null()))
}

impl Fate {
    /// Whether somebody or something picks up.
    pub(crate) fn answers(self) -> bool {
        !matches!(
            self,
            Self::NoAnswer
                | Self::Busy
                | Self::Declined
                | Self::SpamBlocked
                | Self::Invalid
                | Self::BadCallerId
                | Self::Congestion
        )
    }
}

fn magic(suffix: &str) -> Option<(Fate, Quirk)> {
    let fate = |fate| Some((fate, Quirk::None));
    let quirk = |quirk| Some((Fate::HumanResidence, quirk));
    match suffix {
        "0100" => fate(Fate::HumanResidence),
        "0101" => fate(Fate::HumanBusiness),
        "0102" => fate(Fate::Machine),
        "0103" => fate(Fate::MachineWithoutBeep),
        "0104" => fate(Fate::NotSure),
        "0105" => fate(Fate::Silence),
        "0106" => fate(Fate::Fax),
        "0107" => fate(Fate::HangsUpAtOnce),
        "0108" => fate(Fate::NoAnswer),
        "0109" => fate(Fate::Busy),
        "0110" => fate(Fate::Invalid),
        "0111" => fate(Fate::Declined),
        "0112" => fate(Fate::SpamBlocked),
        "0113" => fate(Fate::BadCallerId),
        "0114" => fate(Fate::Congestion),
        "0115" => quirk(Quirk::ReversedWebhooks),
        "0116" => quirk(Quirk::TripleWebhooks),
        "0117" => quirk(Quirk::PlacedAnd500),
        "0118" => quirk(Quirk::PlacedAndHangs),
        "0119" => quirk(Quirk::Throttled),
        "0120" => quirk(Quirk::NoWebhooks),
        "0121" => fate(Fate::Stays),
        "0122" => fate(Fate::Screening),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::a_number("+12125550100", true)]
    #[case::a_number_with_digits_to_send("+12125550100,123#", true)]
    #[case::a_sip_address("sip:gencred1@sip.telnyx.com", true)]
    #[case::no_plus("12125550100", false)]
    #[case::a_leading_zero("+02125550100", false)]
    #[case::letters("+1212555O100", false)]
    #[case::too_long("+1234567890123456", false)]
    #[case::sip_without_a_user("sip:@sip.telnyx.com", false)]
    #[case::nothing("", false)]
    fn is_dialable(#[case] to: &str, #[case] dialable: bool) {
        assert_eq!(Destination::parse(to).is_some(), dialable);
    }

    #[rstest]
    #[case::with_a_group(Some("{\"g\":\"a1\"}"), true)]
    #[case::without(Some("{\"a\":\"a1\"}"), false)]
    #[case::nothing(None, false)]
    fn an_agents_phone_is_known_by_its_client_state(#[case] state: Option<&str>, #[case] agent: bool) {
        let encoded = state.map(|json| BASE64.encode(json));
        assert_eq!(is_agent_phone(encoded.as_deref()), agent);
    }

    #[test]
    fn every_number_outside_the_magic_range_is_left_to_the_mix() {
        assert_eq!(Destination::parse("+12125550199").unwrap().magic(), None);
    }
}
