//! The simulated clock of a stage: one line, told to the database and to the simulator alike.

use chrono::{DateTime, Datelike, Days, NaiveTime, TimeDelta, TimeZone, Utc, Weekday};
use chrono_tz::{America::New_York, Tz};
use serde_json::json;
use workflows::{
    clock::{self, Line},
    db::Db,
};

/// Moves the clock of database and simulator together.
#[derive(Clone, Debug)]
pub struct SimClock {
    db: Db,
    simulator: String,
    http: reqwest::Client,
}

/// How long before it.
const BEFORE: TimeDelta = TimeDelta::seconds(2);

impl SimClock {
    /// The clock of this database and of the simulator at that origin.
    #[must_use]
    pub fn new(db: Db, simulator: String) -> Self {
        Self { db, simulator, http: reqwest::Client::new() }
    }

    /// Begins on a Tuesday at 14:00 in New York, when every zone of the country may be called; in a database that was
    /// used before, on the first such moment after it left off.
    pub(super) async fn begin(&self, speed: f64) -> anyhow::Result<()> {
        let mut tx = self.db.system().await?;
        let left_off = match clock::read(&mut tx).await? {
            Some(_) => tx.now().await?,
            None => Utc::now(),
        };
        tx.commit().await?;
        self.set(next_tuesday_afternoon(left_off), speed).await
    }

    /// Sets the moment, and how fast time passes from there.
    ///
    /// # Errors
    /// When the database or the simulator is away.
    pub async fn set(&self, moment: DateTime<Utc>, speed: f64) -> anyhow::Result<()> {
        let mut tx = self.db.system().await?;
        let line = clock::set(&mut tx, moment, speed).await?;
        tx.commit().await?;
        self.tell(line).await
    }

    /// Jumps to shortly before a moment at which something happens, when nothing does before it.
    ///
    /// # Errors
    /// When the database or the simulator is away.
    pub async fn skip_to(&self, next: DateTime<Utc>, speed: f64) -> anyhow::Result<()> {
        if next - BEFORE > self.now().await? + BEFORE {
            self.set(next - BEFORE, speed).await?;
        }
        Ok(())
    }

    /// The simulated now.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn now(&self) -> anyhow::Result<DateTime<Utc>> {
        let mut tx = self.db.system().await?;
        let now = tx.now().await?;
        tx.commit().await?;
        Ok(now)
    }

    async fn tell(&self, line: Line) -> anyhow::Result<()> {
        let body = json!({
            "anchor_real": line.anchor_real, "anchor_virtual": line.anchor_virtual, "speed": line.speed,
        });
        self.http.post(format!("{}/sim/clock", self.simulator)).json(&body).send().await?.error_for_status()?;
        Ok(())
    }
}

fn next_tuesday_afternoon(after: DateTime<Utc>) -> DateTime<Utc> {
    let local = after.with_timezone(&New_York);
    (0..15)
        .filter_map(|ahead| local.date_naive().checked_add_days(Days::new(ahead)))
        .filter(|day| day.weekday() == Weekday::Tue)
        .map(|day| afternoon(New_York, day))
        .find(|moment| *moment > after)
        .expect("two weeks have two Tuesdays")
}

fn afternoon(zone: Tz, day: chrono::NaiveDate) -> DateTime<Utc> {
    let two = NaiveTime::from_hms_opt(14, 0, 0).expect("two in the afternoon is a time");
    zone.from_local_datetime(&day.and_time(two)).single().expect("clocks are never moved in the afternoon").to_utc()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stage_begins_on_a_tuesday_at_two_in_new_york() {
        let sunday: DateTime<Utc> = "2026-11-22T11:00:00Z".parse().unwrap();
        assert_eq!(next_tuesday_afternoon(sunday).to_rfc3339(), "2026-11-24T19:00:00+00:00");
    }

    #[test]
    fn and_a_week_later_when_that_has_passed() {
        let tuesday: DateTime<Utc> = "2026-11-24T19:00:01Z".parse().unwrap();
        assert_eq!(next_tuesday_afternoon(tuesday).to_rfc3339(), "2026-12-01T19:00:00+00:00");
    }
}
