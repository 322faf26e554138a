//! `wib work`: job workers, pacer, scheduler, rescue.

use std::process::ExitCode;

use clap::Args as ClapArgs;

use crate::config::Config;

/// Which work.
#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// Only these queues, separated by commas; all of them unless given
    #[arg(long, value_delimiter = ',')]
    queues: Vec<String>,
}

pub(super) async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let config = Config::from_env()?;
    for queue in &args.queues {
        anyhow::ensure!(
            workflows::queue::known(queue).is_some(),
            "there is no queue {queue}; there are {}",
            workflows::queue::NAMES.join(", ")
        );
    }
    let app = super::serve::assemble(config).await?;
    tokio::spawn(super::serve::stop_on_signal(app.stop.clone()));
    anyhow::bail!("workers are not linked in yet")
}
