//! Keywords, and who has opted out of which profile.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::event::stamp;

const STOP: &[&str] = &["STOP", "STOPALL", "STOP ALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"];
const START: &[&str] = &["START", "UNSTOP"];

/// What the carrier itself answers a keyword with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Autoresponse {
    Stop,
    Start,
    Help,
}

/// One block.
#[derive(Clone, Debug)]
pub(crate) struct OptOut {
    pub(crate) profile: String,
    /// The number of the account that was written to.
    pub(crate) from: String,
    /// The number that does not want to hear from it.
    pub(crate) to: String,
    pub(crate) keyword: String,
    pub(crate) created_at: DateTime<Utc>,
}

/// The blocks, by profile and number.
#[derive(Debug, Default)]
pub(crate) struct OptOuts(BTreeMap<(String, String), OptOut>);

impl Autoresponse {
    /// A keyword stands alone; "stop calling me" is only a text.
    pub(crate) fn to(text: &str) -> Option<Self> {
        let word = keyword(text);
        match word.as_str() {
            word if STOP.contains(&word) => Some(Self::Stop),
            word if START.contains(&word) => Some(Self::Start),
            "HELP" => Some(Self::Help),
            _ => None,
        }
    }

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Stop => "STOP",
            Self::Start => "START",
            Self::Help => "HELP",
        }
    }
}

impl OptOuts {
    pub(crate) fn block(&self, profile: &str, number: &str) -> bool {
        self.0.contains_key(&(profile.to_owned(), number.to_owned()))
    }

    pub(crate) fn add(&mut self, optout: OptOut) {
        self.0.insert((optout.profile.clone(), optout.to.clone()), optout);
    }

    pub(crate) fn remove(&mut self, profile: &str, number: &str) {
        self.0.remove(&(profile.to_owned(), number.to_owned()));
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &OptOut> {
        self.0.values()
    }
}

impl OptOut {
    pub(crate) fn json(&self) -> Value {
        json!({
            "messaging_profile_id": self.profile,
            "from": self.from,
            "to": self.to,
            "keyword": self.keyword,
            "created_at": stamp(self.created_at),
        })
    }
}

pub(crate) fn keyword(text: &str) -> String {
    text.trim().to_uppercase()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::the_keyword("STOP", Some("STOP"))]
    #[case::in_small_letters(" stop\n", Some("STOP"))]
    #[case::two_words("Stop all", Some("STOP"))]
    #[case::another("quit", Some("STOP"))]
    #[case::back_again("unstop", Some("START"))]
    #[case::help("help", Some("HELP"))]
    #[case::a_sentence("stop calling me", None)]
    #[case::yes("YES", None)]
    fn a_keyword_stands_alone(#[case] text: &str, #[case] word: Option<&str>) {
        assert_eq!(Autoresponse::to(text).map(Autoresponse::word), word);
    }
}
