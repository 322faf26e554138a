//! Who listens to which topic of which organisation.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::{DateTime, Utc};
use serde_json::Value;
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;
use workflows::{db::Db, event, id::OrgId};

use super::tail;

/// What a slow reader may fall behind before it is told to look anew.
const BACKLOG: usize = 256;

/// One event, as it was committed.
#[derive(Clone, Debug)]
pub struct Event {
    pub id: i64,
    pub org: OrgId,
    pub topic: String,
    pub kind: String,
    pub payload: Value,
    pub at: DateTime<Utc>,
}

impl From<event::Stored> for Event {
    fn from(e: event::Stored) -> Self {
        Self { id: e.id, org: e.org, topic: e.topic, kind: e.kind, payload: e.payload, at: e.at }
    }
}

type Topics = HashMap<(OrgId, String), broadcast::Sender<Arc<Event>>>;

/// The process's one ear, shared by all its streams.
#[derive(Clone, Default)]
pub struct Realtime {
    topics: Arc<Mutex<Topics>>,
}

impl Realtime {
    /// Starts the tail. Only a process that serves needs one.
    pub fn start(&self, db: Db, stop: CancellationToken) {
        tokio::spawn(tail::follow(db, self.clone(), stop));
    }

    /// Hears a topic from now on. A receiver that lags should look anew.
    #[must_use]
    pub fn subscribe(&self, org: OrgId, topic: &str) -> broadcast::Receiver<Arc<Event>> {
        let mut topics = self.topics.lock().unwrap_or_else(PoisonError::into_inner);
        topics.retain(|_, sender| sender.receiver_count() > 0);
        topics.entry((org, topic.to_owned())).or_insert_with(|| broadcast::channel(BACKLOG).0).subscribe()
    }

    pub(super) fn tell(&self, event: Event) {
        let topics = self.topics.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = topics.get(&(event.org, event.topic.clone())) {
            // Nobody listening any more is no error.
            let _ = sender.send(Arc::new(event));
        }
    }
}
