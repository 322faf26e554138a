//! Campaigns by name, for whoever has to choose one.

use crate::{
    db::Tx,
    id::{CampaignId, OrgId},
};

/// The latest campaigns with their names.
///
/// # Errors
/// When the database is away.
pub async fn names(tx: &mut Tx, org: OrgId, limit: i64) -> Result<Vec<(CampaignId, String)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select id as "id: CampaignId", name from campaigns where org_id = $1 order by id desc limit $2"#,
        org.0,
        limit
    );
    Ok(rows.fetch_all(&mut **tx).await?.into_iter().map(|row| (row.id, row.name)).collect())
}

/// The name of one of them.
///
/// # Errors
/// When the database is away.
pub async fn name(tx: &mut Tx, org: OrgId, id: CampaignId) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar!("select name from campaigns where org_id = $1 and id = $2", org.0, id.0)
        .fetch_optional(&mut **tx)
        .await
}
