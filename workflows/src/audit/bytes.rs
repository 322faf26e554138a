//! Bytes that people copy and compare: hashes and signatures, in lower-case hexadecimal and in no other spelling.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// So many bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Bytes<const N: usize>(pub [u8; N]);

/// A SHA-256.
pub type Hash = Bytes<32>;
/// An ed25519 signature.
pub type Signature = Bytes<64>;

/// Not so many bytes in lower-case hexadecimal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not {0} bytes in lower-case hexadecimal")]
pub struct NotBytes(usize);

impl<const N: usize> Bytes<N> {
    /// Nothing but zeros: what the first link follows.
    pub const ZERO: Self = Self([0; N]);

    /// What a column holds.
    ///
    /// # Errors
    /// When it holds more or fewer bytes.
    pub fn of(bytes: &[u8]) -> Result<Self, NotBytes> {
        bytes.try_into().map(Self).map_err(|_| NotBytes(N))
    }
}

impl<const N: usize> fmt::Display for Bytes<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl<const N: usize> fmt::Debug for Bytes<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<const N: usize> FromStr for Bytes<N> {
    type Err = NotBytes;

    fn from_str(text: &str) -> Result<Self, NotBytes> {
        let lower = |c: u8| matches!(c, b'0'..=b'9' | b'a'..=b'f');
        if text.len() != 2 * N || !text.bytes().all(lower) {
            return Err(NotBytes(N));
        }
        let mut bytes = [0; N];
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[2 * at..2 * at + 2], 16).map_err(|_| NotBytes(N))?;
        }
        Ok(Self(bytes))
    }
}

impl<const N: usize> Serialize for Bytes<N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de, const N: usize> Deserialize<'de> for Bytes<N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::as_it_is_written("00ff10", true)]
    #[case::upper_case("00FF10", false)]
    #[case::too_short("00ff", false)]
    #[case::a_sign("+0ff10", false)]
    #[case::another_script("é0ff1", false)]
    fn there_is_one_spelling(#[case] text: &str, #[case] fits: bool) {
        assert_eq!(text.parse::<Bytes<3>>().is_ok_and(|bytes| bytes.to_string() == text), fits);
    }
}
