//! The e-mail provider's webhooks: what became of what we sent.

use chrono::{DateTime, Utc};
use resend::Event as MailEvent;
use uuid::Uuid;
use workflows::{
    db::{Db, Tx},
    id::{MessageId, OrgId},
    job,
    message::{self, Fact},
    transition::Actor,
    webhook::{self, ApplyWebhook, Incoming, Outcome, Whose},
};

use crate::{error::Error, mailing};

pub(super) const PROVIDER: &str = "resend";

/// Stores a verified webhook and applies it, or leaves that to a job. Its id came in a header.
///
/// # Errors
/// When the body is no event (nothing is stored), or the database is away.
pub async fn accept_mail(db: &Db, id: &str, body: &[u8], heard_at: DateTime<Utc>) -> Result<(), Error> {
    let event = MailEvent::parse(id, body)?;
    let mut tx = db.system().await?;
    if !store(&mut tx, &event, heard_at).await? {
        return Ok(tx.commit().await?);
    }
    match ours(&mut tx, &event).await? {
        Some((id, org)) if !message::lock_now(&mut tx, id).await? => later(&mut tx, org, &event, id).await?,
        ours => apply(&mut tx, &event, ours).await?,
    }
    Ok(tx.commit().await?)
}

async fn later(tx: &mut Tx, org: OrgId, event: &MailEvent, id: MessageId) -> Result<(), sqlx::Error> {
    let apply = ApplyWebhook { provider: PROVIDER.into(), event_id: event.id.clone(), run: Some(id.0) };
    job::enqueue(tx, org, &apply).await?;
    Ok(())
}

async fn store(tx: &mut Tx, event: &MailEvent, heard_at: DateTime<Utc>) -> Result<bool, sqlx::Error> {
    let incoming = Incoming {
        provider: PROVIDER,
        event_id: &event.id,
        event_type: &event.event_type,
        provider_ref: event.email.email_id.as_deref(),
        occurred_at: event.occurred_at.unwrap_or(heard_at),
        payload: event.raw.get(),
    };
    webhook::store(tx, &incoming).await
}

/// By our own tag first: the answer with the provider's id may have been lost.
async fn ours(tx: &mut Tx, event: &MailEvent) -> Result<Option<(MessageId, OrgId)>, sqlx::Error> {
    let tag = event.tag(mailing::TAG).and_then(|id| id.parse::<Uuid>().ok());
    message::by_provider(tx, tag, event.email.email_id.as_deref()).await
}

pub(super) async fn apply_stored(db: &Db, job: &ApplyWebhook) -> Result<(), Error> {
    let mut tx = db.system().await?;
    if let Some(body) = webhook::pending(&mut tx, PROVIDER, &job.event_id).await? {
        let event = MailEvent::parse(&job.event_id, body.as_bytes())?;
        let ours = ours(&mut tx, &event).await?;
        apply(&mut tx, &event, ours).await?;
    }
    Ok(tx.commit().await?)
}

async fn apply(tx: &mut Tx, event: &MailEvent, ours: Option<(MessageId, OrgId)>) -> Result<(), Error> {
    let (outcome, whose) = match ours {
        Some((id, org)) => {
            let fact = Fact { at: event.occurred_at, provider_id: event.email.email_id.clone() };
            let changed = match mailing::heard(&event.kind) {
                Some(happened) => message::record(tx, id, happened, fact, Actor::Carrier).await?,
                None => false,
            };
            let outcome = if changed { Outcome::Applied } else { Outcome::Ignored };
            (outcome, Some(Whose { org, call: None, message: Some(id) }))
        }
        None => (Outcome::Parked, None),
    };
    webhook::settle(tx, PROVIDER, &event.id, outcome, whose).await?;
    Ok(())
}
