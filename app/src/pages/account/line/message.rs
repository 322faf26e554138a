//! Texts and e-mails, what became of them, and the wish for no more of them, in words.

use web::state::Event;
use workflows::timeline::Entry;

use super::{plain, refusal, text};

/// The kinds of lines that are told here.
pub(super) fn is_one(entry: &Entry) -> bool {
    matches!(entry.kind.as_str(), "message" | "opened" | "clicked" | "opted_out" | "opted_in")
}

pub(super) fn event(entry: &Entry) -> Event {
    let by = |text: Event, email: Event| if by_mail(entry) { email } else { text };
    match (entry.kind.as_str(), entry.state.as_str()) {
        ("opened", _) => Event::Opened,
        ("clicked", _) => Event::Clicked,
        ("opted_out", "unsubscribe") => Event::Unsubscribed,
        ("opted_out", _) => Event::OptedOut,
        ("opted_in", _) => Event::OptedIn,
        (_, "skipped") if text(entry, "until").is_some() => Event::Later,
        (_, "skipped") => Event::Blocked,
        (_, "received") => by(Event::TextReceived, Event::EmailReceived),
        (_, "delivered" | "opened" | "clicked") => by(Event::TextDelivered, Event::EmailDelivered),
        (_, "failed" | "cancelled") => by(Event::TextFailed, Event::EmailFailed),
        (_, "bounced") => Event::Bounced,
        (_, "complained") => Event::Complained,
        (_, "unknown_closed") => Event::MessageUnknown,
        _ => by(Event::TextSent, Event::EmailSent),
    }
}

pub(super) fn title(entry: &Entry) -> String {
    let noun = if by_mail(entry) { "Email" } else { "Text" };
    let became = match (entry.kind.as_str(), entry.state.as_str()) {
        ("opened", _) => return "Email opened".to_owned(),
        ("clicked", _) => return "Link opened".to_owned(),
        ("opted_out", "unsubscribe") => return "Unsubscribed".to_owned(),
        ("opted_out", _) => return "Opted out of texts".to_owned(),
        ("opted_in", _) => return format!("Agreed to {}s again", noun.to_lowercase()),
        (_, "skipped") => return format!("{noun} not sent, {}", refusal(entry)),
        (_, "queued") => "queued",
        (_, "received") => "received",
        (_, "delivered" | "opened" | "clicked") => "delivered",
        (_, "failed") => "failed",
        (_, "cancelled") => "not sent",
        (_, "bounced") => "bounced",
        (_, "complained") => "marked as spam",
        (_, "unknown_closed") => "sent or not, unknown",
        _ => "sent",
    };
    format!("{noun} {became}")
}

pub(super) fn sentence(entry: &Entry) -> String {
    let parts = match entry.kind.as_str() {
        "opened" | "clicked" => vec![words(entry), Some("By the person or by a mail program.".to_owned())],
        "opted_out" => vec![Some(source(entry).to_owned())],
        "opted_in" => vec![Some("They said so themselves.".to_owned())],
        _ => vec![
            words(entry),
            entry.detail.as_deref().filter(|detail| !detail.is_empty()).map(because),
            (entry.facts.get("confirmed") == Some(&false.into())).then(|| "The carrier cannot say more.".to_owned()),
            text(entry, "author").map(|name| format!("Written by {name}.")),
            text(entry, "campaign").map(|name| format!("Campaign {name}.")),
        ],
    };
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// What was said: a mail by its subject, a text by its beginning.
fn words(entry: &Entry) -> Option<String> {
    text(entry, "subject").or_else(|| text(entry, "words")).map(|words| format!("“{}”", words.trim()))
}

/// As a sentence of its own.
fn because(detail: &str) -> String {
    let words = crate::pages::words::sentence(&plain(detail));
    words.replace("..", ".")
}

fn source(entry: &Entry) -> &'static str {
    match text(entry, "source") {
        Some("keyword") => "They asked for it in a text.",
        Some("link") => "They followed the link in an email.",
        Some("one_click") => "They pressed the button of their mail program.",
        Some("provider") => "The provider told us of it.",
        _ => "It was put on the list.",
    }
}

fn by_mail(entry: &Entry) -> bool {
    text(entry, "channel") == Some("email")
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::{Value, json};

    use super::*;

    fn entry(kind: &str, state: &str, facts: Value) -> Entry {
        Entry {
            id: uuid::Uuid::nil(),
            at: chrono::DateTime::UNIX_EPOCH,
            kind: kind.into(),
            state: state.into(),
            outcome: None,
            detail: None,
            citation: None,
            pending: false,
            facts,
        }
    }

    #[rstest]
    #[case::their_answer("message", "received", json!({ "channel": "sms", "words": "I pay Friday" }), Event::TextReceived, "Text received: “I pay Friday”")]
    #[case::a_refusal("message", "skipped", json!({ "channel": "sms", "reason": "CHANNEL_OPTOUT" }), Event::Blocked, "Text not sent, opted out: ")]
    #[case::a_read_mail("opened", "clicked", json!({ "channel": "email", "subject": "Hello" }), Event::Opened, "Email opened: “Hello” By the person or by a mail program.")]
    #[case::a_stop("opted_out", "stop", json!({ "channel": "sms", "source": "keyword" }), Event::OptedOut, "Opted out of texts: They asked for it in a text.")]
    #[case::a_click("opted_out", "unsubscribe", json!({ "channel": "email", "source": "one_click" }), Event::Unsubscribed, "Unsubscribed: They pressed the button of their mail program.")]
    fn it_is_told_in_words(
        #[case] kind: &str,
        #[case] state: &str,
        #[case] facts: Value,
        #[case] kind_of_line: Event,
        #[case] words: &str,
    ) {
        let entry = entry(kind, state, facts);
        assert!(is_one(&entry));
        assert_eq!(event(&entry), kind_of_line);
        assert_eq!(format!("{}: {}", title(&entry), sentence(&entry)), words);
    }
}
