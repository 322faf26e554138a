//! What the carrier says of a supervisor's leg.

use telnyx::{Event, event::Kind};
use workflows::{
    db::Tx,
    id::{OrgId, SupervisionId},
    supervision,
    webhook::{Outcome, Whose},
};

use crate::error::Error;

pub(super) async fn org(tx: &mut Tx, id: SupervisionId) -> Result<Option<OrgId>, sqlx::Error> {
    match supervision::standing(tx, id).await {
        Ok(session) => Ok(Some(session.org)),
        Err(sqlx::Error::RowNotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Dialed, its id is known; answered, it goes into the conference; hung up, the session is over.
pub(super) async fn apply(tx: &mut Tx, event: &Event, id: SupervisionId) -> Result<(Outcome, Option<Whose>), Error> {
    let Some(org) = org(tx, id).await? else { return Ok((Outcome::Parked, None)) };
    let control = event.leg.call_control_id.as_deref();
    let applied = match (&event.kind, control) {
        (Kind::CallInitiated(_), Some(leg)) => supervision::dialed(tx, id, leg).await?,
        (Kind::CallAnswered(_), Some(leg)) => {
            supervision::answered(tx, id, leg).await?;
            true
        }
        (Kind::CallHangup(_), leg) => supervision::hung_up(tx, id, leg).await?,
        _ => false,
    };
    let outcome = if applied { Outcome::Applied } else { Outcome::Ignored };
    Ok((outcome, Some(Whose { org, call: None, message: None })))
}
