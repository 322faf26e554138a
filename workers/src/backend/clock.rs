//! The database's time, told without asking: the real one as an [`Instant`] of ours, the one of the story from it.

use std::time::{Duration, Instant};

/// Real time: the quickest answer seen is the best guess. Were each answer taken for itself, a slow one would push its
/// permits towards those of the next.
pub(super) struct Clock {
    origin: Instant,
    /// Seconds from the database's epoch to our origin.
    offset: Option<f64>,
    story: Story,
}

/// Where the story's clock stood at some real moment, and how fast it goes.
#[derive(Clone, Copy)]
struct Story {
    /// Seconds of the database's real time.
    real: f64,
    /// Microseconds of the story's.
    moment: f64,
    speed: f64,
}

impl Default for Clock {
    fn default() -> Self {
        let story = Story { real: 0.0, moment: 0.0, speed: 1.0 };
        Self { origin: Instant::now(), offset: None, story }
    }
}

impl Clock {
    /// How much of the difference to a slower answer is believed: clocks drift, and are set.
    const CREEP: f64 = 0.02;

    /// The database said that its real time is `real` and the story's is `moment`.
    pub(super) fn hear(&mut self, real: f64, moment: f64, speed: f64) {
        let seen = self.origin.elapsed().as_secs_f64() - real;
        let known = self.offset.unwrap_or(seen);
        self.offset = Some(if seen < known { seen } else { known + (seen - known) * Self::CREEP });
        self.story = Story { real, moment, speed };
    }

    /// The story's time now, in microseconds; none before anything was heard.
    pub(super) fn now(&self) -> Option<f64> {
        let real = self.origin.elapsed().as_secs_f64() - self.offset?;
        Some(self.story.moment + (real - self.story.real) * self.story.speed * 1e6)
    }

    /// How many microseconds of the story pass in so long.
    pub(super) fn story(&self, real: Duration) -> f64 {
        real.as_secs_f64() * self.story.speed * 1e6
    }

    /// When the story's clock will show `moment`; never, if it stands still.
    pub(super) fn at(&self, moment: f64) -> Option<Instant> {
        let ahead = (moment - self.story.moment) / self.story.speed / 1e6;
        let seconds = self.story.real + ahead + self.offset?;
        Duration::try_from_secs_f64(seconds.max(0.0)).ok().and_then(|since| self.origin.checked_add(since))
    }
}
