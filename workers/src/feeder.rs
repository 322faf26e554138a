//! Feeds a running campaign of messages: batches as they can be sent, and its end when nobody is left.

use workflows::{
    campaign::{Event, Kind},
    db::Tx,
    job,
    message::{EmailBatch, SmsBatch},
    pacing::AtWork,
    recipient,
};

use crate::error::Error;

/// People claimed and not yet settled at the provider, at most: what a pause has to give back.
const CLAIMED: i64 = 400;

/// What there is to do for the campaign now; an event when it ends.
pub(crate) async fn feed(tx: &mut Tx, campaign: &AtWork) -> Result<Option<Event>, Error> {
    let left = recipient::workload(tx, campaign.id).await?;
    if !left.anybody_queued && !left.anybody_waiting && left.claimed == 0 {
        return Ok(Some(Event::Exhausted));
    }
    // At most one of a campaign waits or runs, by its key.
    if left.anybody_queued && left.claimed < CLAIMED {
        match campaign.kind {
            Kind::SmsBlast => job::enqueue(tx, campaign.org, &SmsBatch { campaign: campaign.id }).await?,
            Kind::EmailBlast => job::enqueue(tx, campaign.org, &EmailBatch { campaign: campaign.id }).await?,
            Kind::Voice => None,
        };
    }
    Ok(None)
}
