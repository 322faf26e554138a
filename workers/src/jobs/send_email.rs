//! Sends one request of e-mails: verdicts, intents and the very bytes in one transaction, then the provider, then its
//! answer. Whatever became of the request, the same bytes under the same key settle it.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use resend::{Outcome as Answer, refusal::Kind, wire::email::Batch as Reply};
use workflows::{
    db::Tx,
    id::{BatchId, MessageId, OrgId},
    kill_switch,
    message::{self, Batch, EMAIL_THROTTLE, Event, Fact, Member, SendEmail},
    throttle,
    transition::Actor,
};

use crate::{environment::Environment, error::Error, ledger, mailing, outcome::Outcome, registry::Ctx};

/// How long to wait before the same bytes are sent again.
const AGAIN: Duration = Duration::from_secs(5);
/// Real: nothing leaves later than a second after the kill switch was answered; the request takes the rest.
const STOPPED_BY: Duration = Duration::from_millis(800);

pub(super) async fn send_email(env: &Environment, ctx: &Ctx, job: &SendEmail) -> Result<Outcome, Error> {
    let started = Instant::now();
    let mut tx = env.db.tenant(ctx.org()).await?;
    let (members, body, fresh) = match message::take_batch(&mut tx, job.batch, &env.site).await? {
        Batch::Fresh(members) if members.is_empty() => return close(tx, job.batch, &[], Event::Void).await,
        Batch::Fresh(members) => seal(&mut tx, job.batch, &members).await?,
        Batch::Again { members, body } => (members, body, false),
        Batch::Forgotten { members } => return close(tx, job.batch, &members, Event::GiveUp).await,
        Batch::Settled => return Ok(Outcome::Done),
        Batch::Held => return Ok(Outcome::snooze(kill_switch::LOOK_AGAIN)),
    };
    // Until the commit the kill switch waits for us; after it, it may be answered.
    let committing = Instant::now();
    tx.commit().await?;
    let late = committing.elapsed() > STOPPED_BY;
    if late && !fresh {
        return Ok(Outcome::snooze(AGAIN));
    }
    // A process that slept between the intents and this line must not send on yesterday's verdicts.
    let valid = !fresh || (started.elapsed() <= env.timers.intent_valid && !late && ctx.still_ours());
    let mail = env.mail().ok().filter(|_| valid);
    let Some(mail) = mail else { return void(env, ctx.org(), job.batch, &members).await };
    let (answer, line) = ledger::ask_mail("send_batch", mail.send_batch(body, &job.batch.to_string())).await;
    let mut tx = env.db.tenant(ctx.org()).await?;
    workflows::provider::note(&mut tx, ctx.org(), job.batch.0, &line).await?;
    let outcome = settle(&mut tx, job.batch, &members, answer).await?;
    tx.commit().await?;
    Ok(outcome)
}

async fn seal(tx: &mut Tx, id: BatchId, members: &[Member]) -> Result<(Vec<MessageId>, Vec<u8>, bool), Error> {
    let (ids, body) = (members.iter().map(|member| member.id).collect::<Vec<_>>(), mailing::body(members)?);
    message::seal(tx, id, &ids, &body).await?;
    Ok((ids, body, true))
}

async fn void(env: &Environment, org: OrgId, id: BatchId, members: &[MessageId]) -> Result<Outcome, Error> {
    close(env.db.tenant(org).await?, id, members, Event::Void).await
}

/// The same for everybody, and the end of the batch.
async fn close(mut tx: Tx, id: BatchId, members: &[MessageId], event: Event) -> Result<Outcome, Error> {
    each(&mut tx, members, event).await?;
    message::settle_batch(&mut tx, id).await?;
    tx.commit().await?;
    Ok(Outcome::Done)
}

async fn each(tx: &mut Tx, members: &[MessageId], event: Event) -> Result<(), Error> {
    for id in members {
        message::record(tx, *id, event.clone(), Fact::default(), Actor::System).await?;
    }
    Ok(())
}

async fn settle(tx: &mut Tx, id: BatchId, members: &[MessageId], answer: Answer<Reply>) -> Result<Outcome, Error> {
    match answer {
        Answer::Accepted(reply) => accept(tx, members, reply).await?,
        Answer::Refused(refusal) => each(tx, members, Event::Refused(mailing::refused(&refusal))).await?,
        Answer::RateLimited { after, refusal } => {
            let until = tx.now().await? + TimeDelta::from_std(after).unwrap_or(TimeDelta::minutes(1));
            throttle::pause_until(tx, EMAIL_THROTTLE, until).await?;
            let quota = refusal.kind != Kind::RateLimit;
            tracing::warn!(quota, "the e-mail provider asks us to slow down");
            return Ok(Outcome::snooze(after));
        }
        Answer::NotSent(why) => return Ok(Outcome::retry_after(AGAIN, why)),
        Answer::Unknown(doubt) => return Ok(Outcome::retry_after(AGAIN, doubt)),
    }
    message::settle_batch(tx, id).await?;
    Ok(Outcome::Done)
}

/// The ids come in order, without those of the refused.
async fn accept(tx: &mut Tx, members: &[MessageId], reply: Reply) -> Result<(), Error> {
    let refused = |index: usize| reply.errors.iter().any(|error| error.index == index);
    let mut ids = reply.data.iter();
    for (index, member) in members.iter().enumerate() {
        let (event, provider_id) = match refused(index) {
            true => (Event::Refused(mailing::no_such_address()), None),
            false => (Event::Accepted, ids.next().map(|email| email.id.clone())),
        };
        message::record(tx, *member, event, Fact { provider_id, at: None }, Actor::System).await?;
    }
    Ok(())
}
