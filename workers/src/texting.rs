//! The text carrier's words into ours: statuses and error codes. The only place where one of them decides anything.

use telnyx::{
    MessageFault,
    fault::{Recipient, Remedy},
    wire::message::{Message, MessageStatus as Status},
};
use workflows::message::{Event, Failure, Then};

/// Why a text was not taken or not delivered.
pub(crate) fn failure(code: &str) -> Failure {
    let fault = MessageFault::of(code);
    let then = match (fault.recipient, fault.remedy) {
        (Some(Recipient::OptedOut), _) => Then::OptedOut,
        (Some(Recipient::Landline | Recipient::Invalid), _) => Then::NoSuchAddress,
        (None, Remedy::Later) => Then::Retry,
        (None, Remedy::PauseSender) => Then::PauseCampaign,
        (None, Remedy::Never) => Then::Never,
    };
    Failure { code: code.to_owned(), because: fault.to_string(), then }
}

/// What a message's status says has happened, if anything has.
pub(crate) fn heard(message: &Message) -> Option<Event> {
    let status = message.recipient()?.status.as_ref()?;
    Some(match status {
        Status::Sending | Status::Sent => Event::Accepted,
        Status::Delivered => Event::Delivered { confirmed: true },
        Status::DeliveryUnconfirmed => Event::Delivered { confirmed: false },
        Status::DeliveryFailed | Status::SendingFailed | Status::Expired => {
            // 40005: it expired before it was delivered.
            Event::Undelivered(failure(message.error_code().unwrap_or("40005")))
        }
        _ => return None,
    })
}
