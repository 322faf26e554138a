//! What the binary does, a file per command.

mod alerts;
mod audit;
mod bench;
mod compliance;
mod demo;
mod dev;
mod doctor;
mod evidence;
mod key;
mod log;
mod migrate;
mod openapi;
mod org;
mod pacing;
pub mod serve;
mod sim;
mod smoke;
mod user;
mod work;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Durable outreach for collection agencies.
#[derive(Debug, Parser)]
#[command(name = "wib", version, about)]
pub struct Cli {
    /// `dev` unless given
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Everything in one process: database, carrier simulator, pages, workers, a campaign that dials
    Dev(dev::Args),
    /// The main job from start to end, then the result
    Demo(demo::Args),
    /// Serve pages, API, webhooks and realtime on $PORT
    Serve,
    /// Run jobs, pacer, scheduler and rescue
    Work(work::Args),
    /// Bring the database to this release's schema
    Migrate,
    /// Run the carrier simulator alone, on loopback
    Sim(sim::Args),
    /// Check the installation, one line each, with the fix
    Doctor,
    /// Call, text and write to listed test addresses through the configured providers; asks before it spends
    Smoke(smoke::Args),
    /// Measure what the platform does in a second
    #[command(subcommand)]
    Bench(bench::Command),
    /// What the rules say
    #[command(subcommand)]
    Compliance(compliance::Command),
    /// Exports that prove what was done
    #[command(subcommand)]
    Evidence(evidence::Command),
    /// Print the OpenAPI document
    Openapi,
    /// The pacing engine by itself
    #[command(subcommand)]
    Pacing(pacing::Command),
    /// Print the alerts as a file of Prometheus's rules
    Alerts,
    /// Organisations
    #[command(subcommand)]
    Org(org::Command),
    /// People
    #[command(subcommand)]
    User(user::Command),
    /// API keys
    #[command(subcommand)]
    Key(key::Command),
    /// The audit trail
    #[command(subcommand)]
    Audit(audit::Command),
}

/// Runs a command.
///
/// # Errors
/// With what to tell whoever typed it.
pub async fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    log::init();
    let done = perform(cli).await;
    #[cfg(feature = "otel")]
    tokio::task::spawn_blocking(crate::trace::flush).await?;
    done
}

async fn perform(cli: Cli) -> anyhow::Result<ExitCode> {
    match cli.command.unwrap_or_else(|| Command::Dev(dev::Args::default())) {
        Command::Dev(args) => dev::run(args).await,
        Command::Demo(args) => demo::run(args).await,
        Command::Serve => serve::run().await,
        Command::Work(args) => work::run(args).await,
        Command::Migrate => migrate::run().await,
        Command::Sim(args) => sim::run(args).await,
        Command::Doctor => doctor::run().await,
        Command::Smoke(args) => smoke::run(args).await,
        Command::Bench(command) => bench::run(command).await,
        Command::Compliance(command) => compliance::run(command).await,
        Command::Evidence(command) => evidence::run(command),
        Command::Openapi => openapi::run(),
        Command::Pacing(command) => pacing::run(command).await,
        Command::Alerts => Ok(alerts::run()),
        Command::Org(command) => org::run(command).await,
        Command::User(command) => user::run(command).await,
        Command::Key(command) => key::run(command).await,
        Command::Audit(command) => audit::run(command).await,
    }
}
