//! What is learned while nothing happens: talks that last, calls that nobody has answered yet.

use super::Engine;
use crate::pacing::room::AgentState;

/// A call dialed longer ago than this past its ringing tells nothing more about the answer rate.
const SETTLED: f64 = 12.0;
/// The answer rate is remembered over so many calls, and over so many seconds.
const CALLS: f64 = 330.0;
const SECS: f64 = 240.0;

impl Engine {
    /// Brings what is learned, and the allowance of calls, up to now.
    pub(super) fn watch(&mut self, t: f64) {
        self.watch_talks(t);
        self.watch_calls(t);
        let more = self.settings.calls_per_second.unwrap_or(0.0) * (t - self.counted);
        self.allowance = (self.allowance + more).min(self.settings.calls_per_second.unwrap_or(1.0).max(1.0));
        self.counted = t;
    }

    fn watch_talks(&mut self, t: f64) {
        for (state, since) in self.room.agents.values() {
            if *state == AgentState::Talk {
                self.learned.talk.live(t - since, t - self.counted.max(*since));
            }
        }
    }

    /// Counts how many answers there had been by now, if every call were answered by a person. Calls that still ring
    /// count by how long they have: a rate from finished calls alone would lag by the longest ringing.
    fn watch_calls(&mut self, t: f64) {
        let (l, last) = (&mut self.learned, self.counted);
        let verdict = l.person_verdict.quantile(0.5);
        let answered = |at: f64, dialed: f64| l.person.share(at - dialed - verdict);
        let more: f64 = self.dials.iter().map(|d| answered(t, *d) - answered(last.max(*d), *d)).sum();
        let fade = (-(more / CALLS).min((t - last) / SECS)).exp();
        l.people *= fade;
        l.exposure = (l.exposure * fade + more).max(1.0);
        let settled = t - self.settings.ring_timeout - SETTLED;
        self.dials.drain(..self.dials.partition_point(|d| *d < settled));
    }
}
