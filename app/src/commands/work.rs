//! `wib work`: job workers, pacer, scheduler, rescue.

use std::process::ExitCode;

use clap::Args as ClapArgs;
use workers::runtime;

use crate::{config::Config, worker};

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
    if app.config.keys.signer.is_none() {
        tracing::warn!("the audit chain is not signed; set WIB_SIGNING_KEY");
    }
    let runtime = runtime::Config { grace: app.config.timers.shutdown, ..runtime::Config::default() };
    let runtime = if args.queues.is_empty() { runtime } else { runtime.only(&known(&args.queues)?) };
    Box::pin(workers::worker::run(worker::environment(&app), runtime, app.stop.clone())).await?;
    Ok(ExitCode::SUCCESS)
}

fn known(queues: &[String]) -> anyhow::Result<Vec<&'static str>> {
    let all = workflows::queue::NAMES.join(", ");
    let one = |name: &String| {
        workflows::queue::known(name).ok_or_else(|| anyhow::anyhow!("no queue {name}; there are {all}"))
    };
    queues.iter().map(one).collect()
}
