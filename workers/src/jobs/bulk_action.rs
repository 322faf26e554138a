//! Carries out a bulk action.

use std::time::{Duration, Instant};

use workflows::bulk::{self, BulkAction, Step};

use crate::{environment::Environment, error::Error, outcome::Outcome, registry::Ctx};

/// Then others have their turn; far below the time a handler is given.
const TURN: Duration = Duration::from_secs(5);

pub(super) async fn bulk_action(env: &Environment, ctx: &Ctx, job: &BulkAction) -> Result<Outcome, Error> {
    let began = Instant::now();
    while began.elapsed() < TURN {
        match batch(env, ctx, job).await {
            Ok(Step::More) => {}
            Ok(Step::Over) => return Ok(Outcome::Done),
            Err(error) if ctx.is_last_attempt() => {
                tracing::error!(%error, "bulk action {} is given up", job.bulk);
                return give_up(env, ctx, job).await;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(Outcome::snooze(Duration::ZERO))
}

async fn batch(env: &Environment, ctx: &Ctx, job: &BulkAction) -> Result<Step, Error> {
    let mut tx = env.db.tenant(ctx.org()).await?;
    let step = bulk::advance(&mut tx, ctx.org(), job).await?;
    tx.commit().await?;
    Ok(step)
}

async fn give_up(env: &Environment, ctx: &Ctx, job: &BulkAction) -> Result<Outcome, Error> {
    let why = "it failed too often; the jobs say why. What was done stays done, and it can be resumed";
    let mut tx = env.db.tenant(ctx.org()).await?;
    bulk::fail(&mut tx, ctx.org(), job, why).await?;
    tx.commit().await?;
    Ok(Outcome::Discard(why.to_owned()))
}
