//! The simulated clock: where THE clock stands, and how it is moved.
//!
//! Only dev, demo, bench and tests move it, and only while the carrier is the simulator; every page shows it then.

use chrono::{DateTime, Utc};

use crate::db::Tx;

/// At `anchor_real` it is `anchor_virtual`, and from there `speed` virtual seconds pass in a real one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    pub anchor_real: DateTime<Utc>,
    pub anchor_virtual: DateTime<Utc>,
    pub speed: f64,
}

/// Where the simulated clock stands; none where the time is real.
///
/// # Errors
/// When the database is away.
pub async fn read(tx: &mut Tx) -> Result<Option<Line>, sqlx::Error> {
    sqlx::query_as!(Line, "select anchor_real, anchor_virtual, speed from sim_clock").fetch_optional(&mut **tx).await
}

/// Moves the clock: from now on it is `anchor_virtual`, going `speed` times as fast as the real one.
///
/// Moved back, it would leave permits of the throttles in its future, and nothing would be dialed until then.
///
/// # Errors
/// When the database is away.
pub async fn set(tx: &mut Tx, anchor_virtual: DateTime<Utc>, speed: f64) -> Result<Line, sqlx::Error> {
    sqlx::query!(
        "update throttles set next_at = least(next_at, $1), paused_until = least(paused_until, $1)",
        anchor_virtual
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query_as!(
        Line,
        "insert into sim_clock (anchor_real, anchor_virtual, speed) values (clock_timestamp(), $1, $2)
         on conflict (single) do update set anchor_real = excluded.anchor_real, speed = excluded.speed,
           anchor_virtual = excluded.anchor_virtual
         returning anchor_real, anchor_virtual, speed",
        anchor_virtual,
        speed
    )
    .fetch_one(&mut **tx)
    .await
}
