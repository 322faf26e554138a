//! Paces every campaign at work: what happened, decision, claims and their jobs, in one transaction under the campaign's
//! lease. Woken by hints (an agent is free, a call ended), at the latest after a tick.

mod driver;

use std::collections::HashMap;

use tokio::sync::broadcast::{Receiver, error::RecvError};
use uuid::Uuid;
use workflows::{
    call::{PlaceCall, Target},
    campaign::{self, Event, Kind, PauseReason, PlanCampaign, State},
    db::Tx,
    hub::Hint,
    id::CampaignId,
    job, kill_switch,
    pacing::{self, AtWork, Decided, Decision},
    recipient,
    transition::Actor,
};

use self::driver::Driver;
use crate::{environment::Environment, error::Error, feeder};

/// Runs until `shutdown` resolves, then gives its leases back.
pub(crate) async fn run(env: Environment, shutdown: impl Future<Output = ()> + Send) {
    let mut pacer = Pacer { me: Uuid::now_v7(), env, drivers: HashMap::new() };
    tokio::select! {
        () = pacer.pace_for_ever() => {}
        () = shutdown => {}
    }
    if let Err(error) = pacer.release().await {
        tracing::warn!(%error, "pacing leases were not given back; they run out by themselves");
    }
}

struct Pacer {
    env: Environment,
    me: Uuid,
    /// Of the voice campaigns whose lease is ours.
    drivers: HashMap<CampaignId, Driver>,
}

impl Pacer {
    async fn pace_for_ever(&mut self) {
        let mut hints = self.env.db.hub().subscribe();
        loop {
            if let Err(error) = self.pace_all().await {
                tracing::warn!(%error, "pacing failed; it goes on at the next tick");
            }
            wait(&self.env, &mut hints).await;
        }
    }

    async fn release(&self) -> Result<(), sqlx::Error> {
        let mut tx = self.env.db.system().await?;
        for driver in self.drivers.values() {
            driver.keep_now(&mut tx).await?;
        }
        pacing::release(&mut tx, self.me).await?;
        tx.commit().await
    }

    async fn pace_all(&mut self) -> Result<(), Error> {
        let mut tx = self.env.db.system().await?;
        let campaigns = pacing::at_work(&mut tx).await?;
        tx.commit().await?;
        self.drivers.retain(|id, _| campaigns.iter().any(|campaign| campaign.id == *id));
        for campaign in campaigns {
            // One campaign's trouble must not stop the others.
            if let Err(error) = self.pace(&campaign).await {
                // What its engine was told may not have been committed.
                self.drivers.remove(&campaign.id);
                tracing::warn!(%error, campaign.id = %campaign.id, "campaign {} was not paced", campaign.id);
            }
        }
        Ok(())
    }

    async fn pace(&mut self, campaign: &AtWork) -> Result<(), Error> {
        let mut tx = self.env.db.tenant(campaign.org).await?;
        let Some(fence) = pacing::lease(&mut tx, campaign, self.me, self.env.timers.pacer_lease).await? else {
            self.drivers.remove(&campaign.id);
            return Ok(tx.rollback().await?);
        };
        match campaign.state {
            State::Running | State::Paused if kill_switch::holds(&mut tx).await? => {
                pacing::waiting_for(&mut tx, campaign.id, Some(kill_switch::BECAUSE)).await?;
            }
            State::Running if campaign.planned.is_none() => plan(&mut tx, campaign).await?,
            State::Running if campaign.kind != Kind::Voice => send(&mut tx, campaign).await?,
            State::Running => self.dial(&mut tx, campaign, fence).await?,
            State::Paused => resume(&mut tx, campaign).await?,
            State::Draining => drain(&mut tx, campaign).await?,
            _ => {}
        }
        Ok(tx.commit().await?)
    }

    async fn dial(&mut self, tx: &mut Tx, campaign: &AtWork, fence: i64) -> Result<(), Error> {
        pacing::one_at_a_time(tx, campaign.org).await?;
        let decision = pacing::next(&pacing::snapshot(tx, campaign).await?);
        metrics::counter!("wib_pacer_decisions_total", "decision" => decision.word()).increment(1);
        match decision {
            Decision::Pace => self.add_lines(tx, campaign, fence).await,
            Decision::Hold { because } => {
                pacing::waiting_for(tx, campaign.id, Some(because)).await?;
                Ok(())
            }
            Decision::NoAgents => record(tx, campaign, Event::Pause(PauseReason::NoAgents)).await,
            Decision::Exhausted => {
                record(tx, campaign, Event::Exhausted).await?;
                drain(tx, campaign).await
            }
        }
    }

    async fn add_lines(&mut self, tx: &mut Tx, campaign: &AtWork, fence: i64) -> Result<(), Error> {
        if self.drivers.get(&campaign.id).is_none_or(|driver| !driver.is_of(fence)) {
            self.drivers.insert(campaign.id, Driver::start(tx, campaign, fence).await?);
        }
        let Some(driver) = self.drivers.get_mut(&campaign.id) else { return Ok(()) };
        let Some(decided) = driver.decide(tx, campaign).await? else { return Ok(()) };
        match decided.dial {
            0 => {
                pacing::waiting_for(tx, campaign.id, Some(decided.reason.sentence())).await?;
            }
            _ => claim(tx, campaign, driver, &decided).await?,
        }
        Ok(driver.keep(tx).await?)
    }
}

/// Until there may be something to decide.
async fn wait(env: &Environment, hints: &mut Receiver<Hint>) {
    let hinted = async {
        loop {
            match hints.recv().await {
                Ok(Hint::Pacer) | Err(RecvError::Lagged(_)) => return,
                Ok(_) => {}
                Err(RecvError::Closed) => std::future::pending::<()>().await,
            }
        }
    };
    let _ = tokio::time::timeout(env.timers.pace_every, hinted).await;
}

/// The list is not fixed yet. Should the job that does it have been cancelled, or have died, there is another now.
async fn plan(tx: &mut Tx, campaign: &AtWork) -> Result<(), Error> {
    job::enqueue(tx, campaign.org, &PlanCampaign { campaign: campaign.id }).await?;
    Ok(())
}

/// Messages need nobody who is free.
async fn send(tx: &mut Tx, campaign: &AtWork) -> Result<(), Error> {
    if let Some(end) = feeder::feed(tx, campaign).await? {
        record(tx, campaign, end).await?;
        drain(tx, campaign).await?;
    }
    Ok(())
}

async fn claim(tx: &mut Tx, campaign: &AtWork, driver: &mut Driver, decided: &Decided) -> Result<(), Error> {
    if !campaign::is_running(tx, campaign.id).await? {
        return Ok(());
    }
    let claims = recipient::claim(tx, campaign.id, decided.dial.into()).await?;
    let jobs: Vec<PlaceCall> = claims
        .iter()
        .map(|(recipient, call)| PlaceCall {
            call: *call,
            target: Target::Recipient { recipient: *recipient, campaign: campaign.id, phone: None, agent: None },
        })
        .collect();
    job::enqueue_all(tx, campaign.org, &jobs).await?;
    driver.dialed(claims.iter().map(|(_, call)| *call));
    pacing::log(tx, campaign, claims.len(), decided).await?;
    pacing::waiting_for(tx, campaign.id, None).await?;
    Ok(())
}

/// Somebody is there again; or nobody has to be, because the last call was the last.
async fn resume(tx: &mut Tx, campaign: &AtWork) -> Result<(), Error> {
    let now = pacing::snapshot(tx, campaign).await?;
    if campaign.planned.is_some() && now.queued == 0 && now.in_flight == 0 {
        record(tx, campaign, Event::Exhausted).await?;
        return drain(tx, campaign).await;
    }
    if now.free > 0 {
        record(tx, campaign, Event::AgentsBack).await?;
    }
    Ok(())
}

/// Nobody is dialed any more, nor whoever came back to the list since the stop; when the last claim is given back the
/// campaign is over.
async fn drain(tx: &mut Tx, campaign: &AtWork) -> Result<(), Error> {
    if campaign.stop_asked {
        recipient::skip_waiting(tx, campaign.id).await?;
    }
    if recipient::nobody_left(tx, campaign.id).await? {
        record(tx, campaign, Event::Drained { stopped: campaign.stop_asked }).await?;
    }
    Ok(())
}

/// A supervisor may have been faster: then there is nothing to do.
async fn record(tx: &mut Tx, campaign: &AtWork, event: Event) -> Result<(), Error> {
    match campaign::record(tx, campaign.id, event, Actor::System).await {
        Ok(_) | Err(campaign::Error::Illegal(_)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
