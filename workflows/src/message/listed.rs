//! Somebody who is to be written to, and what they would be sent.

use uuid::Uuid;

use crate::{
    campaign::{self, Audience},
    compliance::Channel,
    db::Tx,
    decision::To,
    email::Email,
    id::{AccountId, CampaignId, ConsumerId, OrgId, RecipientId},
    phone::E164,
    template::{Fields, Missing, Rendered, Template},
};

/// A person of an account, with what a message may say of them and where it may go.
pub(super) struct Addressee {
    pub(super) org: OrgId,
    pub(super) consumer: ConsumerId,
    pub(super) fields: Fields,
    phone: Option<E164>,
    email: Option<Email>,
}

impl Addressee {
    /// Where they are reached on a channel.
    pub(super) fn to(&self, channel: Channel) -> Option<To> {
        match channel {
            Channel::Email => self.email.clone().map(To::Email),
            Channel::Sms | Channel::Call => self.phone.clone().map(To::Phone),
        }
    }
}

/// Where the person of an account is reached on a channel: their first usable address.
///
/// # Errors
/// When the database is away.
pub async fn reach(tx: &mut Tx, account: AccountId, channel: Channel) -> Result<Option<To>, sqlx::Error> {
    Ok(addressee(tx, account).await?.and_then(|person| person.to(channel)))
}

/// A stored channel and address, parsed.
#[must_use]
pub fn address(channel: &str, value: &str) -> Option<(Channel, To)> {
    match channel.parse().ok()? {
        Channel::Email => Some((Channel::Email, To::Email(Email::parse(value).ok()?))),
        channel => Some((channel, To::Phone(E164::parse(value).ok()?))),
    }
}

/// Reads the person of an account.
pub(super) async fn addressee(tx: &mut Tx, account: AccountId) -> Result<Option<Addressee>, sqlx::Error> {
    let row = sqlx::query!(
        r#"select a.org_id as "org: OrgId", a.consumer_id as "consumer: ConsumerId", a.number, a.balance_cents,
                  c.first_name, c.last_name, cr.name as creditor, o.name as agency,
                  (select d.city from addresses d where d.consumer_id = c.id and d.valid_to is null
                   order by d.valid_from desc limit 1) as city,
                  (select p.e164 from phones p where p.consumer_id = c.id and p.status = 'ok' and p.textable
                   order by p.position, p.id limit 1) as phone,
                  (select e.address from email_addresses e where e.consumer_id = c.id and e.status = 'ok' and not e.is_work
                   order by e.id limit 1) as email
           from collection_accounts a
           join consumers c on c.id = a.consumer_id
           join creditors cr on cr.id = a.creditor_id
           join organizations o on o.id = a.org_id
           where a.id = $1"#,
        account.0
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(|row| Addressee {
        org: row.org,
        consumer: row.consumer,
        fields: Fields::default()
            .with("first_name", &row.first_name)
            .with("last_name", &row.last_name)
            .with("balance", &dollars(row.balance_cents))
            .with("account_number", &row.number)
            .with("creditor", &row.creditor)
            .with("city", row.city.as_deref().unwrap_or_default())
            .with("agency", &row.agency),
        phone: row.phone.and_then(|number| E164::parse(&number).ok()),
        email: row.email.and_then(|address| Email::parse(&address).ok()),
    }))
}

/// 128460 is `$1,284.60`.
fn dollars(cents: i64) -> String {
    let whole = (cents / 100).to_string();
    let grouped = whole.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy).collect::<Vec<_>>().join(",");
    format!("${grouped}.{:02}", cents % 100)
}

/// Somebody claimed from a list, as things stand.
pub(super) struct Listed {
    pub(super) campaign: CampaignId,
    pub(super) recipient: RecipientId,
    pub(super) attempt_no: i32,
    pub(super) running: bool,
    pub(super) stop_asked: bool,
    pub(super) account: AccountId,
    pub(super) from: String,
    pub(super) version: Uuid,
    pub(super) template: Template,
}

/// Reads a claim; none when `holder` does not hold it any more.
pub(super) async fn listed(tx: &mut Tx, recipient: RecipientId, holder: Uuid) -> Result<Option<Listed>, sqlx::Error> {
    let row = sqlx::query!(
        r#"select r.campaign_id as "campaign: CampaignId", r.attempt_no, r.account_id as "account: AccountId",
                  k.state as "state: campaign::State", k.stop_asked, coalesce(k.sender, k.caller_id) as "from!",
                  v.id as version, v.subject, v.body
           from recipients r
           join campaigns k on k.id = r.campaign_id
           join template_versions v on v.id = k.template_version_id
           where r.id = $1 and r.call_id = $2"#,
        recipient.0,
        holder
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(|row| Listed {
        campaign: row.campaign,
        recipient,
        attempt_no: row.attempt_no,
        running: row.state == campaign::State::Running,
        stop_asked: row.stop_asked,
        account: row.account,
        from: row.from,
        version: row.version,
        template: Template { subject: row.subject, body: row.body },
    }))
}

/// What the first people of an audience would be sent, by name and account; a person who lacks a field is told.
///
/// # Errors
/// When the database is away.
pub async fn previews(
    tx: &mut Tx,
    org: OrgId,
    audience: &Audience,
    channel: Channel,
    template: &Template,
    limit: i64,
) -> Result<Vec<(AccountId, Result<Rendered, Missing>)>, sqlx::Error> {
    let mut previews = Vec::new();
    for account in campaign::first_of(tx, org, audience, limit).await? {
        let Some(person) = addressee(tx, account).await? else { continue };
        let rendered = match channel {
            Channel::Email => template.email(&person.fields, "#unsubscribe"),
            Channel::Sms | Channel::Call => template.text(&person.fields),
        };
        previews.push((account, rendered));
    }
    Ok(previews)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_read_as_it_is_written() {
        assert_eq!([dollars(5), dollars(128_460), dollars(100_000_000)], ["$0.05", "$1,284.60", "$1,000,000.00"]);
    }
}
