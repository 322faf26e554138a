//! How a text is written on the wire, and how many parts that takes.

/// GSM 03.38: one unit each.
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

/// Its extension: two units each.
const EXTENDED: &str = "^{}\\[~]|€\u{c}";

/// A text as its alphabet and its length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Encoded {
    pub(crate) alphabet: &'static str,
    pub(crate) units: usize,
    pub(crate) parts: usize,
}

impl Encoded {
    /// The shortest writing, unless another is asked for.
    pub(crate) fn of(text: &str, wanted: Option<&str>) -> Self {
        match text.chars().map(gsm7).sum::<Option<usize>>() {
            Some(units) if wanted != Some("ucs2") => Self::new("GSM-7", units, 160, 153),
            _ => Self::new("UTF-16", text.encode_utf16().count(), 70, 67),
        }
    }

    fn new(alphabet: &'static str, units: usize, alone: usize, joined: usize) -> Self {
        let parts = if units <= alone { 1 } else { units.div_ceil(joined) };
        Self { alphabet, units, parts }
    }
}

fn gsm7(c: char) -> Option<usize> {
    match c {
        _ if BASIC.contains(c) => Some(1),
        _ if EXTENDED.contains(c) => Some(2),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::one_part("a", 160, ("GSM-7", 1))]
    #[case::two_parts("a", 161, ("GSM-7", 2))]
    #[case::three_parts("a", 307, ("GSM-7", 3))]
    #[case::an_extended_letter_counts_twice("€", 81, ("GSM-7", 2))]
    #[case::a_foreign_letter("ж", 70, ("UTF-16", 1))]
    #[case::too_many_foreign_letters("ж", 71, ("UTF-16", 2))]
    #[case::an_emoji_counts_twice("🙂", 36, ("UTF-16", 2))]
    fn a_text_has_its_parts(#[case] letter: &str, #[case] times: usize, #[case] expected: (&str, usize)) {
        let encoded = Encoded::of(&letter.repeat(times), None);
        assert_eq!((encoded.alphabet, encoded.parts), expected);
    }
}
