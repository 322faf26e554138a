//! The life of a campaign by the clock: its list, its start, the end of its window.

use chrono::TimeDelta;
use workflows::{
    campaign::{self, Event, PauseReason, PlanCampaign, StartCampaign, State, WindowCloses},
    job,
    transition::Actor,
};

use crate::{environment::Environment, error::Error, outcome::Outcome, registry::Ctx};

pub(super) async fn plan(env: &Environment, ctx: &Ctx, job: &PlanCampaign) -> Result<Outcome, Error> {
    let mut tx = env.db.tenant(ctx.org()).await?;
    campaign::plan(&mut tx, job.campaign).await?;
    tx.commit().await?;
    Ok(Outcome::Done)
}

/// Its time has come: the first start, or the next window. Without agents it starts all the same, pauses itself and
/// goes on when somebody is there.
pub(super) async fn start(env: &Environment, ctx: &Ctx, job: &StartCampaign) -> Result<Outcome, Error> {
    let mut tx = env.db.tenant(ctx.org()).await?;
    let Some(found) = campaign::find(&mut tx, ctx.org(), job.campaign).await? else {
        return Ok(Outcome::Discard("no such campaign".into()));
    };
    let event = match found.state {
        State::Draft | State::Scheduled => Event::Start,
        State::Paused => Event::WindowOpened,
        _ => return Ok(Outcome::Cancel(format!("the campaign is {}", found.state.as_str()))),
    };
    match campaign::record(&mut tx, job.campaign, event, Actor::System).await {
        Ok(_) => {}
        Err(campaign::Error::Illegal(why)) => return Ok(Outcome::Cancel(why.to_string())),
        Err(error) => return Err(error.into()),
    }
    if let Some(minutes) = found.window_minutes {
        let at = tx.now().await? + TimeDelta::minutes(minutes.into());
        job::enqueue_at(&mut tx, ctx.org(), &WindowCloses { campaign: job.campaign }, at).await?;
    }
    tx.commit().await?;
    Ok(Outcome::Done)
}

pub(super) async fn close_window(env: &Environment, ctx: &Ctx, job: &WindowCloses) -> Result<Outcome, Error> {
    let mut tx = env.db.tenant(ctx.org()).await?;
    let close = Event::Pause(PauseReason::WindowClosed);
    match campaign::record(&mut tx, job.campaign, close, Actor::System).await {
        Ok(_) => tx.commit().await?,
        // Paused by somebody, or over: nothing to close.
        Err(campaign::Error::Illegal(why)) => return Ok(Outcome::Cancel(why.to_string())),
        Err(error) => return Err(error.into()),
    }
    Ok(Outcome::Done)
}
