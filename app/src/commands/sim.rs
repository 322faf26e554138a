//! `wib sim`: the carrier simulator alone.

use std::process::ExitCode;

use clap::Args as ClapArgs;

/// Where.
#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// The port on loopback
    #[arg(long, default_value_t = 4010)]
    port: u16,
}

pub(super) async fn run(args: Args) -> anyhow::Result<ExitCode> {
    anyhow::bail!("the simulator is not linked in yet (port {})", args.port)
}
