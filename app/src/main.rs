//! `wib`: one binary for everything. `wib help` lists what it does.

use std::process::ExitCode;

use app::{commands, config};
use clap::Parser;

fn main() -> ExitCode {
    let cli = commands::Cli::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let done = runtime.map_err(anyhow::Error::from).and_then(|runtime| runtime.block_on(commands::run(cli)));
    match done {
        Ok(code) => code,
        Err(error) => explain(&error),
    }
}

/// Says what went wrong, all of it, and how it counts.
fn explain(error: &anyhow::Error) -> ExitCode {
    if let Some(faults) = error.downcast_ref::<config::Faults>() {
        eprintln!("the configuration is incomplete:\n{faults}\nSee .env.example.");
        return ExitCode::from(config::EXIT_CONFIG);
    }
    eprintln!("wib: {error:#}");
    ExitCode::FAILURE
}
