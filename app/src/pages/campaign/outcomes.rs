//! What came of the calls or messages as shares, and why people failed.

use telnyx::{MessageFault, fault::Remedy};
use web::{
    format::count,
    pages::campaign::{Failure, Rate},
};
use workflows::campaign::{Delivery, Failed, Kind, Stats};

use super::model::Read;
use crate::pages::{account, voice::capital};

/// The outcomes, in the order of the funnel; none before anything was sent.
pub(super) fn rates(read: &Read) -> Vec<Rate> {
    match read.campaign.kind {
        Kind::Voice if read.stats.dials > 0 => calls(&read.stats),
        Kind::SmsBlast if read.delivery.sent > 0 => texts(&read.delivery),
        Kind::EmailBlast if read.delivery.sent > 0 => emails(&read.delivery),
        _ => Vec::new(),
    }
}

fn rate(word: &str, n: i64, of: i64, of_word: &str) -> Rate {
    let (word, of_word) = (word.to_owned(), of_word.to_owned());
    Rate { word, n, of, of_word, estimate: false, note: String::new() }
}

fn calls(stats: &Stats) -> Vec<Rate> {
    let of_dials = |word, n| rate(word, n, stats.dials, "dialed");
    let of_answered = |word, n| rate(word, n, stats.answered, "answered");
    vec![
        of_dials("Answered by a person", stats.answered),
        of_answered("Spoke to an agent", stats.connected),
        of_answered("Abandoned", stats.abandoned),
        of_dials("Voicemail", stats.voicemail),
        of_dials("No answer", stats.no_answer),
        of_dials("Busy", stats.busy),
        of_dials("Failed", stats.failed),
        of_dials("Outcome unknown", stats.unknown),
    ]
}

fn texts(d: &Delivery) -> Vec<Rate> {
    let of_sent = |word, n| rate(word, n, d.sent, "sent");
    let unconfirmed = (d.unconfirmed > 0).then(|| format!("{} without a receipt", count(d.unconfirmed)));
    vec![
        Rate { note: unconfirmed.unwrap_or_default(), ..of_sent("Delivered", d.arrived) },
        of_sent("On their way", d.under_way),
        of_sent("Failed", d.failed),
        of_sent("Outcome unknown", d.unknown),
        rate("Opted out", d.unsubscribed, d.arrived, "delivered"),
    ]
}

fn emails(d: &Delivery) -> Vec<Rate> {
    let of_sent = |word, n| rate(word, n, d.sent, "sent");
    let of_arrived = |word, n| rate(word, n, d.arrived, "delivered");
    vec![
        of_sent("Delivered", d.arrived),
        Rate { estimate: true, ..of_arrived("Opened", d.opened) },
        of_arrived("Clicked", d.clicked),
        of_arrived("Unsubscribed", d.unsubscribed),
        of_arrived("Marked as spam", d.complained),
        of_sent("Bounced", d.bounced),
        of_sent("Failed", d.failed),
        of_sent("On their way", d.under_way),
        of_sent("Outcome unknown", d.unknown),
    ]
}

/// A reason in plain words: of texts the carrier's code explained, else what we wrote down ourselves.
pub(super) fn failure(kind: Kind, failed: &Failed) -> Failure {
    let code = failed.code.clone().unwrap_or_default();
    let (reason, can_retry) = match (kind, &failed.code) {
        (Kind::SmsBlast, Some(code)) => {
            let fault = MessageFault::of(code);
            (fault.to_string(), fault.remedy == Remedy::Later)
        }
        (Kind::Voice, _) => (account::outcome(&failed.outcome), passing(&failed.outcome)),
        _ => (account::plain(failed.explanation.as_deref().unwrap_or(&failed.outcome)), false),
    };
    Failure { n: failed.n, reason: capital(&reason), code, can_retry }
}

/// Somebody who was not there may be there another day.
fn passing(outcome: &str) -> bool {
    matches!(outcome, "no_answer" | "busy" | "voicemail" | "hung_up" | "declined" | "abandoned")
}
