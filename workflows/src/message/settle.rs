//! What an attempt's end means for the person on the list: done, tried again, or given up, in the same transaction.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Error, Failure, Outcome, Then, record::Row};
use crate::{
    compliance::Mode,
    db::Tx,
    decision::{self, Contact},
    id::{MessageId, RecipientId},
    recipient::{self, Event},
    transition::Actor,
};

/// How soon a message that never left is tried again.
const NOT_SENT: TimeDelta = TimeDelta::minutes(1);
/// How long the network's trouble is given to pass, longer each time.
const TROUBLE: [TimeDelta; 3] = [TimeDelta::minutes(2), TimeDelta::minutes(15), TimeDelta::hours(2)];
/// Tries that came to nothing through no fault of the address's, at most.
const UNSPENT_TRIES: i32 = 6;

struct Facts {
    attempt_no: i32,
    attempts_used: i32,
    max_attempts: i32,
}

/// Gives the claim back with what the attempt came to.
pub(super) async fn settle(
    tx: &mut Tx,
    id: MessageId,
    row: &Row,
    outcome: Outcome,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let Some(recipient) = row.recipient else { return Ok(()) };
    let Some(facts) = claimed(tx, recipient, id).await? else { return Ok(()) };
    let event = match outcome {
        Outcome::Delivered => Event::Finish { outcome: "delivered".into() },
        Outcome::Unconfirmed => Event::Finish { outcome: "unconfirmed".into() },
        Outcome::Bounced => fail(tx, recipient, "bounced", "the address took it back").await?,
        Outcome::Unknown => fail(tx, recipient, "unknown", "the provider never said what became of it").await?,
        Outcome::Cancelled if facts.attempt_no < facts.max_attempts + UNSPENT_TRIES => {
            Event::Wait { at: now + NOT_SENT, because: "it could not be sent just then".into(), dialed: false }
        }
        Outcome::Cancelled => fail(tx, recipient, "cancelled", "it could not be sent").await?,
        Outcome::Failed(why) => failed(tx, recipient, row, why, &facts, now).await?,
    };
    recipient::record(tx, recipient, event, Actor::System).await?;
    Ok(())
}

/// The recipient's numbers, if this very message still holds it.
async fn claimed(tx: &mut Tx, recipient: RecipientId, id: MessageId) -> Result<Option<Facts>, sqlx::Error> {
    sqlx::query_as!(
        Facts,
        "select attempt_no, attempts_used, max_attempts from recipients where id = $1 and call_id = $2 for update",
        recipient.0,
        id.0
    )
    .fetch_optional(&mut **tx)
    .await
}

async fn failed(
    tx: &mut Tx,
    recipient: RecipientId,
    row: &Row,
    why: Failure,
    facts: &Facts,
    now: DateTime<Utc>,
) -> Result<Event, Error> {
    let again = match why.then {
        Then::OptedOut => return Ok(Event::Suppress { code: "CHANNEL_OPTOUT".into(), because: why.because }),
        // The campaign is paused; whoever resumes it has put things right.
        Then::PauseCampaign => facts.attempt_no < facts.max_attempts + UNSPENT_TRIES,
        Then::Retry => facts.attempts_used + 1 < facts.max_attempts,
        Then::Never | Then::NoSuchAddress => false,
    };
    if !again {
        return Ok(fail(tx, recipient, "failed", &why.because).await?);
    }
    let used = usize::try_from(facts.attempts_used).unwrap_or(0).min(TROUBLE.len() - 1);
    let at = lawful(tx, row, now + TROUBLE[used]).await?;
    Ok(Event::Wait { at, because: why.because, dialed: why.then == Then::Retry })
}

/// The first lawful moment from `at` on to write to the person again. Where a person must act first, `at` itself: the
/// check at the moment of sending says so, and stores why.
async fn lawful(tx: &mut Tx, row: &Row, at: DateTime<Utc>) -> Result<DateTime<Utc>, sqlx::Error> {
    let (Some(account), Some(consumer)) = (row.account, row.consumer) else { return Ok(at) };
    let Some((channel, to)) = super::listed::address(&row.channel, &row.their_addr) else { return Ok(at) };
    let contact = Contact { org: row.org, account, consumer, channel, mode: Mode::Manual, to };
    let verdict = decision::ask(tx, &contact, at).await?;
    Ok(if verdict.allowed() { at } else { verdict.earliest_next.unwrap_or(at) })
}

async fn fail(tx: &mut Tx, recipient: RecipientId, outcome: &str, because: &str) -> Result<Event, sqlx::Error> {
    sqlx::query!("update recipients set explanation = $2 where id = $1", recipient.0, because)
        .execute(&mut **tx)
        .await?;
    Ok(Event::Fail { outcome: outcome.into() })
}
