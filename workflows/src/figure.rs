//! What the database knows of how the installation does: for metrics and alerts. Across organisations; counts and ages only.
//!
//! Every figure is bounded: no scrape gets slower with a backlog or with history. Whoever asks again within
//! `FRESH` gets the same answer, so that ten scrapers cost what one does.

mod read;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::sync::Mutex;

use crate::db::Db;

pub use self::read::read;

/// So long one reading serves everybody.
const FRESH: Duration = Duration::from_secs(5);

/// One reading.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    pub queues: Vec<Queue>,
    /// Worker processes with a living lease.
    pub workers: i64,
    /// Real seconds since the last lease ran out, while there is none; none where none ever was.
    pub workers_gone_secs: Option<f64>,
    /// Jobs that died in the last hour, and how long ago the first of them did.
    pub dead: i64,
    pub dead_secs: Option<f64>,
    /// Live calls by state.
    pub calls: Vec<(String, i64)>,
    /// While calls are live: since the carrier last said anything about one of them.
    pub calls_silent_secs: Option<f64>,
    /// The oldest call whose outcome nobody knows.
    pub unknown_secs: Option<f64>,
    /// Lines that no link of an audit chain holds yet; 10,001 stands for more.
    pub unchained: i64,
    /// The oldest of them.
    pub unchained_secs: Option<f64>,
    /// Keys that a provider asked us to leave alone, by class.
    pub paused: Vec<(&'static str, i64)>,
    /// Campaigns at work whose people do not add up to those planned.
    pub unbalanced: i64,
    /// The worst share of its cap of abandoned calls that a running campaign has used, 1 being all of it.
    pub abandonment: f64,
}

/// How one queue stands. Counts stop at 10,001: more than ten thousand.
#[derive(Clone, Debug)]
pub struct Queue {
    pub name: String,
    pub paused: bool,
    pub pending: i64,
    pub scheduled: i64,
    /// As the processes' heartbeats tell.
    pub running: i64,
    /// How long the oldest due job waits.
    pub oldest_secs: f64,
}

/// When they were read, and what was.
type Last = (Instant, Arc<Figures>);

/// Reads the figures, not more often than they change.
#[derive(Clone, Debug)]
pub struct Reader {
    db: Db,
    last: Arc<Mutex<Option<Last>>>,
}

impl Reader {
    /// Has read nothing yet.
    #[must_use]
    pub fn new(db: Db) -> Self {
        Self { db, last: Arc::default() }
    }

    /// The figures, at most five seconds old.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn get(&self) -> Result<Arc<Figures>, sqlx::Error> {
        let mut last = self.last.lock().await;
        if let Some((_, figures)) = last.as_ref().filter(|(at, _)| at.elapsed() < FRESH) {
            return Ok(figures.clone());
        }
        let figures = Arc::new(read(&self.db).await?);
        *last = Some((Instant::now(), figures.clone()));
        Ok(figures)
    }
}
