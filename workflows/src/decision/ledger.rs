//! What the ledgers say of a contact: suppressions, consents, inconvenient times.

use chrono::{DateTime, TimeDelta, Utc, Weekday};
use uuid::Uuid;

use super::Contact;
use crate::{
    compliance::{Channel, Circumstance, Days, Facts, Place, Preference, Suppression, SuppressionKind as Kind},
    db::Tx,
};

/// How long a consent to more calls can last (12 CFR 1006.14(b)(3)(i)).
const MORE_CALLS_FOR: TimeDelta = TimeDelta::days(7);

/// In effect for the number or address, the person or the debt.
pub(super) async fn suppressions(
    tx: &mut Tx,
    contact: &Contact,
    debt_group: Uuid,
    now: DateTime<Utc>,
    facts: &mut Facts,
) -> Result<(), sqlx::Error> {
    let rows = sqlx::query!(
        r#"select kind as "kind!", channel as "channel!" from (
             select kind, channel, effective_at, expires_at, lifted_at from suppressions where org_id = $1 and value = $2
             union all
             select kind, channel, effective_at, expires_at, lifted_at from suppressions where consumer_id = $3
             union all
             select kind, channel, effective_at, expires_at, lifted_at from suppressions
             where org_id = $1 and debt_group_id = $4
           ) s
           where (lifted_at is null or lifted_at > $5) and effective_at <= $5 and (expires_at is null or expires_at > $5)"#,
        contact.org.0,
        contact.to.as_str(),
        contact.consumer.0,
        debt_group,
        now
    )
    .fetch_all(&mut **tx)
    .await?;
    for row in rows {
        match row.kind.as_str() {
            "employer_prohibits" => facts.circumstances.push(Circumstance::EmployerProhibits),
            kind => facts.suppressions.push(suppression(kind, &row.channel, contact.channel)),
        }
    }
    Ok(())
}

/// A word that the rules do not know forbids as the strictest they know, and whatever is said of an address is said of
/// e-mails to it: never the other way round.
fn suppression(kind: &str, channel: &str, contact: Channel) -> Suppression {
    let kind = match kind {
        "no_call" | "no_sms" | "no_email" => Kind::Stop,
        _ if contact == Channel::Email => Kind::Unsubscribe,
        kind => kind.parse().unwrap_or(Kind::Internal),
    };
    Suppression { kind, channel: channel.parse().ok() }
}

/// The latest word of each kind stands. A text's number is known to be the person's since they last agreed to texts or
/// wrote from it (12 CFR 1006.6(d)(5)(i)).
pub(super) async fn consents(
    tx: &mut Tx,
    contact: &Contact,
    debt_group: Uuid,
    now: DateTime<Utc>,
    facts: &mut Facts,
) -> Result<(), sqlx::Error> {
    let rows = sqlx::query!(
        r#"select distinct on (kind) kind, at, expires_at,
                  granted and (expires_at is null or expires_at > $2) as "stands!"
           from consents
           where consumer_id = $1 and at <= $2 and (kind <> 'more_calls' or coalesce(scope, $3) = $3)
           order by kind, at desc, id desc"#,
        contact.consumer.0,
        now,
        debt_group.to_string()
    )
    .fetch_all(&mut **tx)
    .await?;
    let asked = match contact.channel {
        Channel::Call => "tcpa",
        Channel::Sms => "sms",
        Channel::Email => "email",
    };
    for row in rows.iter().filter(|row| row.stands) {
        match row.kind.as_str() {
            kind if kind == asked => (facts.consented, facts.verified_days) = (true, Some((now - row.at).num_days())),
            "more_calls" => {
                let longest = row.at + MORE_CALLS_FOR;
                facts.more_calls_until = Some(row.expires_at.map_or(longest, |until| until.min(longest)));
            }
            "work_email" => facts.circumstances.push(Circumstance::WorkEmailConsented),
            _ => {}
        }
    }
    if contact.channel == Channel::Sms {
        let wrote = wrote_days_ago(tx, contact, now).await?;
        facts.verified_days = facts.verified_days.into_iter().chain(wrote).min();
    }
    Ok(())
}

async fn wrote_days_ago(tx: &mut Tx, contact: &Contact, now: DateTime<Utc>) -> Result<Option<i64>, sqlx::Error> {
    let last = sqlx::query_scalar!(
        r#"select max(created_at) from messages
           where org_id = $1 and their_addr = $2 and channel = 'sms' and direction = 'inbound' and created_at <= $3"#,
        contact.org.0,
        contact.to.as_str(),
        now
    );
    Ok(last.fetch_one(&mut **tx).await?.map(|at| (now - at).num_days()))
}

/// Times that are inconvenient to the person.
pub(super) async fn preferences(tx: &mut Tx, contact: &Contact) -> Result<Vec<Preference>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select days, extract(epoch from from_time)::int as "from!", extract(epoch from to_time)::int as "to!", place, channel
           from contact_preferences where consumer_id = $1 and lifted_at is null"#,
        contact.consumer.0
    )
    .fetch_all(&mut **tx)
    .await?;
    let wish = |(from, to, at): (i32, i32, Days)| {
        Preference::new(u32::try_from(from).unwrap_or(0), u32::try_from(to).unwrap_or(0), at).ok()
    };
    let wishes = rows.into_iter().filter_map(|row| {
        let mut wish = wish((row.from, row.to, days(&row.days)))?;
        wish.channel = row.channel.and_then(|channel| channel.parse().ok());
        // A mobile may ring at home and anywhere.
        wish.place = row.place.map(|place| if place == "work" { Place::Work } else { Place::Home });
        Some(wish)
    });
    Ok(wishes.collect())
}

/// Days by their short names; none means every one.
pub(super) fn days(names: &[String]) -> Days {
    if names.is_empty() { Days::ALL } else { names.iter().filter_map(|name| name.parse::<Weekday>().ok()).collect() }
}
