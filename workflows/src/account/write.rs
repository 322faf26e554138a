//! Accounts into tables, a few thousand to a statement.

mod place;
mod tables;

use uuid::Uuid;

use self::place::place;
use super::New;
use crate::{
    db::Tx,
    id::{AccountId, ConsumerId, ImportId, OrgId},
};

/// Accounts to a round of statements: enough to forget the round trips, few enough for every time-out.
const BATCH: usize = 2_000;

/// What became of the accounts.
#[derive(Debug, Default)]
pub(super) struct Written {
    /// In the order given.
    pub(super) ids: Vec<AccountId>,
    pub(super) created: usize,
    pub(super) updated: usize,
}

/// An account, and who and what it turned out to be.
struct Placed<'a> {
    new: &'a New,
    account: AccountId,
    consumer: ConsumerId,
    creditor: Uuid,
    is_new: bool,
}

/// Creates or updates accounts by number. The numbers must differ from each other.
pub(super) async fn write(
    tx: &mut Tx,
    org: OrgId,
    accounts: &[&New],
    import: Option<ImportId>,
) -> Result<Written, sqlx::Error> {
    let mut written = Written::default();
    // A plan kept from the first batches, when the tables were small, reads them whole for every line of the later.
    sqlx::query!("set local plan_cache_mode = force_custom_plan").execute(&mut **tx).await?;
    for batch in accounts.chunks(BATCH) {
        let (placed, newcomers) = place(tx, org, batch).await?;
        tables::consumers(tx, org, &placed, &newcomers).await?;
        tables::addresses(tx, org, &placed).await?;
        tables::phones(tx, org, &placed).await?;
        tables::emails(tx, org, &placed).await?;
        tables::debts(tx, org, &placed, import).await?;
        tables::do_not_call(tx, org, &placed).await?;
        tables::sms_consent(tx, org, &placed).await?;
        written.ids.extend(placed.iter().map(|placed| placed.account));
        let created = placed.iter().filter(|placed| placed.is_new).count();
        written.created += created;
        written.updated += placed.len() - created;
    }
    Ok(written)
}

/// How many of these account numbers are there already.
pub(super) async fn known(tx: &mut Tx, org: OrgId, accounts: &[&New]) -> Result<usize, sqlx::Error> {
    let numbers: Vec<String> = accounts.iter().map(|new| new.account_number.clone()).collect();
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from collection_accounts where org_id = $1 and number = any($2)"#,
        org.0,
        &numbers
    );
    Ok(usize::try_from(count.fetch_one(&mut **tx).await?).unwrap_or(0))
}
