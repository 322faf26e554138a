//! How many parts a text is sent in, and so paid for: 160 characters of the GSM alphabet, or 70 of any other.

/// How a text is encoded on the air.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// The alphabet that phones were born with: 160 characters, or 153 a part.
    Gsm7,
    /// UTF-16: 70, or 67 a part.
    Ucs2,
}

/// A text, measured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segments {
    pub encoding: Encoding,
    /// Parts it is sent in; none for no text.
    pub count: usize,
    /// Places used; some characters take two.
    pub length: usize,
    /// Places in that many parts, at least in one.
    pub room: usize,
    /// The characters that keep it out of the GSM alphabet, each once.
    pub culprits: Vec<char>,
}

/// More parts than this no carrier takes (telnyx FACTS §4).
pub const MOST: usize = 10;

/// 3GPP TS 23.038, the default alphabet, without the escape.
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
/// The extension table: each takes two places.
const EXTENSION: &str = "^{}\\[~]|€\u{c}";

/// Measures a text.
#[must_use]
pub fn measure(text: &str) -> Segments {
    let mut culprits: Vec<char> = text.chars().filter(|c| !BASIC.contains(*c) && !EXTENSION.contains(*c)).collect();
    culprits.sort_unstable();
    culprits.dedup();
    let (encoding, length, whole, part) = if culprits.is_empty() {
        let length = text.chars().map(|c| if EXTENSION.contains(c) { 2 } else { 1 }).sum();
        (Encoding::Gsm7, length, 160, 153)
    } else {
        (Encoding::Ucs2, text.encode_utf16().count(), 70, 67)
    };
    let count = match length {
        0 => 0,
        n if n <= whole => 1,
        n => usize::div_ceil(n, part),
    };
    let room = if count > 1 { count * part } else { whole };
    Segments { encoding, count, length, room, culprits }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::nothing("", Encoding::Gsm7, 0)]
    #[case::a_full_text(&"a".repeat(160), Encoding::Gsm7, 1)]
    #[case::one_more(&"a".repeat(161), Encoding::Gsm7, 2)]
    #[case::two_full_parts(&"a".repeat(306), Encoding::Gsm7, 2)]
    #[case::a_euro_takes_two(&"€".repeat(80), Encoding::Gsm7, 1)]
    #[case::and_then_no_more(&"€".repeat(81), Encoding::Gsm7, 2)]
    #[case::an_accent_of_the_alphabet("José é", Encoding::Gsm7, 1)]
    #[case::one_that_is_not("José í", Encoding::Ucs2, 1)]
    #[case::an_emoji_is_two_units(&"😀".repeat(35), Encoding::Ucs2, 1)]
    #[case::and_one_too_many(&"😀".repeat(36), Encoding::Ucs2, 2)]
    fn a_text_is_sent_in_as_many_parts(#[case] text: &str, #[case] encoding: Encoding, #[case] count: usize) {
        let measured = measure(text);
        assert_eq!((measured.encoding, measured.count), (encoding, count));
    }

    #[test]
    fn what_makes_a_text_dear_is_named() {
        assert_eq!(measure("“Pay” – now").culprits, ['–', '“', '”']);
    }
}
