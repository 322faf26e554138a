//! The dialer panel of one campaign: what the supervisor's page shows beside [`super::stats`].

use chrono::{DateTime, Utc};

use super::{Audience, Campaign, State, list};
use crate::{
    call,
    db::Tx,
    id::{AccountId, CallId, CampaignId, OrgId},
};

/// What keeps the dialer lawful and useful, and why the campaign is where it is.
#[derive(Clone, Debug)]
pub struct Panel {
    /// Since when it is in its state, and through what.
    pub since: Option<DateTime<Utc>>,
    pub event: Option<String>,
    /// Who did it; none when the platform did.
    pub by: Option<String>,
    /// People who could be called now.
    pub callable: i64,
    /// Of calls answered by a person in 30 days, those nobody was there for: 16 CFR 310.4(b)(4)(i).
    pub abandoned: i64,
    pub answered: i64,
    pub lines_per_agent: f64,
    pub retrying: i64,
    /// Calls an agent talked on that ended in the last hour, the agents who were there, and since how many seconds
    /// calls are made in that hour.
    pub calls_ended: i64,
    pub agents: i64,
    pub calling_secs: i64,
}

/// A live call with its person.
#[derive(Clone, Debug)]
pub struct Live {
    pub id: CallId,
    pub account: AccountId,
    pub account_number: String,
    pub consumer: String,
    pub state: call::State,
    pub since: DateTime<Utc>,
    pub to_addr: String,
    pub zones: Vec<String>,
    pub agent: Option<String>,
}

/// Reads the panel of a campaign.
///
/// # Errors
/// When the database is away.
pub async fn panel(tx: &mut Tx, org: OrgId, campaign: &Campaign) -> Result<Panel, sqlx::Error> {
    let mut panel =
        sqlx::query_file_as!(Panel, "queries/campaign_panel.sql", org.0, campaign.id.0).fetch_one(&mut **tx).await?;
    if campaign.planned.is_none() && matches!(campaign.state, State::Draft | State::Scheduled) {
        let audience: Audience = serde_json::from_value(campaign.audience.clone()).unwrap_or_default();
        let limit = audience.limit.unwrap_or(i64::MAX);
        panel.callable = list::count(tx, org, &audience).await?.min(limit);
    }
    Ok(panel)
}

/// The live calls of a campaign, oldest first.
///
/// # Errors
/// When the database is away.
pub async fn live(tx: &mut Tx, org: OrgId, campaign: CampaignId, limit: i64) -> Result<Vec<Live>, sqlx::Error> {
    sqlx::query_as!(
        Live,
        r#"select c.id as "id: CallId", c.account_id as "account: AccountId", a.number as account_number,
                  p.first_name || ' ' || p.last_name as "consumer!", c.state as "state: call::State",
                  coalesce(c.bridged_at, c.answered_at, c.intent_at) as "since!", c.to_addr, c.zones,
                  (select g.name from agents g where g.id = c.agent_id) as agent
           from calls c
           join collection_accounts a on a.id = c.account_id
           join consumers p on p.id = c.consumer_id
           where c.org_id = $1 and c.campaign_id = $2
             and c.state in ('intent', 'dialing', 'ringing', 'answered', 'bridged')
           order by c.intent_at limit $3"#,
        org.0,
        campaign.0,
        limit
    )
    .fetch_all(&mut **tx)
    .await
}
