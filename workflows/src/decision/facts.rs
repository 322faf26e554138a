//! The facts of a contact, gathered from every table that knows one.

use chrono::{DateTime, NaiveTime, Utc};

use super::{Contact, To, history, ledger};
use crate::{
    compliance::{Channel, Circumstance, Facts, Place, Policy, Window},
    db::Tx,
    phone::E164,
    place::{State, Zip},
};

/// Who the person is, where, and what is known of this very number or address.
struct Person {
    debt_group: uuid::Uuid,
    tz_confirmed: Option<String>,
    state: Option<String>,
    zip: Option<String>,
    phone: Option<String>,
    at_work: bool,
    disputed: bool,
    flags: Vec<String>,
}

/// Everything the rules look at, as of `now`.
pub(super) async fn load(tx: &mut Tx, contact: &Contact, now: DateTime<Utc>) -> Result<Facts, sqlx::Error> {
    let person = person(tx, contact, now).await?;
    let mut facts = Facts::new(contact.channel);
    facts.mode = contact.mode;
    facts.place = if person.at_work { Place::Work } else { Place::Home };
    facts.phone = match &contact.to {
        To::Phone(number) => Some(number.clone()),
        // A clue to the place, no more.
        To::Email(_) => person.phone.as_deref().and_then(|number| E164::parse(number).ok()),
    };
    facts.state = person.state.as_deref().and_then(|state| State::parse(state).ok());
    facts.zip = person.zip.as_deref().and_then(|zip| Zip::parse(zip).ok());
    facts.confirmed_zone = person.tz_confirmed.as_deref().and_then(|zone| zone.parse().ok());
    facts.circumstances = person.circumstances(contact.channel);
    facts.policy = policy(tx, contact).await?;
    ledger::suppressions(tx, contact, person.debt_group, now, &mut facts).await?;
    ledger::consents(tx, contact, person.debt_group, now, &mut facts).await?;
    facts.preferences = ledger::preferences(tx, contact).await?;
    facts.attempts = history::attempts(tx, contact.consumer, person.debt_group, now).await?;
    Ok(facts)
}

async fn person(tx: &mut Tx, contact: &Contact, now: DateTime<Utc>) -> Result<Person, sqlx::Error> {
    sqlx::query_as!(
        Person,
        r#"select k.debt_group_id as debt_group, c.tz_confirmed, a.state as "state?", a.zip as "zip?",
                  (select p.e164 from phones p where p.consumer_id = c.id and p.status = 'ok' order by p.position, p.id limit 1) as phone,
                  (exists (select from phones p where p.consumer_id = c.id and p.e164 = $3 and p.place = 'work')
                   or exists (select from email_addresses e where e.consumer_id = c.id and e.address = $3 and e.is_work)) as "at_work!",
                  (k.status = 'disputed' and not exists (select from disputes d where d.account_id = k.id)
                   or exists (select from disputes d where d.account_id = k.id and d.opened_at <= $4
                                and d.verified_at is null and d.lifted_at is null)) as "disputed!",
                  array(select f.kind from consumer_flags f where f.consumer_id = c.id and f.effective_at <= $4
                          and (f.lifted_at is null or f.lifted_at > $4)) as "flags!"
           from collection_accounts k
           join consumers c on c.id = $2
           left join lateral (
             select state, zip from addresses where consumer_id = c.id and valid_to is null order by valid_from desc limit 1
           ) a on true
           where k.id = $1"#,
        contact.account.0,
        contact.consumer.0,
        contact.to.as_str(),
        now
    )
    .fetch_one(&mut **tx)
    .await
}

impl Person {
    fn circumstances(&self, channel: Channel) -> Vec<Circumstance> {
        let flags = self.flags.iter().filter_map(|kind| kind.parse().ok());
        let disputed = self.disputed.then_some(Circumstance::DisputeOpen);
        let theirs = (self.at_work && channel == Channel::Email).then_some(Circumstance::WorkEmail);
        flags.chain(disputed).chain(theirs).collect()
    }
}

async fn policy(tx: &mut Tx, contact: &Contact) -> Result<Policy, sqlx::Error> {
    let row = sqlx::query!(
        "select opens, closes, days, calls_per_week, mini_tcpa from policies where org_id = $1",
        contact.org.0
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map_or_else(Policy::default, |row| Policy {
        hours: row.opens.zip(row.closes).and_then(|hours| window(hours, &row.days)),
        calls_per_week: row.calls_per_week.and_then(|most| usize::try_from(most).ok()),
        mini_tcpa: row.mini_tcpa,
    }))
}

fn window((opens, closes): (NaiveTime, NaiveTime), days: &[String]) -> Option<Window> {
    Window::new(opens, closes, ledger::days(days)).ok()
}
