//! `wib work`: job workers, pacer, scheduler, rescue.

use std::process::ExitCode;

use anyhow::Context;
use clap::Args as ClapArgs;
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;
use workers::{runtime, vital::Vital};

use crate::{config::Config, metrics, server, state::App, worker};

/// Which work.
#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// Only these queues, separated by commas; all of them unless given
    #[arg(long, value_delimiter = ',')]
    queues: Vec<String>,
}

pub(super) async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let app = super::serve::assemble(Config::from_env()?).await?;
    tokio::spawn(super::serve::stop_on_signal(app.stop.clone()));
    let (vital, done) = (Vital::default(), CancellationToken::new());
    let answering = answer(&app, &vital, &done).await?;
    if app.config.keys.signer.is_none() {
        tracing::warn!("the audit chain is not signed; set WIB_SIGNING_KEY");
    }
    let runtime = runtime::Config { grace: app.config.timers.shutdown, vital, ..runtime::Config::default() };
    let runtime = if args.queues.is_empty() { runtime } else { runtime.only(&known(&args.queues)?) };
    Box::pin(workers::worker::run(worker::environment(&app), runtime, app.stop.clone())).await?;
    done.cancel();
    answering.await??;
    Ok(ExitCode::SUCCESS)
}

/// Answers probes and scrapes, where that is wanted.
async fn answer(app: &App, vital: &Vital, done: &CancellationToken) -> anyhow::Result<JoinHandle<std::io::Result<()>>> {
    // A worker that was told to stop takes nothing new at once: there is nothing to wait for.
    let mut app = app.clone();
    app.leaving = app.stop.clone();
    let Some(address) = app.config.http.metrics_addr else { return Ok(tokio::spawn(async { Ok(()) })) };
    let listener = TcpListener::bind(address)
        .await
        .with_context(|| format!("cannot listen on {address}; set WIB_METRICS_ADDR"))?;
    tracing::info!("answering /readyz and /metrics on http://{}", listener.local_addr()?);
    metrics::install();
    Ok(tokio::spawn(server::worker::answer(app, vital.clone(), listener, done.clone())))
}

fn known(queues: &[String]) -> anyhow::Result<Vec<&'static str>> {
    let all = workflows::queue::NAMES.join(", ");
    let one = |name: &String| {
        workflows::queue::known(name).ok_or_else(|| anyhow::anyhow!("no queue {name}; there are {all}"))
    };
    queues.iter().map(one).collect()
}
