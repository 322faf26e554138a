//! What an attempt's end means for the person on the list: done, tried again, or given up, in the same transaction.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Error, Outcome, PlaceCall, Target, record::Row};
use crate::{
    compliance::{Channel, Mode},
    db::Tx,
    decision::{self, Contact, To},
    id::{AccountId, CallId, ConsumerId, OrgId, RecipientId},
    job,
    phone::E164,
    recipient::{self, Event, RetryCall},
    transition::Actor,
};

/// A call dialed by hand that the carrier refused is tried again so often, so far apart.
const BY_HAND: (i32, TimeDelta) = (3, TimeDelta::minutes(15));

/// How soon a dial that never left is tried again.
const NOT_DIALED: TimeDelta = TimeDelta::minutes(1);
/// Tries that came to nothing through no fault of the person's, at most.
const UNSPENT_TRIES: i32 = 6;

struct Facts {
    attempt_no: i32,
    attempts_used: i32,
    max_attempts: i32,
    retry_minutes: Option<serde_json::Value>,
    other_phone: bool,
}

impl Facts {
    /// Our own and the network's troubles spend none of the person's attempts; but nobody is tried for ever.
    fn may_try_again(&self, dialed: bool) -> bool {
        self.attempts_used + i32::from(dialed) < self.max_attempts
            && self.attempt_no < self.max_attempts + UNSPENT_TRIES
    }
}

/// Gives the claim back with what the attempt came to.
pub(super) async fn settle(
    tx: &mut Tx,
    id: CallId,
    row: &Row,
    outcome: Outcome,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    if outcome == Outcome::InvalidNumber {
        flag_invalid(tx, id).await?;
    }
    let Some(recipient) = row.recipient else { return by_hand(tx, id, row, outcome, now).await };
    if !holds(tx, recipient, id).await? {
        return Ok(());
    }
    let facts = facts(tx, recipient).await?;
    let event = follow_up(tx, id, outcome, &facts, now).await?;
    recipient::record(tx, recipient, event, Actor::System).await?;
    Ok(())
}

async fn flag_invalid(tx: &mut Tx, id: CallId) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update phones p set status = 'invalid' from calls c
         where c.id = $1 and p.org_id = c.org_id and p.e164 = c.to_addr and p.consumer_id = c.consumer_id",
        id.0
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Whether the recipient is still claimed by this very attempt.
pub(super) async fn holds(tx: &mut Tx, recipient: RecipientId, id: CallId) -> Result<bool, sqlx::Error> {
    let claimed =
        sqlx::query_scalar!("select 1 from recipients where id = $1 and call_id = $2 for update", recipient.0, id.0);
    Ok(claimed.fetch_optional(&mut **tx).await?.is_some())
}

async fn facts(tx: &mut Tx, recipient: RecipientId) -> Result<Facts, sqlx::Error> {
    sqlx::query_as!(
        Facts,
        r#"select r.attempt_no, r.attempts_used, r.max_attempts, k.retry_minutes as "retry_minutes?",
                  exists(select from phones p where p.consumer_id = r.consumer_id and p.status = 'ok') as "other_phone!"
           from recipients r join campaigns k on k.id = r.campaign_id where r.id = $1"#,
        recipient.0
    )
    .fetch_one(&mut **tx)
    .await
}

async fn follow_up(
    tx: &mut Tx,
    id: CallId,
    outcome: Outcome,
    facts: &Facts,
    now: DateTime<Utc>,
) -> Result<Event, sqlx::Error> {
    let word = outcome.as_str();
    if outcome == Outcome::Connected {
        return Ok(Event::Finish { outcome: word.into() });
    }
    let dialed = outcome.spends_attempt();
    let wait = match outcome {
        Outcome::InvalidNumber => facts.other_phone.then_some(TimeDelta::zero()),
        // Nothing was dialed: the carrier was busy or away for a moment.
        Outcome::Cancelled => Some(NOT_DIALED),
        _ => retry_after(outcome, facts),
    };
    match wait {
        Some(wait) if facts.may_try_again(dialed) => {
            let at = lawful(tx, id, now + wait).await?;
            Ok(Event::Wait { at, because: word.into(), dialed })
        }
        _ => Ok(Event::Fail { outcome: word.into() }),
    }
}

fn retry_after(outcome: Outcome, facts: &Facts) -> Option<TimeDelta> {
    let minutes = facts.retry_minutes.as_ref()?.get(outcome.retry_key()?)?.as_i64()?;
    TimeDelta::try_minutes(minutes)
}

/// The first lawful moment from `at` on to try the person of a call again. Where a person must act first, `at` itself:
/// the check at the moment of dialing says so, and stores why.
pub(super) async fn lawful(tx: &mut Tx, id: CallId, at: DateTime<Utc>) -> Result<DateTime<Utc>, sqlx::Error> {
    let call = sqlx::query!(
        r#"select org_id as "org: OrgId", account_id as "account: AccountId", consumer_id as "consumer: ConsumerId", to_addr
           from calls where id = $1"#,
        id.0
    )
    .fetch_one(&mut **tx)
    .await?;
    let Ok(phone) = E164::parse(&call.to_addr) else { return Ok(at) };
    let contact = Contact {
        org: call.org,
        account: call.account,
        consumer: call.consumer,
        channel: Channel::Call,
        mode: Mode::Predictive,
        to: To::Phone(phone),
    };
    let verdict = decision::ask(tx, &contact, at).await?;
    Ok(if verdict.allowed() { at } else { verdict.earliest_next.unwrap_or(at) })
}

/// Nobody's list, but a refused dial is still tried again.
async fn by_hand(tx: &mut Tx, id: CallId, row: &Row, outcome: Outcome, now: DateTime<Utc>) -> Result<(), Error> {
    if outcome != Outcome::Failed {
        return Ok(());
    }
    let call = sqlx::query!("select attempt_no, to_addr from calls where id = $1", id.0).fetch_one(&mut **tx).await?;
    let (most, apart) = BY_HAND;
    if call.attempt_no >= most {
        return Ok(());
    }
    let phone = E164::parse(&call.to_addr).ok();
    let target = Target::Account { account: row.account, phone, agent: None, attempt_no: call.attempt_no + 1 };
    let retry = RetryCall::ByHand { next: PlaceCall { call: CallId::new(), target } };
    job::enqueue_at(tx, row.org, &retry, now + apart).await?;
    Ok(())
}

/// Gives back a claim whose dial was cancelled, or died, before there was an intent.
pub(super) async fn give_back(tx: &mut Tx, id: CallId, recipient: RecipientId) -> Result<(), Error> {
    if !holds(tx, recipient, id).await? {
        return Ok(());
    }
    let event = if facts(tx, recipient).await?.may_try_again(false) {
        let (at, because) = (tx.now().await? + NOT_DIALED, "the job that was to dial is gone".to_owned());
        Event::Wait { at, because, dialed: false }
    } else {
        Event::Fail { outcome: Outcome::Cancelled.as_str().into() }
    };
    recipient::record(tx, recipient, event, Actor::System).await?;
    Ok(())
}
