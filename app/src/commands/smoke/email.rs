//! One e-mail: sent, and asked after until it arrived or came back.

use std::time::Duration;

use resend::{
    Client,
    wire::email::{Email as Letter, LastEvent},
};
use uuid::Uuid;
use workflows::{campaign::Sender, email::Email};

use super::tried::{Fault, Tried, by_mail, watch};

const PATIENCE: Duration = Duration::from_secs(60);
const SUBJECT: &str = "Word Is Bond: a test of this installation";
const WORDS: &str = "This is a test of this installation's e-mails. Nothing needs to be done.";

pub(super) async fn email(mail: &Client, sender: &Sender, to: &Email) -> Tried {
    let letter = Letter {
        from: sender.to_string().into(),
        to: vec![to.as_str().into()],
        subject: SUBJECT.into(),
        text: Some(WORDS.into()),
        ..Letter::default()
    };
    let sent = by_mail(mail.send(&letter, &Uuid::new_v4().to_string()).await)?;
    let last = watch(PATIENCE, async || end(mail.email(&sent.id).await.accepted()?.last_event.as_ref()?)).await;
    last.unwrap_or_else(|| Err(Fault::Unknown("taken, and not said to be delivered within a minute".to_owned())))
}

/// None: it is on its way.
fn end(last: &LastEvent) -> Option<Tried> {
    let refused = |words: &str| Err(Fault::Refused(words.to_owned()));
    Some(match last {
        LastEvent::Delivered | LastEvent::Opened | LastEvent::Clicked => Ok("delivered".to_owned()),
        LastEvent::Bounced => refused("bounced"),
        LastEvent::Complained => refused("called spam"),
        LastEvent::Failed | LastEvent::Canceled => refused("never left the provider"),
        LastEvent::Suppressed => refused("the provider does not write to this address any more"),
        _ => return None,
    })
}
