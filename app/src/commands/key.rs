//! `wib key add --org SLUG --role R`: prints the key once, alone on its line.

use std::process::ExitCode;

use clap::Subcommand;
use secrecy::ExposeSecret;
use workflows::identity::{Role, key, org};

/// API keys.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make a key; it can be read this once only
    Add {
        /// The organisation's slug
        #[arg(long)]
        org: String,
        /// owner, admin, supervisor, agent, compliance, ops or readonly
        #[arg(long)]
        role: Role,
        /// What it is for
        #[arg(long, default_value = "")]
        name: String,
    },
}

pub(super) async fn run(command: Command) -> anyhow::Result<ExitCode> {
    let Command::Add { org, role, name } = command;
    let db = super::serve::database().await?;
    let org = org::find(&db, &org).await?;
    println!("{}", key::add(&db, org, role, &name).await?.expose_secret());
    Ok(ExitCode::SUCCESS)
}
