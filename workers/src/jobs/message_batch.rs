//! Claims the next people of a list, and enqueues what sends to them, in one transaction.

use workflows::{
    campaign::{self, Campaign},
    db::Tx,
    hub::Hint,
    id::{CampaignId, MessageId, OrgId},
    job, kill_switch,
    message::{self, EmailBatch, RetryMessage, SendEmail, SendSms, SmsBatch, Target},
    recipient::{self, Event},
    transition::Actor,
};

use crate::{environment::Environment, error::Error, outcome::Outcome, registry::Ctx};

/// Texts to a batch.
const TEXTS: i64 = 100;
/// Requests to a batch of e-mails.
const REQUESTS: usize = 3;

pub(super) async fn sms_batch(env: &Environment, ctx: &Ctx, job: &SmsBatch) -> Result<Outcome, Error> {
    let mut tx = env.db.tenant(ctx.org()).await?;
    if kill_switch::holds(&mut tx).await? {
        return Ok(Outcome::snooze(kill_switch::LOOK_AGAIN));
    }
    let Some(campaign) = running(&mut tx, ctx.org(), job.campaign).await? else { return Ok(not_running()) };
    let claims = recipient::claim(&mut tx, job.campaign, TEXTS).await?;
    let sender = campaign.caller_id.unwrap_or_default();
    let texts: Vec<SendSms> = claims
        .iter()
        .map(|(recipient, attempt)| SendSms {
            message: MessageId(attempt.0),
            target: Target::Recipient { recipient: *recipient, campaign: job.campaign },
            sender: sender.clone(),
        })
        .collect();
    job::enqueue_all(&mut tx, ctx.org(), &texts).await?;
    tx.hint(Hint::Pacer);
    tx.commit().await?;
    Ok(claimed(texts.len())?)
}

pub(super) async fn email_batch(env: &Environment, ctx: &Ctx, job: &EmailBatch) -> Result<Outcome, Error> {
    let mut tx = env.db.tenant(ctx.org()).await?;
    if kill_switch::holds(&mut tx).await? {
        return Ok(Outcome::snooze(kill_switch::LOOK_AGAIN));
    }
    let Some(campaign) = running(&mut tx, ctx.org(), job.campaign).await? else { return Ok(not_running()) };
    let members = message::members_per_batch(campaign.rate_per_minute);
    let mut people = 0;
    for _ in 0..REQUESTS {
        let claims = recipient::claim(&mut tx, job.campaign, members.into()).await?;
        if claims.is_empty() {
            break;
        }
        people += claims.len();
        let ids: Vec<MessageId> = claims.iter().map(|(_, attempt)| MessageId(attempt.0)).collect();
        let batch = message::open_batch(&mut tx, ctx.org(), Some(job.campaign), &ids).await?;
        job::enqueue(&mut tx, ctx.org(), &SendEmail { batch, campaign: Some(job.campaign) }).await?;
    }
    tx.hint(Hint::Pacer);
    tx.commit().await?;
    Ok(claimed(people)?)
}

/// A pause waits for this transaction, or is seen by it.
async fn running(tx: &mut Tx, org: OrgId, id: CampaignId) -> Result<Option<Campaign>, Error> {
    if !campaign::is_running(tx, id).await? {
        return Ok(None);
    }
    Ok(campaign::find(tx, org, id).await?)
}

fn not_running() -> Outcome {
    Outcome::Cancel("the campaign is not running".into())
}

fn claimed(people: usize) -> Result<Outcome, serde_json::Error> {
    Outcome::done_with(&serde_json::json!({ "people": people }))
}

/// The wait is over: the next batch takes them.
pub(super) async fn retry_message(env: &Environment, ctx: &Ctx, job: &RetryMessage) -> Result<Outcome, Error> {
    let mut tx = env.db.tenant(ctx.org()).await?;
    match recipient::record(&mut tx, job.recipient, Event::Due, Actor::System).await {
        Ok(_) => Ok(tx.commit().await.map(|()| Outcome::Done)?),
        // Stopped or suppressed meanwhile.
        Err(recipient::Error::Illegal(why)) => Ok(Outcome::Cancel(why.to_string())),
        Err(error) => Err(error.into()),
    }
}
