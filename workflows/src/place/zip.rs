//! A ZIP code: five digits, and what they say of a place.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::{State, table};

/// A well-formed ZIP code. Whether it exists is another question: [`Zip::state`] answers with nothing if not.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Zip(u32);

/// Not five digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a ZIP code has five digits, like 79901")]
pub struct BadZip;

impl Zip {
    /// Reads `79901`, `79901-1234` or `799011234`; the four digits after the fifth are dropped.
    ///
    /// # Errors
    /// When it is neither five nor nine digits.
    pub fn parse(text: &str) -> Result<Self, BadZip> {
        let digits: String = text.trim().chars().filter(|c| !matches!(c, '-' | ' ')).collect();
        if !matches!(digits.len(), 5 | 9) || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(BadZip);
        }
        digits[..5].parse().map(Self).map_err(|_| BadZip)
    }

    /// The zones it lies in: one, or all of its state's where the data names none. Nothing for a code that is not in
    /// use and for military mail, which say nothing of where a person is.
    pub(super) fn set(self) -> Option<u32> {
        self.place().map(|(_, set)| *set)
    }

    /// The state it lies in.
    #[must_use]
    pub fn state(self) -> Option<State> {
        self.place().and_then(|(state, _)| State::parse(state).ok())
    }

    /// The two letters of [`Zip::state`].
    pub(super) fn state_code(self) -> Option<&'static str> {
        self.place().map(|(state, _)| *state)
    }

    /// The five boroughs: 100 to 104, 111 to 114, 116, and two codes of Queens that begin like Long Island's.
    pub(super) fn is_new_york_city(self) -> bool {
        matches!(self.0 / 100, 100..=104 | 111..=114 | 116) || matches!(self.0, 11_004 | 11_005)
    }

    fn place(self) -> Option<&'static (&'static str, u32)> {
        let word = table::KNOWN_ZIPS[self.0 as usize / 64];
        let known = word >> (self.0 % 64) & 1 == 1;
        let run = table::ZIP_RUNS.partition_point(|(first, _)| *first <= self.0).checked_sub(1)?;
        known.then(|| &table::PLACES[usize::from(table::ZIP_RUNS[run].1)])
    }
}

impl fmt::Display for Zip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:05}", self.0)
    }
}

impl fmt::Debug for Zip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Zip {
    type Err = BadZip;

    fn from_str(text: &str) -> Result<Self, BadZip> {
        Self::parse(text)
    }
}

impl TryFrom<String> for Zip {
    type Error = BadZip;

    fn try_from(text: String) -> Result<Self, BadZip> {
        Self::parse(&text)
    }
}

impl From<Zip> for String {
    fn from(zip: Zip) -> Self {
        zip.to_string()
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::five("02108", "02108", "MA")]
    #[case::nine("79901-1234", "79901", "TX")]
    #[case::nine_bare("799011234", "79901", "TX")]
    fn a_zip_says_which_state(#[case] text: &str, #[case] printed: &str, #[case] state: &str) {
        let zip = Zip::parse(text).unwrap();
        assert_eq!(zip.to_string(), printed);
        assert_eq!(zip.state().unwrap().code(), state);
    }

    #[rstest]
    #[case::four("2108")]
    #[case::letters("K1A 0B1")]
    #[case::empty("")]
    #[case::six("799011")]
    fn what_is_no_zip_is_refused(#[case] text: &str) {
        assert_eq!(Zip::parse(text), Err(BadZip));
    }

    #[rstest]
    #[case::unused("00000")]
    #[case::last("99999")]
    #[case::military("09001")]
    fn a_code_without_a_place_has_no_state(#[case] text: &str) {
        assert_eq!(Zip::parse(text).unwrap().state(), None);
    }
}
