//! How fast one number sends: what comes faster waits its turn.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};

#[derive(Debug, Default)]
pub(crate) struct Pace(HashMap<String, DateTime<Utc>>);

impl Pace {
    /// How long the next message of a sender waits.
    pub(crate) fn wait(&self, sender: &str, now: DateTime<Utc>) -> TimeDelta {
        let free = self.0.get(sender).map_or(now, |free| *free);
        (free - now).max(TimeDelta::zero())
    }

    /// Takes the sender's next turn.
    pub(crate) fn take(&mut self, sender: &str, now: DateTime<Utc>, per_second: f64) -> TimeDelta {
        let wait = self.wait(sender, now);
        self.0.insert(sender.to_owned(), now + wait + between(per_second));
        wait
    }

    /// How many messages of a sender are waiting.
    pub(crate) fn waiting(&self, sender: &str, now: DateTime<Utc>, per_second: f64) -> u32 {
        let waiting = self.wait(sender, now).num_milliseconds() / between(per_second).num_milliseconds().max(1);
        u32::try_from(waiting).unwrap_or(u32::MAX)
    }
}

#[expect(clippy::cast_possible_truncation, reason = "bounded just before")]
fn between(per_second: f64) -> TimeDelta {
    TimeDelta::milliseconds((1_000.0 / per_second.clamp(0.001, 1_000.0)) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_waits_its_turn_and_another_does_not() {
        let (mut pace, now) = (Pace::default(), DateTime::UNIX_EPOCH);
        let waits: Vec<i64> = (0..3).map(|_| pace.take("a", now, 0.5).num_seconds()).collect();
        assert_eq!(waits, [0, 2, 4]);
        assert_eq!(pace.waiting("a", now, 0.5), 3);
        assert_eq!(pace.take("b", now, 0.5), TimeDelta::zero());
        assert_eq!(pace.take("a", now + TimeDelta::seconds(60), 0.5), TimeDelta::zero());
    }
}
