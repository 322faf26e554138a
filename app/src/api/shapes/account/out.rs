//! Accounts and their timelines, as answers.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;
use workflows::{
    account::{self, Account, Place, Status},
    timeline::Entry,
};

/// An account, its person and the ways to reach them.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AccountOut {
    id: Uuid,
    account_number: String,
    /// `open`, `paid`, `settled`, `disputed`, `recalled` or `closed`.
    #[schema(value_type = String)]
    status: Status,
    balance_cents: i64,
    creditor_id: Uuid,
    creditor: String,
    consumer_id: Uuid,
    first_name: String,
    last_name: String,
    language: String,
    confirmed_timezone: Option<String>,
    address: String,
    city: String,
    state: String,
    zip: String,
    phones: Vec<PhoneOut>,
    emails: Vec<String>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

#[derive(Debug, Serialize, ToSchema)]
struct PhoneOut {
    number: String,
    #[schema(value_type = String)]
    place: Place,
    /// `ok`, `wrong` or `invalid`.
    status: String,
    /// The kind of the suppression in effect: `internal`, `wrong_number`…
    suppressed: Option<String>,
}

impl From<Account> for AccountOut {
    fn from(a: Account) -> Self {
        let phone = |p: account::Phone| PhoneOut {
            number: p.number,
            place: p.place,
            status: p.status,
            suppressed: p.suppressed,
        };
        Self {
            id: a.id.0,
            account_number: a.account_number,
            status: a.status,
            balance_cents: a.balance_cents,
            creditor_id: a.creditor_id.0,
            creditor: a.creditor,
            consumer_id: a.consumer_id.0,
            first_name: a.first_name,
            last_name: a.last_name,
            language: a.language,
            confirmed_timezone: a.confirmed_timezone,
            address: a.address,
            city: a.city,
            state: a.state,
            zip: a.zip,
            phones: a.phones.0.into_iter().map(phone).collect(),
            emails: a.emails,
            created_at: a.created_at,
            updated_at: a.updated_at,
        }
    }
}

/// One line of an account's timeline.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EntryOut {
    /// Of the call, the verdict, the recipient, the message, the suppression or the account it comes from.
    id: Uuid,
    at: DateTime<Utc>,
    /// `call`, `decision`, `retry`, `message`, `opened`, `clicked`, `opted_out`, `opted_in` or `placed`.
    kind: String,
    state: String,
    outcome: Option<String>,
    detail: Option<String>,
    citation: Option<String>,
    /// Still to come.
    pending: bool,
    #[schema(value_type = Object)]
    facts: Value,
}

impl From<Entry> for EntryOut {
    fn from(entry: Entry) -> Self {
        let Entry { id, at, kind, state, outcome, detail, citation, pending, facts } = entry;
        Self { id, at, kind, state, outcome, detail, citation, pending, facts }
    }
}
