//! Whom an agent who dials by hand should call next: the first on a list that agents dial who may be called now.

use super::Mode;
use crate::{
    compliance::{self, Channel, Verdict},
    db::Tx,
    decision::{self, Contact, To},
    id::{AccountId, AgentId, CampaignId, ConsumerId, OrgId, RecipientId},
    phone::E164,
};

/// How many of a list's first are looked at: those behind them wait for the same windows.
const LOOK_AT: i64 = 30;

/// Somebody to call, and why they may be.
#[derive(Clone, Debug)]
pub struct Next {
    pub recipient: RecipientId,
    pub campaign: CampaignId,
    pub campaign_name: String,
    pub account: AccountId,
    pub name: String,
    pub balance_cents: i64,
    pub attempts_used: i32,
    pub max_attempts: i32,
    /// Why the last attempt came to nothing.
    pub explanation: Option<String>,
    pub phone: E164,
    pub verdict: Verdict,
}

/// Whose lists, and for whom.
#[derive(Clone, Copy, Debug)]
pub struct For {
    pub org: OrgId,
    /// Only this campaign's list, whoever dials it; otherwise those at work that agents dial.
    pub campaign: Option<CampaignId>,
    /// Agents who wait at the same time are offered different people, the longest waiting the first.
    pub agent: Option<AgentId>,
}

/// The first person who may be called at this moment. Nobody is claimed.
///
/// # Errors
/// When the database is away.
pub async fn next(tx: &mut Tx, whose: For) -> Result<Option<Next>, sqlx::Error> {
    Ok(queue(tx, whose, 1).await?.into_iter().next())
}

/// The next `n` who may be called at this moment, in the order in which this agent would be offered them.
///
/// # Errors
/// When the database is away.
pub async fn queue(tx: &mut Tx, whose: For, n: usize) -> Result<Vec<Next>, sqlx::Error> {
    let now = tx.now().await?;
    let ahead = ahead(tx, whose).await?;
    let mut queue = Vec::new();
    for person in first(tx, whose).await? {
        let contact = person.contact(whose.org);
        let verdict = decision::ask(tx, &contact, now).await?;
        if verdict.allowed() {
            queue.push(person.allowed(verdict));
        }
        if queue.len() == ahead + n {
            break;
        }
    }
    // The others' first are this agent's last; where there is nobody else, they are everybody's.
    let skipped = ahead.min(queue.len().saturating_sub(1));
    queue.rotate_left(skipped);
    queue.truncate(n);
    Ok(queue)
}

/// How many agents have waited longer, and will call the first.
async fn ahead(tx: &mut Tx, whose: For) -> Result<usize, sqlx::Error> {
    let Some(agent) = whose.agent else { return Ok(0) };
    let ahead = sqlx::query_scalar!(
        r#"select count(*) as "n!" from agents a join agents me on me.id = $2
           where a.org_id = $1 and a.state = 'available' and me.state = 'available' and (a.since, a.id) < (me.since, me.id)
             and a.conference_id is not null and not agent_is_dialing(a.asked_call)"#,
        whose.org.0,
        agent.0
    );
    Ok(usize::try_from(ahead.fetch_one(&mut **tx).await?).unwrap_or_default())
}

struct Person {
    id: RecipientId,
    campaign: CampaignId,
    campaign_name: String,
    account: AccountId,
    consumer: ConsumerId,
    name: String,
    balance_cents: i64,
    attempts_used: i32,
    max_attempts: i32,
    explanation: Option<String>,
    phone: E164,
}

impl Person {
    fn contact(&self, org: OrgId) -> Contact {
        let phone = self.phone.clone();
        Contact {
            org,
            account: self.account,
            consumer: self.consumer,
            channel: Channel::Call,
            mode: compliance::Mode::Manual,
            to: To::Phone(phone),
        }
    }

    fn allowed(self, verdict: Verdict) -> Next {
        Next {
            recipient: self.id,
            campaign: self.campaign,
            campaign_name: self.campaign_name,
            account: self.account,
            name: self.name,
            balance_cents: self.balance_cents,
            attempts_used: self.attempts_used,
            max_attempts: self.max_attempts,
            explanation: self.explanation,
            phone: self.phone,
            verdict,
        }
    }
}

async fn first(tx: &mut Tx, whose: For) -> Result<Vec<Person>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select r.id as "id: RecipientId", r.campaign_id as "campaign: CampaignId", c.name as campaign_name,
                  r.account_id as "account: AccountId", r.consumer_id as "consumer: ConsumerId",
                  btrim(w.first_name || ' ' || w.last_name) as "name!", a.balance_cents, r.attempts_used, r.max_attempts,
                  r.explanation, p.e164
           from recipients r
           join campaigns c on c.id = r.campaign_id and c.state = 'running'
           join consumers w on w.id = r.consumer_id
           join collection_accounts a on a.id = r.account_id
           join lateral (
             select e164 from phones where consumer_id = r.consumer_id and status = 'ok' order by position, id limit 1
           ) p on true
           where r.org_id = $1 and r.state = 'queued' and coalesce(r.campaign_id = $2, c.mode = $3)
           order by c.started_at, r.position limit $4"#,
        whose.org.0,
        whose.campaign.map(|id| id.0),
        Mode::Power.as_str(),
        LOOK_AT
    )
    .fetch_all(&mut **tx)
    .await?;
    let people = rows.into_iter().filter_map(|row| {
        Some(Person {
            id: row.id,
            campaign: row.campaign,
            campaign_name: row.campaign_name,
            account: row.account,
            consumer: row.consumer,
            name: row.name,
            balance_cents: row.balance_cents,
            attempts_used: row.attempts_used,
            max_attempts: row.max_attempts,
            explanation: row.explanation,
            phone: E164::parse(&row.e164).ok()?,
        })
    });
    Ok(people.collect())
}

/// How many wait on the lists that agents dial, whether or not they may be called now.
///
/// # Errors
/// When the database is away.
pub async fn still_queued(tx: &mut Tx, org: OrgId) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select count(*) as "n!" from campaigns c join recipients r on r.campaign_id = c.id and r.state = 'queued'
           where c.org_id = $1 and c.state = 'running' and c.mode = $2"#,
        org.0,
        Mode::Power.as_str()
    )
    .fetch_one(&mut **tx)
    .await
}
