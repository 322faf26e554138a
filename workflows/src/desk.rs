//! An agent's desk: the call that is theirs, and what became of the one they asked for last. Read by the cockpit, which
//! shows the same after a reload as before it.

use chrono::{DateTime, Utc};

use crate::{
    call::{self, PlaceCall, Target},
    db::Tx,
    id::{AccountId, AgentId, CallId, CampaignId, OrgId},
    job::Job,
    recipient,
};

/// The call an agent is promised to, talks on, or writes down.
#[derive(Clone, Debug)]
pub struct OnDesk {
    pub id: CallId,
    pub account: AccountId,
    pub state: call::State,
    /// In this state, as far as an agent sees it.
    pub since: DateTime<Utc>,
    pub to_addr: String,
    pub amd_result: Option<String>,
    pub bridged_at: Option<DateTime<Utc>>,
    pub ended_at: Option<DateTime<Utc>>,
    pub hangup_source: Option<String>,
    pub note: Option<String>,
    pub campaign: Option<CampaignId>,
    pub campaign_name: Option<String>,
    pub mode: Option<String>,
    pub script: Option<String>,
    /// How long the wrap-up may take; then it ends by itself.
    pub wrap_up_secs: i32,
}

/// The call on an agent's desk.
///
/// # Errors
/// When the database is away.
pub async fn call(tx: &mut Tx, org: OrgId, agent: AgentId) -> Result<Option<OnDesk>, sqlx::Error> {
    sqlx::query_as!(
        OnDesk,
        r#"select c.id as "id: CallId", c.account_id as "account: AccountId", c.state as "state: call::State",
                  coalesce(c.ended_at, c.bridged_at, c.answered_at, c.intent_at) as "since!", c.to_addr, c.amd_result,
                  c.bridged_at, c.ended_at, c.hangup_source, c.note, c.campaign_id as "campaign?: CampaignId",
                  k.name as "campaign_name?", k.mode as "mode?", k.script as "script?",
                  coalesce(k.wrap_up_secs, 60) as "wrap_up_secs!"
           from agents a join calls c on c.id = a.call_id left join campaigns k on k.id = c.campaign_id
           where a.org_id = $1 and a.id = $2"#,
        org.0,
        agent.0
    )
    .fetch_optional(&mut **tx)
    .await
}

/// Whose account is about to be called for an agent: of that call there is only the job yet.
///
/// # Errors
/// When the database is away.
pub async fn leaving(tx: &mut Tx, org: OrgId, agent: AgentId) -> Result<Option<AccountId>, sqlx::Error> {
    let args = sqlx::query_scalar!(
        "select j.args from agents a join jobs j on j.run_id = a.asked_call and j.kind = $3
         where a.org_id = $1 and a.id = $2",
        org.0,
        agent.0,
        PlaceCall::KIND
    );
    let job = args.fetch_optional(&mut **tx).await?.and_then(|args| serde_json::from_value::<PlaceCall>(args).ok());
    match job.map(|job| job.target) {
        Some(Target::Account { account, .. }) => Ok(Some(account)),
        Some(Target::Recipient { recipient, .. }) => recipient::account(tx, recipient).await,
        None => Ok(None),
    }
}

/// What became of the call an agent asked for, when nobody was talked to.
#[derive(Clone, Debug)]
pub struct Nobody {
    pub name: String,
    pub account: AccountId,
    pub state: call::State,
    /// `no_answer`, `voicemail`, …
    pub result: Option<String>,
    /// Why a rule refused it, its source, and the next lawful moment.
    pub sentence: Option<String>,
    pub citation: Option<String>,
    pub earliest_next: Option<DateTime<Utc>>,
}

/// The last call an agent asked for, if it is over and nobody was talked to.
///
/// # Errors
/// When the database is away.
pub async fn nobody(tx: &mut Tx, org: OrgId, agent: AgentId) -> Result<Option<Nobody>, sqlx::Error> {
    sqlx::query_as!(
        Nobody,
        r#"select btrim(w.first_name || ' ' || w.last_name) as "name!", c.account_id as "account: AccountId",
                  c.state as "state: call::State", c.result, d.reasons -> 0 ->> 'sentence' as sentence,
                  d.reasons -> 0 ->> 'citation' as citation, d.earliest_next as "earliest_next?"
           from agents a
           join calls c on c.id = a.asked_call and c.ended_at is not null and c.bridged_at is null
           join consumers w on w.id = c.consumer_id
           left join compliance_decisions d on d.id = c.decision_id and not d.allowed
           where a.org_id = $1 and a.id = $2"#,
        org.0,
        agent.0
    )
    .fetch_optional(&mut **tx)
    .await
}
