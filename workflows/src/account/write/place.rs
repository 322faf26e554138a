//! Who and what an account is: ids found by number, name and phone, or made.

use std::collections::HashMap;

use uuid::Uuid;

use super::{New, Placed};
use crate::{
    db::Tx,
    id::{AccountId, ConsumerId, OrgId},
};

/// The creditor of an account whose list names none.
const NO_CREDITOR: &str = "Unnamed creditor";

/// A name and a number: the same of both is the same person.
type Person = (String, String, String);

/// Finds or makes the ids: of the account by its number, of the person by the account or by name and number. Second,
/// the positions of those whom nobody had heard of.
pub(super) async fn place<'a>(
    tx: &mut Tx,
    org: OrgId,
    batch: &[&'a New],
) -> Result<(Vec<Placed<'a>>, Vec<usize>), sqlx::Error> {
    let creditors = creditors(tx, org, batch).await?;
    let accounts = existing(tx, org, batch).await?;
    let mut people = people(tx, org, batch).await?;
    let (mut placed, mut newcomers) = (Vec::with_capacity(batch.len()), Vec::new());
    for new in batch {
        let old = accounts.get(&new.account_number).copied();
        let keys: Vec<Person> = new.phones.iter().map(|phone| person(new, phone.number.as_str())).collect();
        let known = old.map(|(_, consumer)| consumer).or_else(|| keys.iter().find_map(|key| people.get(key).copied()));
        let consumer = known.unwrap_or_else(|| {
            newcomers.push(placed.len());
            ConsumerId::new()
        });
        people.extend(keys.into_iter().map(|key| (key, consumer)));
        let creditor = creditors[creditor(new)];
        let account = old.map_or_else(AccountId::new, |(account, _)| account);
        placed.push(Placed { new, account, consumer, creditor, is_new: old.is_none() });
    }
    Ok((placed, newcomers))
}

fn person(new: &New, number: &str) -> Person {
    (new.first_name.to_lowercase(), new.last_name.to_lowercase(), number.to_owned())
}

fn creditor(new: &New) -> &str {
    if new.creditor.is_empty() { NO_CREDITOR } else { &new.creditor }
}

async fn creditors(tx: &mut Tx, org: OrgId, batch: &[&New]) -> Result<HashMap<String, Uuid>, sqlx::Error> {
    let mut names: Vec<String> = batch.iter().map(|new| creditor(new).to_owned()).collect();
    names.sort_unstable();
    names.dedup();
    let ids: Vec<Uuid> = names.iter().map(|_| Uuid::now_v7()).collect();
    sqlx::query!(
        "insert into creditors (id, org_id, name)
         select id, $1, name from unnest($2::uuid[], $3::text[]) as new (id, name)
         on conflict on constraint creditors_name_key do nothing",
        org.0,
        &ids,
        &names
    )
    .execute(&mut **tx)
    .await?;
    let rows = sqlx::query!("select name, id from creditors where org_id = $1 and name = any($2)", org.0, &names)
        .fetch_all(&mut **tx)
        .await?;
    Ok(rows.into_iter().map(|row| (row.name, row.id)).collect())
}

async fn existing(
    tx: &mut Tx,
    org: OrgId,
    batch: &[&New],
) -> Result<HashMap<String, (AccountId, ConsumerId)>, sqlx::Error> {
    let numbers: Vec<String> = batch.iter().map(|new| new.account_number.clone()).collect();
    let rows = sqlx::query!(
        r#"select number, id as "id: AccountId", consumer_id as "consumer_id: ConsumerId"
           from collection_accounts where org_id = $1 and number = any($2) for update"#,
        org.0,
        &numbers
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|row| (row.number, (row.id, row.consumer_id))).collect())
}

async fn people(tx: &mut Tx, org: OrgId, batch: &[&New]) -> Result<HashMap<Person, ConsumerId>, sqlx::Error> {
    let numbers: Vec<String> =
        batch.iter().flat_map(|new| &new.phones).map(|phone| phone.number.as_str().to_owned()).collect();
    let rows = sqlx::query!(
        r#"select lower(c.first_name) as "first!", lower(c.last_name) as "last!", p.e164, c.id as "id: ConsumerId"
           from phones p join consumers c on c.id = p.consumer_id
           where p.org_id = $1 and p.e164 = any($2)"#,
        org.0,
        &numbers
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|row| ((row.first, row.last, row.e164), row.id)).collect())
}
