//! One queue's part of this process: what is claimed and not started, what runs, and how much more is wanted.

use std::{
    collections::{BTreeMap, VecDeque},
    mem,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    task::Waker,
    time::{Duration, Instant},
};

use futures::task::AtomicWaker;
use workflows::job::JobId;

use super::{Claimed, permits::Permit};
use crate::runtime::Queue;

/// Jobs are claimed ahead for about so long: a claim's round trip is hidden, and no other worker waits for long for
/// what this one holds back.
const AHEAD: Duration = Duration::from_millis(250);

/// As many are claimed beyond the room there is, at most.
const BEYOND: usize = 1_000;

/// How many jobs to claim: those there is room for, and more in case they are at their limits.
#[derive(Clone, Copy, Default)]
pub(super) struct Want {
    pub(super) room: usize,
    pub(super) beyond: usize,
}

impl Want {
    pub(super) fn jobs(self) -> usize {
        self.room + self.beyond
    }
}

/// A permit is asked for no longer before it can be used: it is good for not much longer than this.
const GOOD: Duration = Duration::from_millis(8);

/// What a lane says when an apalis worker asks for a job.
pub(super) enum Turn {
    /// This one.
    Start(Arc<Claimed>),
    /// This one must be given back first: its lease is gone.
    Stale(Arc<Claimed>),
    /// This one needs another permit: its own was not used in time.
    Void(Arc<Claimed>),
    /// There is one, but not before that moment.
    Later(Instant),
    /// None; the waker will say when to ask again.
    Nothing,
}

pub(crate) struct Lane {
    pub(super) setup: Queue,
    state: Mutex<State>,
    waker: AtomicWaker,
    /// There may be due jobs that nobody claimed.
    hungry: AtomicBool,
}

struct State {
    ready: VecDeque<Arc<Claimed>>,
    /// Those of limited kinds that have no permit yet.
    limited: VecDeque<Arc<Claimed>>,
    /// Those whose permit is for later.
    timed: BTreeMap<(Permit, JobId), Arc<Claimed>>,
    running: usize,
    /// Finished, but not yet committed.
    unsaved: usize,
    concurrency: usize,
    paused: bool,
    closed: bool,
    /// So many more are claimed than there is room for: those claimed last were at their limits.
    beyond: usize,
    /// Started since `measured`, and starts per second before that.
    starts: u32,
    measured: Instant,
    rate: f64,
}

impl Lane {
    pub(super) fn new(setup: Queue) -> Self {
        let now = Instant::now();
        let state = State {
            ready: VecDeque::new(),
            limited: VecDeque::new(),
            timed: BTreeMap::new(),
            running: 0,
            unsaved: 0,
            concurrency: setup.concurrency,
            paused: false,
            closed: false,
            beyond: 0,
            starts: 0,
            measured: now,
            rate: 0.0,
        };
        Self { setup, state: Mutex::new(state), waker: AtomicWaker::new(), hungry: AtomicBool::new(true) }
    }

    pub(crate) fn name(&self) -> &'static str {
        self.setup.name
    }

    pub(crate) fn timeout(&self) -> Duration {
        self.setup.timeout
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A panic inside leaves counters, not half-done work.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn register(&self, waker: &Waker) {
        self.waker.register(waker);
    }

    /// The next job to start, if one may.
    pub(super) fn turn(&self, now: Instant) -> Turn {
        let mut state = self.state();
        if state.is_shut() || state.running >= state.concurrency || state.unsaved >= self.setup.unsaved {
            return Turn::Nothing;
        }
        let Some((permitted, job)) = state.pop(now) else {
            return state.timed.first_key_value().map_or(Turn::Nothing, |((permit, _), _)| Turn::Later(permit.from));
        };
        if !job.lease.is_live() {
            return Turn::Stale(job);
        }
        if !permitted {
            return Turn::Void(job);
        }
        state.running += 1;
        state.starts += 1;
        Turn::Start(job)
    }

    /// A handler ended; its outcome is on its way to the acker.
    pub(super) fn ended(&self) {
        let mut state = self.state();
        state.running -= 1;
        state.unsaved += 1;
    }

    /// So many outcomes are committed.
    pub(super) fn saved(&self, n: usize) {
        let mut state = self.state();
        state.unsaved = state.unsaved.saturating_sub(n);
        drop(state);
        self.waker.wake();
    }

    pub(super) fn put(&self, jobs: impl IntoIterator<Item = Arc<Claimed>>) {
        self.state().ready.extend(jobs);
        self.waker.wake();
    }

    pub(super) fn put_at(&self, permit: Permit, job: Arc<Claimed>) {
        self.state().timed.insert((permit, job.id), job);
        self.waker.wake();
    }

    /// Keeps jobs that need a permit first, before those that came later; tells how many were kept already.
    pub(super) fn keep(&self, jobs: impl DoubleEndedIterator<Item = Arc<Claimed>>) -> usize {
        let mut state = self.state();
        let before = state.limited.len();
        jobs.rev().for_each(|job| state.limited.push_front(job));
        before
    }

    /// Jobs to ask permits for, and how many may have one: no more than start while a permit is good.
    pub(super) fn ask(&self, now: Instant) -> (Vec<Arc<Claimed>>, usize) {
        let mut state = self.state();
        let most = state.at_once();
        if !state.is_askable(now) {
            return (Vec::new(), 0);
        }
        (state.limited.drain(..).collect(), most)
    }

    pub(super) fn is_askable(&self, now: Instant) -> bool {
        self.state().is_askable(now)
    }

    /// Everything not yet started, to be given back.
    pub(super) fn drain(&self) -> Vec<Arc<Claimed>> {
        let mut state = self.state();
        let timed = mem::take(&mut state.timed).into_values();
        timed.chain(mem::take(&mut state.ready)).chain(mem::take(&mut state.limited)).collect()
    }

    /// Hands nothing out any more.
    pub(super) fn close(&self) {
        self.state().closed = true;
    }

    /// What the operators say now.
    pub(super) fn obey(&self, paused: bool, concurrency: Option<i32>) {
        let mut state = self.state();
        state.paused = paused;
        state.concurrency = concurrency.and_then(|n| usize::try_from(n).ok()).unwrap_or(self.setup.concurrency);
        drop(state);
        self.waker.wake();
    }

    /// How many handlers are at work.
    pub(super) fn running(&self) -> usize {
        self.state().running
    }

    pub(super) fn is_paused(&self) -> bool {
        self.state().paused
    }

    /// There may be due jobs.
    pub(super) fn hint(&self) {
        self.hungry.store(true, Relaxed);
    }

    /// How much to claim now; asked with the intent to claim it.
    pub(super) fn want(&self, now: Instant) -> Want {
        let want = self.room(now);
        if want.room > 0 && self.hungry.swap(false, Relaxed) { want } else { Want::default() }
    }

    /// Whether the pump has something to do here.
    pub(super) fn is_claimable(&self, now: Instant) -> bool {
        self.hungry.load(Relaxed) && self.room(now).room > 0
    }

    fn room(&self, now: Instant) -> Want {
        let mut state = self.state();
        if state.is_shut() {
            return Want::default();
        }
        let beyond = state.beyond;
        Want { room: state.room(self.setup.ahead, now), beyond }
    }

    /// Of a claim so many were admitted and refused. While nearly all are at their limits the next claim takes more, so
    /// that whatever waits behind them is soon found.
    pub(super) fn ruled(&self, admitted: usize, refused: usize) {
        let mut state = self.state();
        state.beyond = if refused > admitted * 8 { (state.beyond.max(16) * 2).min(BEYOND) } else { 0 };
    }
}

impl State {
    fn is_shut(&self) -> bool {
        self.paused || self.closed
    }

    /// Some wait for a permit, and few have one that is due.
    fn is_askable(&self, now: Instant) -> bool {
        let due = self.timed.keys().take_while(|(permit, _)| permit.from <= now);
        let most = self.at_once();
        !self.is_shut() && !self.limited.is_empty() && most > 0 && due.take(BEYOND).count() * 2 <= most
    }

    /// So many start within the shortest time that a permit is good for.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small number")]
    fn at_once(&self) -> usize {
        self.concurrency.saturating_sub(self.running) + (self.rate * GOOD.as_secs_f64()).min(1_000.0) as usize
    }

    /// The next job, and whether its permit, if it needs one, is still good.
    fn pop(&mut self, now: Instant) -> Option<(bool, Arc<Claimed>)> {
        let timed = self.timed.first_entry().filter(|first| first.key().0.from <= now);
        if let Some(first) = timed {
            let ((permit, _), job) = first.remove_entry();
            return Some((permit.until >= now, job));
        }
        self.ready.pop_front().map(|job| (true, job))
    }

    /// Free slots and what is worth claiming ahead, less what waits already; nothing while more than half of it is
    /// there, so that claims come in batches.
    fn room(&mut self, ahead: usize, now: Instant) -> usize {
        let free = self.concurrency.saturating_sub(self.running);
        let target = free + self.ahead(ahead, now);
        let waiting = self.ready.len() + self.timed.len() + self.limited.len();
        if ahead > 0 && waiting * 2 > target { 0 } else { target.saturating_sub(waiting) }
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a usize first")]
    fn ahead(&mut self, most: usize, now: Instant) -> usize {
        let elapsed = now - self.measured;
        if elapsed >= Duration::from_millis(5) {
            self.rate = (self.rate + f64::from(self.starts) / elapsed.as_secs_f64()) / 2.0;
            (self.starts, self.measured) = (0, now);
        }
        (self.rate * AHEAD.as_secs_f64()).min(most as f64) as usize
    }
}
