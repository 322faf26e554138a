//! What the carrier remembers of dials: its windows, its duplicates, its counts.

use std::collections::{HashMap, VecDeque};

use chrono::{DateTime, TimeDelta, Utc};

use crate::leg::COMMAND_WINDOW;
use crate::reply::Reply;

/// "A rolling sum over five seconds."
const WINDOW: TimeDelta = TimeDelta::seconds(5);

#[derive(Debug, Default)]
pub(crate) struct Dials {
    /// Legs placed.
    pub(crate) placed: u64,
    /// Requests answered from the memory of an earlier one.
    pub(crate) replayed: u64,
    recent: VecDeque<DateTime<Utc>>,
    per_number: HashMap<String, u64>,
    replies: HashMap<String, (DateTime<Utc>, Reply)>,
    oldest_first: VecDeque<String>,
    per_command: HashMap<String, u32>,
}

impl Dials {
    /// Whether one more dial is within the rate.
    pub(crate) fn admits(&mut self, now: DateTime<Utc>, dps: u32) -> bool {
        while self.recent.front().is_some_and(|at| now - *at >= WINDOW) {
            self.recent.pop_front();
        }
        self.recent.len() < usize::try_from(dps).unwrap_or(usize::MAX).saturating_mul(5)
    }

    /// How often a number has been dialled before, counting this time in.
    pub(crate) fn times(&mut self, number: &str) -> u64 {
        let times = self.per_number.entry(number.to_owned()).or_default();
        *times += 1;
        *times
    }

    /// The reply to the same command in the last minute.
    pub(crate) fn replay(&mut self, command: Option<&str>, now: DateTime<Utc>) -> Option<Reply> {
        let (at, reply) = self.replies.get(command?)?;
        if now - *at >= COMMAND_WINDOW {
            return None;
        }
        self.replayed += 1;
        Some(reply.clone())
    }

    /// Remembers a placed dial.
    pub(crate) fn remember(&mut self, command: Option<&str>, now: DateTime<Utc>, reply: &Reply) {
        self.placed += 1;
        self.recent.push_back(now);
        self.forget_old(now);
        if let Some(command) = command {
            self.replies.insert(command.to_owned(), (now, reply.clone()));
            self.oldest_first.push_back(command.to_owned());
            *self.per_command.entry(command.to_owned()).or_default() += 1;
        }
    }

    /// Commands that placed more than one call: each is a doubled dial.
    pub(crate) fn doubled(&self) -> Vec<&str> {
        let more = self.per_command.iter().filter(|(_, placed)| **placed > 1);
        more.map(|(command, _)| command.as_str()).collect()
    }

    fn forget_old(&mut self, now: DateTime<Utc>) {
        while let Some(command) = self.oldest_first.front() {
            match self.replies.get(command) {
                Some((at, _)) if now - *at < COMMAND_WINDOW => return,
                _ => self.replies.remove(command),
            };
            self.oldest_first.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_seconds_hold_five_times_the_rate() {
        let mut dials = Dials::default();
        let start = DateTime::UNIX_EPOCH;
        for _ in 0..10 {
            assert!(dials.admits(start, 2));
            dials.remember(None, start, &Reply::ok());
        }
        assert!(!dials.admits(start + TimeDelta::milliseconds(4_999), 2));
        assert!(dials.admits(start + TimeDelta::seconds(5), 2));
    }

    #[test]
    fn a_command_is_replayed_for_a_minute() {
        let mut dials = Dials::default();
        let start = DateTime::UNIX_EPOCH;
        dials.remember(Some("c"), start, &Reply::ok());
        assert!(dials.replay(Some("c"), start + TimeDelta::seconds(59)).is_some());
        assert!(dials.replay(Some("c"), start + TimeDelta::seconds(60)).is_none());
        assert!(dials.doubled().is_empty());
        dials.remember(Some("c"), start + TimeDelta::seconds(61), &Reply::ok());
        assert_eq!(dials.doubled(), ["c"]);
    }
}
