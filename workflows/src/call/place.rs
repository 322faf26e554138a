//! The intent to dial: the check, the verdict and the attempt, written before anything is asked of the carrier.
//!
//! Locks, in this order: the kill switch and the campaign (shared, so that an order or a pause waits for us or we see it),
//! the recipient, the person, the agent who dials by hand. Everything else is read after them.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::{Error, PlaceCall, State, Target};
use crate::{
    agent,
    campaign::{self, State as CampaignState},
    compliance::{Channel, Mode, Verdict},
    db::Tx,
    decision::{self, Contact, To},
    event,
    id::{AccountId, AgentId, CallId, CampaignId, ConsumerId, DecisionId, OrgId, RecipientId},
    kill_switch,
    phone::E164,
    place::Zones,
    recipient,
    transition::{self, Actor, Change},
};

/// Somebody else is talking to that number: look again after this.
const LINE_IN_USE: TimeDelta = TimeDelta::minutes(2);

/// What came of the wish to dial.
#[derive(Debug)]
pub enum Placed {
    /// Written down; now ask the carrier.
    Dial(Dial),
    /// This attempt exists already: an earlier run of the same job got this far.
    Already(State),
    /// A rule refused it; stored, and the recipient knows.
    Refused(Verdict),
    /// Not now: the campaign is not running, the claim is gone, the line is in use. Nothing was written.
    NotNow(&'static str),
    /// The kill switch is on: ask again later. Nothing was written.
    Held,
}

/// What to ask the carrier for.
#[derive(Debug)]
pub struct Dial {
    pub org: OrgId,
    pub to: E164,
    pub from: E164,
    pub ring_timeout_secs: i32,
    /// `detect`, `premium` or `off`.
    pub amd: String,
}

/// Whom it is about, read before anything is decided.
pub(super) struct Intent {
    org: OrgId,
    call: CallId,
    campaign: Option<CampaignId>,
    recipient: Option<RecipientId>,
    attempt_no: i32,
    account: AccountId,
    pub(super) consumer: ConsumerId,
    debt_group: uuid::Uuid,
    agent: Option<AgentId>,
    pub(super) to: Option<E164>,
    from: Option<E164>,
    ring_timeout_secs: i32,
    amd: String,
}

/// Decides and writes the intent of one attempt. The caller commits, then dials, within two seconds.
///
/// # Errors
/// When the database is away.
pub async fn place(tx: &mut Tx, job: &PlaceCall) -> Result<Placed, Error> {
    let held = kill_switch::holds(tx).await?;
    lock(tx, &job.target).await?;
    let placed = if held { hold(tx, job).await? } else { decide(tx, job).await? };
    if let (Target::Recipient { campaign, agent: Some(agent), .. }, Placed::Refused(_) | Placed::NotNow(_)) =
        (&job.target, &placed)
    {
        let org = campaign::org(tx, *campaign).await?;
        agent::go_on(tx, org, *agent).await?;
    }
    Ok(placed)
}

async fn decide(tx: &mut Tx, job: &PlaceCall) -> Result<Placed, Error> {
    // A second run of this job, which overlapped with the first, has waited at the lock and sees the first one's intent.
    if let Some(state) = existing(tx, job.call).await? {
        return Ok(Placed::Already(state));
    }
    let intent = match &job.target {
        Target::Recipient { recipient, campaign, phone, agent } => {
            let chosen = phone.as_ref();
            let intent = match listed(tx, job.call, *recipient, *campaign, chosen).await? {
                Ok(intent) => intent,
                Err(why) => return Ok(Placed::NotNow(why)),
            };
            let free = free(tx, *agent, job.call).await?;
            let wanting = if *agent != free {
                Some("whoever asked for the call is not available any more")
            } else {
                (chosen.is_some() && intent.to.is_none()).then_some("the number chosen may not be dialed any more")
            };
            if let Some(why) = wanting {
                recipient::record(tx, *recipient, recipient::Event::Release, Actor::System).await?;
                return Ok(Placed::NotNow(why));
            }
            Intent { agent: free, ..intent }
        }
        Target::Account { account, phone, agent, attempt_no } => {
            let agent = free(tx, *agent, job.call).await?;
            Intent { agent, attempt_no: *attempt_no, ..by_hand(tx, job.call, *account, phone.as_ref()).await? }
        }
    };
    let Some(to) = intent.to.clone() else { return no_phone(tx, &intent).await };
    // Before the check: a call that ends while we wait for it may have been a conversation.
    let busy = line_in_use(tx, &intent, &to).await?;
    let now = tx.now().await?;
    if busy {
        return wait_for_line(tx, &intent, now).await;
    }
    let (decision, verdict) = decision::take(tx, &intent.contact(&to), now).await?;
    if !verdict.allowed() {
        refuse(tx, &intent, &to, decision, &verdict, now).await?;
        return Ok(Placed::Refused(verdict));
    }
    write(tx, intent, to, decision, verdict.zones, now).await
}

/// The kill switch is on. A claim is given back, for when it is lifted there may be no agent to take the call; nor does
/// somebody who dialed by hand want the call by then. Only a retry that nobody waits for comes again.
async fn hold(tx: &mut Tx, job: &PlaceCall) -> Result<Placed, Error> {
    if let Some(state) = existing(tx, job.call).await? {
        return Ok(Placed::Already(state));
    }
    match &job.target {
        Target::Recipient { recipient, campaign, phone, .. } => {
            if listed(tx, job.call, *recipient, *campaign, phone.as_ref()).await?.is_ok() {
                recipient::record(tx, *recipient, recipient::Event::Release, Actor::System).await?;
            }
            Ok(Placed::NotNow(kill_switch::BECAUSE))
        }
        Target::Account { agent: Some(_), attempt_no: 1, .. } => Ok(Placed::NotNow(kill_switch::BECAUSE)),
        Target::Account { .. } => Ok(Placed::Held),
    }
}

async fn lock(tx: &mut Tx, target: &Target) -> Result<(), Error> {
    let consumer = match target {
        Target::Recipient { recipient, campaign, .. } => {
            sqlx::query_scalar!("select 1 from campaigns where id = $1 for share", campaign.0)
                .fetch_optional(&mut **tx)
                .await?;
            let claim = sqlx::query_scalar!("select consumer_id from recipients where id = $1 for update", recipient.0);
            claim.fetch_optional(&mut **tx).await?
        }
        Target::Account { account, .. } => {
            let person = sqlx::query_scalar!("select consumer_id from collection_accounts where id = $1", account.0);
            person.fetch_optional(&mut **tx).await?
        }
    };
    Ok(decision::lock(tx, ConsumerId(consumer.ok_or(Error::NotFound)?)).await?)
}

/// Who dials by hand is promised to their own call, if they are still free. Otherwise an account goes to whoever is when
/// it is answered, and a person on a list back to it.
async fn free(tx: &mut Tx, agent: Option<AgentId>, call: CallId) -> Result<Option<AgentId>, sqlx::Error> {
    let Some(agent) = agent else { return Ok(None) };
    Ok(agent::is_free(tx, agent, call).await?.then_some(agent))
}

impl Intent {
    pub(super) fn contact(&self, to: &E164) -> Contact {
        Contact {
            org: self.org,
            account: self.account,
            consumer: self.consumer,
            channel: Channel::Call,
            // A list that nobody asked a call of is dialed by its pacer.
            mode: if self.recipient.is_some() && self.agent.is_none() { Mode::Predictive } else { Mode::Manual },
            to: To::Phone(to.clone()),
        }
    }
}

async fn existing(tx: &mut Tx, call: CallId) -> Result<Option<State>, sqlx::Error> {
    sqlx::query_scalar!(r#"select state as "state: State" from calls where id = $1"#, call.0)
        .fetch_optional(&mut **tx)
        .await
}

/// Somebody claimed from a list. If the campaign stopped dialing meanwhile the claim is given back, unspent.
pub(super) async fn listed(
    tx: &mut Tx,
    call: CallId,
    recipient: RecipientId,
    campaign: CampaignId,
    phone: Option<&E164>,
) -> Result<Result<Intent, &'static str>, Error> {
    let row = sqlx::query!(
        r#"select k.org_id as "org: OrgId", k.state as "state: CampaignState", k.caller_id, k.ring_timeout_secs, k.amd,
                  k.stop_asked, r.call_id as "holder: CallId", r.attempt_no, r.account_id as "account: AccountId",
                  r.consumer_id as "consumer: ConsumerId", a.debt_group_id,
                  (select p.e164 from phones p where p.consumer_id = r.consumer_id and p.status = 'ok'
                     and ($2::text is null or p.e164 = $2) order by p.position, p.id limit 1) as phone
           from recipients r
           join campaigns k on k.id = r.campaign_id
           join collection_accounts a on a.id = r.account_id
           where r.id = $1"#,
        recipient.0,
        phone.map(E164::as_str)
    )
    .fetch_one(&mut **tx)
    .await?;
    if row.holder != Some(call) {
        return Ok(Err("the claim is gone"));
    }
    if row.state != CampaignState::Running {
        give_back(tx, recipient, row.stop_asked).await?;
        return Ok(Err("the campaign is not running"));
    }
    Ok(Ok(Intent {
        org: row.org,
        call,
        campaign: Some(campaign),
        recipient: Some(recipient),
        attempt_no: row.attempt_no,
        account: row.account,
        consumer: row.consumer,
        debt_group: row.debt_group_id,
        agent: None,
        to: row.phone.and_then(|phone| E164::parse(&phone).ok()),
        from: row.caller_id.and_then(|number| E164::parse(&number).ok()),
        ring_timeout_secs: row.ring_timeout_secs,
        amd: row.amd,
    }))
}

async fn give_back(tx: &mut Tx, recipient: RecipientId, stop_asked: bool) -> Result<(), Error> {
    let because = "the campaign was stopped before this person was reached";
    let back = match stop_asked {
        true => recipient::Event::Skip { code: "campaign_stopped", because: because.into() },
        false => recipient::Event::Release,
    };
    recipient::record(tx, recipient, back, Actor::System).await?;
    Ok(())
}

/// An account that somebody asked to be dialed.
pub(super) async fn by_hand(
    tx: &mut Tx,
    call: CallId,
    account: AccountId,
    phone: Option<&E164>,
) -> Result<Intent, Error> {
    let who = sqlx::query!(
        r#"select a.org_id as "org: OrgId", a.consumer_id as "consumer: ConsumerId", a.debt_group_id,
                  (select p.e164 from phones p where p.consumer_id = a.consumer_id and p.status = 'ok'
                     and ($2::text is null or p.e164 = $2) order by p.position, p.id limit 1) as phone,
                  (select n.e164 from numbers n where n.org_id = a.org_id order by n.id limit 1) as caller_id
           from collection_accounts a where a.id = $1"#,
        account.0,
        phone.map(E164::as_str)
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or(Error::NotFound)?;
    Ok(Intent {
        org: who.org,
        call,
        campaign: None,
        recipient: None,
        attempt_no: 1,
        account,
        consumer: who.consumer,
        debt_group: who.debt_group_id,
        agent: None,
        to: who.phone.and_then(|phone| E164::parse(&phone).ok()),
        from: who.caller_id.and_then(|number| E164::parse(&number).ok()),
        ring_timeout_secs: 25,
        amd: "detect".into(),
    })
}

async fn no_phone(tx: &mut Tx, intent: &Intent) -> Result<Placed, Error> {
    if let Some(recipient) = intent.recipient {
        let event = recipient::Event::Suppress {
            code: "NO_PHONE".into(),
            because: "no number of this person can be dialed; add or correct one on the account".into(),
        };
        recipient::record(tx, recipient, event, Actor::System).await?;
    }
    Ok(Placed::NotNow("no number of this person can be dialed"))
}

/// Stores the refusal as an attempt that was skipped, and lets the recipient wait for the first lawful moment, or
/// for a person.
pub(super) async fn refuse(
    tx: &mut Tx,
    intent: &Intent,
    to: &E164,
    decision: DecisionId,
    verdict: &Verdict,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    insert(tx, intent, to, State::Skipped, decision, verdict.zones, now).await?;
    let Some(recipient) = intent.recipient else { return Ok(()) };
    let reason = verdict.primary().expect("a refusal has a reason");
    let because = reason.sentence.clone();
    let event = match verdict.earliest_next {
        Some(at) => recipient::Event::Wait { at, because, dialed: false },
        None => recipient::Event::Suppress { code: reason.code.as_str().into(), because },
    };
    recipient::record(tx, recipient, event, Actor::System).await?;
    Ok(())
}

async fn write(
    tx: &mut Tx,
    intent: Intent,
    to: E164,
    decision: DecisionId,
    zones: Zones,
    now: DateTime<Utc>,
) -> Result<Placed, Error> {
    let Some(from) = intent.from.clone() else { return no_number(tx, &intent).await };
    if !insert(tx, &intent, &to, State::Intent, decision, zones, now).await? {
        return wait_for_line(tx, &intent, now).await;
    }
    if let Some(agent) = intent.agent {
        agent::record(tx, agent, agent::Event::Reserve { call: intent.call }, Actor::System).await?;
    }
    Ok(Placed::Dial(Dial { org: intent.org, to, from, ring_timeout_secs: intent.ring_timeout_secs, amd: intent.amd }))
}

/// Whether a call to the number is live. It waits for whoever is changing that call: two who write on one number, one its
/// end and one a new beginning, would else wait for each other at the index.
async fn line_in_use(tx: &mut Tx, intent: &Intent, to: &E164) -> Result<bool, sqlx::Error> {
    let live = sqlx::query_scalar!(
        "select 1 from calls where org_id = $1 and to_addr = $2
           and state in ('intent', 'dialing', 'ringing', 'answered', 'bridged') for share",
        intent.org.0,
        to.as_str()
    );
    Ok(live.fetch_optional(&mut **tx).await?.is_some())
}

/// INVARIANTS V1: another campaign, or another account, is on that number.
async fn wait_for_line(tx: &mut Tx, intent: &Intent, now: DateTime<Utc>) -> Result<Placed, Error> {
    if let Some(recipient) = intent.recipient {
        let at = now + LINE_IN_USE;
        let event = recipient::Event::Wait { at, because: "the number is in another call".into(), dialed: false };
        recipient::record(tx, recipient, event, Actor::System).await?;
    }
    Ok(Placed::NotNow("the number is in another call"))
}

/// The organisation's number is gone: nobody can be dialed until somebody sets another.
async fn no_number(tx: &mut Tx, intent: &Intent) -> Result<Placed, Error> {
    if let Some(recipient) = intent.recipient {
        let at = tx.now().await? + LINE_IN_USE;
        let because = "there is no number to call from".into();
        recipient::record(tx, recipient, recipient::Event::Wait { at, because, dialed: false }, Actor::System).await?;
    }
    Ok(Placed::NotNow("there is no number to call from"))
}

/// Writes the attempt, its first history row, its audit line and its event. False: the number has a live call.
async fn insert(
    tx: &mut Tx,
    intent: &Intent,
    to: &E164,
    state: State,
    decision: DecisionId,
    zones: Zones,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let zones: Vec<String> = zones.iter().map(|zone| zone.name().to_owned()).collect();
    let skipped = state == State::Skipped;
    let done = sqlx::query!(
        "insert into calls (id, org_id, campaign_id, recipient_id, attempt_no, account_id, consumer_id, debt_group_id,
             to_addr, from_addr, zones, state, decision_id, intent_at, agent_id, ended_at, result)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
         on conflict (org_id, to_addr) where state in ('intent', 'dialing', 'ringing', 'answered', 'bridged') do nothing",
        intent.call.0,
        intent.org.0,
        intent.campaign.map(|id| id.0),
        intent.recipient.map(|id| id.0),
        intent.attempt_no,
        intent.account.0,
        intent.consumer.0,
        intent.debt_group,
        to.as_str(),
        intent.from.as_ref().map_or("", E164::as_str),
        &zones,
        state as State,
        decision.0,
        now,
        intent.agent.filter(|_| !skipped).map(|id| id.0),
        skipped.then_some(now),
        skipped.then_some("blocked")
    )
    .execute(&mut **tx)
    .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    note(tx, intent, state, decision, now).await?;
    Ok(true)
}

async fn note(
    tx: &mut Tx,
    intent: &Intent,
    state: State,
    decision: DecisionId,
    at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let (org, id, to) = (intent.org, intent.call, state.as_str());
    let change = Change {
        org,
        noun: "call",
        id: id.0,
        seq: 0,
        from: "",
        to,
        event: "decided",
        actor: Actor::System,
        detail: None,
        at,
    };
    let why = json!({ "account_id": intent.account, "decision_id": decision });
    transition::append_with(tx, change, why).await?;
    let what = json!({ "id": id, "state": state, "account_id": intent.account, "decision_id": decision });
    if let Some(campaign) = intent.campaign {
        event::publish(tx, org, &format!("campaign:{campaign}"), "call", what.clone()).await?;
    }
    event::publish(tx, org, &format!("account:{}", intent.account), "call", what).await
}
