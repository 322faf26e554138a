//! When a list is worked off, or who is left when the hours end.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Campaign, State, edge};
use crate::{
    compliance,
    db::Tx,
    id::{CampaignId, OrgId},
    place::Zones,
    queue::{Forecast, LeftOver, left_over, of_list},
    recipient::Tally,
};

/// How it went in so long is how it is taken to go on.
const LOOK_BACK: TimeDelta = TimeDelta::minutes(15);

/// What is ahead of a campaign at work.
#[derive(Clone, Copy, Debug)]
pub struct Outlook {
    pub forecast: Forecast,
    /// Who will still be on the list when the lawful hours of the last of them end today.
    pub left_over: Option<LeftOver>,
}

/// Looks ahead; nothing is said of a campaign that is not at work.
///
/// # Errors
/// When the database is away.
pub async fn outlook(
    tx: &mut Tx,
    org: OrgId,
    campaign: &Campaign,
    people: &Tally,
) -> Result<Option<Outlook>, sqlx::Error> {
    if campaign.state != State::Running {
        return Ok(None);
    }
    let now = tx.now().await?;
    let since = campaign.started_at.map_or(now, |started| started.max(now - LOOK_BACK));
    let (left, ended) = (people.planned - people.finished(), ended(tx, campaign.id, since).await?);
    let forecast = of_list(now, left, ended, now - since);
    let closes = match forecast {
        Forecast::Clears { .. } => last_close(&edge::in_line(tx, org, campaign.id).await?, now),
        _ => None,
    };
    Ok(Some(Outlook { forecast, left_over: closes.and_then(|closes| left_over(forecast, now, left, closes)) }))
}

/// People who came to an end since then.
async fn ended(tx: &mut Tx, campaign: CampaignId, since: DateTime<Utc>) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select (coalesce((select sum(ended) from recipient_minutes where campaign_id = $1 and minute >= date_trunc('minute', $2::timestamptz)), 0)
             + coalesce((select sum(n) from recipient_moves where campaign_id = $1 and at >= $2 and recipient_is_over(state)), 0))::bigint as "n!""#,
        campaign.0,
        since
    )
    .fetch_one(&mut **tx)
    .await
}

/// When the last of those who may be reached now may be reached no more.
fn last_close(people: &[Zones], now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let edges = people.iter().filter_map(|zones| compliance::calling_edge(*zones, now));
    edges.filter(|(_, opens, _)| !opens).map(|(at, ..)| at).max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_to_close_is_the_furthest_west() {
        let now = "2026-06-16T20:00:00Z".parse().unwrap();
        let people = ["America/New_York", "America/Los_Angeles"].map(|zone| Zones::of(zone.parse().unwrap()));
        assert_eq!(last_close(&people, now), Some("2026-06-17T04:00:00Z".parse().unwrap()));
    }

    #[test]
    fn at_night_nobody_closes() {
        let now = "2026-06-16T09:00:00Z".parse().unwrap();
        assert_eq!(last_close(&[Zones::of(chrono_tz::America::New_York)], now), None);
    }
}
