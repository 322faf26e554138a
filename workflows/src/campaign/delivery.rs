//! What became of everything a campaign sent, why people on its list failed, and what was sent: for its own page.

use super::Campaign;
use crate::{db::Tx, id::CampaignId};

/// A campaign's messages, counted. Whatever was sent arrived, failed, bounced, is under way or was never heard of again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delivery {
    /// Written down, not yet known to be at the provider.
    pub queued: i64,
    pub under_way: i64,
    pub sent: i64,
    pub arrived: i64,
    /// Of those that arrived: the carrier let go of it and can say no more.
    pub unconfirmed: i64,
    pub opened: i64,
    pub clicked: i64,
    pub failed: i64,
    pub bounced: i64,
    pub complained: i64,
    pub unknown: i64,
    /// People who wanted no more of these after they got one.
    pub unsubscribed: i64,
}

/// Everybody who failed for one reason.
#[derive(Clone, Debug)]
pub struct Failed {
    /// How the last attempt ended, in our words.
    pub outcome: String,
    /// Of messages: the same in a sentence.
    pub explanation: Option<String>,
    /// The provider's code.
    pub code: Option<String>,
    pub n: i64,
}

/// The words a campaign sends, as written.
#[derive(Clone, Debug)]
pub struct Words {
    pub name: String,
    pub version: i32,
    pub subject: String,
    pub body: String,
}

/// Counts a campaign's messages.
///
/// # Errors
/// When the database is away.
pub async fn delivery(tx: &mut Tx, id: CampaignId) -> Result<Delivery, sqlx::Error> {
    sqlx::query_file_as!(Delivery, "queries/campaign_delivery.sql", id.0).fetch_one(&mut **tx).await
}

/// Why people on a list failed for good, the most frequent reason first.
///
/// # Errors
/// When the database is away.
pub async fn failures(tx: &mut Tx, id: CampaignId, limit: i64) -> Result<Vec<Failed>, sqlx::Error> {
    sqlx::query_file_as!(Failed, "queries/campaign_failures.sql", id.0, limit).fetch_all(&mut **tx).await
}

/// What a campaign sends; none for calls.
///
/// # Errors
/// When the database is away.
pub async fn words(tx: &mut Tx, campaign: &Campaign) -> Result<Option<Words>, sqlx::Error> {
    sqlx::query_as!(
        Words,
        "select t.name, v.version, v.subject, v.body
         from campaigns c join template_versions v on v.id = c.template_version_id join templates t on t.id = v.template_id
         where c.id = $1",
        campaign.id.0
    )
    .fetch_optional(&mut **tx)
    .await
}
