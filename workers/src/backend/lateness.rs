//! How long jobs have been due, in real time. For figures only: decisions ask the database.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{clock::Clock, limit::micros};

/// Its clock is set with each heartbeat.
#[derive(Default)]
pub(crate) struct Lateness(Mutex<Clock>);

impl Lateness {
    pub(super) async fn look(&self, db: &mut PgConnection) -> Result<(), sqlx::Error> {
        let row = sqlx::query!(
            r#"select extract(epoch from clock_timestamp())::double precision as "real!", wib_now() as "moment!",
                 coalesce((select speed from sim_clock), 1) as "speed!""#
        );
        let row = row.fetch_one(db).await?;
        self.0.lock().unwrap_or_else(PoisonError::into_inner).hear(row.real, micros(row.moment), row.speed);
        Ok(())
    }

    /// How long something has been due. Nothing is known before the first look, nor of a clock that stands still.
    pub(super) fn of(&self, due: DateTime<Utc>) -> Option<Duration> {
        let clock = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (late, second) = (clock.now()? - micros(due), clock.story(Duration::from_secs(1)));
        Duration::try_from_secs_f64(late.max(0.0) / second).ok()
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::real_time(1.0, 3, Some(3))]
    #[case::not_due(1.0, -5, Some(0))]
    #[case::ten_times_as_fast(10.0, 30, Some(3))]
    #[case::standing_still(0.0, 3, None)]
    fn a_wait_is_told_in_real_time(#[case] speed: f64, #[case] due_ago: i64, #[case] expected: Option<u64>) {
        let (lateness, now) = (Lateness::default(), DateTime::UNIX_EPOCH + TimeDelta::days(20_000));
        assert_eq!(lateness.of(now), None);
        lateness.0.lock().unwrap().hear(1e9, micros(now), speed);
        assert_eq!(lateness.of(now - TimeDelta::seconds(due_ago)).map(|late| late.as_secs()), expected);
    }
}
