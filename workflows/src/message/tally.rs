//! What a campaign's messages came to, counted.

use serde::Serialize;

use crate::{db::Tx, id::CampaignId};

/// Messages by what became of them. Opens are told by a picture that some programs fetch unasked: an estimate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Messages that the provider took, or may have taken.
    pub sent: i64,
    /// Of those, the ones that arrived; with those nobody can tell more of than that they went.
    pub delivered: i64,
    pub unconfirmed: i64,
    pub opened: i64,
    pub clicked: i64,
    pub failed: i64,
    pub bounced: i64,
    pub complained: i64,
    /// The provider never said.
    pub unknown: i64,
    /// Attempts that a rule refused; each is stored with its reason.
    pub refused: i64,
    /// People who have asked for no more since they got one.
    pub opted_out: i64,
    /// People who answered.
    pub replied: i64,
}

/// Counts a campaign's messages.
///
/// # Errors
/// When the database is away.
pub async fn counts(tx: &mut Tx, campaign: CampaignId) -> Result<Counts, sqlx::Error> {
    sqlx::query_as!(
        Counts,
        r#"select
             count(*) filter (where m.state not in ('queued', 'skipped', 'cancelled')) as "sent!",
             count(*) filter (where m.state in ('delivered', 'opened', 'clicked', 'complained')) as "delivered!",
             count(*) filter (where not m.confirmed) as "unconfirmed!",
             count(*) filter (where m.opened_at is not null) as "opened!",
             count(*) filter (where m.clicked_at is not null) as "clicked!",
             count(*) filter (where m.state = 'failed') as "failed!",
             count(*) filter (where m.state = 'bounced') as "bounced!",
             count(*) filter (where m.state = 'complained') as "complained!",
             count(*) filter (where m.outcome = 'unknown') as "unknown!",
             count(*) filter (where m.state = 'skipped') as "refused!",
             count(distinct m.their_addr) filter (where exists(
               select from suppressions s where s.org_id = m.org_id and s.value = m.their_addr and s.lifted_at is null
                 and s.kind in ('stop', 'unsubscribe') and s.effective_at >= m.intent_at)) as "opted_out!",
             count(distinct m.their_addr) filter (where m.channel = 'sms' and exists(
               select from messages i where i.org_id = m.org_id and i.their_addr = m.their_addr and i.channel = m.channel
                 and i.direction = 'inbound' and i.created_at >= m.intent_at)) as "replied!"
           from messages m where m.campaign_id = $1 and m.direction = 'outbound'"#,
        campaign.0
    )
    .fetch_one(&mut **tx)
    .await
}
