//! The answer to "may we?": allowed, or every reason why not, in words a consumer's lawyer could read.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Serialize, Serializer};

use crate::place::Zones;

/// What was decided, by which edition of the rules, about which clocks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// Why not, the gravest first; empty means allowed.
    pub reasons: Vec<Reason>,
    /// The first whole second, from the decision on, at which the same contact is allowed if nothing else happens.
    /// None when it is allowed now, and when a person has to act first.
    pub earliest_next: Option<DateTime<Utc>>,
    /// The clocks that were looked at.
    pub zones: Zones,
    pub rules_version: &'static str,
    pub decided_at: DateTime<Utc>,
}

impl Verdict {
    /// Whether the contact may be made at the moment of the decision.
    #[must_use]
    pub fn allowed(&self) -> bool {
        self.reasons.is_empty()
    }

    /// The reason told first.
    #[must_use]
    pub fn primary(&self) -> Option<&Reason> {
        self.reasons.first()
    }
}

/// One rule's refusal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reason {
    pub code: Code,
    /// What is so, in plain words; never a number, a name or a balance.
    pub sentence: String,
    /// The law or policy it rests on.
    pub citation: &'static str,
}

/// The name of a rule, as stored, shown and filtered by. In the order in which reasons are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {
    Deceased,
    Bankruptcy,
    Attorney,
    Cease,
    DisputeHold,
    WrongNumber,
    DncNumber,
    ChannelOptout,
    NoConsent,
    ConsentStale,
    Workplace,
    NoOptoutNotice,
    Freq7In7,
    Conv7Day,
    StateFreq,
    MiniTcpa,
    PrefTime,
    OutOfWindow,
    CampaignHours,
}

impl Code {
    /// `OUT_OF_WINDOW`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Deceased => "DECEASED",
            Self::Bankruptcy => "BANKRUPTCY",
            Self::Attorney => "ATTORNEY",
            Self::Cease => "CEASE",
            Self::DisputeHold => "DISPUTE_HOLD",
            Self::WrongNumber => "WRONG_NUMBER",
            Self::DncNumber => "DNC_NUMBER",
            Self::ChannelOptout => "CHANNEL_OPTOUT",
            Self::NoConsent => "NO_CONSENT",
            Self::ConsentStale => "CONSENT_STALE",
            Self::Workplace => "WORKPLACE",
            Self::NoOptoutNotice => "NO_OPTOUT_NOTICE",
            Self::Freq7In7 => "FREQ_7IN7",
            Self::Conv7Day => "CONV_7DAY",
            Self::StateFreq => "STATE_FREQ",
            Self::MiniTcpa => "MINI_TCPA",
            Self::PrefTime => "PREF_TIME",
            Self::OutOfWindow => "OUT_OF_WINDOW",
            Self::CampaignHours => "CAMPAIGN_HOURS",
        }
    }

    /// What the rule is about, for people: `Lawful hours`.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Deceased => "Deceased",
            Self::Bankruptcy => "Bankruptcy",
            Self::Attorney => "Represented by an attorney",
            Self::Cease => "Cease and desist",
            Self::DisputeHold => "Open dispute",
            Self::WrongNumber => "Wrong number",
            Self::DncNumber => "Do-not-call lists",
            Self::ChannelOptout => "Opted out",
            Self::NoConsent => "Consent",
            Self::ConsentStale => "Age of the consent",
            Self::Workplace => "Workplace",
            Self::NoOptoutNotice => "Opt-out notice",
            Self::Freq7In7 => "Seven calls in seven days",
            Self::Conv7Day => "Seven days after a conversation",
            Self::StateFreq => "State and city limits",
            Self::MiniTcpa => "Solicitation limits",
            Self::PrefTime => "Inconvenient times",
            Self::OutOfWindow => "Lawful hours",
            Self::CampaignHours => "Campaign's and agency's hours",
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
