//! The simulator running: its listener, its one scheduler and its webhook sender.

mod edge;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::{Notify, mpsc};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::clock::real_now;
use crate::config::Config;
use crate::signature::Key;
use crate::svix::Secret;
use crate::webhook;
use crate::world::World;

/// Why a simulator does not start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It would be reachable from elsewhere.
    #[error("the carrier simulator listens on loopback only, not on {0}")]
    NotLoopback(SocketAddr),
    /// The address cannot be listened on.
    #[error("the carrier simulator cannot listen")]
    Listen(#[source] std::io::Error),
    /// The webhook client cannot be built.
    #[error("the carrier simulator has no HTTP client")]
    Client(#[source] reqwest::Error),
}

/// A simulator that runs until it is told to stop or is dropped.
#[derive(Debug)]
pub struct Running {
    /// Where it listens.
    pub addr: SocketAddr,
    /// The base URL for a carrier client, ending in `/v2`.
    pub base_url: String,
    /// The key that webhooks verify with, in base64.
    pub public_key_b64: String,
    /// The base URL for an email client, ending in `/resend`.
    pub resend_base_url: String,
    /// The secret that emails' webhooks verify with, beginning with `whsec_`.
    pub resend_signing_secret: String,
    stop: CancellationToken,
    asked: Arc<Notify>,
    server: Option<JoinHandle<()>>,
}

/// What handlers, scheduler and sender share.
pub(crate) struct Shared {
    world: Mutex<World>,
    moved: Notify,
    /// Told of each request that orders something.
    asked: Arc<Notify>,
    pub(crate) key: Key,
    pub(crate) secret: Secret,
    pub(crate) http: reqwest::Client,
    pub(crate) stop: CancellationToken,
}

/// Starts a simulator.
///
/// # Errors
/// When the address is not a loopback address or cannot be listened on.
pub async fn start(config: Config) -> Result<Running, Error> {
    if !config.bind.ip().is_loopback() {
        return Err(Error::NotLoopback(config.bind));
    }
    let listener = TcpListener::bind(config.bind).await.map_err(Error::Listen)?;
    let addr = listener.local_addr().map_err(Error::Listen)?;
    let shared = spawn(config, addr)?;
    let (public_key_b64, resend_signing_secret) = (shared.key.public_base64(), shared.secret.shown());
    let (stop, asked) = (shared.stop.clone(), shared.asked.clone());
    let stopped = stop.clone().cancelled_owned();
    let server = tokio::spawn(async move {
        let serving = axum::serve(listener, edge::router(shared)).with_graceful_shutdown(stopped);
        if let Err(error) = serving.await {
            tracing::error!(%error, "carrier simulator stopped listening");
        }
    });
    tracing::info!(sim.addr = %addr, "carrier simulator listens on {addr}");
    Ok(Running {
        addr,
        base_url: format!("http://{addr}/v2"),
        public_key_b64,
        resend_base_url: format!("http://{addr}/resend"),
        resend_signing_secret,
        stop,
        asked,
        server: Some(server),
    })
}

impl Running {
    /// Stops it: open requests are cut off, webhooks under way are forgotten.
    pub async fn shutdown(mut self) {
        self.stop.cancel();
        if let Some(server) = self.server.take() {
            // A client that keeps a connection open must not hold us up.
            let patience = Duration::from_secs(1);
            let abort = server.abort_handle();
            if tokio::time::timeout(patience, server).await.is_err() {
                abort.abort();
            }
        }
    }

    /// Returns when somebody next orders something, before it is answered: the moment to let something go wrong.
    pub async fn next_order(&self) {
        self.asked.notified().await;
    }

    /// The origin of the control API, without `/sim`.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("http://{}", self.addr)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

fn spawn(config: Config, addr: SocketAddr) -> Result<Arc<Shared>, Error> {
    let (outbox, due) = mpsc::unbounded_channel();
    let (key, secret) = (Key::from_seed(config.seed), Secret::from_seed(config.seed));
    let world = World::new(Arc::new(config), format!("http://{addr}"), outbox);
    let shared = Arc::new(Shared {
        world: Mutex::new(world),
        moved: Notify::new(),
        asked: Arc::default(),
        key,
        secret,
        http: client().map_err(Error::Client)?,
        stop: CancellationToken::new(),
    });
    let stop = shared.stop.clone();
    tokio::spawn(stop.clone().run_until_cancelled_owned(webhook::send_all(shared.clone(), due)));
    tokio::spawn(stop.run_until_cancelled_owned(live(shared.clone())));
    Ok(shared)
}

/// Connections are kept, redirects are failures: a carrier does not follow them.
fn client() -> reqwest::Result<reqwest::Client> {
    // Somebody else may have chosen already, which is as good.
    drop(rustls::crypto::ring::default_provider().install_default());
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .pool_max_idle_per_host(256)
        .tcp_nodelay(true)
        .build()
}

/// Lets virtual time pass: wakes for each timer, and when somebody moved one.
async fn live(shared: Arc<Shared>) {
    loop {
        let wait = shared.world().wait_for_next();
        let sleep = async {
            match wait {
                Some(wait) => tokio::time::sleep(wait).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = sleep => {}
            () = shared.moved.notified() => {}
        }
    }
}

impl World {
    /// Fires what is due and says how long nothing else will be.
    fn wait_for_next(&mut self) -> Option<Duration> {
        self.catch_up();
        self.clock.until(self.timers.next_at()?, real_now())
    }
}

impl Shared {
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        // A panic in one request is reported there; the world it left is still a world.
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells the scheduler that its next timer may be another one.
    pub(crate) fn moved(&self) {
        self.moved.notify_one();
    }
}
