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
    opens: Option<NaiveTime>,
    closes: Option<NaiveTime>,
    days: Option<Vec<String>>,
    calls_per_week: Option<i16>,
    mini_tcpa: Option<bool>,
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
    facts.policy = person.policy();
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
                          and (f.lifted_at is null or f.lifted_at > $4)) as "flags!",
                  y.opens as "opens?", y.closes as "closes?", y.days as "days?", y.calls_per_week as "calls_per_week?",
                  y.mini_tcpa as "mini_tcpa?"
           from collection_accounts k
           join consumers c on c.id = $2
           left join policies y on y.org_id = k.org_id
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

    /// The agency's; nothing beyond the law where it never set one.
    fn policy(&self) -> Policy {
        let days = ledger::days(self.days.as_deref().unwrap_or_default());
        Policy {
            hours: self.opens.zip(self.closes).and_then(|(opens, closes)| Window::new(opens, closes, days).ok()),
            calls_per_week: self.calls_per_week.and_then(|most| usize::try_from(most).ok()),
            mini_tcpa: self.mini_tcpa.unwrap_or(false),
        }
    }
}
