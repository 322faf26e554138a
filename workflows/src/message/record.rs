//! Persists what happens to a message: state, history, jobs and events in the caller's transaction.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::{Effect, Error, Event, ReconcileMessage, State, settle};
use crate::{
    campaign,
    db::Tx,
    event,
    id::{AccountId, CampaignId, ConsumerId, MessageId, OrgId, RecipientId},
    job, suppression,
    transition::{self, Actor, Change, Transition},
};

/// What is known beside the event.
#[derive(Clone, Debug, Default)]
pub struct Fact {
    /// When it happened, by the provider's clock.
    pub at: Option<DateTime<Utc>>,
    pub provider_id: Option<String>,
}

pub(super) struct Row {
    pub(super) org: OrgId,
    pub(super) state: State,
    pub(super) version: i32,
    pub(super) channel: String,
    pub(super) campaign: Option<CampaignId>,
    pub(super) recipient: Option<RecipientId>,
    pub(super) account: Option<AccountId>,
    pub(super) consumer: Option<ConsumerId>,
    pub(super) their_addr: String,
}

/// Applies an event to a stored message and writes down everything that follows. False: it changed nothing.
///
/// # Errors
/// [`Error::NotFound`], or [`Error::Illegal`] when it cannot be now.
pub async fn record(tx: &mut Tx, id: MessageId, event: Event, fact: Fact, actor: Actor) -> Result<bool, Error> {
    let row = lock(tx, id).await?;
    let now = tx.now().await?;
    let change = row.state.on(&event)?;
    write(tx, id, &row, &event, &change, &fact, now).await?;
    if change.next == row.state && change.effects.is_empty() {
        return Ok(false);
    }
    note(tx, id, &row, &event, change.next, actor, now).await?;
    for effect in change.effects {
        perform(tx, id, &row, effect, now).await?;
    }
    Ok(true)
}

async fn lock(tx: &mut Tx, id: MessageId) -> Result<Row, Error> {
    sqlx::query_as!(
        Row,
        r#"select org_id as "org: OrgId", state as "state: State", version, channel, campaign_id as "campaign: CampaignId",
                  recipient_id as "recipient: RecipientId", account_id as "account: AccountId",
                  consumer_id as "consumer: ConsumerId", their_addr
           from messages where id = $1 for update"#,
        id.0
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or(Error::NotFound)
}

/// Times are filled in by the first who knows them, whatever the order of the events.
async fn write(
    tx: &mut Tx,
    id: MessageId,
    row: &Row,
    event: &Event,
    change: &Transition<State, Effect>,
    fact: &Fact,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let next = change.next;
    let at = fact.at.unwrap_or(now).min(now);
    let when = |happened: bool| happened.then_some(at);
    let (error, confirmed) = match event {
        Event::Refused(why) | Event::Undelivered(why) => (Some(why.code.as_str()), None),
        Event::Delivered { confirmed } => (None, Some(*confirmed)),
        _ => (None, None),
    };
    sqlx::query!(
        "update messages set state = $2::message_state, version = version + ($3::boolean)::int,
             provider_id = coalesce(provider_id, $4), outcome = coalesce($5, outcome), sent_at = coalesce(sent_at, $6),
             delivered_at = coalesce(delivered_at, $7), opened_at = coalesce(opened_at, $8),
             clicked_at = coalesce(clicked_at, $9), ended_at = case when $10::boolean then coalesce(ended_at, $11) end,
             confirmed = coalesce(confirmed, $12), error = coalesce(error, $13), last_event_at = $11
         where id = $1",
        id.0,
        next as State,
        next != row.state || !change.effects.is_empty(),
        fact.provider_id,
        known(event, next),
        when(matches!(event, Event::Accepted)),
        when(matches!(event, Event::Delivered { .. })),
        when(matches!(event, Event::Opened)),
        when(matches!(event, Event::Clicked)),
        next.is_over(),
        now,
        confirmed,
        error
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Whether its outcome is known from now on; nothing said leaves it as it was.
fn known(event: &Event, next: State) -> Option<&'static str> {
    match (event, next) {
        (Event::LostReply, State::Queued) | (_, State::UnknownClosed) => Some("unknown"),
        (_, State::Queued) => None,
        _ => Some("known"),
    }
}

async fn note(
    tx: &mut Tx,
    id: MessageId,
    row: &Row,
    event: &Event,
    next: State,
    actor: Actor,
    at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let detail = match event {
        Event::Refused(why) | Event::Undelivered(why) => Some(why.because.as_str()),
        _ => None,
    };
    let (org, noun, seq) = (row.org, "message", row.version + 1);
    let (from, to, word) = (row.state.as_str(), next.as_str(), event.word());
    transition::append(tx, Change { org, noun, id: id.0, seq, from, to, event: word, actor, detail, at }).await?;
    let topics = [row.campaign.map(|id| format!("campaign:{id}")), row.account.map(|id| format!("account:{id}"))];
    for topic in topics.into_iter().flatten() {
        event::publish(tx, org, &topic, "message", json!({ "id": id, "state": next })).await?;
    }
    Ok(())
}

async fn perform(tx: &mut Tx, id: MessageId, row: &Row, effect: Effect, now: DateTime<Utc>) -> Result<(), Error> {
    match effect {
        Effect::Settle(outcome) => settle::settle(tx, id, row, outcome, now).await?,
        Effect::Reconcile => {
            let at = now + chrono::TimeDelta::seconds(1);
            job::enqueue_at(tx, row.org, &ReconcileMessage { message: id }, at).await?;
        }
        Effect::OptOut => suppression::opt_out(tx, row.org, &row.channel, &row.their_addr, "provider").await?,
        Effect::FlagAddress => flag(tx, row).await?,
        Effect::PauseCampaign => pause(tx, row).await?,
    }
    Ok(())
}

/// A landline still takes calls; an address that bounced takes nothing.
async fn flag(tx: &mut Tx, row: &Row) -> Result<(), sqlx::Error> {
    if row.channel == "sms" {
        let done = sqlx::query!(
            "update phones set textable = false where org_id = $1 and e164 = $2",
            row.org.0,
            row.their_addr
        );
        done.execute(&mut **tx).await?;
    } else {
        let done = sqlx::query!(
            "update email_addresses set status = 'invalid' where org_id = $1 and address = $2",
            row.org.0,
            row.their_addr
        );
        done.execute(&mut **tx).await?;
    }
    Ok(())
}

async fn pause(tx: &mut Tx, row: &Row) -> Result<(), Error> {
    let Some(campaign) = row.campaign else { return Ok(()) };
    let pause = campaign::Event::Pause(campaign::PauseReason::Provider);
    match campaign::record(tx, campaign, pause, Actor::System).await {
        Ok(_) | Err(campaign::Error::Illegal(_)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Remembers that the provider was asked.
///
/// # Errors
/// When the database is away.
pub async fn checked(tx: &mut Tx, id: MessageId) -> Result<(), sqlx::Error> {
    sqlx::query!("update messages set checked_at = wib_now() where id = $1", id.0).execute(&mut **tx).await?;
    Ok(())
}
