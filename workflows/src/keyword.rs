//! What somebody means who answers a text: the words that carriers know, and plain words that mean the same.
//!
//! Telnyx knows a handful of keywords, and only as the whole message (telnyx FACTS §4); the law takes any reasonable
//! words (47 CFR 64.1200(a)(10)). A text that is taken for a stop and was none costs a message; the other way round it
//! costs a lawsuit, so doubt stops.

use unicode_normalization::UnicodeNormalization;

/// What an inbound text asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// No more texts.
    Stop,
    /// Texts again.
    Start,
    Help,
    /// Whatever else: a person reads it.
    Words,
}

/// As the whole message. 47 CFR 64.1200(a)(10)(i) names the first seven.
const STOP: [&str; 12] = [
    "stop",
    "quit",
    "revoke",
    "opt out",
    "cancel",
    "unsubscribe",
    "end",
    "stopall",
    "stop all",
    "optout",
    "remove me",
    "arret",
];
const START: [&str; 3] = ["start", "unstop", "opt in"];
const HELP: [&str; 2] = ["help", "info"];

/// Anywhere in a message.
const REVOCATIONS: [&str; 18] = [
    "stop calling",
    "stop texting",
    "stop messaging",
    "stop contacting",
    "stop sending",
    "stop harassing",
    "do not call",
    "do not text",
    "do not contact",
    "dont call",
    "dont text",
    "dont contact",
    "leave me alone",
    "take me off",
    "remove my number",
    "no more texts",
    "no more messages",
    "unsubscribe me",
];

/// Reads a text as its writer meant it: whatever the case, width, punctuation and spacing.
#[must_use]
pub fn meaning(text: &str) -> Meaning {
    let plain = plain(text);
    if STOP.contains(&&*plain) || REVOCATIONS.iter().any(|words| plain.contains(words)) {
        Meaning::Stop
    } else if START.contains(&&*plain) {
        Meaning::Start
    } else if HELP.contains(&&*plain) {
        Meaning::Help
    } else {
        Meaning::Words
    }
}

/// Compatibility forms (full width, bold letters) folded, lower case, letters and digits only, single spaces.
fn plain(text: &str) -> String {
    let folded: String = text.nfkd().filter(|c| !matches!(c, '\'' | '’' | '\u{300}'..='\u{36f}')).collect();
    let letters = folded.to_lowercase().chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect::<String>();
    letters.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::as_asked("STOP")]
    #[case::in_odd_case(" StOp. ")]
    #[case::in_full_width("ＳＴＯＰ")]
    #[case::with_an_accent("Stóp!")]
    #[case::revoke("revoke")]
    #[case::two_words("Opt-out")]
    #[case::plain_language("please stop calling me")]
    #[case::an_apostrophe("DON’T text me again")]
    #[case::a_list("take me off your list")]
    fn it_stops(#[case] text: &str) {
        assert_eq!(meaning(text), Meaning::Stop);
    }

    #[rstest]
    #[case::back_again("Start", Meaning::Start)]
    #[case::a_question("HELP?", Meaning::Help)]
    #[case::an_answer("I can pay on Friday", Meaning::Words)]
    #[case::a_word_inside_others("I will stop by your office", Meaning::Words)]
    #[case::the_end_of_the_month("at the end of the month", Meaning::Words)]
    #[case::nothing("", Meaning::Words)]
    fn it_means(#[case] text: &str, #[case] expected: Meaning) {
        assert_eq!(meaning(text), expected);
    }
}
