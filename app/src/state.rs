//! What every handler shares.

use std::sync::Arc;

use axum::extract::FromRef;
use tokio_util::sync::CancellationToken;
use workflows::db::Db;

use crate::{
    config::Config,
    presence::Presence,
    realtime::{Live, Realtime},
};

/// The running application, cheap to clone.
#[derive(Clone)]
pub struct App {
    pub config: Arc<Config>,
    /// For pages and the API.
    pub db: Db,
    /// For webhooks: a pool of their own, which no slow page can starve.
    pub webhook_db: Db,
    pub realtime: Realtime,
    pub live: Live,
    pub presence: Presence,
    /// None: no provider is configured.
    pub carrier: Option<telnyx::Client>,
    /// Cancelled when the process is told to stop: open streams end.
    pub stop: CancellationToken,
}

impl App {
    /// Puts an application together and starts its realtime tail.
    #[must_use]
    pub fn new(config: Config, db: Db, webhook_db: Db, carrier: Option<telnyx::Client>) -> Self {
        let stop = CancellationToken::new();
        let realtime = Realtime::start(db.clone(), stop.clone());
        Self {
            config: Arc::new(config),
            presence: Presence::new(db.clone()),
            live: Live::default(),
            db,
            webhook_db,
            realtime,
            carrier,
            stop,
        }
    }

    /// Is the carrier the simulator? Then the pages say so.
    #[must_use]
    pub fn simulated(&self) -> bool {
        self.config.carrier.as_ref().is_some_and(crate::config::Carrier::simulated)
    }
}

impl FromRef<App> for Db {
    fn from_ref(app: &App) -> Self {
        app.db.clone()
    }
}
