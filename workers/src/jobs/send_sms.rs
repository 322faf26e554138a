//! Sends one text: verdict and intent in one transaction, then the carrier, then its answer.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use telnyx::{
    Outcome as Answer,
    wire::message::{SendMessage, Sent},
};
use workflows::{
    db::Tx,
    id::{MessageId, OrgId},
    kill_switch,
    message::{self, Event, Fact, Failure, Placed, SMS_THROTTLE, SendSms, State, Text, Then},
    throttle,
    transition::Actor,
};

use crate::{environment::Environment, error::Error, ledger, outcome::Outcome, registry::Ctx, texting};

/// Real: nothing leaves later than a second after a pause was answered (INVARIANTS V14); the request takes the rest.
const PAUSED_BY: Duration = Duration::from_millis(800);

pub(super) async fn send_sms(env: &Environment, ctx: &Ctx, job: &SendSms) -> Result<Outcome, Error> {
    let started = Instant::now();
    let mut tx = env.db.tenant(ctx.org()).await?;
    let placed = message::place(&mut tx, job).await?;
    if let Placed::Already(State::Queued) = placed {
        // An earlier run wrote the intent and was killed: whether it sent, only the carrier knows. Never again.
        message::record(&mut tx, job.message, Event::LostReply, Fact::default(), Actor::System).await?;
    }
    let committing = Instant::now();
    tx.commit().await?;
    match placed {
        Placed::Send(text) => {
            let valid = started.elapsed() <= env.timers.intent_valid && committing.elapsed() <= PAUSED_BY;
            send(env, ctx, job.message, &text, valid).await?;
            Ok(Outcome::Done)
        }
        Placed::No(why) => Ok(Outcome::Cancel(why.into())),
        Placed::Held => Ok(Outcome::snooze(kill_switch::LOOK_AGAIN)),
        Placed::Already(_) => Ok(Outcome::Done),
    }
}

async fn send(env: &Environment, ctx: &Ctx, id: MessageId, text: &Text, valid: bool) -> Result<(), Error> {
    // A process that slept between the intent and this line must not send on yesterday's verdict.
    let carrier = env.carrier().ok().filter(|_| valid && ctx.still_ours());
    let Some(carrier) = carrier else { return void(env, text.org, id).await };
    let request = SendMessage {
        from: Some(text.from.as_str().into()),
        messaging_profile_id: env.messaging_profile.clone(),
        text: Some(text.text.as_str().into()),
        use_profile_webhooks: Some(false),
        webhook_url: Some(env.text_webhook(id)),
        to: text.to.as_str().into(),
        ..SendMessage::default()
    };
    let (answer, line) = ledger::ask("send_message", carrier.send_message(&request, &id.to_string())).await;
    let mut tx = env.db.tenant(text.org).await?;
    workflows::provider::note(&mut tx, text.org, id.0, &line).await?;
    settle(&mut tx, id, answer).await?;
    Ok(tx.commit().await?)
}

async fn void(env: &Environment, org: OrgId, id: MessageId) -> Result<(), Error> {
    let mut tx = env.db.tenant(org).await?;
    message::record(&mut tx, id, Event::Void, Fact::default(), Actor::System).await?;
    Ok(tx.commit().await?)
}

async fn settle(tx: &mut Tx, id: MessageId, answer: Answer<Sent>) -> Result<(), Error> {
    let (event, fact) = match answer {
        Answer::Accepted(sent) => (Event::Accepted, Fact { provider_id: Some(sent.id), ..Fact::default() }),
        Answer::Refused(refusal) => {
            let code = refusal.code.unwrap_or_else(|| refusal.status.to_string());
            let why = texting::failure(&code);
            let ours = refusal.kind.pauses_campaign();
            (Event::Refused(if ours { Failure { then: Then::PauseCampaign, ..why } } else { why }), Fact::default())
        }
        Answer::RateLimited { after, .. } => {
            let until = tx.now().await? + TimeDelta::from_std(after).unwrap_or(TimeDelta::minutes(1));
            throttle::pause_until(tx, SMS_THROTTLE, until).await?;
            (Event::Void, Fact::default())
        }
        Answer::NotSent(_) => (Event::Void, Fact::default()),
        Answer::AlreadyDone | Answer::Unknown(_) => (Event::LostReply, Fact::default()),
    };
    message::record(tx, id, event, fact, Actor::System).await?;
    Ok(())
}
