//! Accounts into tables, a few thousand to a statement.

use std::collections::HashMap;

use uuid::Uuid;

use super::New;
use crate::{
    db::Tx,
    id::{AccountId, ConsumerId, ImportId, OrgId},
};

/// Accounts to a round of statements: enough to forget the round trips, few enough for every time-out.
const BATCH: usize = 2_000;
/// The creditor of an account whose list names none.
const NO_CREDITOR: &str = "Unnamed creditor";

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

/// A name and a number: the same of both is the same person.
type Person = (String, String, String);

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
        let (placed, newcomers) = { let t=std::time::Instant::now(); let r=place(tx, org, batch).await?; eprintln!("T place {}", t.elapsed().as_millis()); r };
        { let t=std::time::Instant::now(); let r=consumers(tx, org, &placed, &newcomers).await?; eprintln!("T consumers {}", t.elapsed().as_millis()); r };
        { let t=std::time::Instant::now(); let r=addresses(tx, org, &placed).await?; eprintln!("T addresses {}", t.elapsed().as_millis()); r };
        { let t=std::time::Instant::now(); let r=phones(tx, org, &placed).await?; eprintln!("T phones {}", t.elapsed().as_millis()); r };
        { let t=std::time::Instant::now(); let r=emails(tx, org, &placed).await?; eprintln!("T emails {}", t.elapsed().as_millis()); r };
        { let t=std::time::Instant::now(); let r=debts(tx, org, &placed, import).await?; eprintln!("T debts {}", t.elapsed().as_millis()); r };
        { let t=std::time::Instant::now(); let r=do_not_call(tx, org, &placed).await?; eprintln!("T do_not_call {}", t.elapsed().as_millis()); r };
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

/// Finds or makes the ids: of the account by its number, of the person by the account or by name and number. Second,
/// the positions of those whom nobody had heard of.
async fn place<'a>(tx: &mut Tx, org: OrgId, batch: &[&'a New]) -> Result<(Vec<Placed<'a>>, Vec<usize>), sqlx::Error> {
    let creditors = { let t=std::time::Instant::now(); let r=creditors(tx, org, batch).await?; eprintln!("T creditors {}", t.elapsed().as_millis()); r };
    let accounts = { let t=std::time::Instant::now(); let r=existing(tx, org, batch).await?; eprintln!("T existing {}", t.elapsed().as_millis()); r };
    let mut people = { let t=std::time::Instant::now(); let r=people(tx, org, batch).await?; eprintln!("T people {}", t.elapsed().as_millis()); r };
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

/// Newcomers are added; of those known, what the list says is newer. A confirmed zone is never forgotten by a list
/// that does not speak of it.
async fn consumers(tx: &mut Tx, org: OrgId, placed: &[Placed<'_>], newcomers: &[usize]) -> Result<(), sqlx::Error> {
    let mut rows: Vec<&Placed<'_>> = placed.iter().filter(|placed| !placed.is_new).collect();
    rows.extend(newcomers.iter().map(|i| &placed[*i]));
    rows.sort_by_key(|placed| placed.consumer);
    rows.dedup_by_key(|placed| placed.consumer);
    let ids: Vec<Uuid> = rows.iter().map(|placed| placed.consumer.0).collect();
    let text = |field: fn(&New) -> String| rows.iter().map(|placed| field(placed.new)).collect::<Vec<_>>();
    let zones: Vec<Option<String>> =
        rows.iter().map(|placed| placed.new.confirmed_timezone.map(|zone| zone.name().to_owned())).collect();
    sqlx::query!(
        "insert into consumers (id, org_id, first_name, last_name, language, tz_confirmed)
         select id, $1, first_name, last_name, language, zone
         from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[])
           as new (id, first_name, last_name, language, zone)
         on conflict (id) do update set first_name = excluded.first_name, last_name = excluded.last_name,
           language = excluded.language, tz_confirmed = coalesce(excluded.tz_confirmed, consumers.tz_confirmed)",
        org.0,
        &ids,
        &text(|new| new.first_name.clone()),
        &text(|new| new.last_name.clone()),
        &text(|new| new.language.clone()),
        &zones as &[Option<String>]
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// An address that differs from the current one ends it; one that says nothing changes nothing.
async fn addresses(tx: &mut Tx, org: OrgId, placed: &[Placed<'_>]) -> Result<(), sqlx::Error> {
    let mut rows: Vec<&Placed<'_>> = placed.iter().filter(|placed| has_address(placed.new)).collect();
    rows.sort_by_key(|placed| placed.consumer);
    rows.dedup_by_key(|placed| placed.consumer);
    let ids: Vec<Uuid> = rows.iter().map(|_| Uuid::now_v7()).collect();
    let consumers: Vec<Uuid> = rows.iter().map(|placed| placed.consumer.0).collect();
    let text = |field: fn(&New) -> String| rows.iter().map(|placed| field(placed.new)).collect::<Vec<_>>();
    sqlx::query!(
        "with new as (
           select * from unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[])
             as new (id, consumer_id, line1, city, state, zip)
         ), changed as (
           select new.* from new
           left join addresses old on old.consumer_id = new.consumer_id and old.valid_to is null
           where (old.line1, old.city, old.state, old.zip) is distinct from (new.line1, new.city, new.state, new.zip)
         ), ended as (
           update addresses set valid_to = wib_now() from changed
           where addresses.consumer_id = changed.consumer_id and addresses.valid_to is null
         )
         insert into addresses (id, org_id, consumer_id, line1, city, state, zip, valid_from)
         select id, $1, consumer_id, line1, city, state, zip, wib_now() from changed",
        org.0,
        &ids,
        &consumers,
        &text(|new| new.address.clone()),
        &text(|new| new.city.clone()),
        &text(|new| new.state.map(String::from).unwrap_or_default()),
        &text(|new| new.zip.map(String::from).unwrap_or_default())
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

fn has_address(new: &New) -> bool {
    !new.address.is_empty() || !new.city.is_empty() || new.state.is_some() || new.zip.is_some()
}

async fn phones(tx: &mut Tx, org: OrgId, placed: &[Placed<'_>]) -> Result<(), sqlx::Error> {
    let rows: Vec<_> = placed
        .iter()
        .flat_map(|placed| {
            (0_i16..).zip(&placed.new.phones).map(|(position, phone)| (placed.consumer.0, position, phone))
        })
        .collect();
    let ids: Vec<Uuid> = rows.iter().map(|_| Uuid::now_v7()).collect();
    let consumers: Vec<Uuid> = rows.iter().map(|(consumer, ..)| *consumer).collect();
    let positions: Vec<i16> = rows.iter().map(|(_, position, _)| *position).collect();
    let numbers: Vec<String> = rows.iter().map(|(.., phone)| phone.number.as_str().to_owned()).collect();
    let places: Vec<String> = rows.iter().map(|(.., phone)| phone.place.as_str().to_owned()).collect();
    sqlx::query!(
        "insert into phones (id, org_id, consumer_id, e164, place, position)
         select id, $1, consumer_id, e164, place, position
         from unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::smallint[])
           as new (id, consumer_id, e164, place, position)
         on conflict on constraint phones_number_key do nothing",
        org.0,
        &ids,
        &consumers,
        &numbers,
        &places,
        &positions
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

async fn emails(tx: &mut Tx, org: OrgId, placed: &[Placed<'_>]) -> Result<(), sqlx::Error> {
    let rows = placed.iter().filter_map(|placed| Some((placed.consumer.0, placed.new.email.clone()?)));
    let (consumers, addresses): (Vec<Uuid>, Vec<String>) = rows.unzip();
    let ids: Vec<Uuid> = consumers.iter().map(|_| Uuid::now_v7()).collect();
    sqlx::query!(
        "insert into email_addresses (id, org_id, consumer_id, address)
         select id, $1, consumer_id, address from unnest($2::uuid[], $3::uuid[], $4::text[])
           as new (id, consumer_id, address)
         on conflict on constraint email_addresses_key do nothing",
        org.0,
        &ids,
        &consumers,
        &addresses
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The debts themselves. A debt is its own frequency group until somebody says that several are one.
async fn debts(tx: &mut Tx, org: OrgId, placed: &[Placed<'_>], import: Option<ImportId>) -> Result<(), sqlx::Error> {
    let ids: Vec<Uuid> = placed.iter().map(|placed| placed.account.0).collect();
    let consumers: Vec<Uuid> = placed.iter().map(|placed| placed.consumer.0).collect();
    let creditors: Vec<Uuid> = placed.iter().map(|placed| placed.creditor).collect();
    let numbers: Vec<String> = placed.iter().map(|placed| placed.new.account_number.clone()).collect();
    let balances: Vec<i64> = placed.iter().map(|placed| placed.new.balance_cents).collect();
    sqlx::query!(
        "insert into collection_accounts
           (id, org_id, consumer_id, creditor_id, number, balance_cents, debt_group_id, import_id, created_at, updated_at)
         select id, $1, consumer_id, creditor_id, number, balance_cents, id, $7, wib_now(), wib_now()
         from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::bigint[])
           as new (id, consumer_id, creditor_id, number, balance_cents)
         on conflict on constraint collection_accounts_number_key do update
           set creditor_id = excluded.creditor_id, balance_cents = excluded.balance_cents,
               import_id = coalesce(excluded.import_id, collection_accounts.import_id), updated_at = excluded.updated_at",
        org.0,
        &ids,
        &consumers,
        &creditors,
        &numbers,
        &balances,
        import.map(|import| import.0)
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Who is not to be called is on the organisation's own list from now on, for calls and texts, once.
async fn do_not_call(tx: &mut Tx, org: OrgId, placed: &[Placed<'_>]) -> Result<(), sqlx::Error> {
    let asked = placed.iter().filter(|placed| placed.new.do_not_call).flat_map(|placed| &placed.new.phones);
    let numbers: Vec<String> = asked.map(|phone| phone.number.as_str().to_owned()).collect();
    let ids: Vec<Uuid> = numbers.iter().map(|_| Uuid::now_v7()).collect();
    sqlx::query!(
        "insert into suppressions (id, org_id, channel, value, kind, source)
         select distinct on (value) id, $1, 'all', value, 'internal', 'import'
         from unnest($2::uuid[], $3::text[]) as new (id, value)
         where not exists (
           select from suppressions s
           where s.org_id = $1 and s.value = new.value and s.kind = 'internal' and s.channel = 'all' and s.lifted_at is null)",
        org.0,
        &ids,
        &numbers
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
