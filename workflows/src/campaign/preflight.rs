//! What a voice campaign would find if it began now: read, not guessed.

use chrono::{DateTime, Utc};

use super::{Audience, Campaign, edge};
use crate::{compliance, db::Tx, id::OrgId, place::Zones, throttle};

/// So many of a list are looked at.
const LOOKED_AT: i64 = 1_000;

/// What there is.
#[derive(Clone, Debug)]
pub struct Preflight {
    /// Its caller id is one of the organisation's numbers.
    pub number_owned: bool,
    /// Agents signed in, those of them who are free, and those on a break.
    pub agents: i64,
    pub free: i64,
    pub on_break: i64,
    /// People looked at, and those who may be called at this hour where they may be.
    pub people: i64,
    pub open_now: i64,
    /// The zones they may be in, and those of them that are open.
    pub zones: i64,
    pub zones_open: i64,
    /// When the next of those who are closed open.
    pub opens_at: Option<DateTime<Utc>>,
    /// Calls not answered yet, of every campaign.
    pub lines_out: i64,
    /// The carrier's pace of calls: permits in so many milliseconds, and until when it asked us to wait.
    pub permits: i32,
    pub period_ms: i32,
    pub paused_until: Option<DateTime<Utc>>,
    /// The newest entry of a do-not-call registry.
    pub registry_at: Option<DateTime<Utc>>,
}

struct Standing {
    number_owned: bool,
    agents: i64,
    free: i64,
    on_break: i64,
    lines_out: i64,
    permits: i32,
    period_ms: i32,
    paused_until: Option<DateTime<Utc>>,
    registry_at: Option<DateTime<Utc>>,
}

/// Looks at everything once.
///
/// # Errors
/// When the database is away.
pub async fn preflight(tx: &mut Tx, org: OrgId, campaign: &Campaign) -> Result<Preflight, sqlx::Error> {
    let now = tx.now().await?;
    let it = standing(tx, org, campaign).await?;
    let people = match campaign.planned {
        Some(_) => edge::in_line(tx, org, campaign.id).await?,
        None => audience(tx, org, campaign).await?,
    };
    let hours = Hours::of(&people, now);
    Ok(Preflight {
        number_owned: it.number_owned,
        agents: it.agents,
        free: it.free,
        on_break: it.on_break,
        people: i64::try_from(people.len()).unwrap_or(i64::MAX),
        open_now: hours.open,
        zones: hours.zones,
        zones_open: hours.zones_open,
        opens_at: hours.opens_at,
        lines_out: it.lines_out,
        permits: it.permits,
        period_ms: it.period_ms,
        paused_until: it.paused_until.filter(|until| *until > now),
        registry_at: it.registry_at,
    })
}

async fn standing(tx: &mut Tx, org: OrgId, campaign: &Campaign) -> Result<Standing, sqlx::Error> {
    sqlx::query_as!(
        Standing,
        r#"select exists(select from numbers n where n.org_id = $1 and n.e164 = $2) as "number_owned!",
                  a.agents as "agents!", a.free as "free!", a.on_break as "on_break!",
                  (select count(*) from calls where org_id = $1 and state in ('intent', 'dialing', 'ringing')) as "lines_out!",
                  t.permits, t.period_ms, t.paused_until,
                  (select created_at from suppressions where org_id = $1 and kind collate "POSIX" = 'federal'
                   order by created_at desc limit 1) as registry_at
           from throttles t
           cross join lateral (
             select count(*) filter (where state <> 'offline') as agents,
               count(*) filter (where state = 'available' and conference_id is not null) as free,
               count(*) filter (where state = 'break') as on_break
             from agents where org_id = $1
           ) a
           where t.key = $3"#,
        org.0,
        campaign.caller_id,
        throttle::CALLS
    )
    .fetch_one(&mut **tx)
    .await
}

/// By which clocks those on a list that is not fixed yet may live.
async fn audience(tx: &mut Tx, org: OrgId, campaign: &Campaign) -> Result<Vec<Zones>, sqlx::Error> {
    let audience: Audience = serde_json::from_value(campaign.audience.clone()).unwrap_or_default();
    let accounts: Option<Vec<uuid::Uuid>> =
        audience.account_ids.as_ref().map(|ids| ids.iter().map(|id| id.0).collect());
    let rows = sqlx::query_as!(
        edge::Where,
        r#"select c.tz_confirmed, p.state as "state?", p.zip as "zip?",
                  (select f.e164 from phones f where f.consumer_id = a.consumer_id and f.status = 'ok'
                   order by f.position, f.id limit 1) as phone
           from collection_accounts a
           join consumers c on c.id = a.consumer_id
           left join lateral (
             select state, zip from addresses where consumer_id = a.consumer_id and valid_to is null
             order by valid_from desc limit 1
           ) p on true
           where a.org_id = $1 and a.status = 'open'
             and ($2::uuid is null or a.creditor_id = $2)
             and ($3::uuid is null or a.import_id = $3)
             and ($4::uuid[] is null or a.id = any($4))
           order by a.id limit $5"#,
        org.0,
        audience.creditor_id.map(|id| id.0),
        audience.import_id.map(|id| id.0),
        accounts.as_deref(),
        audience.limit.unwrap_or(LOOKED_AT).min(LOOKED_AT)
    );
    Ok(rows.fetch_all(&mut **tx).await?.into_iter().map(edge::Where::zones).collect())
}

/// The law's hours, for many people at once.
#[derive(Debug, Default, PartialEq, Eq)]
struct Hours {
    open: i64,
    zones: i64,
    zones_open: i64,
    opens_at: Option<DateTime<Utc>>,
}

impl Hours {
    /// Whose next edge is a closing is open now. A person who may be in two zones counts for both of them.
    fn of(people: &[Zones], now: DateTime<Utc>) -> Self {
        let mut hours = Self::default();
        let mut seen = std::collections::BTreeSet::new();
        for zones in people {
            match compliance::calling_edge(*zones, now) {
                Some((_, false, _)) => hours.open += 1,
                Some((at, true, _)) => hours.opens_at = Some(hours.opens_at.map_or(at, |known| known.min(at))),
                None => {}
            }
            for zone in zones.iter().filter(|zone| seen.insert(zone.name())) {
                hours.zones += 1;
                let open = compliance::calling_edge(Zones::of(zone), now).is_some_and(|(_, opens, _)| !opens);
                hours.zones_open += i64::from(open);
            }
        }
        hours
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_night_in_the_west_the_east_is_open_already() {
        let now = "2026-11-17T14:00:00Z".parse().unwrap();
        let zones = [chrono_tz::America::New_York, chrono_tz::America::New_York, chrono_tz::America::Los_Angeles];
        let hours = Hours::of(&zones.map(Zones::of), now);
        let opens_at = Some("2026-11-17T16:00:00Z".parse().unwrap());
        assert_eq!(hours, Hours { open: 2, zones: 2, zones_open: 1, opens_at });
    }

    #[test]
    fn a_list_without_people_is_open_nowhere() {
        assert_eq!(Hours::of(&[], "2026-11-17T14:00:00Z".parse().unwrap()), Hours::default());
    }
}
