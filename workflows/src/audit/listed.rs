//! Reads the log, newest first, and how its chain stands.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::{
    db::{Db, Tx},
    id::OrgId,
};

/// Which lines; empty is all of them.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Who: `user:<id>`, `key:<id>`, `carrier`, `system`, or a person's name or address.
    pub actor: Option<String>,
    /// `call.ended`, or a noun for all that is done to it.
    pub action: Option<String>,
    /// The id of the thing.
    pub subject: Option<String>,
    pub from: Option<DateTime<Utc>>,
    /// Not this moment any more.
    pub to: Option<DateTime<Utc>>,
}

/// A line as lists and pages show it.
#[derive(Clone, Debug)]
pub struct LineRow {
    pub id: i64,
    pub at: DateTime<Utc>,
    pub actor: String,
    /// What to call a person or a key.
    pub actor_name: Option<String>,
    pub action: String,
    pub subject: String,
    pub payload: Value,
    /// Its place in the chain; none while it waits for one.
    pub seq: Option<i64>,
    pub hash: Option<Vec<u8>>,
}

/// How an organisation's chain stands.
#[derive(Clone, Debug)]
pub struct Status {
    /// Links.
    pub chained: i64,
    /// Lines that wait, counted no further than 10,001.
    pub waiting: i64,
    /// Real seconds for which the first of them has waited.
    pub waiting_secs: Option<f64>,
    /// It was found to hold up to here.
    pub verified: i64,
    /// When, on the one clock, it was last looked at.
    pub verified_at: Option<DateTime<Utc>>,
    /// What broke it.
    pub fault: Option<String>,
    /// The last link that was signed.
    pub signed: Option<i64>,
}

/// How the chains of all organisations stand.
#[derive(Clone, Copy, Debug)]
pub struct Standing {
    /// Chains last found broken.
    pub broken: i64,
    /// Does a line wait for more than ten seconds?
    pub late: bool,
}

/// Lists an organisation's lines, newest first, `limit` of those before the cursor.
///
/// # Errors
/// When the connection is lost.
pub async fn list(
    tx: &mut Tx,
    org: OrgId,
    filter: &Filter,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<LineRow>, sqlx::Error> {
    sqlx::query_file_as!(
        LineRow,
        "queries/audit_lines.sql",
        org.0,
        before.unwrap_or(i64::MAX),
        limit,
        filter.actor,
        filter.action,
        filter.subject,
        filter.from,
        filter.to,
    )
    .fetch_all(&mut **tx)
    .await
}

/// How the chain stands.
///
/// # Errors
/// When the connection is lost.
pub async fn status(tx: &mut Tx, org: OrgId) -> Result<Status, sqlx::Error> {
    sqlx::query_as!(
        Status,
        r#"select coalesce((select max(seq) from audit_chain where org_id = $1), 0) as "chained!",
                  (select count(*) from (select from audit_unchained where org_id = $1 limit 10001) w) as "waiting!",
                  (select extract(epoch from clock_timestamp() - min(since))::float8
                   from (select since from audit_unchained where org_id = $1 order by audit_id limit 1) w) as waiting_secs,
                  coalesce(v.seq, 0) as "verified!", v.at as verified_at, v.fault,
                  (select max(seq) from audit_checkpoints where org_id = $1) as signed
           from (select) one left join audit_verifications v on v.org_id = $1"#,
        org.0
    )
    .fetch_one(&mut **tx)
    .await
}

/// How every chain stands, whosever it is.
///
/// # Errors
/// When the database is away.
pub async fn standing(db: &Db) -> Result<Standing, sqlx::Error> {
    let mut tx = db.system().await?;
    let standing = sqlx::query_as!(
        Standing,
        r#"select (select count(*) from audit_verifications where fault is not null) as "broken!",
                  exists (select from audit_unchained where since < clock_timestamp() - interval '10 seconds') as "late!""#
    )
    .fetch_one(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(standing)
}
