//! What was asked of a carrier and what it said: the lines of a run's timeline, never a body, never a number.

use std::time::Duration;

use uuid::Uuid;

use crate::{db::Tx, id::OrgId};

/// One request.
#[derive(Clone, Debug)]
pub struct Request {
    pub provider: &'static str,
    pub command: &'static str,
    /// `accepted`, `already_done`, `refused`, `rate_limited`, `not_sent` or `unknown`.
    pub outcome: &'static str,
    pub code: Option<String>,
    pub took: Duration,
}

/// Writes it down, in the transaction of whatever followed from it.
///
/// # Errors
/// When the database is away.
pub async fn note(tx: &mut Tx, org: OrgId, run: Uuid, request: &Request) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into provider_requests (org_id, run_id, provider, command, outcome, code, took_ms, at)
         values ($1, $2, $3, $4, $5, $6, $7, wib_now())",
        org.0,
        run,
        request.provider,
        request.command,
        request.outcome,
        request.code,
        i32::try_from(request.took.as_millis()).unwrap_or(i32::MAX)
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
