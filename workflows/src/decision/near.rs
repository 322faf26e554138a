//! Accounts whose calls of seven days are nearly used.

use chrono::{DateTime, Utc};

use super::{Explanation, NoContact, contact, explain};
use crate::{
    account::{self, Account},
    compliance::Channel,
    db::Tx,
    id::{AccountId, OrgId},
};

/// So many are looked at, those with the most calls first.
const FEW: i64 = 12;

/// Accounts that have one call left or none, with their budgets. The database names candidates; the rules count.
///
/// # Errors
/// When the database is away.
pub async fn near_limit(
    tx: &mut Tx,
    org: OrgId,
    most: i32,
    now: DateTime<Utc>,
) -> Result<Vec<(Account, Explanation)>, NoContact> {
    let mut near = Vec::new();
    for id in candidates(tx, org, most, now).await? {
        let explained = match contact(tx, org, id, Channel::Call, None).await {
            Ok(contact) => explain(tx, &contact, now).await?,
            Err(NoContact::NoAddress(_)) => continue,
            Err(error) => return Err(error),
        };
        let account = account::find(tx, org, id).await?;
        let close = explained.budget.counts.first().is_some_and(|calls| calls.near());
        near.extend(account.filter(|_| close).map(|account| (account, explained)));
    }
    Ok(near)
}

async fn candidates(tx: &mut Tx, org: OrgId, most: i32, now: DateTime<Utc>) -> Result<Vec<AccountId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select (array_agg(account_id order by intent_at desc))[1] as "account!: AccountId" from calls
           where org_id = $1 and intent_at > $2::timestamptz - interval '7 days' and intent_at <= $2
             and state not in ('skipped', 'cancelled')
             and coalesce(result, '') not in ('busy', 'invalid_number', 'failed')
           group by consumer_id, debt_group_id
           having count(*) >= $3 - 1 order by count(*) desc, max(intent_at) desc limit $4"#,
        org.0,
        now,
        most,
        FEW
    )
    .fetch_all(&mut **tx)
    .await
}
