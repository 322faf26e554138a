//! When the law next opens or closes calling for people whom a campaign has still to reach.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::{
    compliance,
    db::Tx,
    id::{CampaignId, OrgId},
    phone::E164,
    place::{State, Zip, Zones, candidate_zones},
};

/// So many are looked at, the next in line: enough to know the next edge, and cheap enough to ask every other second.
const NEXT_IN_LINE: i64 = 1_000;

/// The next edge.
#[derive(Clone, Copy, Debug)]
pub struct LegalEdge {
    pub at: DateTime<Utc>,
    /// Opens, or closes.
    pub opens: bool,
    /// By which clock.
    pub zone: Tz,
    /// People it concerns, and of how many next in line.
    pub people: i64,
    pub of: i64,
}

/// Finds it; none when nobody waits to be called.
///
/// # Errors
/// When the database is away.
pub async fn legal_edge(
    tx: &mut Tx,
    org: OrgId,
    campaign: CampaignId,
    now: DateTime<Utc>,
) -> Result<Option<LegalEdge>, sqlx::Error> {
    let people = in_line(tx, org, campaign).await?;
    let of = i64::try_from(people.len()).unwrap_or(i64::MAX);
    let mut edges: BTreeMap<(DateTime<Utc>, bool), (Tz, i64)> = BTreeMap::new();
    for (at, opens, zone) in people.into_iter().filter_map(|zones| compliance::calling_edge(zones, now)) {
        edges.entry((at, opens)).or_insert((zone, 0)).1 += 1;
    }
    let first = edges.into_iter().next();
    Ok(first.map(|((at, opens), (zone, people))| LegalEdge { at, opens, zone, people, of }))
}

/// By which clocks the next in line may live.
pub(super) async fn in_line(tx: &mut Tx, org: OrgId, campaign: CampaignId) -> Result<Vec<Zones>, sqlx::Error> {
    let people = sqlx::query_as!(
        Where,
        r#"select c.tz_confirmed, a.state as "state?", a.zip as "zip?",
                  (select p.e164 from phones p where p.consumer_id = r.consumer_id and p.status = 'ok'
                   order by p.position, p.id limit 1) as phone
           from recipients r
           join consumers c on c.id = r.consumer_id
           left join lateral (
             select state, zip from addresses where consumer_id = r.consumer_id and valid_to is null
             order by valid_from desc limit 1
           ) a on true
           where r.org_id = $1 and r.campaign_id = $2 and r.state in ('queued', 'claimed', 'retry_wait')
           order by r.position limit $3"#,
        org.0,
        campaign.0,
        NEXT_IN_LINE
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(people.into_iter().map(Where::zones).collect())
}

/// What tells where somebody may be.
pub(super) struct Where {
    pub(super) tz_confirmed: Option<String>,
    pub(super) state: Option<String>,
    pub(super) zip: Option<String>,
    pub(super) phone: Option<String>,
}

impl Where {
    /// Every clock that may be theirs.
    pub(super) fn zones(self) -> Zones {
        let phone = self.phone.and_then(|phone| E164::parse(&phone).ok());
        let state = self.state.and_then(|state| State::parse(&state).ok());
        let zip = self.zip.and_then(|zip| Zip::parse(&zip).ok());
        let confirmed = self.tz_confirmed.and_then(|zone| zone.parse().ok());
        candidate_zones(phone.as_ref(), state, zip, confirmed)
    }
}
