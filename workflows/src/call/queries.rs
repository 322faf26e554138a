//! What handlers, pages and the API read of calls.

use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

use super::{Answer, State, disposition::Disposition};
use crate::{
    db::Tx,
    id::{AccountId, AgentId, CallId, CampaignId, DecisionId, OrgId, RecipientId},
};

/// A call as the API shows it.
#[derive(Clone, Debug, Serialize)]
pub struct Call {
    pub id: CallId,
    pub campaign_id: Option<CampaignId>,
    pub recipient_id: Option<RecipientId>,
    pub account_id: AccountId,
    pub attempt_no: i32,
    pub state: State,
    /// `known`, or `unknown` while the carrier has not said what became of it.
    pub outcome: String,
    pub call_control_id: Option<String>,
    pub decision_id: Option<DecisionId>,
    pub agent_id: Option<AgentId>,
    pub intent_at: DateTime<Utc>,
    pub answered_at: Option<DateTime<Utc>>,
    pub amd_result: Option<String>,
    pub greeting_end_at: Option<DateTime<Utc>>,
    pub bridged_at: Option<DateTime<Utc>>,
    pub ended_at: Option<DateTime<Utc>>,
    pub result: Option<String>,
    pub hangup_cause: Option<String>,
    pub failure: Option<String>,
    pub disposition: Option<String>,
    pub disposition_by: Option<String>,
    pub note: Option<String>,
    pub abandoned: bool,
}

impl Call {
    /// A person, or perhaps one, answered, and nobody has given them up yet.
    #[must_use]
    pub fn waits_for_an_agent(&self) -> bool {
        let machine = self.amd_result.as_deref() == Some(Answer::Machine.as_str());
        self.state == State::Answered && !machine && !self.abandoned
    }
}

/// One call, of any organisation the transaction may see.
///
/// # Errors
/// When the database is away.
pub async fn find(tx: &mut Tx, id: CallId) -> Result<Option<Call>, sqlx::Error> {
    sqlx::query_as!(
        Call,
        r#"select id as "id: CallId", campaign_id as "campaign_id: CampaignId",
                  recipient_id as "recipient_id: RecipientId", account_id as "account_id: AccountId", attempt_no,
                  state as "state: State", outcome, call_control_id, decision_id as "decision_id: DecisionId",
                  agent_id as "agent_id: AgentId", intent_at, answered_at, amd_result, greeting_end_at, bridged_at,
                  ended_at, result, hangup_cause, failure, disposition, disposition_by, note, abandoned
           from calls where id = $1"#,
        id.0
    )
    .fetch_optional(&mut **tx)
    .await
}

/// What whoever acts on an answer needs to know.
#[derive(Clone, Debug)]
pub struct Live {
    pub org: OrgId,
    pub state: State,
    pub call_control_id: Option<String>,
    pub call_leg_id: Option<String>,
    pub outcome_unknown: bool,
    pub answer: Option<Answer>,
    pub agent: Option<AgentId>,
    pub conference: Option<String>,
    pub greeting_end_at: Option<DateTime<Utc>>,
    pub intent_at: DateTime<Utc>,
    pub last_event_at: Option<DateTime<Utc>>,
}

/// Reads a live call and the conference of the agent promised to it, locking the call.
///
/// # Errors
/// When the database is away.
pub async fn to_connect(tx: &mut Tx, id: CallId) -> Result<Option<Live>, sqlx::Error> {
    let row = sqlx::query!(
        r#"select c.org_id as "org: OrgId", c.state as "state: State", c.call_control_id, c.call_leg_id, c.outcome,
                  c.amd_result, c.agent_id as "agent: AgentId", c.greeting_end_at, c.intent_at, c.last_event_at,
                  (select a.conference_id from agents a where a.id = c.agent_id) as conference
           from calls c where c.id = $1 for update of c"#,
        id.0
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(|row| Live {
        org: row.org,
        state: row.state,
        call_control_id: row.call_control_id,
        call_leg_id: row.call_leg_id,
        outcome_unknown: row.outcome == "unknown",
        answer: row.amd_result.as_deref().map(Answer::parse),
        agent: row.agent,
        conference: row.conference,
        greeting_end_at: row.greeting_end_at,
        intent_at: row.intent_at,
        last_event_at: row.last_event_at,
    }))
}

/// The call a carrier's event is about: by our id, else by the carrier's ids of the leg.
///
/// # Errors
/// When the database is away.
pub async fn by_carrier(
    tx: &mut Tx,
    ours: Option<Uuid>,
    call_control_id: Option<&str>,
    call_leg_id: Option<&str>,
) -> Result<Option<(CallId, OrgId)>, sqlx::Error> {
    let row = sqlx::query!(
        r#"select id as "id: CallId", org_id as "org: OrgId" from calls where id = $1
           union all select id, org_id from calls where call_control_id = $2
           union all select id, org_id from calls where call_leg_id = $3
           limit 1"#,
        ours,
        call_control_id,
        call_leg_id
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.and_then(|row| Some((row.id?, row.org?))))
}

/// Locks a call if nobody else has it locked; false means: come back later.
///
/// # Errors
/// When the database is away.
pub async fn lock_now(tx: &mut Tx, id: CallId) -> Result<bool, sqlx::Error> {
    let row = sqlx::query_scalar!("select 1 from calls where id = $1 for update skip locked", id.0);
    Ok(row.fetch_optional(&mut **tx).await?.is_some())
}

/// Live attempts that nothing was heard of for `silence` seconds of the one clock: the carrier is to be asked.
///
/// # Errors
/// When the database is away.
pub async fn stale(tx: &mut Tx, silence: f64, limit: i64) -> Result<Vec<(CallId, OrgId)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select id as "id: CallId", org_id as "org: OrgId" from calls
           where state in ('intent', 'dialing', 'ringing', 'answered', 'bridged')
             and greatest(intent_at, last_event_at, checked_at) < wib_now() - make_interval(secs => $1)
           order by intent_at limit $2"#,
        silence,
        limit
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.org)).collect())
}

/// Whose call it is.
///
/// # Errors
/// When there is none, or the database is away.
pub async fn org(tx: &mut Tx, id: CallId) -> Result<OrgId, sqlx::Error> {
    sqlx::query_scalar!(r#"select org_id as "org: OrgId" from calls where id = $1"#, id.0).fetch_one(&mut **tx).await
}

/// Whether there is, or was within minutes, anything that the carrier may hold a leg for.
///
/// # Errors
/// When the database is away.
pub async fn anything_lately(tx: &mut Tx) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select exists(select from calls where state in ('intent', 'dialing', 'ringing', 'answered', 'bridged'))
             or exists(select from agents where leg <> 'down')
             or exists(select from (select ended_at from calls order by id desc limit 100) lately
                       where ended_at > wib_now() - interval '10 minutes') as "any!""#
    )
    .fetch_one(&mut **tx)
    .await
}

/// A live call as the supervisor's page shows one.
#[derive(Clone, Debug, Serialize)]
pub struct Summary {
    pub id: CallId,
    pub account_id: AccountId,
    pub state: State,
    pub since: DateTime<Utc>,
    pub to_addr: String,
    pub zones: Vec<String>,
    pub agent: Option<String>,
}

/// The live calls of a campaign, oldest first.
///
/// # Errors
/// When the database is away.
pub async fn live(tx: &mut Tx, campaign: CampaignId, limit: i64) -> Result<Vec<Summary>, sqlx::Error> {
    sqlx::query_as!(
        Summary,
        r#"select c.id as "id: CallId", c.account_id as "account_id: AccountId", c.state as "state: State",
                  coalesce(c.bridged_at, c.answered_at, c.intent_at) as "since!", c.to_addr, c.zones,
                  (select a.name from agents a where a.id = c.agent_id) as agent
           from calls c
           where c.campaign_id = $1 and c.state in ('intent', 'dialing', 'ringing', 'answered', 'bridged')
           order by c.intent_at limit $2"#,
        campaign.0,
        limit
    )
    .fetch_all(&mut **tx)
    .await
}

/// The organisation's dispositions, in the order of the keys 1 to 9.
///
/// # Errors
/// When the database is away.
pub async fn dispositions(tx: &mut Tx, org: OrgId) -> Result<Vec<Disposition>, sqlx::Error> {
    sqlx::query_as!(
        Disposition,
        "select code, label, effect from dispositions where org_id = $1 order by position",
        org.0
    )
    .fetch_all(&mut **tx)
    .await
}
