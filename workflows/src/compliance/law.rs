//! What each rule asks, and the law or policy it rests on, whether or not it refuses.

use super::{Code, RULES_COUNT};

impl Code {
    /// Every rule, in the order in which reasons are told.
    pub const ALL: [Self; RULES_COUNT] = [
        Self::Deceased,
        Self::Bankruptcy,
        Self::Attorney,
        Self::Cease,
        Self::DisputeHold,
        Self::WrongNumber,
        Self::DncNumber,
        Self::ChannelOptout,
        Self::NoConsent,
        Self::ConsentStale,
        Self::Workplace,
        Self::NoOptoutNotice,
        Self::Freq7In7,
        Self::Conv7Day,
        Self::StateFreq,
        Self::MiniTcpa,
        Self::PrefTime,
        Self::OutOfWindow,
        Self::CampaignHours,
    ];

    /// Where the rule comes from. A single refusal may cite one section more exactly, or an agency's own lower limit.
    #[must_use]
    pub fn citation(self) -> &'static str {
        match self {
            Self::Deceased => "12 CFR 1006.6(a)(4)",
            Self::Bankruptcy => "11 USC 362(a)(6)",
            Self::Attorney => "12 CFR 1006.6(b)(2)",
            Self::Cease => "12 CFR 1006.6(c)(1)",
            Self::DisputeHold => "12 CFR 1006.38(d)(2)",
            Self::WrongNumber => "12 CFR 1006.6(d)(1)",
            Self::DncNumber => "12 CFR 1006.14(h)(1)",
            Self::ChannelOptout => "12 CFR 1006.14(h)(1)",
            Self::NoConsent => "47 CFR 64.1200(a)(1), 12 CFR 1006.6(d)(5)",
            Self::ConsentStale => "12 CFR 1006.6(d)(5)",
            Self::Workplace => "12 CFR 1006.6(b)(3), 1006.22(f)(3)",
            Self::NoOptoutNotice => "12 CFR 1006.6(e)",
            Self::Freq7In7 => "12 CFR 1006.14(b)(2)(i)(A)",
            Self::Conv7Day => "12 CFR 1006.14(b)(2)(i)(B)",
            Self::StateFreq => "209 CMR 18.16, RCW 19.16.250, 6 RCNY 5-77, D.C. Code 28-3814",
            Self::MiniTcpa => "Fla. Stat. 501.616(6)",
            Self::PrefTime => "12 CFR 1006.6(b)(1)",
            Self::OutOfWindow => "12 CFR 1006.6(b)(1)(i)",
            Self::CampaignHours => "policy: campaign's and agency's hours",
        }
    }

    /// The rule in one plain sentence.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Deceased => "Nobody is contacted about somebody who has died until a person has looked at it.",
            Self::Bankruptcy => "A bankruptcy stays every act to collect.",
            Self::Attorney => "Somebody whom an attorney represents is not contacted; the attorney is.",
            Self::Cease => "Whoever asked in writing that communication cease is left alone.",
            Self::DisputeHold => "A disputed debt rests until its verification was sent.",
            Self::WrongNumber => "A number at which somebody else answers is not used.",
            Self::DncNumber => "A number on a do-not-call list is not called.",
            Self::ChannelOptout => "An opt-out stops its own channel at once.",
            Self::NoConsent => "Texts, and calls by a machine or a recorded voice, need a consent.",
            Self::ConsentStale => "A consent to texts is confirmed anew every sixty days.",
            Self::Workplace => "Nobody is reached at a workplace that forbids it, or that would read it.",
            Self::NoOptoutNotice => "Each text and e-mail says how to opt out.",
            Self::Freq7In7 => "Not more than seven calls about one debt in seven days.",
            Self::Conv7Day => "After a conversation about a debt, calls about it rest for seven days.",
            Self::StateFreq => "Massachusetts, Washington, New York City and D.C. allow fewer contacts.",
            Self::MiniTcpa => {
                "Not more than three calls and texts a day in Florida, Oklahoma and Maryland, if the agency heeds that."
            }
            Self::PrefTime => "A time that the person called inconvenient is left alone.",
            Self::OutOfWindow => "From 8:00 until before 21:00, by every clock the person may live by.",
            Self::CampaignHours => "A campaign and the agency may keep to fewer hours and days, never to more.",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compliance::RULES;

    #[test]
    fn every_rule_is_named_in_the_order_of_the_rules() {
        assert_eq!(Code::ALL, RULES.each_ref().map(|rule| rule.code));
    }
}
