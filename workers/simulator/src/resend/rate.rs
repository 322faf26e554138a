//! How many requests the email provider takes in a second: a real one, for it is between two machines.

use chrono::{DateTime, TimeDelta, Utc};

const WINDOW: TimeDelta = TimeDelta::seconds(1);

#[derive(Debug, Default)]
pub(crate) struct Rate {
    since: DateTime<Utc>,
    taken: u32,
}

/// What is left of the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Allowance {
    pub(crate) granted: bool,
    pub(crate) limit: u32,
    pub(crate) remaining: u32,
    /// Seconds until all of it is there again.
    pub(crate) reset: u32,
}

impl Rate {
    pub(crate) fn take(&mut self, now: DateTime<Utc>, limit: u32) -> Allowance {
        if now - self.since >= WINDOW {
            *self = Self { since: now, taken: 0 };
        }
        let granted = self.taken < limit;
        self.taken += u32::from(granted);
        Allowance { granted, limit, remaining: limit.saturating_sub(self.taken), reset: 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_holds_as_many_as_it_may() {
        let (mut rate, now) = (Rate::default(), DateTime::UNIX_EPOCH + TimeDelta::days(1));
        let granted: Vec<bool> = (0..3).map(|_| rate.take(now, 2).granted).collect();
        assert_eq!(granted, [true, true, false]);
        assert!(!rate.take(now + TimeDelta::milliseconds(999), 2).granted);
        assert_eq!(rate.take(now + TimeDelta::seconds(1), 2).remaining, 1);
    }
}
