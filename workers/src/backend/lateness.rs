//! The one clock as this process knows it, for figures only: decisions ask the database.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;

/// Asked with each heartbeat; goes on by itself between two.
#[derive(Debug, Default)]
pub(crate) struct Lateness(Mutex<Option<Look>>);

#[derive(Clone, Copy, Debug)]
struct Look {
    here: Instant,
    there: DateTime<Utc>,
    /// Its seconds in a real one.
    speed: f64,
}

impl Lateness {
    pub(super) async fn look(&self, db: &mut PgConnection) -> Result<(), sqlx::Error> {
        let row = sqlx::query!(r#"select wib_now() as "now!", coalesce((select speed from sim_clock), 1) as "speed!""#);
        let row = row.fetch_one(db).await?;
        let look = Look { here: Instant::now(), there: row.now, speed: row.speed };
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(look);
        Ok(())
    }

    /// How long, in real time, something has been due. Nothing is known before the first look.
    pub(super) fn of(&self, due: DateTime<Utc>) -> Option<Duration> {
        let look = (*self.0.lock().unwrap_or_else(PoisonError::into_inner))?;
        late(look, due, look.here.elapsed())
    }
}

/// Of a clock that stands still, nothing is late.
fn late(look: Look, due: DateTime<Utc>, since: Duration) -> Option<Duration> {
    let there = (look.there - due).max(-TimeDelta::days(1)).as_seconds_f64();
    (look.speed > 0.0).then(|| Duration::from_secs_f64((there / look.speed + since.as_secs_f64()).max(0.0)))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::real_time(1.0, 3, Some(5.0))]
    #[case::not_due_at_the_look(1.0, -1, Some(1.0))]
    #[case::not_due(1.0, -5, Some(0.0))]
    #[case::ten_times_as_fast(10.0, 30, Some(5.0))]
    #[case::standing_still(0.0, 3, None)]
    fn a_wait_is_told_in_real_time(#[case] speed: f64, #[case] due_ago: i64, #[case] expected: Option<f64>) {
        let there = DateTime::UNIX_EPOCH;
        let look = Look { here: Instant::now(), there, speed };
        let waited = late(look, there - TimeDelta::seconds(due_ago), Duration::from_secs(2));
        assert_eq!(waited.map(|waited| waited.as_secs_f64()), expected);
    }
}
