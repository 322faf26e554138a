//! The handlers that are one call of the domain each.

use workflows::{
    call::{self, CloseWrapUp},
    job,
    recipient::{self, Event, RetryCall},
    transition::Actor,
    webhook::ApplyWebhook,
};

use crate::{environment::Environment, error::Error, inbox, outcome::Outcome, registry::Ctx};

pub(super) async fn close_wrap_up(env: &Environment, ctx: &Ctx, job: &CloseWrapUp) -> Result<Outcome, Error> {
    let mut tx = env.db.tenant(ctx.org()).await?;
    call::close_wrap_up(&mut tx, job.call).await?;
    tx.commit().await?;
    Ok(Outcome::Done)
}

pub(super) async fn retry_call(env: &Environment, ctx: &Ctx, job: &RetryCall) -> Result<Outcome, Error> {
    let mut tx = env.db.tenant(ctx.org()).await?;
    match job {
        RetryCall::ByHand { next } => {
            job::enqueue(&mut tx, ctx.org(), next).await?;
        }
        RetryCall::Listed { recipient, .. } => {
            match recipient::record(&mut tx, *recipient, Event::Due, Actor::System).await {
                Ok(_) => {}
                // Stopped, suppressed or dialed meanwhile.
                Err(recipient::Error::Illegal(why)) => return Ok(Outcome::Cancel(why.to_string())),
                Err(error) => return Err(error.into()),
            }
        }
    }
    tx.commit().await?;
    Ok(Outcome::Done)
}

pub(super) async fn apply_webhook(env: &Environment, _: &Ctx, job: &ApplyWebhook) -> Result<Outcome, Error> {
    inbox::apply_stored(&env.db, job).await?;
    Ok(Outcome::Done)
}
