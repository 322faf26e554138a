//! What pages and the API read of accounts.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::types::Json;

use super::{Place, Status};
use crate::{
    db::Tx,
    id::{AccountId, ConsumerId, CreditorId, ImportId, OrgId},
};

/// An account, the person who owes it, and the ways to reach them.
#[derive(Clone, Debug, Serialize)]
pub struct Account {
    pub id: AccountId,
    pub account_number: String,
    pub status: Status,
    pub balance_cents: i64,
    pub creditor_id: CreditorId,
    pub creditor: String,
    pub consumer_id: ConsumerId,
    pub first_name: String,
    pub last_name: String,
    pub language: String,
    pub confirmed_timezone: Option<String>,
    /// The newest valid address; each part is empty when it is not known.
    pub address: String,
    pub city: String,
    pub state: String,
    pub zip: String,
    /// In the order in which they are tried.
    pub phones: Json<Vec<Phone>>,
    pub emails: Vec<String>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// One number of a person.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Phone {
    pub number: String,
    pub place: Place,
    /// `ok`, `wrong` or `invalid`.
    pub status: String,
    /// The kind of the suppression in effect for it, if there is one: `internal`, `wrong_number`…
    pub suppressed: Option<String>,
}

/// What to look for. Nothing given is everything, newest first.
#[derive(Clone, Debug, Default)]
pub struct Search<'a> {
    /// A name from its beginning; a phone number or account number anywhere.
    pub text: &'a str,
    pub creditor: Option<CreditorId>,
    pub import: Option<ImportId>,
    /// The last account of the page before.
    pub after: Option<AccountId>,
    pub limit: i64,
}

/// Some of the accounts found, and where the next page begins.
#[derive(Clone, Debug, Serialize)]
pub struct Page {
    pub items: Vec<Account>,
    pub next: Option<AccountId>,
}

/// One account of this organisation.
///
/// # Errors
/// When the database is away.
pub async fn find(tx: &mut Tx, org: OrgId, id: AccountId) -> Result<Option<Account>, sqlx::Error> {
    Ok(read(tx, org, &[id]).await?.pop())
}

/// The account with exactly this number.
///
/// # Errors
/// When the database is away.
pub async fn numbered(tx: &mut Tx, org: OrgId, number: &str) -> Result<Option<AccountId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select id as "id: AccountId" from collection_accounts where org_id = $1 and number = $2"#,
        org.0,
        number
    )
    .fetch_optional(&mut **tx)
    .await
}

/// Whose account it is; asked by the platform itself, which sees every organisation.
///
/// # Errors
/// When the database is away.
pub async fn owner(tx: &mut Tx, id: AccountId) -> Result<Option<OrgId>, sqlx::Error> {
    sqlx::query_scalar!(r#"select org_id as "org: OrgId" from collection_accounts where id = $1"#, id.0)
        .fetch_optional(&mut **tx)
        .await
}

/// Accounts, newest first, after a cursor.
///
/// # Errors
/// When the database is away.
pub async fn list(tx: &mut Tx, org: OrgId, search: &Search<'_>) -> Result<Page, sqlx::Error> {
    let mut ids = ids(tx, org, search).await?;
    let more = ids.len() as i64 > search.limit;
    ids.truncate(usize::try_from(search.limit).unwrap_or(0));
    let next = ids.last().copied().filter(|_| more);
    Ok(Page { items: read(tx, org, &ids).await?, next })
}

/// How many accounts there are.
///
/// # Errors
/// When the database is away.
pub async fn total(tx: &mut Tx, org: OrgId) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(r#"select count(*) as "count!" from collection_accounts where org_id = $1"#, org.0)
        .fetch_one(&mut **tx)
        .await
}

/// One more than asked for, which tells whether there is a next page.
async fn ids(tx: &mut Tx, org: OrgId, search: &Search<'_>) -> Result<Vec<AccountId>, sqlx::Error> {
    let text = search.text.trim();
    let begins = format!("{}%", escaped(&text.to_lowercase()));
    let contains = format!("%{}%", escaped(text));
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    // Three digits are an area code; fewer would match nearly everybody.
    let phone = if digits.len() >= 3 { format!("%{digits}%") } else { String::new() };
    sqlx::query_scalar!(
        r#"select a.id as "id: AccountId"
           from collection_accounts a join consumers c on c.id = a.consumer_id
           where a.org_id = $1 and ($2::uuid is null or a.id < $2) and ($3::uuid is null or a.creditor_id = $3)
             and ($4::uuid is null or a.import_id = $4)
             and ($5 = '' or lower(c.last_name) like $6 or lower(c.first_name || ' ' || c.last_name) like $6
                  or a.number ilike $7
                  or c.id in (select p.consumer_id from phones p where $8 <> '' and p.org_id = $1 and p.e164 like $8))
           order by a.id desc limit $9"#,
        org.0,
        search.after.map(|id| id.0),
        search.creditor.map(|id| id.0),
        search.import.map(|id| id.0),
        text,
        begins,
        contains,
        phone,
        search.limit + 1
    )
    .fetch_all(&mut **tx)
    .await
}

/// Text that `like` takes literally.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

async fn read(tx: &mut Tx, org: OrgId, ids: &[AccountId]) -> Result<Vec<Account>, sqlx::Error> {
    let ids: Vec<uuid::Uuid> = ids.iter().map(|id| id.0).collect();
    sqlx::query_file_as!(Account, "queries/accounts.sql", org.0, &ids).fetch_all(&mut **tx).await
}
