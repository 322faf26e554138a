//! An agent's desk: the call that is theirs, and what became of their last. Read by the cockpit, which
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

/// The last call of an agent, over: one they talked on, or one they asked for on which nobody was talked to.
#[derive(Clone, Debug)]
pub struct Last {
    pub name: String,
    pub state: call::State,
    pub talked: bool,
    /// `no_answer`, `voicemail`, …
    pub result: Option<String>,
    /// What the agent, or the platform, said it came to.
    pub disposition: Option<String>,
    /// Why a rule refused it, and its source.
    pub sentence: Option<String>,
    pub citation: Option<String>,
}

/// What became of an agent's last call.
///
/// # Errors
/// When the database is away.
pub async fn last(tx: &mut Tx, org: OrgId, agent: AgentId) -> Result<Option<Last>, sqlx::Error> {
    sqlx::query_as!(
        Last,
        r#"select btrim(w.first_name || ' ' || w.last_name) as "name!", c.state as "state: call::State",
                  c.bridged_at is not null as "talked!", c.result,
                  (select s.label from dispositions s where s.org_id = c.org_id and s.code = c.disposition) as disposition,
                  d.reasons -> 0 ->> 'sentence' as sentence, d.reasons -> 0 ->> 'citation' as citation
           from agents a
           join calls c on c.ended_at is not null and c.id in (a.asked_call,
             (select t.id from calls t where t.agent_id = a.id and t.bridged_at is not null order by t.bridged_at desc limit 1))
           join consumers w on w.id = c.consumer_id
           left join compliance_decisions d on d.id = c.decision_id and not d.allowed
           where a.org_id = $1 and a.id = $2
           order by c.ended_at desc limit 1"#,
        org.0,
        agent.0
    )
    .fetch_optional(&mut **tx)
    .await
}
