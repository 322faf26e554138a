//! The board: campaigns with where everybody on their lists is, for the page of all of them.

use chrono::{DateTime, Utc};

use super::{Kind, State};
use crate::{
    db::Tx,
    id::{CampaignId, OrgId},
};

/// One campaign on the board.
#[derive(Clone, Debug)]
pub struct Line {
    pub id: CampaignId,
    pub name: String,
    pub kind: Kind,
    pub mode: String,
    pub state: State,
    pub pause_reason: Option<String>,
    pub waiting_for: Option<String>,
    pub starts_at: Option<DateTime<Utc>>,
    pub cron: Option<String>,
    pub created_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
    pub owner: String,
    pub planned: i64,
    pub done: i64,
    pub failed: i64,
    pub suppressed: i64,
    pub skipped: i64,
    pub in_flight: i64,
    pub waiting: i64,
}

/// Campaigns, those at work first, then newest first.
///
/// # Errors
/// When the database is away.
pub async fn board(
    tx: &mut Tx,
    org: OrgId,
    state: Option<State>,
    before: Option<CampaignId>,
    limit: i64,
) -> Result<Vec<Line>, sqlx::Error> {
    sqlx::query_file_as!(
        Line,
        "queries/campaign_board.sql",
        org.0,
        state as Option<State>,
        before.map(|id| id.0),
        limit
    )
    .fetch_all(&mut **tx)
    .await
}

/// How many campaigns there are in each state.
///
/// # Errors
/// When the database is away.
pub async fn by_state(tx: &mut Tx, org: OrgId) -> Result<Vec<(State, i64)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select state as "state: State", count(*) as "n!" from campaigns where org_id = $1 group by state"#,
        org.0
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|row| (row.state, row.n)).collect())
}
