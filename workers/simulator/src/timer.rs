//! What is going to happen, ordered by virtual time.
//!
//! One heap instead of a task per sleep: a jump of the clock fires everything
//! it passes in order, and a standing clock costs nothing.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::leg::LegNo;
use crate::timeline::Step;
use crate::webhook::Delivery;
use crate::{email, message};

/// One thing that happens by itself.
#[derive(Debug)]
pub(crate) enum Task {
    /// The next step of a leg's life.
    Step(LegNo, Step),
    /// A webhook leaves, having waited out its delay.
    Deliver(Box<Delivery>),
    /// The carrier has stored a recording.
    SaveRecording(Uuid),
    /// A leg's playback with this number has come to its end.
    EndPlayback(LegNo, u64),
    /// A leg's spoken text with this number has come to its end.
    EndSpeech(LegNo, u64),
    /// The next line of a leg's conversation is transcribed.
    Transcribe(LegNo, u64, usize),
    /// A conference's playback with this number has come to its end.
    EndConferencePlayback(Uuid, u64),
    /// A text spoken in a conference has come to its end.
    EndConferenceSpeech(Uuid),
    /// A conference has reached its maximum duration.
    ExpireConference(Uuid),
    /// The next step of a message's way.
    Message(Uuid, message::Step),
    /// What becomes of an email next.
    Email(Uuid, email::Step),
}

/// The heap.
#[derive(Debug, Default)]
pub(crate) struct Timers {
    heap: BinaryHeap<Timer>,
    counter: u64,
}

#[derive(Debug)]
struct Timer {
    at: DateTime<Utc>,
    number: u64,
    task: Task,
}

impl Timers {
    pub(crate) fn schedule(&mut self, at: DateTime<Utc>, task: Task) {
        self.counter += 1;
        let number = self.counter;
        self.heap.push(Timer { at, number, task });
    }

    pub(crate) fn next_at(&self) -> Option<DateTime<Utc>> {
        self.heap.peek().map(|timer| timer.at)
    }

    /// Takes the first timer that is due at `now`, with the moment it was set to.
    pub(crate) fn pop_due(&mut self, now: DateTime<Utc>) -> Option<(DateTime<Utc>, Task)> {
        if self.next_at()? > now {
            return None;
        }
        self.heap.pop().map(|timer| (timer.at, timer.task))
    }

    /// Moves every timer, so that each keeps its remaining time over a clock set back.
    pub(crate) fn shift(&mut self, by: TimeDelta) {
        let mut timers = std::mem::take(&mut self.heap).into_vec();
        for timer in &mut timers {
            timer.at += by;
        }
        self.heap = timers.into();
    }

    pub(crate) fn len(&self) -> usize {
        self.heap.len()
    }
}

impl Ord for Timer {
    /// Earliest first, and in the order they were set within one moment.
    fn cmp(&self, other: &Self) -> Ordering {
        (other.at, other.number).cmp(&(self.at, self.number))
    }
}

impl PartialOrd for Timer {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Timer {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Timer {}
