//! Whether this worker process is fit for work, as it knows itself: for its readiness.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

/// Orders and due moments are read several times a second; whoever has not for so long cannot claim.
const LOOKS_WITHIN: Duration = Duration::from_secs(5);

/// Signs of life of one worker process. Cheap to clone; clones tell of the same.
#[derive(Clone, Debug, Default)]
pub struct Vital(Arc<Mutex<Signs>>);

#[derive(Clone, Copy, Debug, Default)]
struct Signs {
    leased_until: Option<Instant>,
    looked_at: Option<Instant>,
}

impl Vital {
    /// Whether it holds a lease that has not run out.
    #[must_use]
    pub fn is_leased(&self) -> bool {
        self.signs(|signs| signs.leased_until).is_some_and(|until| Instant::now() < until)
    }

    /// Whether it looked for jobs just now.
    #[must_use]
    pub fn claims(&self) -> bool {
        self.signs(|signs| signs.looked_at).is_some_and(|at| at.elapsed() < LOOKS_WITHIN)
    }

    pub(crate) fn leased(&self, ttl: Duration) {
        self.signs(|signs| signs.leased_until = Some(Instant::now() + ttl));
    }

    pub(crate) fn lost(&self) {
        self.signs(|signs| signs.leased_until = None);
    }

    pub(crate) fn looked(&self) {
        self.signs(|signs| signs.looked_at = Some(Instant::now()));
    }

    fn signs<T>(&self, read: impl FnOnce(&mut Signs) -> T) -> T {
        read(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
