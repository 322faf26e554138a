//! Asks a provider what became of a message that nothing is heard of.

use telnyx::Outcome as Answer;
use workflows::{
    db::Tx,
    job,
    message::{self, Event, Fact, Open, ReconcileMessage, SendEmail},
    transition::Actor,
};

use crate::{environment::Environment, error::Error, mailing, outcome::Outcome, registry::Ctx, texting};

/// Of the one clock: a text waits in the carrier's queue for four hours at most (telnyx FACTS §4).
const TEXT_GIVEN_UP: f64 = 5.0 * 3_600.0;
/// A provider that is asked says "bounced" and not whether for good; its webhook does, and comes within minutes.
const BOUNCE_TOLD_BY: f64 = 15.0 * 60.0;
/// An e-mail is tried for three days at most.
const EMAIL_GIVEN_UP: f64 = 75.0 * 3_600.0;

pub(super) async fn reconcile_message(env: &Environment, ctx: &Ctx, job: &ReconcileMessage) -> Result<Outcome, Error> {
    let mut tx = env.db.tenant(ctx.org()).await?;
    let open = message::open(&mut tx, job.message).await?;
    tx.commit().await?;
    let Some(open) = open else { return Ok(Outcome::Done) };
    let heard = ask(env, &open).await;
    let mut tx = env.db.tenant(ctx.org()).await?;
    match heard.or_else(|| given_up(env, &open)) {
        Some(event) => {
            message::record(&mut tx, job.message, event, Fact::default(), Actor::System).await?;
        }
        None => again(&mut tx, &open).await?,
    }
    message::checked(&mut tx, job.message).await?;
    tx.commit().await?;
    Ok(Outcome::Done)
}

/// What the provider says has happened to it, if it says so.
async fn ask(env: &Environment, open: &Open) -> Option<Event> {
    let id = open.provider_id.as_deref()?;
    if open.channel == "sms" {
        match env.carrier().ok()?.message(id).await {
            Answer::Accepted(message) => texting::heard(&message),
            _ => None,
        }
    } else {
        let email = env.mail().ok()?.email(id).await.accepted()?;
        let heard = mailing::heard_last(email.last_event.as_ref()?)?;
        let early = matches!(heard, Event::Bounced { .. }) && open.age_secs < BOUNCE_TOLD_BY;
        (!early).then_some(heard)
    }
}

/// A text whose answer was lost has only its webhooks to be known by, and they come within minutes.
fn given_up(env: &Environment, open: &Open) -> Option<Event> {
    let patience = match (open.channel.as_str(), &open.provider_id) {
        ("sms", None) => env.timers.give_up_after.as_secs_f64(),
        ("sms", Some(_)) => TEXT_GIVEN_UP,
        _ => EMAIL_GIVEN_UP,
    };
    (open.age_secs > patience).then_some(Event::GiveUp)
}

/// A request that nobody answered is sent again, byte for byte, should its job be gone.
async fn again(tx: &mut Tx, open: &Open) -> Result<(), Error> {
    if let Some(batch) = open.batch {
        job::enqueue(tx, open.org, &SendEmail { batch, campaign: open.campaign }).await?;
    }
    Ok(())
}
