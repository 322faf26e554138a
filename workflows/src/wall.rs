//! The wall board: one look at the whole floor, for a screen that everybody sees. No consumer is named on it.

use chrono::{DateTime, Utc};

use crate::{campaign, db::Tx, id::OrgId};

/// So many campaigns can be read from five metres.
const CAMPAIGNS: i64 = 6;

/// The floor beside its agents, who are [`crate::agent::list`].
#[derive(Clone, Debug)]
pub struct Wall {
    /// Voice campaigns at work, those dialing first.
    pub campaigns: Vec<AtWork>,
    /// People who answered and have no agent yet.
    pub waiting: i64,
    /// Since when the first of them waits.
    pub waiting_since: Option<DateTime<Utc>>,
    /// Conversations today.
    pub connects: i64,
    /// Seconds agents were at work today, breaks left out.
    pub agent_secs: i64,
}

/// A campaign at work.
#[derive(Clone, Debug)]
pub struct AtWork {
    pub name: String,
    pub mode: String,
    pub state: campaign::State,
    pub pause_reason: Option<String>,
    /// What it waits for when it does not dial.
    pub waiting_for: Option<String>,
    /// People left: queued, or waiting for a retry.
    pub pending: i64,
    /// Calls nobody has answered yet.
    pub lines: i64,
    /// With an agent.
    pub talking: i64,
    /// Of the calls a person answered in 30 days, those nobody was there for.
    pub abandoned: i64,
    pub answered: i64,
    pub abandon_cap: f64,
}

/// Reads the board; its day is that of the organisation's zone.
///
/// # Errors
/// When the database is away.
pub async fn wall(tx: &mut Tx, org: OrgId, zone: &str) -> Result<Wall, sqlx::Error> {
    let campaigns = campaigns(tx, org).await?;
    let line = sqlx::query!(
        r#"select count(*) as "waiting!", min(answered_at) as since from calls
           where org_id = $1 and state = 'answered' and agent_id is null"#,
        org.0
    )
    .fetch_one(&mut **tx)
    .await?;
    let today = sqlx::query_file!("queries/wall_hours.sql", org.0, zone).fetch_one(&mut **tx).await?;
    Ok(Wall {
        campaigns,
        waiting: line.waiting,
        waiting_since: line.since,
        connects: today.connects,
        agent_secs: today.secs,
    })
}

async fn campaigns(tx: &mut Tx, org: OrgId) -> Result<Vec<AtWork>, sqlx::Error> {
    sqlx::query_as!(
        AtWork,
        r#"select c.name, c.mode, c.state as "state: campaign::State", c.pause_reason, p.waiting_for as "waiting_for?",
                  coalesce(r.pending, 0)::bigint as "pending!", l.lines as "lines!", l.talking as "talking!",
                  k.abandoned as "abandoned!", k.answered as "answered!", c.abandon_cap::float8 as "abandon_cap!"
           from campaigns c
           left join pacer_leases p on p.campaign_id = c.id
           cross join lateral (
             select sum(queued + retry_wait) as pending from recipient_tallies where campaign_id = c.id
           ) r
           cross join lateral (
             select count(*) filter (where state <> 'bridged') as lines, count(*) filter (where state = 'bridged') as talking
             from calls where campaign_id = c.id and state in ('intent', 'dialing', 'ringing', 'answered', 'bridged')
           ) l
           cross join lateral (
             select count(*) filter (where abandoned) as abandoned, count(*) as answered
             from calls
             where campaign_id = c.id and answered_at > wib_now() - interval '30 days' and amd_result is distinct from 'machine'
           ) k
           where c.org_id = $1 and c.type = 'voice' and c.state in ('running', 'paused', 'draining')
           order by array_position(array['running', 'draining', 'paused'], c.state::text), c.id desc limit $2"#,
        org.0,
        CAMPAIGNS
    )
    .fetch_all(&mut **tx)
    .await
}
