//! Hints: "look now", told to waiters after a commit.
//!
//! A hint carries nothing and may be lost; whoever waits also polls. Waiters in this process are told at once,
//! other processes by one coalesced `NOTIFY` from a connection of its own: a `NOTIFY` inside the transaction takes a
//! database-wide lock at commit and serialises every fsync (measured: 0.37 of the commits per second).

use std::{
    collections::HashSet,
    sync::{Arc, OnceLock},
    time::Duration,
};

use sqlx::{PgConnection, PgPool, postgres::PgListener};
use tokio::{
    sync::{broadcast, mpsc},
    task::AbortHandle,
};
use uuid::Uuid;

/// The channel processes listen on.
const CHANNEL: &str = "wib_hints";
/// Hints that gather while one `NOTIFY` is on its way travel together.
const COALESCE: usize = 1_000;

/// What there may be to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Hint {
    /// A queue has a new job.
    Queue(&'static str),
    /// The events table has new rows.
    Events,
    /// An agent became free, a call ended, a campaign changed: pacing may decide differently.
    Pacer,
}

impl Hint {
    fn word(self) -> &'static str {
        match self {
            Self::Queue(queue) => queue,
            Self::Events => "!events",
            Self::Pacer => "!pacer",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        match word {
            "!events" => Some(Self::Events),
            "!pacer" => Some(Self::Pacer),
            queue => crate::queue::known(queue).map(Self::Queue),
        }
    }
}

/// Where hints are told and heard. Cheap to clone; one per process.
#[derive(Clone, Debug)]
pub struct Hub {
    local: broadcast::Sender<Hint>,
    remote: Arc<OnceLock<mpsc::UnboundedSender<Hint>>>,
    tasks: Arc<OnceLock<[AbortHandle; 2]>>,
    me: Uuid,
}

impl Default for Hub {
    fn default() -> Self {
        Self { local: broadcast::channel(4_096).0, remote: Arc::default(), tasks: Arc::default(), me: Uuid::new_v4() }
    }
}

impl Hub {
    /// Hears every hint from now on. A lagging receiver should treat the gap as "anything may have happened".
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<Hint> {
        self.local.subscribe()
    }

    /// Tells waiters here, and those elsewhere if [`Hub::connect`] was called. To be called after the commit.
    pub fn tell(&self, hints: impl IntoIterator<Item = Hint>) {
        for hint in hints {
            // No receiver is no error: hints are for whoever waits.
            let _ = self.local.send(hint);
            if let Some(remote) = self.remote.get() {
                let _ = remote.send(hint);
            }
        }
    }

    /// Joins this process to the others on the same database: tells them our hints, hears theirs.
    ///
    /// `direct` must reach Postgres itself, not a transaction pooler: LISTEN belongs to a session. Without it the
    /// processes still work, by polling.
    pub fn connect(&self, direct: PgPool) {
        let (tell, hints) = mpsc::unbounded_channel();
        if self.remote.set(tell).is_ok() {
            let telling = tokio::spawn(notify(direct.clone(), self.me, hints));
            let hearing = tokio::spawn(listen(direct, self.clone()));
            // Set once, above: nobody else sets these.
            let _ = self.tasks.set([telling.abort_handle(), hearing.abort_handle()]);
        }
    }

    /// Leaves the others: before the database is stopped, so that nobody complains that it is gone.
    pub fn disconnect(&self) {
        self.tasks.get().into_iter().flatten().for_each(AbortHandle::abort);
    }
}

async fn notify(pool: PgPool, me: Uuid, mut hints: mpsc::UnboundedReceiver<Hint>) {
    let mut batch = Vec::new();
    while hints.recv_many(&mut batch, COALESCE).await > 0 {
        let words: HashSet<&str> = batch.drain(..).map(Hint::word).collect();
        let payload = words.into_iter().fold(me.to_string(), |all, word| all + " " + word);
        if let Err(error) = tell_others(&pool, &payload).await {
            tracing::warn!(%error, "hints were not sent; other processes find the work by polling");
        }
    }
}

async fn tell_others(pool: &PgPool, payload: &str) -> Result<(), sqlx::Error> {
    let mut connection = pool.acquire().await?;
    let connection: &mut PgConnection = &mut connection;
    sqlx::query("select pg_notify($1, $2)").bind(CHANNEL).bind(payload).execute(connection).await?;
    Ok(())
}

async fn listen(pool: PgPool, hub: Hub) {
    loop {
        if let Err(error) = hear(&pool, &hub).await {
            tracing::warn!(%error, "no hints from other processes for now");
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

async fn hear(pool: &PgPool, hub: &Hub) -> Result<(), sqlx::Error> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(CHANNEL).await?;
    loop {
        let notification = listener.recv().await?;
        let mut words = notification.payload().split(' ');
        if words.next().is_none_or(|from| from == hub.me.to_string()) {
            continue;
        }
        for hint in words.filter_map(Hint::from_word) {
            let _ = hub.local.send(hint);
        }
    }
}
