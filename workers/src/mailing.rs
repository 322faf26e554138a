//! E-mails as the provider takes them, and its words into ours.

use std::collections::BTreeMap;

use resend::{
    event::Kind,
    refusal::Refusal,
    wire::{
        email::{Email, LastEvent, Tag},
        webhook::BounceType,
    },
};
use workflows::message::{Event, Failure, Member, Then};

/// The tag that carries our attempt, so that an event finds its message whatever happened to the answer.
pub(crate) const TAG: &str = "attempt";

/// The body of one request. The same members always make the same bytes.
pub(crate) fn body(members: &[Member]) -> Result<Vec<u8>, serde_json::Error> {
    serde_json::to_vec(&members.iter().map(email).collect::<Vec<_>>())
}

/// With the way out in its headers, for the mail program's own button (RFC 8058).
fn email(member: &Member) -> Email {
    let headers = BTreeMap::from([
        ("List-Unsubscribe".to_owned(), format!("<{}>", member.unsubscribe_url).into()),
        ("List-Unsubscribe-Post".to_owned(), "List-Unsubscribe=One-Click".into()),
    ]);
    Email {
        from: member.from.clone().into(),
        to: vec![member.to.clone().into()],
        subject: member.subject.clone().into(),
        html: Some(member.html.clone().into()),
        text: Some(member.text.clone().into()),
        headers,
        tags: vec![Tag { name: TAG.to_owned(), value: member.id.to_string() }],
        ..Email::default()
    }
}

/// A request refused as a whole.
pub(crate) fn refused(refusal: &Refusal) -> Failure {
    let code = refusal.name.clone().unwrap_or_else(|| refusal.status.to_string());
    let then = if refusal.kind.pauses_campaign() { Then::PauseCampaign } else { Then::Never };
    let because = format!("the e-mail provider refused it: {}", code.replace('_', " "));
    Failure { code, because, then }
}

/// One of a batch refused for itself.
pub(crate) fn no_such_address() -> Failure {
    let because = "the e-mail provider does not take the address".to_owned();
    Failure { code: "invalid_to_address".to_owned(), because, then: Then::NoSuchAddress }
}

/// What an event says has happened, if it changes anything.
pub(crate) fn heard(kind: &Kind) -> Option<Event> {
    Some(match kind {
        Kind::Sent => Event::Accepted,
        Kind::Delivered => Event::Delivered { confirmed: true },
        Kind::Opened => Event::Opened,
        Kind::Clicked(_) => Event::Clicked,
        Kind::Complained => Event::Complained,
        Kind::Bounced(bounce) if bounce.r#type == Some(BounceType::Transient) => Event::Undelivered(full()),
        Kind::Bounced(bounce) => Event::Bounced { permanent: bounce.r#type == Some(BounceType::Permanent) },
        Kind::Failed(failed) => Event::Undelivered(never_left(failed.reason.as_deref())),
        Kind::Suppressed(_) => Event::Undelivered(suppressed()),
        _ => return None,
    })
}

/// The same from the last event that the provider remembers.
pub(crate) fn heard_last(last: &LastEvent) -> Option<Event> {
    Some(match last {
        LastEvent::Sent => Event::Accepted,
        LastEvent::Delivered => Event::Delivered { confirmed: true },
        LastEvent::Opened => Event::Opened,
        LastEvent::Clicked => Event::Clicked,
        LastEvent::Complained => Event::Complained,
        // Not whether for good: its webhook says that, and the provider refuses by itself to write there again.
        LastEvent::Bounced => Event::Bounced { permanent: false },
        LastEvent::Failed | LastEvent::Canceled => Event::Undelivered(never_left(None)),
        LastEvent::Suppressed => Event::Undelivered(suppressed()),
        _ => return None,
    })
}

fn full() -> Failure {
    let because = "the mailbox did not take it just then".to_owned();
    Failure { code: "bounce_transient".to_owned(), because, then: Then::Retry }
}

fn never_left(reason: Option<&str>) -> Failure {
    let code = reason.unwrap_or("failed").to_owned();
    let because = format!("it never left the e-mail provider: {}", code.replace('_', " "));
    Failure { code, because, then: Then::Never }
}

fn suppressed() -> Failure {
    let because = "the e-mail provider does not write to this address any more".to_owned();
    Failure { code: "suppressed".to_owned(), because, then: Then::NoSuchAddress }
}
