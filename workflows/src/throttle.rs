//! A throttle: so many permits per period under a key, shared by every worker, kept in Postgres.
//!
//! Workers take permits before they hand a job out (`throttle_take`, a GCRA): each permit has a moment of its own, evenly
//! spaced, so no window of the period holds more than the limit. A provider's Retry-After pauses the key. A worker takes
//! permits only where `next_at` is as it saw it, so every change of a limit moves that, too.

mod board;

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::db::Tx;

pub use self::board::{Limit, board};

/// The carrier account's limit on new calls.
pub const CALLS: &str = "calls:telnyx";

/// A limit and how it stands.
#[derive(Clone, Debug, Serialize)]
pub struct Throttle {
    /// What is limited: `calls:telnyx`.
    pub key: String,
    /// Permits per period.
    pub permits: i32,
    /// The period, in milliseconds of the one clock.
    pub period_ms: i32,
    /// When the next permit is to be had.
    pub next_at: DateTime<Utc>,
    /// Until when the provider asked us to wait.
    pub paused_until: Option<DateTime<Utc>>,
}

/// Every [`class`].
pub const CLASSES: [&str; 6] = ["calls", "sms", "sms_sender", "email", "campaign", "other"];

/// What kind of limit a key is, for counting: the key of a sender holds its number, that of a campaign its id.
#[must_use]
pub fn class(key: &str) -> &'static str {
    match key.split_once(':') {
        Some(("calls", _)) => "calls",
        Some(("sms", "telnyx")) => "sms",
        Some(("sms", _)) => "sms_sender",
        Some(("email", _)) => "email",
        Some(("campaign", _)) => "campaign",
        _ => "other",
    }
}

/// Sets a limit.
///
/// # Errors
/// When the connection is lost, or the limit is not positive.
pub async fn set(tx: &mut Tx, key: &str, permits: i32, period_ms: i32) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into throttles (key, permits, period_ms) values ($1, $2, $3)
         on conflict (key) do update
         set permits = excluded.permits, period_ms = excluded.period_ms, next_at = throttles.next_at + interval '1 microsecond'
         where (throttles.permits, throttles.period_ms) <> (excluded.permits, excluded.period_ms)",
        key,
        permits,
        period_ms,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// No permits under this key before that moment: what to do with a Retry-After.
///
/// # Errors
/// When the connection is lost.
pub async fn pause_until(tx: &mut Tx, key: &str, until: DateTime<Utc>) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update throttles set paused_until = greatest(paused_until, $2), next_at = next_at + interval '1 microsecond' where key = $1",
        key,
        until,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Every limit.
///
/// # Errors
/// When the connection is lost.
pub async fn list(tx: &mut Tx) -> Result<Vec<Throttle>, sqlx::Error> {
    sqlx::query_as!(Throttle, "select key, permits, period_ms, next_at, paused_until from throttles order by key")
        .fetch_all(&mut **tx)
        .await
}
