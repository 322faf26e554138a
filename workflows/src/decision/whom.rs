//! Whom somebody asks about: an account of their organisation, and a number or address of its person.

use crate::{
    account::{self, Account},
    compliance::{Channel, Mode},
    db::Tx,
    decision::{Contact, To},
    email::Email,
    id::{AccountId, OrgId},
    message,
    phone::{self, E164},
};

/// Why there is nothing to decide.
#[derive(Debug, thiserror::Error)]
pub enum NoContact {
    #[error("there is no such account")]
    NoAccount,
    /// Nothing on file that could be called or written to.
    #[error("this account has no usable {}", match .0 { Channel::Call => "phone number", Channel::Sms => "mobile number", Channel::Email => "e-mail address" })]
    NoAddress(Channel),
    #[error("the number {0}")]
    BadNumber(#[from] phone::Error),
    #[error("this is no e-mail address")]
    BadEmail,
    #[error("the database did not answer")]
    Database(#[from] sqlx::Error),
}

/// A contact by hand: to `to`, or else to the first usable number or address on file.
///
/// # Errors
/// [`NoContact`] says what is missing.
pub async fn contact(
    tx: &mut Tx,
    org: OrgId,
    account: AccountId,
    channel: Channel,
    to: Option<&str>,
) -> Result<Contact, NoContact> {
    let account = account::find(tx, org, account).await?.ok_or(NoContact::NoAccount)?;
    let to = match to {
        Some(text) => parse(channel, text)?,
        None => reach(tx, &account, channel).await?.ok_or(NoContact::NoAddress(channel))?,
    };
    Ok(Contact { org, account: account.id, consumer: account.consumer_id, channel, mode: Mode::Manual, to })
}

fn parse(channel: Channel, text: &str) -> Result<To, NoContact> {
    match channel {
        Channel::Email => Email::parse(text).map(To::Email).map_err(|_| NoContact::BadEmail),
        Channel::Call | Channel::Sms => Ok(To::Phone(E164::parse(text)?)),
    }
}

/// The first usable number or address. A landline takes calls and no texts.
///
/// # Errors
/// When the database is away.
pub async fn reach(tx: &mut Tx, account: &Account, channel: Channel) -> Result<Option<To>, sqlx::Error> {
    if channel != Channel::Call {
        return message::reach(tx, account.id, channel).await;
    }
    let usable = account.phones.0.iter().find(|phone| phone.status == "ok");
    Ok(usable.and_then(|phone| E164::parse(&phone.number).ok()).map(To::Phone))
}
