//! Who dials a campaign's list.

/// The ways to work through a list that are offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// The pacer, one line (or so many) for every agent who is free.
    Progressive,
    /// The pacer, as many lines as the agents about to be free will need.
    Predictive,
    /// The agents, one person after the other, each from their own cockpit: whoever dials is there when it is answered.
    Power,
}

impl Mode {
    /// The word stored and shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Progressive => "progressive",
            Self::Predictive => "predictive",
            Self::Power => "power",
        }
    }

    /// The mode of that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Progressive, Self::Predictive, Self::Power].into_iter().find(|mode| mode.as_str() == word)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::the_pacers("progressive", Some(Mode::Progressive))]
    #[case::the_agents("power", Some(Mode::Power))]
    #[case::the_foreseeing("predictive", Some(Mode::Predictive))]
    #[case::not_offered_yet("preview", None)]
    fn a_mode_is_known_by_its_word(#[case] word: &str, #[case] mode: Option<Mode>) {
        assert_eq!(Mode::parse(word), mode);
    }
}
