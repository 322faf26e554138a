//! Whom an agent who dials by hand should call next: the first on a running list who may be called now.

use crate::{
    compliance::{Channel, Verdict},
    db::Tx,
    decision::{self, Contact, To},
    id::{AccountId, CampaignId, ConsumerId, OrgId, RecipientId},
    phone::E164,
};

/// How many of a list's first are looked at: those behind them wait for the same windows.
const LOOK_AT: i64 = 20;

/// Somebody to call, and why they may be.
#[derive(Clone, Debug)]
pub struct Next {
    pub recipient: RecipientId,
    pub campaign: CampaignId,
    pub account: AccountId,
    pub phone: E164,
    pub verdict: Verdict,
}

/// The first person on the lists at work, or on one of them, who may be called at this moment. Nobody is claimed.
///
/// # Errors
/// When the database is away.
pub async fn next(tx: &mut Tx, org: OrgId, campaign: Option<CampaignId>) -> Result<Option<Next>, sqlx::Error> {
    let now = tx.now().await?;
    for (recipient, campaign, contact) in first(tx, org, campaign).await? {
        let verdict = decision::ask(tx, &contact, now).await?;
        if verdict.allowed() {
            let Contact { account, to: To::Phone(phone), .. } = contact else { continue };
            return Ok(Some(Next { recipient, campaign, account, phone, verdict }));
        }
    }
    Ok(None)
}

async fn first(
    tx: &mut Tx,
    org: OrgId,
    campaign: Option<CampaignId>,
) -> Result<Vec<(RecipientId, CampaignId, Contact)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select r.id as "id: RecipientId", r.campaign_id as "campaign: CampaignId", r.account_id as "account: AccountId",
                  r.consumer_id as "consumer: ConsumerId", p.e164
           from recipients r
           join campaigns c on c.id = r.campaign_id and c.state = 'running'
           join lateral (
             select e164 from phones where consumer_id = r.consumer_id and status = 'ok' order by position, id limit 1
           ) p on true
           where r.org_id = $1 and r.state = 'queued' and ($2::uuid is null or r.campaign_id = $2)
           order by c.started_at, r.position limit $3"#,
        org.0,
        campaign.map(|id| id.0),
        LOOK_AT
    )
    .fetch_all(&mut **tx)
    .await?;
    let contact =
        |account, consumer, phone| Contact { org, account, consumer, channel: Channel::Call, to: To::Phone(phone) };
    let usable = rows.into_iter().filter_map(|row| {
        let phone = E164::parse(&row.e164).ok()?;
        Some((row.id, row.campaign, contact(row.account, row.consumer, phone)))
    });
    Ok(usable.collect())
}
