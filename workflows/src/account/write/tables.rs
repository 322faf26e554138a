//! One statement per table, each for a whole batch.

use uuid::Uuid;

use super::{New, Placed};
use crate::{
    db::Tx,
    id::{ImportId, OrgId},
};

/// Newcomers are added; of those known, what the list says is newer. A confirmed zone is never forgotten by a list
/// that does not speak of it.
pub(super) async fn consumers(
    tx: &mut Tx,
    org: OrgId,
    placed: &[Placed<'_>],
    newcomers: &[usize],
) -> Result<(), sqlx::Error> {
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
pub(super) async fn addresses(tx: &mut Tx, org: OrgId, placed: &[Placed<'_>]) -> Result<(), sqlx::Error> {
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

pub(super) async fn phones(tx: &mut Tx, org: OrgId, placed: &[Placed<'_>]) -> Result<(), sqlx::Error> {
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

pub(super) async fn emails(tx: &mut Tx, org: OrgId, placed: &[Placed<'_>]) -> Result<(), sqlx::Error> {
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
pub(super) async fn debts(
    tx: &mut Tx,
    org: OrgId,
    placed: &[Placed<'_>],
    import: Option<ImportId>,
) -> Result<(), sqlx::Error> {
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
pub(super) async fn do_not_call(tx: &mut Tx, org: OrgId, placed: &[Placed<'_>]) -> Result<(), sqlx::Error> {
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

/// Who agreed to texts has agreed from now on, unless the latest word of theirs says so already.
pub(super) async fn sms_consent(tx: &mut Tx, org: OrgId, placed: &[Placed<'_>]) -> Result<(), sqlx::Error> {
    let agreed = placed.iter().filter(|placed| placed.new.sms_consent);
    let consumers: Vec<Uuid> = agreed.map(|placed| placed.consumer.0).collect();
    let ids: Vec<Uuid> = consumers.iter().map(|_| Uuid::now_v7()).collect();
    sqlx::query!(
        "insert into consents (id, org_id, consumer_id, kind, granted, source, at)
         select distinct on (consumer_id) id, $1, consumer_id, 'sms', true, 'import', wib_now()
         from unnest($2::uuid[], $3::uuid[]) as new (id, consumer_id)
         where not coalesce((
           select granted from consents c where c.consumer_id = new.consumer_id and c.kind = 'sms'
           order by at desc, id desc limit 1), false)",
        org.0,
        &ids,
        &consumers
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
