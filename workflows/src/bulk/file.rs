//! The result of a bulk action, as CSV: a line a job, those that wait still included.

use crate::{
    cell,
    db::Tx,
    id::{BulkId, OrgId},
};

/// The first line.
pub const HEADER: &str = "job_id,kind,result,new_job_id,reason,at\n";

/// The next lines of the file after that place, and the place they lead to; none after the last.
///
/// # Errors
/// When the connection is lost.
pub async fn lines(
    tx: &mut Tx,
    org: OrgId,
    id: BulkId,
    after: i32,
    limit: i64,
) -> Result<Option<(String, i32)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select seq, job_id, kind, coalesce(result::text, 'waiting') as "result!", new_id, reason, at from bulk_items
           where org_id = $1 and bulk_id = $2 and seq > $3 order by seq limit $4"#,
        org.0,
        id.0,
        after,
        limit
    );
    let rows = rows.fetch_all(&mut **tx).await?;
    let Some(last) = rows.last().map(|row| row.seq) else { return Ok(None) };
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        let (new, at) = (row.new_id.map(|id| id.to_string()), row.at.map(|at| at.to_rfc3339()));
        let told =
            [row.kind, row.result, new.unwrap_or_default(), row.reason.unwrap_or_default(), at.unwrap_or_default()];
        let cells = std::iter::once(row.job_id.to_string()).chain(told.iter().map(|text| cell::defused(text)));
        writer.write_record(cells).map_err(|error| sqlx::Error::Encode(error.into()))?;
    }
    let bytes = writer.into_inner().map_err(|error| sqlx::Error::Encode(error.into_error().into()))?;
    Ok(Some((String::from_utf8_lossy(&bytes).into_owned(), last)))
}
