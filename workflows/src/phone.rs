//! A telephone number of the North American plan, parsed once at the edge and never doubted again.
//!
//! ```text
//! "(915) 555-0142" ──E164::parse──▶ +19155550142 ──national──▶ "(915) 555-0142"
//! ```
//!
//! Accepted is what is *possible*, `[2-9]XX[2-9]XXXXXX`, not what libphonenumber calls valid: its `is_valid_number`
//! refuses area codes younger than its data and several 555-01XX numbers, which is where every demo number lives
//! (555-0100 to 555-0199 are set aside for fiction). The carrier has the last word on the rest.

use std::{fmt, str::FromStr};

use rlibphonenumber::{ParseError, PhoneNumber, Region};
use serde::{Deserialize, Serialize};

/// A number in E.164: `+1` and ten digits. Prints in full; its `Debug` shows the last four digits only, so that a
/// derived `Debug` of anything around it may be logged.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, sqlx::Type)]
#[serde(try_from = "String", into = "String")]
#[sqlx(transparent)]
pub struct E164(String);

/// Why a text is not a number we can call. Each message tells what to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    #[error("is empty: give a phone number")]
    Empty,
    #[error("is not a phone number: write ten digits, like (915) 555-0142")]
    NotANumber,
    #[error("was rounded by a spreadsheet: format the column as text and export it again")]
    Rounded,
    #[error("has letters: write the number in digits")]
    Letters,
    #[error("has an extension: give the direct number without it")]
    Extension,
    #[error("needs ten digits after the country code 1")]
    Length,
    #[error("is outside the US and Canada: only country code 1 can be called")]
    Abroad,
    #[error("is no possible number: neither the area code nor the exchange may begin with 0 or 1")]
    Impossible,
    #[error("is a service code, not a person's number")]
    Service,
    #[error("is a premium-rate number and is never called")]
    Premium,
}

impl E164 {
    /// Reads a number as people write it: `+1…`, `1…`, or ten digits, with any of `( ) - . /` and spaces.
    ///
    /// # Errors
    /// When it is not a possible number of the US, Canada or the Caribbean +1 countries.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Error::Empty);
        }
        let digits = plain_digits(text).map_or_else(|| unusual(text), Ok)?;
        possible(&digits)?;
        Ok(Self(format!("+1{digits}")))
    }

    /// The number as it is dialed: `+19155550142`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The area code.
    #[must_use]
    pub fn npa(&self) -> u16 {
        self.0[2..5].parse().expect("ten digits follow +1")
    }

    /// The number as people here read it: `(915) 555-0142`.
    #[must_use]
    pub fn national(&self) -> String {
        format!("({}) {}-{}", &self.0[2..5], &self.0[5..8], &self.0[8..])
    }
}

/// The ten digits of a number written the usual way: no library is needed for nearly every number there is.
fn plain_digits(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let usual = text.chars().all(|c| c.is_ascii_digit() || " ()-./+".contains(c)) && !text[1..].contains('+');
    match (digits.len(), digits.as_bytes().first()) {
        (11, Some(b'1')) if usual => Some(digits[1..].to_owned()),
        (10, _) if usual && !text.starts_with('+') => Some(digits),
        _ => None,
    }
}

/// Everything else: full-width digits, `tel:`, extensions, foreign prefixes, and what is no number at all.
fn unusual(text: &str) -> Result<String, Error> {
    if text.chars().any(|c| c.is_control() || "=@#*,;".contains(c)) || text.matches('+').count() > 1 {
        return Err(Error::NotANumber);
    }
    if text.parse::<f64>().is_ok() && text.contains(['e', 'E']) {
        return Err(Error::Rounded);
    }
    let number = PhoneNumber::parse(text, Some(Region::US)).map_err(|error| refused(text, &error))?;
    if number.extension.as_deref().is_some_and(|extension| !extension.is_empty()) {
        return Err(Error::Extension);
    }
    // libphonenumber would read 1-800-FLOWERS as digits; in a list of debtors, letters are a mistake.
    if text.trim_start_matches("tel:").chars().any(char::is_alphabetic) {
        return Err(Error::Letters);
    }
    if number.country_code != 1 {
        return Err(Error::Abroad);
    }
    Ok(number.get_national_significant_number())
}

fn refused(text: &str, error: &ParseError) -> Error {
    match error {
        ParseError::InvalidCountryCode => Error::Abroad,
        ParseError::NotANumber(_) if text.chars().any(char::is_alphabetic) => Error::Letters,
        ParseError::NotANumber(_) => Error::NotANumber,
        ParseError::TooShortAfterIdd | ParseError::TooShortNsn | ParseError::TooLongNsn => Error::Length,
    }
}

fn possible(digits: &str) -> Result<(), Error> {
    let &[a0, a1, a2, e0, e1, e2, _, _, _, _] = digits.as_bytes() else {
        return Err(Error::Length);
    };
    if a0 < b'2' || e0 < b'2' {
        return Err(Error::Impossible);
    }
    // N11 is a service in both places: 911, 411, 211…
    if [a1, a2] == *b"11" || [e1, e2] == *b"11" {
        return Err(Error::Service);
    }
    if [a0, a1, a2] == *b"900" || [e0, e1, e2] == *b"976" {
        return Err(Error::Premium);
    }
    Ok(())
}

impl fmt::Display for E164 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for E164 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "E164(…{})", &self.0[8..])
    }
}

impl FromStr for E164 {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::parse(text)
    }
}

impl TryFrom<String> for E164 {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        Self::parse(&text)
    }
}

impl From<E164> for String {
    fn from(number: E164) -> Self {
        number.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::e164("+19155550142")]
    #[case::national("(915) 555-0142")]
    #[case::dots("915.555.0142")]
    #[case::dashes_and_one("1-915-555-0142")]
    #[case::spaces("  +1 915 555 0142 ")]
    #[case::bare("9155550142")]
    #[case::slash("915/555-0142")]
    #[case::full_width("９１５５５５０１４２")]
    #[case::tel_uri("tel:+1-915-555-0142")]
    #[case::exit_code("011 1 915 555 0142")]
    fn a_number_is_read_as_people_write_it(#[case] text: &str) {
        assert_eq!(E164::parse(text).map(String::from), Ok("+19155550142".to_owned()));
    }

    #[rstest]
    #[case::empty("  ", Error::Empty)]
    #[case::words("none", Error::Letters)]
    #[case::vanity("1-800-FLOWERS", Error::Letters)]
    #[case::nul("915555\u{0}0142", Error::NotANumber)]
    #[case::formula("=9155550142", Error::NotANumber)]
    #[case::two_numbers("9155550142; 9155550143", Error::NotANumber)]
    #[case::rounded("9.15555E+09", Error::Rounded)]
    #[case::nine_digits("915555014", Error::Length)]
    #[case::eleven_digits("91555501423", Error::Length)]
    #[case::seven_digits("555-0142", Error::Length)]
    #[case::extension("915-555-0142 x12", Error::Extension)]
    #[case::extension_word("915-555-0142 ext. 12", Error::Extension)]
    #[case::britain("+44 20 7946 0958", Error::Abroad)]
    #[case::no_country("+999 20 7946 0958", Error::Abroad)]
    #[case::area_code_zero("015 555 0142", Error::Impossible)]
    #[case::exchange_one("915 155 0142", Error::Impossible)]
    #[case::emergency("911", Error::Length)]
    #[case::service_area("911 555 0142", Error::Service)]
    #[case::service_exchange("915 911 0142", Error::Service)]
    #[case::premium("900 555 0142", Error::Premium)]
    #[case::premium_exchange("212 976 0142", Error::Premium)]
    fn what_cannot_be_called_is_refused_with_the_reason(#[case] text: &str, #[case] error: Error) {
        assert_eq!(E164::parse(text), Err(error));
    }

    #[test]
    fn a_number_is_shown_in_full_to_people_and_hidden_from_logs() {
        let number = E164::parse("9155550142").unwrap();
        assert_eq!(number.to_string(), "+19155550142");
        assert_eq!(number.national(), "(915) 555-0142");
        assert_eq!(number.npa(), 915);
        assert_eq!(format!("{number:?}"), "E164(…0142)");
    }

    proptest! {
        #[test]
        fn every_demo_number_is_accepted(npa in 200u16..1000, last in 100u16..200) {
            prop_assume!(npa % 100 != 11 && npa != 900);
            let number = E164::parse(&format!("+1{npa}555{last:04}")).unwrap();
            prop_assert_eq!(number.npa(), npa);
            prop_assert_eq!(E164::parse(&number.national()).unwrap(), number);
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in ".{0,40}") {
            let _ = E164::parse(&text);
        }
    }
}
