//! People who answered, are no machine, and for whom nobody is free yet. The first agent who is gets the one who has waited
//! longest; the law gives them two seconds.

use chrono::TimeDelta;

use super::{AmdOutcome, CONNECT_WITHIN};
use crate::{
    db::Tx,
    id::{CallId, OrgId},
    job,
};

/// From the end of their greeting: what is left of the two seconds pays for the carrier's round trip.
pub const WAITS_FOR: TimeDelta = TimeDelta::milliseconds(1_750);

/// An agent became free: whoever waits longest is to have them.
///
/// # Errors
/// When the database is away.
pub async fn serve_next(tx: &mut Tx, org: OrgId) -> Result<(), sqlx::Error> {
    let next = sqlx::query_scalar!(
        r#"select id as "id: CallId" from calls
           where org_id = $1 and state = 'answered' and amd_result in ('human', 'not_sure') and agent_id is null
             and join_asked_at is null and not abandoned and campaign_id is not null
             and greeting_end_at > wib_now() - make_interval(secs => $2)
           order by greeting_end_at limit 1"#,
        org.0,
        CONNECT_WITHIN.as_seconds_f64()
    );
    if let Some(call) = next.fetch_optional(&mut **tx).await? {
        job::enqueue(tx, org, &AmdOutcome { call }).await?;
    }
    Ok(())
}
