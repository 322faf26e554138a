//! A US state, the District of Columbia, or a territory with ZIP codes.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::table;

/// A state; the number of its row in the table.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct State(u8);

/// No state goes by this name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no such state: write its two letters, like TX")]
pub struct UnknownState;

impl State {
    /// Reads two letters or the full name, in any case.
    ///
    /// # Errors
    /// When no state, district or territory goes by it.
    pub fn parse(text: &str) -> Result<Self, UnknownState> {
        let text = text.trim().trim_end_matches('.');
        let named = |row: &(&str, &str, u32)| row.0.eq_ignore_ascii_case(text) || row.1.eq_ignore_ascii_case(text);
        let found = table::STATES.iter().position(named);
        found.and_then(|i| u8::try_from(i).ok()).map(Self).ok_or(UnknownState)
    }

    /// Its two letters.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.row().0
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().1
    }

    /// Every zone in it.
    pub(super) fn set(self) -> u32 {
        self.row().2
    }

    fn row(self) -> &'static (&'static str, &'static str, u32) {
        &table::STATES[usize::from(self.0)]
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for State {
    type Err = UnknownState;

    fn from_str(text: &str) -> Result<Self, UnknownState> {
        Self::parse(text)
    }
}

impl TryFrom<String> for State {
    type Error = UnknownState;

    fn try_from(text: String) -> Result<Self, UnknownState> {
        Self::parse(&text)
    }
}

impl From<State> for String {
    fn from(state: State) -> Self {
        state.code().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::code("TX")]
    #[case::small("tx")]
    #[case::name("Texas")]
    #[case::spaced(" TEXAS ")]
    fn a_state_is_read_by_code_or_name(#[case] text: &str) {
        assert_eq!(State::parse(text).unwrap().code(), "TX");
        assert_eq!(State::parse(text).unwrap().name(), "Texas");
    }

    #[rstest]
    #[case::empty("")]
    #[case::province("ON")]
    #[case::military("AE")]
    fn what_is_no_state_is_refused(#[case] text: &str) {
        assert_eq!(State::parse(text), Err(UnknownState));
    }
}
