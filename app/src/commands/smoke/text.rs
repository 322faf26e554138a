//! One text: sent, and asked after until its receipt is there.

use std::time::Duration;

use telnyx::{
    Client, MessageFault,
    wire::message::{Message, MessageStatus as Status, SendMessage},
};
use uuid::Uuid;
use workflows::phone::E164;

use super::tried::{Fault, Tried, by_carrier, watch};
use crate::config::Phones;

const PATIENCE: Duration = Duration::from_secs(60);
const WORDS: &str = "Word Is Bond: a test of this installation. Nothing needs to be done.";

pub(super) async fn text(carrier: &Client, phones: &Phones, to: &E164) -> Tried {
    let message = SendMessage {
        from: Some(phones.from.as_str().into()),
        messaging_profile_id: phones.carrier.messaging_profile.clone(),
        text: Some(WORDS.into()),
        to: to.as_str().into(),
        ..SendMessage::default()
    };
    let sent = by_carrier(carrier.send_message(&message, &Uuid::new_v4().to_string()).await)?;
    let receipt = watch(PATIENCE, async || end(&carrier.message(&sent.id).await.accepted()?)).await;
    receipt.unwrap_or_else(|| Err(Fault::Unknown("taken, and no receipt within a minute".to_owned())))
}

/// None: it is on its way.
fn end(message: &Message) -> Option<Tried> {
    Some(match message.recipient()?.status.as_ref()? {
        Status::Delivered => Ok("delivered".to_owned()),
        Status::DeliveryUnconfirmed => Ok("let go of, unconfirmed".to_owned()),
        Status::DeliveryFailed | Status::SendingFailed | Status::Expired => {
            let code = message.error_code().unwrap_or("none");
            Err(Fault::Refused(format!("{}, code {code}", MessageFault::of(code))))
        }
        _ => return None,
    })
}
