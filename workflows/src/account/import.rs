//! A list taken in: all of its good lines or none, in the caller's transaction, with a report that is kept.

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::types::Json;

use super::{New, write};
use crate::{
    audit,
    db::Tx,
    id::{BlobId, ImportId, OrgId},
    import::{Problem, Sheet},
    transition::Actor,
};

/// Single lines that a kept report speaks of; the file of rejects has every one.
const MAX_TOLD: usize = 2_000;

/// What was sent.
#[derive(Clone, Debug)]
pub struct Upload<'a> {
    pub file_name: &'a str,
    /// The file itself, kept.
    pub blob: Option<BlobId>,
    /// Only look: nothing but the report is written.
    pub dry_run: bool,
    pub actor: Actor,
}

/// An import and its report.
#[derive(Clone, Debug, Serialize)]
pub struct Import {
    pub id: ImportId,
    pub file_name: String,
    pub blob_id: Option<BlobId>,
    pub dry_run: bool,
    /// Lines taken as they are, after a repair, and not at all.
    pub good: i32,
    pub fixed: i32,
    pub rejected: i32,
    /// Accounts made and brought up to date; in a dry run, those that would be.
    pub created: i32,
    pub updated: i32,
    /// Of a file of suppressions: lines that say what is in effect already.
    pub skipped: i32,
    pub report: Json<Vec<Problem>>,
    pub created_by: String,
    pub created_at: DateTime<Utc>,
}

/// Writes every good line of a list and the report, or, in a dry run, the report alone.
///
/// # Errors
/// When the database is away; nothing is written then.
pub async fn import(tx: &mut Tx, org: OrgId, sheet: &Sheet, upload: &Upload<'_>) -> Result<Import, sqlx::Error> {
    let id = ImportId::new();
    one_at_a_time(tx, org).await?;
    let accounts: Vec<&New> = sheet.rows.iter().map(|row| &row.account).collect();
    begin(tx, org, id, sheet, upload).await?;
    let (created, updated) = if upload.dry_run {
        let known = write::known(tx, org, &accounts).await?;
        (accounts.len() - known, known)
    } else {
        let written = write::write(tx, org, &accounts, Some(id)).await?;
        (written.created, written.updated)
    };
    finish(tx, org, id, created, updated).await?;
    if !upload.dry_run {
        let counts = serde_json::json!({ "created": created, "updated": updated, "rejected": sheet.rejected() });
        audit::write(tx, org, &upload.actor, "account.import", &id.to_string(), counts).await?;
    }
    find_import(tx, org, id).await?.ok_or(sqlx::Error::RowNotFound)
}

/// Two lists at once may name the same new person: the second waits for the first, for longer than statements do.
async fn one_at_a_time(tx: &mut Tx, org: OrgId) -> Result<(), sqlx::Error> {
    sqlx::query!("set local lock_timeout = '60s'").execute(&mut **tx).await?;
    sqlx::query!("set local statement_timeout = '120s'").execute(&mut **tx).await?;
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended('import ' || $1::text, 0))", org.to_string())
        .fetch_one(&mut **tx)
        .await?;
    Ok(())
}

async fn begin(tx: &mut Tx, org: OrgId, id: ImportId, sheet: &Sheet, upload: &Upload<'_>) -> Result<(), sqlx::Error> {
    let mut problems = sheet.problems();
    problems.truncate(MAX_TOLD);
    sqlx::query!(
        "insert into imports (id, org_id, blob_id, file_name, dry_run, good, fixed, rejected, report, created_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        id.0,
        org.0,
        upload.blob.map(|blob| blob.0),
        upload.file_name,
        upload.dry_run,
        count(sheet.good()),
        count(sheet.fixed()),
        count(sheet.rejected()),
        serde_json::json!(problems),
        upload.actor.to_string()
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

async fn finish(tx: &mut Tx, org: OrgId, id: ImportId, created: usize, updated: usize) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update imports set created = $3, updated = $4 where org_id = $1 and id = $2",
        org.0,
        id.0,
        count(created),
        count(updated)
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Lists have at most a quarter of a million lines.
fn count(lines: usize) -> i32 {
    i32::try_from(lines).unwrap_or(i32::MAX)
}

/// An import of this organisation.
///
/// # Errors
/// When the database is away.
pub async fn find_import(tx: &mut Tx, org: OrgId, id: ImportId) -> Result<Option<Import>, sqlx::Error> {
    sqlx::query_as!(
        Import,
        r#"select id as "id: ImportId", file_name, blob_id as "blob_id: BlobId", dry_run, good, fixed, rejected, created,
                  updated, skipped, report as "report: Json<Vec<Problem>>", created_by, created_at
           from imports where org_id = $1 and id = $2"#,
        org.0,
        id.0
    )
    .fetch_optional(&mut **tx)
    .await
}
