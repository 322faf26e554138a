//! What every handler shares.

use std::sync::{Arc, OnceLock};

use axum::extract::FromRef;
use tokio_util::sync::CancellationToken;
use workflows::{db::Db, figure, id::OrgId};

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
    /// None: no e-mail provider is configured.
    pub mail: Option<resend::Client>,
    /// What the database knows of how the installation does.
    pub figures: figure::Reader,
    /// Cancelled when the process is told to stop: it is not ready any more.
    pub leaving: CancellationToken,
    /// Cancelled when it stops, perhaps a while later: open streams end.
    pub stop: CancellationToken,
    demo: Arc<OnceLock<OrgId>>,
}

/// Whom the application speaks to outside.
#[derive(Clone, Debug, Default)]
pub struct Providers {
    pub carrier: Option<telnyx::Client>,
    pub mail: Option<resend::Client>,
}

impl App {
    /// Puts an application together. Nothing runs yet.
    #[must_use]
    pub fn new(config: Config, db: Db, webhook_db: Db, providers: Providers) -> Self {
        Self {
            config: Arc::new(config),
            presence: Presence::new(db.clone()),
            live: Live::default(),
            figures: figure::Reader::new(db.clone()),
            db,
            webhook_db,
            realtime: Realtime::default(),
            carrier: providers.carrier,
            mail: providers.mail,
            leaving: CancellationToken::new(),
            stop: CancellationToken::new(),
            demo: Arc::default(),
        }
    }

    /// Is the carrier the simulator? Then the pages say so.
    #[must_use]
    pub fn simulated(&self) -> bool {
        self.config.carrier.as_ref().is_some_and(crate::config::Carrier::simulated)
    }

    /// From now on the sign-in page offers this organisation's people without a password, as long as nobody real can
    /// be called.
    pub fn offer_demo(&self, org: OrgId) {
        // Offered once; a second demo in one process is nobody's wish.
        let _ = self.demo.set(org);
    }

    /// The organisation whose people sign in without a password.
    #[must_use]
    pub fn demo_org(&self) -> Option<OrgId> {
        self.demo.get().copied().filter(|_| self.simulated())
    }
}

impl FromRef<App> for Db {
    fn from_ref(app: &App) -> Self {
        app.db.clone()
    }
}
