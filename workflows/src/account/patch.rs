//! A change to an account by hand.

use chrono_tz::Tz;

use super::{Error, NewPhone, Status, new};
use crate::{
    audit,
    db::Tx,
    id::{AccountId, ConsumerId, OrgId},
    import::{clean_language, clean_text},
    place::{State, Zip},
    transition::Actor,
};

/// What to change; a field that is not named stays as it is.
#[derive(Clone, Debug, Default)]
pub struct Patch {
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub language: Option<String>,
    /// A zone the person confirmed; an inner none forgets it.
    pub confirmed_timezone: Option<Option<Tz>>,
    pub balance_cents: Option<i64>,
    pub status: Option<Status>,
    pub address: Option<String>,
    pub city: Option<String>,
    pub state: Option<State>,
    pub zip: Option<Zip>,
    /// A number to add.
    pub phone: Option<NewPhone>,
}

/// Changes an account and the person who owes it.
///
/// # Errors
/// [`Error::NotFound`] when the organisation has no such account, [`Error::Invalid`] names a field that cannot be.
pub async fn patch(tx: &mut Tx, org: OrgId, id: AccountId, patch: &Patch, actor: Actor) -> Result<(), Error> {
    let patch = patch.clean()?;
    let consumer = sqlx::query_scalar!(
        r#"update collection_accounts set balance_cents = coalesce($3, balance_cents), status = coalesce($4, status),
               updated_at = wib_now()
           where org_id = $1 and id = $2 returning consumer_id as "consumer_id: ConsumerId""#,
        org.0,
        id.0,
        patch.balance_cents,
        patch.status.map(Status::as_str)
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or(Error::NotFound)?;
    person(tx, org, consumer, &patch).await?;
    address(tx, org, consumer, &patch).await?;
    phone(tx, org, consumer, &patch).await?;
    audit::write(tx, org, &actor, "account.change", &id.to_string(), serde_json::json!({ "fields": patch.fields() }))
        .await?;
    Ok(())
}

impl Patch {
    fn clean(&self) -> Result<Self, Error> {
        let text = |field, value: &Option<String>| {
            value.as_deref().map(clean_text).transpose().map_err(|error| new::invalid(field, error))
        };
        let language = self.language.as_deref().map(clean_language).transpose();
        let patch = Self {
            first_name: text("first_name", &self.first_name)?,
            last_name: text("last_name", &self.last_name)?,
            address: text("address", &self.address)?,
            city: text("city", &self.city)?,
            language: language.map_err(|error| new::invalid("language", error))?,
            ..self.clone()
        };
        if patch.last_name.as_deref() == Some("") {
            return Err(new::invalid("last_name", "is needed"));
        }
        if patch.balance_cents.is_some_and(|cents| cents < 0) {
            return Err(new::invalid("balance_cents", "is negative: only amounts owed can be collected"));
        }
        Ok(patch)
    }

    fn moves(&self) -> bool {
        self.address.is_some() || self.city.is_some() || self.state.is_some() || self.zip.is_some()
    }

    /// What was changed, by name: the values are personal.
    fn fields(&self) -> Vec<&'static str> {
        let given = [
            ("first_name", self.first_name.is_some()),
            ("last_name", self.last_name.is_some()),
            ("language", self.language.is_some()),
            ("confirmed_timezone", self.confirmed_timezone.is_some()),
            ("balance_cents", self.balance_cents.is_some()),
            ("status", self.status.is_some()),
            ("address", self.moves()),
            ("phone", self.phone.is_some()),
        ];
        given.into_iter().filter(|(_, given)| *given).map(|(field, _)| field).collect()
    }
}

async fn person(tx: &mut Tx, org: OrgId, consumer: ConsumerId, patch: &Patch) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update consumers set first_name = coalesce($3, first_name), last_name = coalesce($4, last_name),
             language = coalesce($5, language), tz_confirmed = case when $6 then $7 else tz_confirmed end
         where org_id = $1 and id = $2",
        org.0,
        consumer.0,
        patch.first_name,
        patch.last_name,
        patch.language,
        patch.confirmed_timezone.is_some(),
        patch.confirmed_timezone.flatten().map(|zone| zone.name().to_owned())
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The old address ends, the new one has what was not named from it.
async fn address(tx: &mut Tx, org: OrgId, consumer: ConsumerId, patch: &Patch) -> Result<(), sqlx::Error> {
    if !patch.moves() {
        return Ok(());
    }
    sqlx::query!(
        "with old as (
           update addresses set valid_to = wib_now()
           where org_id = $1 and consumer_id = $2 and valid_to is null returning line1, city, state, zip
         )
         insert into addresses (id, org_id, consumer_id, line1, city, state, zip, valid_from, source)
         select $3, $1, $2, coalesce($4, line1, ''), coalesce($5, city, ''), coalesce($6, state, ''),
                coalesce($7, zip, ''), wib_now(), 'by hand'
         from (select 1) as one left join old on true limit 1",
        org.0,
        consumer.0,
        uuid::Uuid::now_v7(),
        patch.address,
        patch.city,
        patch.state.map(String::from),
        patch.zip.map(String::from)
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

async fn phone(tx: &mut Tx, org: OrgId, consumer: ConsumerId, patch: &Patch) -> Result<(), sqlx::Error> {
    let Some(phone) = &patch.phone else { return Ok(()) };
    sqlx::query!(
        "insert into phones (id, org_id, consumer_id, e164, place, position)
         select $3, $1, $2, $4, $5, coalesce(max(position) + 1, 0)::smallint from phones
         where org_id = $1 and consumer_id = $2
         on conflict on constraint phones_number_key do update set place = excluded.place",
        org.0,
        consumer.0,
        uuid::Uuid::now_v7(),
        phone.number.as_str(),
        phone.place.as_str()
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
