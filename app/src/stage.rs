//! Everything in one process, on a simulated clock: database, carrier simulator, server and workers. What `wib dev`
//! and `wib demo` stand on.

mod clock;

use anyhow::Context;
use secrecy::SecretString;
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;
use workflows::audit::Keys;

pub use self::clock::SimClock;
use crate::{
    commands::serve,
    config::{Carrier, Config, Database, Http, Mail, Timers},
    metrics, migrate,
    postgres::{self, Embedded},
    server, signing,
    state::App,
    worker,
};

/// The simulated application's ids; any would do.
const CONNECTION: &str = "7267000000000000000";
const API_KEY: &str = "simulator";

/// How the stage is set.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The private server's database, where `DATABASE_URL` is unset.
    pub database: &'static str,
    /// Begin with an empty database.
    pub fresh: bool,
    pub port: u16,
    pub seed: u64,
    /// Virtual seconds in a real one.
    pub speed: f64,
    pub timers: Timers,
}

/// A running stage.
pub struct Stage {
    pub app: App,
    pub url: String,
    pub sim: simulator::Running,
    pub clock: SimClock,
    embedded: Option<Embedded>,
    serving: JoinHandle<std::io::Result<()>>,
    working: JoinHandle<Result<(), workers::runtime::Error>>,
}

impl Stage {
    /// Sets everything up; nothing is dialed yet.
    ///
    /// # Errors
    /// With what to do about it.
    pub async fn open(setting: Setting) -> anyhow::Result<Self> {
        let (embedded, database) = database(&setting).await?;
        migrate::run(secrecy::ExposeSecret::expose_secret(&database.migrate_url)).await?;
        let listener = listen(setting.port).await?;
        let port = listener.local_addr()?.port();
        let sim = simulator(&setting, port).await?;
        let keys = signing::of_workspace()?;
        metrics::install();
        let app = serve::assemble(config(&setting, database, &sim, port, keys)).await?;
        let clock = SimClock::new(app.db.clone(), sim.origin());
        clock.begin(setting.speed).await?;
        let runtime = workers::runtime::Config { grace: setting.timers.shutdown, ..Default::default() };
        let working = tokio::spawn(workers::worker::run(worker::environment(&app), runtime, app.stop.clone()));
        let serving = tokio::spawn(server::serve(app.clone(), listener));
        let url = format!("http://127.0.0.1:{port}");
        Ok(Self { app, url, sim, clock, embedded, serving, working })
    }

    /// Cancelled when everything shall end.
    #[must_use]
    pub fn stop(&self) -> CancellationToken {
        self.app.stop.clone()
    }

    /// Ends everything that was started, in the order that loses nothing.
    ///
    /// # Errors
    /// When a part did not end well.
    pub async fn close(self) -> anyhow::Result<()> {
        self.app.stop.cancel();
        self.working.await??;
        self.serving.await??;
        self.sim.shutdown().await;
        self.app.db.hub().disconnect();
        self.app.db.pool().close().await;
        self.app.webhook_db.pool().close().await;
        if let Some(embedded) = self.embedded {
            embedded.stop().await?;
        }
        Ok(())
    }
}

async fn database(setting: &Setting) -> anyhow::Result<(Option<Embedded>, Database)> {
    if std::env::var("DATABASE_URL").is_ok_and(|url| !url.is_empty()) {
        return Ok((None, Database::alone(crate::config::Env::process())?));
    }
    let embedded = Embedded::start(postgres::default_base(&std::env::current_dir()?)).await?;
    if setting.fresh {
        embedded.drop_database(setting.database).await?;
    }
    embedded.ensure_database(setting.database).await?;
    let mut database = Database::at(&embedded.app_url(setting.database));
    database.migrate_url = SecretString::from(embedded.owner_url(setting.database));
    Ok((Some(embedded), database))
}

async fn listen(port: u16) -> anyhow::Result<TcpListener> {
    TcpListener::bind(("127.0.0.1", port))
        .await
        .with_context(|| format!("port {port} is taken; choose another with --port"))
}

async fn simulator(setting: &Setting, port: u16) -> anyhow::Result<simulator::Running> {
    let now = chrono::Utc::now().timestamp_micros();
    let config = simulator::Config {
        bind: ([127, 0, 0, 1], 0).into(),
        seed: setting.seed,
        speed: setting.speed,
        messaging_webhook_url: Some(format!("http://127.0.0.1:{port}/webhooks/telnyx/sms")),
        resend_webhook_url: Some(format!("http://127.0.0.1:{port}/webhooks/resend")),
        api_key: Some(API_KEY.into()),
        resend_api_key: Some(API_KEY.into()),
        // The database may remember the webhooks of an earlier simulator.
        first_id: u64::try_from(now).unwrap_or(1),
        ..simulator::Config::default()
    };
    Ok(simulator::start(config).await?)
}

fn config(setting: &Setting, database: Database, sim: &simulator::Running, port: u16, keys: Keys) -> Config {
    Config {
        http: Http {
            bind: [127, 0, 0, 1].into(),
            port,
            public_url: format!("http://127.0.0.1:{port}"),
            metrics_addr: None,
        },
        database,
        carrier: Some(Carrier {
            api_key: API_KEY.into(),
            connection_id: CONNECTION.into(),
            credential_connection_id: CONNECTION.into(),
            public_key: sim.public_key_b64.clone().into(),
            base_url: sim.base_url.clone(),
            messaging_profile: None,
            live_allowed: false,
        }),
        mail: Some(Mail {
            api_key: API_KEY.into(),
            webhook_secret: sim.resend_signing_secret.clone().into(),
            base_url: sim.resend_base_url.clone(),
            live_allowed: false,
        }),
        timers: setting.timers,
        keys,
    }
}
