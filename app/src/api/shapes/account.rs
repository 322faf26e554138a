//! Accounts over the wire: what is handed in; `out` is what is answered.

mod out;

use chrono_tz::Tz;
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;
use workflows::{
    account::{self, NewPhone, Place, Status},
    phone::E164,
    place::{State, Zip},
};

pub(crate) use self::out::{AccountOut, EntryOut};
use crate::{extract::Check, problem::FieldError};

/// An account to add. A phone number or an email address is needed.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AccountIn {
    /// Your own number for it; unique.
    account_number: String,
    #[serde(default)]
    first_name: String,
    last_name: String,
    /// In the order in which they are to be tried.
    #[serde(default)]
    phones: Vec<PhoneIn>,
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    address: String,
    #[serde(default)]
    city: String,
    /// Two letters.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    state: Option<State>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    zip: Option<Zip>,
    balance_cents: i64,
    #[serde(default)]
    creditor: String,
    /// `en`, `es`…
    #[serde(default)]
    language: String,
    /// Only what the person confirmed, such as `America/Chicago`.
    #[serde(default)]
    confirmed_timezone: Option<String>,
    #[serde(default)]
    do_not_call: bool,
    /// Agreed to be written to by text.
    #[serde(default)]
    sms_consent: bool,
}

/// A number and where it rings.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PhoneIn {
    /// `+19155550142`, or as people write it.
    #[schema(value_type = String)]
    number: E164,
    /// `home`, `mobile` or `work`.
    #[serde(default)]
    #[schema(value_type = String)]
    place: Place,
}

impl Check for AccountIn {
    fn wrong(&self) -> Vec<FieldError> {
        zone_fault(self.confirmed_timezone.as_deref())
    }
}

impl From<AccountIn> for account::New {
    fn from(a: AccountIn) -> Self {
        Self {
            account_number: a.account_number,
            first_name: a.first_name,
            last_name: a.last_name,
            phones: a.phones.into_iter().map(NewPhone::from).collect(),
            email: a.email,
            address: a.address,
            city: a.city,
            state: a.state,
            zip: a.zip,
            balance_cents: a.balance_cents,
            creditor: a.creditor,
            language: a.language,
            confirmed_timezone: a.confirmed_timezone.and_then(|zone| zone.parse().ok()),
            do_not_call: a.do_not_call,
            sms_consent: a.sms_consent,
        }
    }
}

impl From<PhoneIn> for NewPhone {
    fn from(PhoneIn { number, place }: PhoneIn) -> Self {
        Self { number, place }
    }
}

/// What to change; a field that is not named stays as it is.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AccountPatch {
    first_name: Option<String>,
    last_name: Option<String>,
    language: Option<String>,
    /// A zone the person confirmed; null forgets it.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    confirmed_timezone: Option<Option<String>>,
    balance_cents: Option<i64>,
    /// `open`, `paid`, `settled`, `disputed`, `recalled` or `closed`.
    #[schema(value_type = Option<String>)]
    status: Option<Status>,
    address: Option<String>,
    city: Option<String>,
    #[schema(value_type = Option<String>)]
    state: Option<State>,
    #[schema(value_type = Option<String>)]
    zip: Option<Zip>,
    /// A number to add.
    phone: Option<PhoneIn>,
}

impl Check for AccountPatch {
    fn wrong(&self) -> Vec<FieldError> {
        zone_fault(self.confirmed_timezone.as_ref().and_then(|zone| zone.as_deref()))
    }
}

impl From<AccountPatch> for account::Patch {
    fn from(p: AccountPatch) -> Self {
        Self {
            first_name: p.first_name,
            last_name: p.last_name,
            language: p.language,
            confirmed_timezone: p.confirmed_timezone.map(|zone| zone.and_then(|zone| zone.parse().ok())),
            balance_cents: p.balance_cents,
            status: p.status,
            address: p.address,
            city: p.city,
            state: p.state,
            zip: p.zip,
            phone: p.phone.map(NewPhone::from),
        }
    }
}

/// Null is a value here; absence is not.
fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

fn zone_fault(zone: Option<&str>) -> Vec<FieldError> {
    let wrong = zone.is_some_and(|zone| zone.parse::<Tz>().is_err());
    let fault = || FieldError::new("confirmed_timezone", "is not a time zone, like America/Chicago");
    wrong.then(fault).into_iter().collect()
}
