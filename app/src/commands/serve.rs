//! `wib serve`: pages, API, webhooks, realtime.

use std::process::ExitCode;

use anyhow::Context;
use secrecy::ExposeSecret;
use sqlx::{
    PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use tokio::net::TcpListener;
use workflows::{db::Db, hub::Hub};

use crate::{
    config::{self, Carrier, Config, Env, Mail},
    migrate::{self, Mismatch},
    server,
    state::{App, Providers},
};

pub(super) async fn run() -> anyhow::Result<ExitCode> {
    let config = Config::from_env()?;
    let app = assemble(config).await?;
    let address = app.config.http.address();
    let listener = TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}; set PORT"))?;
    tracing::info!("listening on http://{}", listener.local_addr()?);
    tokio::spawn(leave_on_signal(app.clone()));
    server::serve(app, listener).await?;
    Ok(ExitCode::SUCCESS)
}

/// Connects everything a server needs. Webhooks get a third of the connections, for themselves.
///
/// # Errors
/// When the database is away or has an older schema.
pub async fn assemble(config: Config) -> anyhow::Result<App> {
    let (database, all) = (&config.database, config.database.connections);
    let pool = pool(database, all - all / 3 - 2).await?;
    fit(&pool).await?;
    let hub = Hub::default();
    match &database.direct_url {
        Some(url) => hub.connect(direct(url.expose_secret())),
        None => tracing::warn!("no WIB_DIRECT_DATABASE_URL: other processes' work and events are found by polling"),
    }
    let db = Db::over(pool, hub.clone()).await?.pooled(database.pooled);
    let webhook_db = Db::over(self::pool(database, all / 3).await?, hub).await?.pooled(database.pooled);
    let providers = Providers {
        carrier: config.carrier.as_ref().map(client).transpose()?,
        mail: config.mail.as_ref().map(mail_client).transpose()?,
    };
    Ok(App::new(config, db, webhook_db, providers))
}

/// The database alone, for commands that need nothing else.
///
/// # Errors
/// When it is away or has an older schema.
pub async fn database() -> anyhow::Result<Db> {
    let database = config::Database::alone(Env::process())?;
    let pool = pool(&database, 2).await?;
    fit(&pool).await?;
    Ok(Db::over(pool, Hub::default()).await?.pooled(database.pooled))
}

/// The carrier's client.
///
/// # Errors
/// When the address or the key cannot be used.
pub fn client(carrier: &Carrier) -> anyhow::Result<telnyx::Client> {
    Ok(telnyx::Client::new(telnyx::Config {
        base_url: carrier.base_url.clone(),
        api_key: carrier.api_key.clone(),
        connection_id: carrier.connection_id.clone(),
        timeout: telnyx::Config::DEFAULT_TIMEOUT,
    })?)
}

/// The e-mail provider's client.
///
/// # Errors
/// When the address or the key cannot be used.
pub fn mail_client(mail: &Mail) -> anyhow::Result<resend::Client> {
    Ok(resend::Client::new(resend::client::Config {
        base_url: mail.base_url.clone(),
        api_key: mail.api_key.clone(),
        timeout: resend::client::Config::DEFAULT_TIMEOUT,
    })?)
}

/// At SIGINT or SIGTERM a server says that it is not ready, and ends when balancers have had time to hear it.
async fn leave_on_signal(app: App) {
    signalled().await;
    app.leaving.cancel();
    tokio::time::sleep(app.config.timers.drain).await;
    app.stop.cancel();
}

/// Cancels the token at SIGINT or SIGTERM.
pub async fn stop_on_signal(stop: tokio_util::sync::CancellationToken) {
    signalled().await;
    stop.cancel();
}

async fn signalled() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else { return std::future::pending().await };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
    tracing::info!("stopping");
}

pub(super) async fn pool(database: &config::Database, connections: u32) -> anyhow::Result<PgPool> {
    let way: PgConnectOptions = database.url.expose_secret().parse()?;
    // PgBouncer refuses the parameter, and forgets a statement with its transaction.
    let way = if database.pooled { way.statement_cache_capacity(0).extra_float_digits(None) } else { way };
    let options = PgPoolOptions::new().max_connections(connections);
    // A pool that is dry for so long means trouble; webhooks have to say 503 within a second (INVARIANTS, c1).
    let options = options.acquire_timeout(std::time::Duration::from_secs(3));
    options.connect_with(way).await.context("the database is away; is DATABASE_URL right and the server running?")
}

/// Two connections past any pooler: one listens, one notifies.
pub(super) fn direct(url: &str) -> PgPool {
    let options = PgPoolOptions::new().max_connections(2);
    options.connect_lazy(url).expect("the address was checked with the configuration")
}

/// Refuses an older schema; a newer one is worth a warning.
pub(super) async fn fit(pool: &PgPool) -> anyhow::Result<()> {
    match migrate::check(pool).await {
        Err(newer @ Mismatch::Newer { .. }) => tracing::warn!("{newer}"),
        other => other?,
    }
    Ok(())
}
