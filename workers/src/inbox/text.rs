//! The carrier's webhooks about texts: receipts of ours, and what people write to us.

use chrono::{DateTime, Utc};
use telnyx::{MessageEvent, event::MessageKind};
use uuid::Uuid;
use workflows::{
    db::{Db, Tx},
    id::{MessageId, OrgId},
    job,
    message::{self, Event, Fact, Inbound},
    transition::Actor,
    webhook::{self, ApplyWebhook, Incoming, Outcome, Whose},
};

use crate::{error::Error, texting};

/// Apart from the calls' events: they are parsed differently.
pub(super) const PROVIDER: &str = "telnyx_sms";

/// Stores a verified webhook and applies it, or leaves that to a job. `note` is our own, from the address it came to.
///
/// # Errors
/// When the body is no event (nothing is stored), or the database is away.
pub async fn accept_text(db: &Db, body: &[u8], note: Option<Uuid>, heard_at: DateTime<Utc>) -> Result<(), Error> {
    let event = MessageEvent::parse(body)?;
    match accept_now(db, &event, note, heard_at).await {
        Err(error) => accept_for_later(db, &event, note, heard_at, error).await,
        done => done,
    }
}

async fn accept_now(db: &Db, event: &MessageEvent, note: Option<Uuid>, heard_at: DateTime<Utc>) -> Result<(), Error> {
    let mut tx = db.system().await?;
    if !store(&mut tx, event, heard_at).await? {
        return Ok(tx.commit().await?);
    }
    match ours(&mut tx, event, note).await? {
        Some((id, org)) if !message::lock_now(&mut tx, id).await? => later(&mut tx, org, event, Some(id.0)).await?,
        ours => apply(&mut tx, event, ours, heard_at).await?,
    }
    Ok(tx.commit().await?)
}

/// What cannot be applied is a job's trouble, and an operator's; the carrier's only that it is stored.
async fn accept_for_later(
    db: &Db,
    event: &MessageEvent,
    note: Option<Uuid>,
    heard_at: DateTime<Utc>,
    why: Error,
) -> Result<(), Error> {
    let mut tx = db.system().await?;
    let (org, run) = match ours(&mut tx, event, note).await? {
        Some((id, org)) => (Some(org), Some(id.0)),
        None => (message::owner(&mut tx, our_number(event)).await?, None),
    };
    let Some(org) = org else { return Err(why) };
    if store(&mut tx, event, heard_at).await? {
        tracing::warn!(error = %why, "a text's webhook was stored but could not be applied; a job tries again");
        later(&mut tx, org, event, run).await?;
    }
    Ok(tx.commit().await?)
}

async fn later(tx: &mut Tx, org: OrgId, event: &MessageEvent, run: Option<Uuid>) -> Result<(), sqlx::Error> {
    job::enqueue(tx, org, &ApplyWebhook { provider: PROVIDER.into(), event_id: event.id.clone(), run }).await?;
    Ok(())
}

async fn store(tx: &mut Tx, event: &MessageEvent, heard_at: DateTime<Utc>) -> Result<bool, sqlx::Error> {
    let incoming = Incoming {
        provider: PROVIDER,
        event_id: &event.id,
        event_type: &event.event_type,
        provider_ref: event.message.id.as_deref(),
        occurred_at: event.occurred_at.unwrap_or(heard_at),
        payload: event.raw.get(),
    };
    webhook::store(tx, &incoming).await
}

/// The message of ours that it is about; what somebody wrote is about none.
async fn ours(
    tx: &mut Tx,
    event: &MessageEvent,
    note: Option<Uuid>,
) -> Result<Option<(MessageId, OrgId)>, sqlx::Error> {
    if event.kind == MessageKind::Received {
        return Ok(None);
    }
    message::by_provider(tx, note, event.message.id.as_deref()).await
}

fn our_number(event: &MessageEvent) -> &str {
    event.message.recipient().and_then(|to| to.phone_number.as_ref()).map_or("", |number| &number.0)
}

pub(super) async fn apply_stored(db: &Db, job: &ApplyWebhook) -> Result<(), Error> {
    let mut tx = db.system().await?;
    if let Some(body) = webhook::pending(&mut tx, PROVIDER, &job.event_id).await? {
        let event = MessageEvent::parse(body.as_bytes())?;
        let (ours, now) = (ours(&mut tx, &event, job.run).await?, tx.now().await?);
        apply(&mut tx, &event, ours, now).await?;
    }
    Ok(tx.commit().await?)
}

async fn apply(
    tx: &mut Tx,
    event: &MessageEvent,
    ours: Option<(MessageId, OrgId)>,
    heard_at: DateTime<Utc>,
) -> Result<(), Error> {
    let (outcome, whose) = match (&event.kind, ours) {
        (MessageKind::Received, _) => receive(tx, event, heard_at).await?,
        (_, Some((id, org))) => {
            let changed = receipt(tx, id, event).await?;
            let outcome = if changed { Outcome::Applied } else { Outcome::Ignored };
            (outcome, Some(Whose { org, call: None, message: Some(id) }))
        }
        (_, None) => (Outcome::Parked, None),
    };
    webhook::settle(tx, PROVIDER, &event.id, outcome, whose).await?;
    Ok(())
}

async fn receipt(tx: &mut Tx, id: MessageId, event: &MessageEvent) -> Result<bool, Error> {
    let happened = match event.kind {
        MessageKind::Sent => Some(Event::Accepted),
        _ => texting::heard(&event.message),
    };
    let Some(happened) = happened else { return Ok(false) };
    let fact = Fact { at: event.occurred_at, provider_id: event.message.id.clone() };
    Ok(message::record(tx, id, happened, fact, Actor::Carrier).await?)
}

async fn receive(
    tx: &mut Tx,
    event: &MessageEvent,
    heard_at: DateTime<Utc>,
) -> Result<(Outcome, Option<Whose>), Error> {
    let message = &event.message;
    let (Some(from), Some(id)) = (message.sender(), message.id.as_deref()) else { return Ok((Outcome::Ignored, None)) };
    let inbound = Inbound {
        from,
        to: our_number(event),
        text: message.text.as_ref().map_or("", |text| &text.0),
        provider_id: id,
        at: tx.now().await?.min(event.occurred_at.unwrap_or(heard_at)),
    };
    Ok(match message::receive(tx, &inbound).await? {
        Some((org, message)) => (Outcome::Applied, Some(Whose { org, call: None, message })),
        None => (Outcome::Parked, None),
    })
}
