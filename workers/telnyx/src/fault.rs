//! Why a message did not arrive, in our words.

use std::fmt;

/// What can be done about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Remedy {
    /// Nothing: the same text from the same number to this one fails again.
    Never,
    /// Wait: the network or a quota is exhausted, not the message.
    Later,
    /// A person must look at the sender, its profile or the account; until then every message fails.
    PauseSender,
}

/// What it says about the one we wrote to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Recipient {
    /// Has texted STOP, which the carrier enforces.
    OptedOut,
    /// The number takes no texts. It may well take calls.
    Landline,
    /// There is no such number.
    Invalid,
}

/// What an error code means, from a refusal or from `errors` of a `message.finalized`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MessageFault<'code> {
    pub code: &'code str,
    pub remedy: Remedy,
    pub recipient: Option<Recipient>,
    words: Option<&'static str>,
}

impl<'code> MessageFault<'code> {
    /// A code that nobody has explained is never retried: a second text for an unknown reason is worse than none.
    pub fn of(code: &'code str) -> Self {
        let row = TABLE.iter().find(|(known, ..)| *known == code);
        let (remedy, words) = row.map_or((Remedy::Never, None), |(_, remedy, words)| (*remedy, Some(*words)));
        Self { code, remedy, recipient: recipient(code), words }
    }

    /// Whether the carrier blocks the recipient after a STOP.
    pub fn is_opt_out(&self) -> bool {
        self.recipient == Some(Recipient::OptedOut)
    }
}

/// Plain words, for the person who reads the delivery page.
impl fmt::Display for MessageFault<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.words {
            Some(words) => f.write_str(words),
            None => write!(f, "carrier code {}", self.code),
        }
    }
}

fn recipient(code: &str) -> Option<Recipient> {
    match code {
        "40300" => Some(Recipient::OptedOut),
        "40001" => Some(Recipient::Landline),
        "40012" | "40310" => Some(Recipient::Invalid),
        _ => None,
    }
}

/// Codes and causes: <https://developers.telnyx.com/docs/messaging/messages/error-codes/index>, seen 2026-11-24; what is done
/// about each is ours.
const TABLE: [(&str, Remedy, &str); 30] = [
    ("20100", Remedy::PauseSender, "carrier account out of money"),
    ("40001", Remedy::Never, "landline"),
    ("40002", Remedy::Later, "blocked as spam by the carrier for now"),
    ("40003", Remedy::Never, "blocked as spam by the carrier for good"),
    ("40004", Remedy::Later, "rejected by the recipient's carrier without a reason"),
    ("40005", Remedy::Later, "expired before it was delivered"),
    ("40006", Remedy::Later, "recipient's carrier not reachable"),
    ("40008", Remedy::Never, "not accepted by the recipient's carrier"),
    ("40009", Remedy::Never, "text rejected by the carrier"),
    ("40010", Remedy::Never, "sender not registered for 10DLC"),
    ("40011", Remedy::Later, "carrier's rate limit reached"),
    ("40012", Remedy::Never, "no such number"),
    ("40013", Remedy::Never, "sender's number rejected by the carrier"),
    ("40014", Remedy::Later, "expired in the sender's queue"),
    ("40015", Remedy::Never, "blocked as spam by our own carrier"),
    ("40016", Remedy::Later, "T-Mobile's limit for the sender reached"),
    ("40017", Remedy::Never, "blocked as spam by AT&T"),
    ("40018", Remedy::Later, "AT&T's limit for the sender reached"),
    ("40300", Remedy::Never, "opted out by texting STOP"),
    ("40302", Remedy::Never, "text too long"),
    ("40305", Remedy::PauseSender, "sender's number not on the messaging profile"),
    ("40309", Remedy::Never, "recipient's country not allowed on the messaging profile"),
    ("40310", Remedy::Never, "invalid number"),
    ("40312", Remedy::PauseSender, "messaging profile disabled"),
    ("40314", Remedy::PauseSender, "messaging disabled for the account"),
    ("40315", Remedy::PauseSender, "sender's number in bad health"),
    ("40318", Remedy::Later, "carrier's queue full"),
    ("40322", Remedy::Never, "text has forbidden content"),
    ("40329", Remedy::Never, "sender's toll-free number not verified"),
    ("40333", Remedy::PauseSender, "messaging profile's spend limit reached"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::never(
        Remedy::Never,
        &["40001", "40003", "40010", "40012", "40013", "40300", "40309", "40310", "40329"],
    )]
    #[case::later(
        Remedy::Later,
        &["40002", "40004", "40005", "40006", "40011", "40014", "40016", "40018", "40318"],
    )]
    #[case::not_from_this_sender(Remedy::PauseSender, &["20100", "40305", "40312", "40314", "40315", "40333"])]
    fn a_code_says_whether_the_message_is_sent_again(#[case] remedy: Remedy, #[case] codes: &[&str]) {
        for code in codes {
            assert_eq!(MessageFault::of(code).remedy, remedy, "{code}");
        }
    }

    #[rstest]
    #[case::opted_out("40300", Some(Recipient::OptedOut))]
    #[case::landline("40001", Some(Recipient::Landline))]
    #[case::no_such_number("40012", Some(Recipient::Invalid))]
    #[case::no_number_at_all("40310", Some(Recipient::Invalid))]
    #[case::our_own_number("40013", None)]
    #[case::spam("40002", None)]
    #[case::unexplained("49999", None)]
    fn a_code_says_what_is_wrong_with_the_recipient(#[case] code: &str, #[case] recipient: Option<Recipient>) {
        let fault = MessageFault::of(code);
        assert_eq!(fault.recipient, recipient);
        assert_eq!(fault.is_opt_out(), code == "40300");
    }

    #[rstest]
    #[case::known("40001", "landline")]
    #[case::unexplained("49999", "carrier code 49999")]
    fn a_supervisor_reads_words_or_at_least_the_code(#[case] code: &str, #[case] words: &str) {
        assert_eq!(MessageFault::of(code).to_string(), words);
    }

    #[test]
    fn an_unexplained_code_is_never_a_reason_to_text_twice() {
        assert_eq!(MessageFault::of("49999").remedy, Remedy::Never);
    }

    #[test]
    fn no_code_is_in_the_table_twice() {
        assert!(TABLE.is_sorted_by(|(left, ..), (right, ..)| left < right));
    }
}
