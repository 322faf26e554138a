//! The people on a list with what was last done for each: for the campaign's page.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::State;
use crate::{
    db::Tx,
    id::{AccountId, CampaignId, RecipientId},
    message,
};

/// One person on a list.
#[derive(Clone, Debug)]
pub struct Listed {
    pub id: RecipientId,
    pub account: AccountId,
    pub account_number: String,
    pub name: String,
    pub position: i32,
    pub state: State,
    pub attempts_used: i32,
    pub next_at: Option<DateTime<Utc>>,
    pub outcome: Option<String>,
    pub explanation: Option<String>,
    /// When the last thing happened.
    pub at: DateTime<Utc>,
    /// The latest call or message.
    pub attempt: Option<Uuid>,
    /// Of a message.
    pub message: Option<message::State>,
    /// The provider's code, where it refused the latest attempt.
    pub code: Option<String>,
    /// Where they are reached; none when nothing usable is known.
    pub address: Option<String>,
}

/// A page of a campaign's list, in its order, after a position.
///
/// # Errors
/// When the database is away.
pub async fn listed(
    tx: &mut Tx,
    campaign: CampaignId,
    state: Option<State>,
    after: i32,
    limit: i64,
) -> Result<Vec<Listed>, sqlx::Error> {
    sqlx::query_file_as!(Listed, "queries/campaign_recipients.sql", campaign.0, state as Option<State>, after, limit)
        .fetch_all(&mut **tx)
        .await
}
