//! Who is here: any request of a person, and any stream they hold open, counts as a heartbeat, written at most every
//! five seconds of real time.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use workflows::{
    db::Db,
    id::UserId,
    identity::{Principal, session},
};

/// An agent is lost after three missed beats (the platform's default grace is 15 s).
pub const BEAT: Duration = Duration::from_secs(5);

/// The last heartbeat of everybody this process has seen.
#[derive(Clone)]
pub struct Presence {
    db: Db,
    seen: Arc<Mutex<HashMap<UserId, Instant>>>,
}

impl Presence {
    /// Nobody was here yet.
    #[must_use]
    pub fn new(db: Db) -> Self {
        Self { db, seen: Arc::default() }
    }

    /// This person is here now. A failed write is not theirs to hear about.
    pub async fn beat(&self, principal: &Principal) {
        let Some(user) = principal.user().filter(|user| self.due(*user)) else { return };
        if let Err(error) = session::touch(&self.db, principal.org, user).await {
            tracing::warn!(%error, "a heartbeat was not written");
        }
    }

    fn due(&self, user: UserId) -> bool {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        // A little early, so that a stream's own five-second tick always counts.
        let due = seen.get(&user).is_none_or(|last| now.duration_since(*last) >= BEAT - Duration::from_millis(500));
        if due {
            seen.retain(|_, last| now.duration_since(*last) < Duration::from_secs(60));
            seen.insert(user, now);
        }
        due
    }
}
