//! An account as it is handed in, by a list or by hand.

use chrono_tz::Tz;

use super::{Error, Place};
use crate::{
    import::{self, CellError},
    phone::E164,
    place::{State, Zip},
};

/// A debt and the person who owes it. Only number and name are needed, and a phone number or an e-mail address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct New {
    /// The client's or the agency's own account number.
    pub account_number: String,
    pub first_name: String,
    pub last_name: String,
    /// In the order in which they are tried.
    pub phones: Vec<NewPhone>,
    pub email: Option<String>,
    pub address: String,
    pub city: String,
    pub state: Option<State>,
    pub zip: Option<Zip>,
    pub balance_cents: i64,
    /// Empty when nobody said.
    pub creditor: String,
    /// Empty means English.
    pub language: String,
    /// Only what the person confirmed; guesses are derived from number and address when they are needed.
    pub confirmed_timezone: Option<Tz>,
    pub do_not_call: bool,
    /// Agreed to be written to by text. False says nothing: what is known stays.
    pub sms_consent: bool,
}

/// A number and where it rings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPhone {
    pub number: E164,
    pub place: Place,
}

impl New {
    /// The same held to the rules that hold for the cells of a list.
    pub(super) fn clean(&self) -> Result<Self, Error> {
        let text = |field, value: &str| import::clean_text(value).map_err(|error| invalid(field, error));
        let new = Self {
            account_number: text("account_number", &self.account_number)?,
            first_name: text("first_name", &self.first_name)?,
            last_name: text("last_name", &self.last_name)?,
            email: self.email.as_deref().map(import::clean_email).transpose().map_err(|e| invalid("email", e))?,
            address: text("address", &self.address)?,
            city: text("city", &self.city)?,
            creditor: text("creditor", &self.creditor)?,
            language: import::clean_language(&self.language).map_err(|error| invalid("language", error))?,
            ..self.clone()
        };
        new.complete()?;
        Ok(new)
    }

    fn complete(&self) -> Result<(), Error> {
        let missing = [
            (self.account_number.is_empty(), "account_number", "is needed"),
            (self.last_name.is_empty(), "last_name", "is needed"),
            (self.phones.is_empty() && self.email.is_none(), "phones", "or email is needed, to reach the person"),
            (self.balance_cents < 0, "balance_cents", "is negative: only amounts owed can be collected"),
        ];
        let first = missing.into_iter().find(|(wrong, ..)| *wrong);
        first.map_or(Ok(()), |(_, field, message)| Err(invalid(field, message)))
    }
}

pub(super) fn invalid(field: &'static str, message: CellError) -> Error {
    Error::Invalid { field, message }
}
